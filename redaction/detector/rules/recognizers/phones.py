"""Phone numbers. libphonenumber judges them; its tables load at the first candidate.

Numbers in a national form without a distinctive shape count in a text of their country's language (`national_phones.tsv`).
"""

# ruff: noqa: E501 - patterns stay on one line: so they are read and searched
from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

import re2

from redaction.detector.rules.checksums import digit_text
from redaction.detector.rules.re2_search import Search, searching
from redaction.detector.rules.recognizer import Recognizer, alone, any_edges, number_begins, number_edges

_PHONE = "ITU-T E.164; https://github.com/google/libphonenumber"


# Countries that dial a trunk zero and nothing else: what stands behind it is the national number.
_TRUNK_ZERO = {"DE": 49, "GB": 44, "FR": 33, "AT": 43, "NL": 31}


@functools.lru_cache(4096)
def _possible(number: str, region: str | None, valid: bool) -> bool:
    import phonenumbers

    if valid and region in _TRUNK_ZERO and number[0] == "0" != number[1:2]:
        # Read as libphonenumber reads it, which takes twice as long as judging it.
        parsed = phonenumbers.PhoneNumber(country_code=_TRUNK_ZERO[region], national_number=int(number[1:]))
        return phonenumbers.is_valid_number(parsed)
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) if valid else phonenumbers.is_possible_number(parsed)


@functools.cache
def _sizes(code: str) -> frozenset[int]:
    """How many digits a number behind a country code may have; none where it is no code."""
    import phonenumbers

    region = phonenumbers.region_code_for_country_code(int(code))
    country = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(int(code), region)
    return frozenset(country.general_desc.possible_length if country and country.general_desc else ())


def international(value: str) -> bool:
    """A `+` number with an assigned country code and a possible length."""
    number = digit_text(value)
    if not 7 <= len(number) <= 15:
        return False
    return any(len(number) - size in _sizes(number[:size]) for size in (1, 2, 3)) or _possible(
        f"+{number}", None, False
    )


def _exit_code(value: str) -> bool:
    plain = digit_text(value)
    return _possible("+" + plain.removeprefix("011" if plain.startswith("011") else "00"), None, True)


def _varied(value: str) -> bool:
    n = digit_text(value)
    return 7 <= len(n) <= 15 and len(set(n)) > 2  # `0100 0000 0000` stands in dumps


_GROUP = re.compile(r"\d+")


def national(value: str) -> bool:
    """Digits in phone-like groups: not a date, not a decimal, not a clock time, not one digit repeated."""
    n = digit_text(value)
    if not 7 <= len(n) <= 15 or len(set(n)) < 2:
        return False
    groups = _GROUP.findall(value)
    if len(groups) == 3 and (len(groups[0]) == 4 or len(groups[2]) == 4) and len(n) == 8 and value.count("(") == 0:
        year, rest = (groups[0], groups[1:]) if len(groups[0]) == 4 else (groups[2], groups[:2])
        if year[:2] in ("19", "20") and all(int(g) <= 31 for g in rest):
            return False
    if ".." in value or ("." in value and len(n) < 9):
        return False
    if all(len(g) == 4 and g[:2] in ("19", "20") for g in groups):
        return False
    return not (len(groups) == 2 and "." in value and len(groups[0]) > 4)


def _european(value: str) -> bool:
    number = digit_text(value)
    # `02110-1301` is a ZIP code of Boston.
    if re.fullmatch(r"\d{5}-\d{4}", value):
        return False
    return 9 <= len(number) <= 13 and national(value) and any(_possible(number, region, True) for region in _TRUNK_ZERO)


def _solid(value: str) -> bool:
    """A bare run of digits near a phone word: no unix time, no round number."""
    return (
        national(value)
        and not value.endswith("0000")
        and not (len(value) == 10 and value.startswith(("16", "17", "18")))
    )


def _exponent(text: str, start: int) -> bool:
    """`1.2345E+12345680`."""
    return start > 1 and text[start - 1] in "eE" and text[start - 2].isdigit()


@dataclass(frozen=True, slots=True)
class NationalPhone:
    """A national form: `alone` when its shape is no other number's; otherwise one of `words` must stand around it."""

    region: str
    alone: bool
    pattern: str
    words: str
    example: str
    near_miss: str


@functools.cache
def national_phones() -> tuple[NationalPhone, ...]:
    """Reads `national_phones.tsv`: region, `alone` or `near`, pattern, words, example, near miss."""
    text = Path(__file__).with_name("national_phones.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(NationalPhone(a, b == "alone", c, d, e, f) for a, b, c, d, e, f in rows)


@functools.cache
def _alone() -> tuple[tuple[NationalPhone, re.Pattern[str]], ...]:
    return tuple((row, re.compile(row.pattern)) for row in national_phones() if row.alone)


@functools.cache
def _with_words() -> tuple[re.Pattern[str], tuple[tuple[NationalPhone, Search, re.Pattern[str]], ...]]:
    """All forms in one pattern, a group for each that fits, and what says that the language is theirs."""
    rows = [row for row in national_phones() if not row.alone]
    return (
        re.compile("".join(rf"(?:(?=({row.pattern})\Z))?" for row in rows)),
        tuple(
            (row, searching(re2.compile(loose_words(row.words))), re.compile(row.words, re.IGNORECASE)) for row in rows
        ),
    )


def loose_words(words: str) -> str:
    """The words in RE2's syntax: all that Python finds and, beside letters beyond ASCII, more. A tenth of the time."""
    words = re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", words).replace(r"\Z", r"\z")
    return "(?i)" + words.replace(r"\b", r"(?:\b|^|$|[^0-9a-z_])").replace(r"\w", r"[\w\x{80}-\x{10ffff}]")


_AMOUNT = re.compile(r"[ ]?(?:euros?|eur|usd|zł|pln|kč|czk|kg|km|mb|gb|ms|szt|stk|pcs|%|€|\$)\b", re.IGNORECASE)
# A local number is told by the language of this much text before and behind it.
_LANGUAGE_BEFORE = 200
_LANGUAGE_BEHIND = 100


def _local(text: str, start: int, end: int) -> bool:
    """A number of a country whose language the text around it is in, and which libphonenumber knows as valid."""
    if (
        (start and text[start - 1] in "+=#/_$€£")
        or text[end : end + 1] in ("@", "_", "/", "€", "$", "%")
        or not alone(text, start, end)
    ):
        return False
    if _AMOUNT.match(text, end):
        return False
    value = text[start:end]
    forms, rows = _with_words()
    fitting = forms.match(value)
    if fitting is None or not fitting.lastindex:
        return False
    around = f"{text[max(0, start - _LANGUAGE_BEFORE) : start]} {text[end : end + _LANGUAGE_BEHIND]}"
    data = around.encode("utf-8", "replace")
    number = digit_text(value)
    return any(
        fits and may_hold(data, 0) is not None and words.search(around) and _possible(number, row.region, True)
        for fits, (row, may_hold, words) in zip(fitting.groups(), rows, strict=True)
    )


def _shaped(value: str) -> bool:
    number = "".join(c for c in value if c.isdigit())
    return len(set(number)) > 2 and any(
        pattern.fullmatch(value) and _possible(number, row.region, True) for row, pattern in _alone()
    )


ROWS = (
    Recognizer(
        "phone_international",
        "PHONE_NUMBER",
        r"\+ ?\(?[1-9]\d{0,3}\)?(?:[ .()/-]{0,3}\d){6,14}\b",
        check=international,
        guard=lambda text, a, b: (
            not (a and (text[a - 1] in "+)" or (text[a - 1].isascii() and text[a - 1].isalnum())))
            and not _exponent(text, a)
            and number_edges(text, a, b)
        ),
        score=0.9,
        context="phone",
        strict=True,
        shrink=True,
        begins=number_begins,
        reference=_PHONE,
    ),
    Recognizer(
        "phone_exit_code",
        "PHONE_NUMBER",
        r"\b(?:00|011)[ -]?[1-9]\d{0,2}(?:[ ./()-]{0,2}\d){7,12}\b",
        check=_exit_code,
        guard=number_edges,
        score=0.75,
        context="phone",
        shrink=True,
        begins=number_begins,
        reference=_PHONE,
    ),
    Recognizer(
        "phone_nanp",
        "PHONE_NUMBER",
        r"\b(?:1[-. ]?)?[2-9]\d{2}(?:-\d{3}-|\.\d{3}\.|/\d{3}-)\d{4}(?:[ ,]{0,2}(?i:x|ext\.?|extension)[ .]?\d{1,6})?\b|(?:\b1[-. ]?)?\([2-9]\d{2}\)[ .-]{0,2}\d{3}[ .-]?\d{4}(?:[ ,]{0,2}(?i:x|ext\.?|extension)[ .]?\d{1,6})?\b",
        check=_varied,
        guard=number_edges,
        score=0.82,
        context="phone",
        reference="https://www.nanpa.com/numbering",
    ),
    Recognizer(
        "phone_nanp_spaced",
        "PHONE_NUMBER",
        r"\b(?:1 )?[2-9]\d{2} [2-9]\d{2}[ -]\d{4}\b",
        check=_varied,
        guard=alone,
        score=0.7,
        context="phone",
        reference="https://www.nanpa.com/numbering",
    ),
    Recognizer(
        "phone_nanp_broken",
        "PHONE_NUMBER",
        r"\(?\b[2-9]\d{2}[)-]?[ -]?\r?\n[ \t>]*\d{3}-\d{4}\b|\(?\b[2-9]\d{2}[)-][ ]?\d{3}-?\r?\n[ \t>]*-?\d{4}\b",
        check=_varied,
        guard=number_edges,
        score=0.7,
        reference="https://www.nanpa.com/numbering",
    ),
    Recognizer(
        "phone_uk_fr",
        "PHONE_NUMBER",
        r"\b(?:0[1-79](?:[ .-]\d{2}){4}|07\d{3}[ -]\d{6}|07\d{3}[ -]\d{3}[ -]\d{3}|0(?:1\d{3}|2\d|1\d{2}) \d{3,4}[ -]?\d{3,4})\b",
        check=_varied,
        guard=number_edges,
        score=0.75,
        context="phone",
        reference=_PHONE,
    ),
    Recognizer(
        "phone_trunk_zero",
        "PHONE_NUMBER",
        r"\b0[1-9]\d{1,4}(?:[ -]\d{2,9}){1,4}\b|\b0[1-9]\d{1,4}/\d{4,8}\b",
        check=_european,
        guard=alone,
        score=0.7,
        context="phone",
        shrink=True,
        begins=number_begins,
        reference=_PHONE,
    ),
    Recognizer(
        "phone_national",
        "PHONE_NUMBER",
        r"(?:\b|\()\d{2,5}\)?(?:[ ./()-]{1,3}\d{2,8}){1,5}\b(?:[ ,]{0,2}(?i:x|ext\.?|extension)[ .]?\d{1,6}\b)?",
        check=national,
        guard=number_edges,
        context="phone",
        needs_context=True,
        near=0.78,
        shrink=True,
        begins=number_begins,
        reference=_PHONE,
    ),
    Recognizer(
        "phone_solid",
        "PHONE_NUMBER",
        r"\b\d{7,12}\b",
        check=_solid,
        guard=lambda text, a, b: number_edges(text, a, b) and text[b : b + 1] not in ("+", "@", "/"),
        context="phone",
        needs_context=True,
        near=0.68,
        reference=_PHONE,
    ),
    Recognizer(
        "phone_uri",
        "PHONE_NUMBER",
        r"(?i)\b(?:tel|sms|whatsapp):(\+?[\d().-]{7,20})",
        check=_varied,
        guard=any_edges,
        score=0.92,
        reference="RFC 3966",
    ),
    Recognizer(
        "phone_national_shape",
        "PHONE_NUMBER",
        "|".join(
            rf"(?:{row.pattern})\b" if row.pattern.startswith(r"\(") else rf"\b(?:{row.pattern})\b"
            for row in national_phones()
            if row.alone
        ),
        check=_shaped,
        guard=alone,
        score=0.78,
        reference=_PHONE,
    ),
    Recognizer(
        "phone_national_language",
        "PHONE_NUMBER",
        "|".join(rf"\b(?:{row.pattern})\b" for row in national_phones() if not row.alone),
        guard=_local,
        score=0.7,
        reference=_PHONE,
    ),
)
