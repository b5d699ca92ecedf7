"""Checksums of identity and tax numbers of Asia, Africa, the Americas and Russia. As in `national`."""

from __future__ import annotations

from redaction.detector.rules.checksums import alnum, digits, luhn, real_date, weighted


def tr_kimlik(value: str) -> bool:
    """NVI: tenth digit from odd and even sums, eleventh from the sum of ten."""
    n = digits(value)
    if len(n) != 11 or not n[0]:
        return False
    return (7 * sum(n[0:9:2]) - sum(n[1:8:2])) % 10 == n[9] and sum(n[:10]) % 10 == n[10]


def za_id(value: str) -> bool:
    """Home Affairs: yymmdd, citizenship digit 0-2, Luhn."""
    n = digits(value)
    return len(n) == 13 and real_date(0, n[2] * 10 + n[3], n[4] * 10 + n[5]) and n[10] <= 2 and luhn(value)


def cn_id(value: str) -> bool:
    """GB 11643-1999: region, birth date, ISO 7064 MOD 11-2."""
    text = alnum(value)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    if len(text) != 18 or not text[:17].isdigit() or text[6:8] not in ("18", "19", "20"):
        return False
    if not real_date(int(text[6:10]), int(text[10:12]), int(text[12:14])):
        return False
    return "10X98765432"[weighted(digits(text[:17]), weights) % 11] == text[17]


def kr_rrn(value: str) -> bool:
    """MOIS: yymmdd-gxxxxxx with a real date (numbers issued since October 2020 carry no checksum)."""
    n = digits(value)
    return len(n) == 13 and real_date(0, n[2] * 10 + n[3], n[4] * 10 + n[5]) and 1 <= n[6] <= 8


def jp_my_number(value: str) -> bool:
    """MIC ordinance 85 of 2014: weights 6 5 4 3 2 7 6 5 4 3 2, modulus 11."""
    n = digits(value)
    rest = weighted(n, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return len(n) == 12 and (0 if rest < 2 else 11 - rest) == n[11]


def sg_nric(value: str) -> bool:
    """ICA: weights 2 7 6 5 4 3 2, offset 4 for T and G, 3 for M, letter table per series."""
    text = alnum(value)
    total = weighted(digits(text), (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(text[0], 0)
    table = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}[
        text[0]
    ]
    rest = total % 11
    return table[10 - rest if text[0] == "M" else rest] == text[-1]


def hk_id(value: str) -> bool:
    """Immigration Department: letters as 10..35, weights 9..2, modulus 11, ten is A."""
    text = alnum(value)
    # A single letter stands behind a blank, which counts 36.
    values = [int(c, 36) for c in text[:-1]]
    if len(values) == 7:
        values.insert(0, 36)
    check = 10 if text[-1] == "A" else int(text[-1], 36)
    return (weighted(values, range(9, 1, -1)) + check) % 11 == 0


def tw_id(value: str) -> bool:
    """Household registration: letter as two digits, weights 1 9 8 .. 1 1, modulus 10."""
    text = alnum(value)
    number = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0]) + 10
    return weighted([number // 10, number % 10, *digits(text)], (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0


def th_id(value: str) -> bool:
    """DOPA: weights 13..2, modulus 11."""
    n = digits(value)
    return len(n) == 13 and n[0] > 0 and (11 - weighted(n, range(13, 1, -1)) % 11) % 10 == n[12]


def mx_curp(value: str) -> bool:
    """RENAPO: place values in 0-9A-NÑO-Z, weights 18..2, modulus 10."""
    alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    text = value.upper()
    return str(-weighted([alphabet.find(c) for c in text[:17]], range(18, 1, -1)) % 10) == text[17:]


def ar_cuit(value: str) -> bool:
    """AFIP: weights 5 4 3 2 7 6 5 4 3 2, modulus 11; where ten is left the check digit is nine."""
    n = digits(value)
    rest = 11 - weighted(n[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return len(n) == 11 and {11: 0, 10: 9}.get(rest, rest) == n[10]


def cl_rut(value: str) -> bool:
    """Registro Civil: weights 2..7 from the right, modulus 11, ten is K."""
    text = alnum(value)
    total = weighted([int(c) for c in reversed(text[:-1]) if c.isdigit()], (2, 3, 4, 5, 6, 7, 2, 3, 4))
    return "0123456789K0"[11 - total % 11] == text[-1]


def ru_snils(value: str) -> bool:
    """SFR: weights 9..1, modulus 101, 100 becomes 00."""
    n = digits(value)
    return len(n) == 11 and weighted(n, range(9, 0, -1)) % 101 % 100 == n[9] * 10 + n[10]


def ru_inn(value: str) -> bool:
    """FNS: personal INN of twelve digits, two check digits, modulus 11."""
    n = digits(value)
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    return len(n) == 12 and all(weighted(n, weights[11 - k :]) % 11 % 10 == n[k] for k in (10, 11))
