"""Checksums of national identity, tax and health numbers. Each takes the value as written and never raises.

Sources are named per function: the issuing body, or the OECD "TIN" country sheets where they print the algorithm.
"""

from __future__ import annotations

from redaction.detector.rules.checksums import alnum, digit_text, digits, luhn, real_date, weighted

_MOD23 = "TRWAGMYFPDXBNJZSQVHLCKE"


def _varied(numbers: list[int]) -> bool:
    return len(set(numbers)) > 1


def us_ssn(value: str) -> bool:
    """SSA: no area 000 or 666, no group 00, no serial 0000. 9xx is the ITIN range: personal as well."""
    d = digit_text(value)
    return len(d) == 9 and d[:3] not in ("000", "666") and d[3:5] != "00" and d[5:] != "0000" and len(set(d)) > 1


def us_npi(value: str) -> bool:
    """CMS: Luhn over 80840 and the ten digits."""
    return len(digits(value)) == 10 and luhn("80840" + value)


def us_dea(value: str) -> bool:
    """DEA: (d1+d3+d5) + 2(d2+d4+d6) ends in d7."""
    n = digits(value)
    return len(n) == 7 and (n[0] + n[2] + n[4] + 2 * (n[1] + n[3] + n[5])) % 10 == n[6]


def uk_nhs(value: str) -> bool:
    """NHS Data Dictionary: modulus 11, weights 10..2."""
    n = digits(value)
    return len(n) == 10 and _varied(n) and (11 - weighted(n, range(10, 1, -1)) % 11) % 11 == n[9]


def au_tfn(value: str) -> bool:
    """ATO: weights 1 4 3 7 5 8 6 9 10, modulus 11."""
    n = digits(value)
    return len(n) == 9 and _varied(n) and weighted(n, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def au_medicare(value: str) -> bool:
    """Services Australia: first digit 2-6, weights 1 3 7 9 1 3 7 9, modulus 10."""
    n = digits(value)
    return len(n) in (10, 11) and 2 <= n[0] <= 6 and weighted(n, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == n[8]


def au_abn(value: str) -> bool:
    """ABR: first digit minus one, weights 10 1 3 5 .. 19, modulus 89."""
    n = digits(value)
    return len(n) == 11 and weighted([n[0] - 1, *n[1:]], (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) % 89 == 0


def fr_nir(value: str) -> bool:
    """INSEE: 97 minus the first 13 (2A -> 19, 2B -> 18) modulo 97 is the key."""
    text = alnum(value).replace("2A", "19", 1).replace("2B", "18", 1)
    return len(text) == 15 and text.isdigit() and text[0] in "123478" and 97 - int(text[:13]) % 97 == int(text[13:])


def es_dni(value: str) -> bool:
    """Ministerio del Interior: DNI and NIE letter, number modulo 23 (X Y Z stand for 0 1 2)."""
    text = alnum(value)
    number = {"X": "0", "Y": "1", "Z": "2"}.get(text[:1], text[:1]) + text[1:-1]
    return number.isdigit() and len(number) == 8 and int(number) > 0 and _MOD23[int(number) % 23] == text[-1]


def es_ss(value: str) -> bool:
    """Seguridad Social: the first ten digits modulo 97 are the last two."""
    text = digit_text(value)
    if len(text) != 12:
        return False
    serial = int(text[2:10])
    base = int(text[:2]) * 10_000_000 + serial if serial < 10_000_000 else int(text[:10])
    return base % 97 == int(text[10:])


# Values of 0..9 and A..Z in odd places.
_CF_DIGITS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
_CF_LETTERS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def _cf_odd(char: str) -> int:
    return _CF_DIGITS[int(char)] if char.isdigit() else _CF_LETTERS[ord(char) - 65]


def it_codice_fiscale(value: str) -> bool:
    """D.M. 23 December 1976: odd and even places valued by table, sum modulo 26 is the last letter."""
    text = alnum(value)
    if len(text) != 16:
        return False
    total = sum(_cf_odd(c) if i % 2 == 0 else (ord(c) - 65 if c.isalpha() else int(c)) for i, c in enumerate(text[:15]))
    return chr(65 + total % 26) == text[15]


def br_cpf(value: str) -> bool:
    """Receita Federal: two check digits, weights 10..2 and 11..2, modulus 11."""
    n = digits(value)
    if len(n) != 11 or not _varied(n):
        return False
    return all(weighted(n[:k], range(k + 1, 1, -1)) * 10 % 11 % 10 == n[k] for k in (9, 10))


def br_cnpj(value: str) -> bool:
    """Receita Federal: two check digits, weights 5 4 3 2 9..2 and 6 5 4 3 2 9..2, modulus 11."""
    n = digits(value)
    if len(n) != 14 or not _varied(n):
        return False
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    return all((lambda r: 0 if r < 2 else 11 - r)(weighted(n, weights[13 - k :]) % 11) == n[k] for k in (12, 13))


def ca_sin(value: str) -> bool:
    """Service Canada: Luhn (fictitious numbers start with 0: masked as well)."""
    n = digits(value)
    return len(n) == 9 and _varied(n) and luhn(value)


def nl_bsn(value: str) -> bool:
    """RvIG: the eleven test, weights 9..2 and -1."""
    n = digits(value)
    return len(n) == 9 and _varied(n) and weighted(n, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def pl_pesel(value: str) -> bool:
    """Ministerstwo Cyfryzacji: weights 1 3 7 9, modulus 10; century in the month."""
    n = digits(value)
    if len(n) != 11:
        return False
    month = (n[2] * 10 + n[3]) % 20
    return real_date(0, month, n[4] * 10 + n[5]) and -weighted(n, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10 == n[10]


def pl_nip(value: str) -> bool:
    """Ministerstwo Finansów: weights 6 5 7 2 3 4 5 6 7, modulus 11."""
    n = digits(value)
    return len(n) == 10 and _varied(n) and weighted(n, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == n[9]


def be_national(value: str) -> bool:
    """Rijksregister: 97 minus the first nine digits modulo 97 (a leading 2 for births since 2000)."""
    text = digit_text(value)
    if len(text) != 11 or not 0 <= int(text[2:4]) % 20 <= 12:
        return False
    return int(text[9:]) in (97 - int(text[:9]) % 97, 97 - int("2" + text[:9]) % 97)


def pt_nif(value: str) -> bool:
    """Autoridade Tributária: weights 9..2, modulus 11."""
    n = digits(value)
    rest = weighted(n, range(9, 1, -1)) % 11
    return len(n) == 9 and n[0] != 0 and (0 if rest < 2 else 11 - rest) == n[8]


def se_personnummer(value: str) -> bool:
    """Skatteverket: Luhn over the last ten digits; day plus 60 for coordination numbers."""
    n = digits(value)[-10:]
    if len(n) != 10:
        return False
    return real_date(0, n[2] * 10 + n[3], (n[4] * 10 + n[5] - 1) % 60 + 1) and luhn("".join(map(str, n)))


def no_fodselsnummer(value: str) -> bool:
    """Skatteetaten: two check digits, weights 3 7 6 1 8 9 4 5 2 and 5 4 3 2 7 6 5 4 3 2, modulus 11."""
    n = digits(value)
    if len(n) != 11:
        return False
    return (
        weighted(n, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
        and weighted(n, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0
        and real_date(0, (n[2] * 10 + n[3] - 1) % 40 + 1, (n[0] * 10 + n[1] - 1) % 40 + 1)
    )


def dk_cpr(value: str) -> bool:
    """CPR-kontoret: ddmmyy-ssss with a real date (the modulus 11 test was given up in 2007)."""
    n = digits(value)
    return len(n) == 10 and real_date(0, n[2] * 10 + n[3], n[0] * 10 + n[1])


def fi_hetu(value: str) -> bool:
    """DVV: the nine digits modulo 31 point into the table of check characters."""
    n = digits(value[:10])
    if len(n) != 9 or not real_date(0, n[2] * 10 + n[3], n[0] * 10 + n[1]):
        return False
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int("".join(map(str, n))) % 31] == value[-1].upper()


def ie_pps(value: str) -> bool:
    """Revenue: weights 8..2 plus nine times the second letter (A-I; T, W and X count nothing), modulus 23."""
    text = alnum(value)
    extra = ord(text[8]) - 64 if len(text) == 9 and text[8] not in "TWX" else 0
    return "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(digits(text[:7]), range(8, 1, -1)) + 9 * extra) % 23] == text[7]


def ch_ahv(value: str) -> bool:
    """ZAS: 756 and an EAN-13 check digit."""
    n = digits(value)
    return len(n) == 13 and n[:3] == [7, 5, 6] and weighted(n, (1, 3) * 7) % 10 == 0


def at_svnr(value: str) -> bool:
    """Dachverband der Sozialversicherungsträger: weights 3 7 9 5 8 4 2 1 6, modulus 11, check digit in place four."""
    n = digits(value)
    return len(n) == 10 and n[0] > 0 and weighted(n[:3] + n[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11 == n[3]


def cz_rc(value: str) -> bool:
    """Act 133/2000 Coll.: ten digits divisible by eleven, month plus 50 for women (plus 20 where numbers ran out)."""
    n = digits(value)
    if len(n) != 10 or not real_date(0, (n[2] * 10 + n[3]) % 50 % 20, n[4] * 10 + n[5]):
        return False
    # A remainder of ten is written as nought: until 1985 by rule, later in numbers that were not taken back.
    return int("".join(map(str, n[:9]))) % 11 % 10 == n[9]


def ro_cnp(value: str) -> bool:
    """OUG 97/2005: weights 279146358279, modulus 11, ten becomes one."""
    n = digits(value)
    if len(n) != 13 or not real_date(0, n[3] * 10 + n[4], n[5] * 10 + n[6]) or not 1 <= n[0] <= 9:
        return False
    rest = weighted(n, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return (1 if rest == 10 else rest) == n[12]


def bg_egn(value: str) -> bool:
    """GRAO: weights 2 4 8 5 10 9 7 3 6, modulus 11, ten becomes zero."""
    n = digits(value)
    if len(n) != 10 or not real_date(0, (n[2] * 10 + n[3]) % 20, n[4] * 10 + n[5]):
        return False
    return weighted(n, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == n[9]


def baltic(value: str) -> bool:
    """Estonian isikukood and Lithuanian asmens kodas: weights 1..9 1, then 3..9 1 2 3, modulus 11."""
    n = digits(value)
    if len(n) != 11 or not 1 <= n[0] <= 8 or not real_date(0, n[3] * 10 + n[4], n[5] * 10 + n[6]):
        return False
    rest = weighted(n, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if rest == 10:
        rest = weighted(n, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return rest == n[10]


def gr_afm(value: str) -> bool:
    """AADE: weights 256 .. 2, modulus 11, modulus 10."""
    n = digits(value)
    return len(n) == 9 and _varied(n) and weighted(n, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10 == n[8]


def dated_luhn(value: str) -> bool:
    """Greek AMKA and others: ddmmyy first, Luhn over eleven digits."""
    n = digits(value)
    return len(n) == 11 and real_date(0, n[2] * 10 + n[3], n[0] * 10 + n[1]) and luhn(value)


def vin(value: str) -> bool:
    """49 CFR 565.15: transliterated letters, weights 8 7 6 5 4 3 2 10 0 9 .. 2, modulus 11, X is ten."""
    text = value.upper()
    values = [int(c) if c.isdigit() else "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ".index(c) % 10 for c in text]
    check = weighted(values, (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return "0123456789X"[check] == text[8]
