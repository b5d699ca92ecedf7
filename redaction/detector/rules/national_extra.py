"""Checksums and shapes of further identity and tax numbers: a function each, as in `national`.

True for a well-formed number; separators do not count. Sources stand in the rows of `recognizers/national_ids.py`.
"""

from __future__ import annotations

from redaction.detector.rules.checksums import alnum, digits, luhn, real_date, weighted

_GSTIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def il_id(value: str) -> bool:
    """Israel, Population Authority: nine digits, Luhn."""
    return len(digits(value)) == 9 and luhn(value) and len(set(digits(value))) > 1


def is_kennitala(value: str) -> bool:
    """Iceland, Registers: ddmmyy, weights 3 2 7 6 5 4 3 2, modulus 11; companies add 40 to the day."""
    n = digits(value)
    if len(n) != 10 or not real_date(0, n[2] * 10 + n[3], (n[0] * 10 + n[1]) % 40):
        return False
    return (11 - weighted(n[:8], (3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11 == n[8]


def jmbg(value: str) -> bool:
    """The countries of former Yugoslavia: ddmmyyy, region, weights 7 6 5 4 3 2 twice, modulus 11."""
    n = digits(value)
    if len(n) != 13 or not real_date(0, n[2] * 10 + n[3], n[0] * 10 + n[1]):
        return False
    return -weighted(n[:12], (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11 % 10 == n[12]


def ua_rntrc(value: str) -> bool:
    """Ukraine, tax service: ten digits, weights -1 5 7 9 4 6 10 5 7, modulus 11 modulus 10."""
    n = digits(value)
    return len(n) == 10 and weighted(n[:9], (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10 == n[9]


def do_cedula(value: str) -> bool:
    """Dominican Republic, JCE: eleven digits, Luhn."""
    return len(digits(value)) == 11 and luhn(value)


def ec_ci(value: str) -> bool:
    """Ecuador, Registro Civil: province 01-24 or 30, third digit up to 6, alternating weights 2 1."""
    n = digits(value)
    if len(n) != 10 or not (1 <= n[0] * 10 + n[1] <= 24 or n[0] * 10 + n[1] == 30) or n[2] > 6:
        return False
    total = sum(d * 2 - 9 if d * 2 > 9 else d * 2 for d in n[0:9:2]) + sum(n[1:9:2])
    return -total % 10 == n[9]


def id_nik(value: str) -> bool:
    """Indonesia, Dukcapil: region, ddmmyy (women add 40 to the day), serial."""
    n = digits(value)
    if len(n) != 16 or not 11 <= n[0] * 10 + n[1] <= 99:
        return False
    return real_date(0, n[8] * 10 + n[9], (n[6] * 10 + n[7]) % 40) and any(n[12:])


def my_nric(value: str) -> bool:
    """Malaysia, JPN: yymmdd, place of birth, serial."""
    n = digits(value)
    if len(n) != 12 or not real_date(0, n[2] * 10 + n[3], n[4] * 10 + n[5]):
        return False
    place = n[6] * 10 + n[7]
    return place not in (0, 17, 18, 19, 20, 69, 70, 73, 80, 81, 94, 95, 96, 97)


def pk_cnic(value: str) -> bool:
    """Pakistan, NADRA: 13 digits, province 1-7."""
    n = digits(value)
    return len(n) == 13 and 1 <= n[0] <= 7 and n[12] > 0


def lv_personas_kods(value: str) -> bool:
    """Latvia, PMLP: ddmmyy-cnnnk with weights 10 5 8 4 2 1 6 3 7 9 until 2017, then 32 and no checksum."""
    n = digits(value)
    if len(n) != 11:
        return False
    if n[:2] == [3, 2]:
        return True
    if not real_date(0, n[2] * 10 + n[3], n[0] * 10 + n[1]):
        return False
    return (1 + weighted(n[:10], (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))) % 11 % 10 == n[10]


def pt_cc(value: str) -> bool:
    """Portugal, Cartão de Cidadão: 8 digits, check digit, two letters or digits, check digit (Luhn on values 0-35)."""
    text = alnum(value)
    if len(text) != 12 or not text[:9].isdigit() or not text[11].isdigit():
        return False
    total = 0
    for index, char in enumerate(reversed(text)):
        number = _GSTIN.index(char)
        if index % 2:
            number = number * 2 - 9 if number * 2 > 9 else number * 2
        total += number
    return total % 10 == 0


def nz_ird(value: str) -> bool:
    """New Zealand, Inland Revenue: weights 3 2 7 6 5 4 3 2, modulus 11, second weights where ten is left."""
    n = digits(value)
    if not 8 <= len(n) <= 9:
        return False
    number = int("".join(map(str, n)))
    body = [0] * (9 - len(n)) + n
    if not 10_000_000 < number < 150_000_000:
        return False
    check = -weighted(body[:8], (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    if check == 10:
        check = -weighted(body[:8], (7, 4, 3, 2, 5, 2, 7, 6)) % 11
    return check == body[8]


def in_gstin(value: str) -> bool:
    """India, GST network: state, PAN, serial, Z, check character of weights 1 2 in base 36."""
    text = alnum(value)
    if len(text) != 15 or not text[:2].isdigit() or not all(char in _GSTIN for char in text):
        return False
    total = 0
    for index, char in enumerate(text[:14]):
        product = _GSTIN.index(char) * (1 + index % 2)
        total += product // 36 + product % 36
    return _GSTIN[-total % 36] == text[14]


def cu_ni(value: str) -> bool:
    """Cuba: yymmdd, century digit, serial."""
    n = digits(value)
    return len(n) == 11 and real_date(0, n[2] * 10 + n[3], n[4] * 10 + n[5])


def co_nit(value: str) -> bool:
    """Colombia, DIAN: weights 3 7 13 17 19 23 29 37 41 43 47 53 59 67 71 from the right, modulus 11."""
    n = digits(value)
    if not 8 <= len(n) <= 16:
        return False
    weights = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)
    return "01987654321"[weighted(n[-2::-1], weights) % 11] == str(n[-1])


def ve_rif(value: str) -> bool:
    """Venezuela, SENIAT: letter as 4, 8, 12, 16, 20, weights 3 2 7 6 5 4 3 2, modulus 11."""
    text = alnum(value)
    if len(text) != 10 or text[0] not in "VEJPG" or not text[1:].isdigit():
        return False
    total = {"V": 4, "E": 8, "J": 12, "P": 16, "G": 20}[text[0]] + weighted(digits(text[1:9]), (3, 2, 7, 6, 5, 4, 3, 2))
    return "00987654321"[total % 11] == text[9]


def eg_national(value: str) -> bool:
    """Egypt: century 2 or 3, yymmdd, governorate, serial (the check digit's rule is not published)."""
    n = digits(value)
    return (
        len(n) == 14
        and n[0] in (2, 3)
        and real_date(0, n[3] * 10 + n[4], n[5] * 10 + n[6])
        and (1 <= n[7] * 10 + n[8] <= 35 or n[7] * 10 + n[8] == 88)
    )


def mu_nid(value: str) -> bool:
    """Mauritius: initial, ddmmyy, serial, check character of weights 14..2, modulus 17."""
    text = alnum(value)
    if len(text) != 14 or not text[0].isalpha() or not text[1:13].isdigit():
        return False
    if not real_date(0, int(text[3:5]), int(text[1:3])):
        return False
    total = sum((14 - index) * _GSTIN.index(char) for index, char in enumerate(text[:13]))
    return _GSTIN[(17 - total) % 17] == text[13]
