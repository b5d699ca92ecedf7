"""Payment cards: ISO/IEC 7812 numbers with Luhn check, issuer prefix and length."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re
import string

from redaction.detector.rules.checksums import digit_text, luhn
from redaction.detector.rules.recognizer import Recognizer, number_edges

_REFERENCE = "ISO/IEC 7812-1; issuer ranges as the schemes publish them"

# First digits from, to (same length), card lengths.
_ISSUERS = (
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("300", "305", (14, 16, 19)),  # Diners Club
    ("3095", "3095", (14, 16, 19)),
    ("36", "36", (14, 16, 19)),
    ("38", "39", (14, 16, 19)),
    ("6011", "6011", (16, 19)),  # Discover
    ("644", "659", (16, 19)),
    ("62", "62", (16, 17, 18, 19)),  # UnionPay
    ("81", "81", (16,)),
    ("3528", "3589", (16, 17, 18, 19)),  # JCB
    ("50", "50", (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro
    ("56", "58", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("6304", "6390", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("67", "67", (12, 13, 14, 15, 16, 17, 18, 19)),
    ("60", "60", (16,)),  # RuPay, Hipercard
    ("508", "508", (16,)),
    ("2200", "2205", (16,)),  # Mir
    ("9792", "9792", (16,)),  # Troy
    ("2131", "2131", (15,)),
)


def _by_prefix() -> dict[str, frozenset[int]]:
    """First four digits -> lengths of cards that begin so."""
    found: dict[str, frozenset[int]] = {}
    for low, high, lengths in _ISSUERS:
        rest = 10 ** (4 - len(low))
        for prefix in range(int(low) * rest, (int(high) + 1) * rest):
            found[str(prefix)] = found.get(str(prefix), frozenset()) | frozenset(lengths)
    return found


_PREFIXES = _by_prefix()
_NONE: frozenset[int] = frozenset()
_GROUP = re.compile(r"\d+")
_DIGITS = frozenset(string.digits)
# American Express, Diners Club.
_AMEX = ([4, 6, 5], [4, 6, 4])


def issued(number: str) -> bool:
    """The number's first digits and length belong to a card scheme."""
    return len(number) in _PREFIXES.get(number[:4], _NONE)


def card(value: str) -> bool:
    """Issuer, length and Luhn; not one digit over and over; unbroken or in groups of two digits or more."""
    number = digit_text(value)
    if not issued(number) or not luhn(number) or len(set(number)) < 2:
        return False
    if number == value:
        return True
    groups = _GROUP.findall(value)
    if len(groups) == 1:
        return True
    separators = set(value) - _DIGITS
    if len(number) < 14 and any(len(g) != 4 for g in groups[:-1]):
        # Twelve digits in any grouping pass Luhn too often: `items/571629 200 478 ms`.
        return False
    return min(len(g) for g in groups) >= 3 and (len(separators) == 1 or "\n" in value) and max(map(len, groups)) <= 8


def _regular(value: str) -> bool:
    """As cards are printed or read out, whatever signs are between the groups."""
    number = digit_text(value)
    sizes = [len(group) for group in re.findall(r"\d+", value)]
    even = len(set(sizes[:-1])) == 1 and sizes[-1] <= sizes[0]
    return (even or sizes in _AMEX) and issued(number) and luhn(number) and len(set(number)) > 1


def _mistyped(value: str) -> bool:
    """Luhn in any length a card has: enough next to a card word."""
    number = digit_text(value)
    return 12 <= len(number) <= 19 and luhn(number) and len(set(number)) > 1


def _strict(value: str) -> bool:
    return card(value) and len(digit_text(value)) >= 14


def _no_column(text: str, start: int, end: int) -> bool:
    """Four groups in cells or lines of their own, and no further number in front or behind."""
    beside = text[max(0, start - 3) : start].rstrip() + text[end : end + 3].lstrip()
    return number_edges(text, start, end) and not any(c.isdigit() for c in beside)


_SIGNS = r"[^0-9A-Za-z\r\n]{1,5}"
ROWS = (
    Recognizer(
        "card",
        "CREDITCARD_NUMBER",
        r"\b[2-69]\d(?:[ .-]?\d){10,17}\b",
        check=card,
        guard=number_edges,
        context="card",
        score=0.955,
        near=0.99,
        reference=_REFERENCE,
    ),
    Recognizer(
        "card_solid",
        "CREDITCARD_NUMBER",
        r"\b(?:\d{14,19}|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}|\d{4}[ -]\d{6}[ -]\d{5})\b",
        check=_strict,
        guard=number_edges,
        score=0.955,
        strict=True,
        reference=_REFERENCE,
    ),
    Recognizer(
        "card_near_word",
        "CREDITCARD_NUMBER",
        r"\b(?:\d{12,19}|\d{4}[ .-]\d{4}[ .-]\d{4}[ .-]\d{1,7}|\d{4}[ .-]\d{6}[ .-]\d{4,5})\b",
        check=_mistyped,
        guard=number_edges,
        context="card",
        needs_context=True,
        unchecked=True,
        near=0.9,
        reference=_REFERENCE,
    ),
    Recognizer(
        "card_broken",
        "CREDITCARD_NUMBER",
        r"\b\d{4}(?:[ -]?\d{2,6}){0,3}[ -]?\r?\n[ \t>]*\d{2,6}(?:[ -]?\d{2,6}){0,3}\b",
        check=card,
        guard=number_edges,
        score=0.7,
        near=0.9,
        context="card",
        reference=_REFERENCE,
    ),
    Recognizer(
        "card_in_cells",
        "CREDITCARD_NUMBER",
        r"\b\d{4}(?:\t\d{4}){3}\b|\b\d{4}(?:  \d{4}){3}\b|\b\d{4}(?:\r?\n[ \t>]*\d{4}){3}\b",
        check=card,
        guard=_no_column,
        score=0.85,
        reference=_REFERENCE,
    ),
    Recognizer(
        "card_with_signs",
        "CREDITCARD_NUMBER",
        rf"\b\d{{4}}(?:{_SIGNS}\d{{4}}){{3}}\b|\b\d{{4}}{_SIGNS}\d{{6}}{_SIGNS}\d{{4,5}}\b|\b\d{{3}}(?:{_SIGNS}\d{{3}}){{4}}{_SIGNS}\d\b|\b\d(?:{_SIGNS}\d){{12,18}}\b",
        check=_regular,
        guard=number_edges,
        context="card",
        needs_context=True,
        reference=_REFERENCE,
    ),
    Recognizer(
        "card_security_code",
        "CREDITCARD_NUMBER",
        r"(?i)\b(?:cvv2?|cvc2?|csc|card (?:security|verification) (?:code|value|number))\W{0,3}(?:is |code |number |: ?)?\W{0,3}(\d{3,4})\b",
        guard=number_edges,
        score=0.85,
        reference=_REFERENCE,
    ),
    Recognizer(
        "card_last_four",
        "CREDITCARD_NUMBER",
        r"(?i)\bcard (?:number )?ending (?:in|with|on)[ :]{1,3}(\d{4})\b",
        guard=number_edges,
        score=0.8,
        reference=_REFERENCE,
    ),
)
