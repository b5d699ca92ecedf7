"""General checksums: Luhn, ISO 7064, Verhoeff, weighted sums, base58check, bech32.

Every function takes the value as written (separators allowed) and never raises.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_OTHERS = re.compile(r"[^0-9]+")


def digit_text(value: str) -> str:
    """The ASCII digits of a value, in order, as text."""
    return _OTHERS.sub("", value)


def digits(value: str) -> list[int]:
    """The ASCII digits of a value, in order."""
    return list(map(int, digit_text(value)))


def alnum(value: str) -> str:
    """The ASCII letters and digits of a value, upper case."""
    return "".join(c for c in value.upper() if c.isascii() and c.isalnum())


# What a digit counts as, and what its double does (the sum of its digits).
_ONCE = bytes(max(0, char - 48) % 10 for char in range(256))
_TWICE = bytes(double - 9 * (double > 9) for double in (2 * digit for digit in _ONCE))


def luhn(value: str) -> bool:
    """Luhn mod 10 over all digits (ISO/IEC 7812-1 annex B)."""
    number = digit_text(value).encode()
    return (sum(number[-1::-2].translate(_ONCE)) + sum(number[-2::-2].translate(_TWICE))) % 10 == 0


def weighted(numbers: Sequence[int], weights: Sequence[int]) -> int:
    """The weighted sum; the shorter sequence decides the length."""
    return sum(a * b for a, b in zip(numbers, weights, strict=False))


def mod97_10(value: str) -> bool:
    """ISO 7064 MOD 97-10 as IBAN uses it (ISO 13616): first four characters moved to the end, letters as 10..35."""
    text = alnum(value)
    return len(text) > 4 and int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def mod11_10(value: str) -> bool:
    """ISO 7064 MOD 11,10 (German tax id, Croatian OIB)."""
    numbers = digits(value)
    product = 10
    for digit in numbers[:-1]:
        total = (digit + product) % 10 or 10
        product = total * 2 % 11
    return bool(numbers) and (11 - product) % 10 == numbers[-1]


def _dihedral(a: int, b: int) -> int:
    """The product in the dihedral group D5 (rotations 0..4, reflections 5..9)."""
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b - 5) % 5
    return 5 + (a - 5 - b) % 5 if b < 5 else (a - b) % 5


_PERMUTATION = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def verhoeff(value: str) -> bool:
    """Verhoeff's dihedral checksum (J. Verhoeff, Error Detecting Decimal Codes, 1969), used by Aadhaar."""
    check = 0
    for place, digit in enumerate(reversed(digits(value))):
        for _ in range(place % 8):
            digit = _PERMUTATION[digit]
        check = _dihedral(check, digit)
    return check == 0


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58check(value: str) -> bool:
    """Base58Check (Bitcoin): the last four bytes are the start of a double SHA-256 of the rest."""
    number = 0
    for char in value:
        place = _BASE58.find(char)
        if place < 0:
            return False
        number = number * 58 + place
    pad = len(value) - len(value.lstrip("1"))
    data = b"\0" * pad + number.to_bytes((number.bit_length() + 7) // 8, "big")
    return len(data) >= 5 and hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]


_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def bech32(value: str) -> bool:
    """Bech32 (BIP 173) or Bech32m (BIP 350)."""
    if value.lower() != value and value.upper() != value:
        return False
    text = value.lower()
    human, mark, data = text.rpartition("1")
    if not mark or not human or len(data) < 6 or any(c not in _BECH32 for c in data):
        return False
    values = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human] + [_BECH32.index(c) for c in data]
    check = 1
    for item in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ item
        for bit in range(5):
            if top >> bit & 1:
                check ^= _BECH32_GENERATOR[bit]
    return check in (1, 0x2BC830A3)


def real_date(year: int, month: int, day: int) -> bool:
    """A date that exists (year 0 means: any, leap day allowed)."""
    if not 1 <= month <= 12 or day < 1:
        return False
    leap = not year or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return day <= (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
