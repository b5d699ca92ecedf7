"""Whether a value behind a label of a document, customer, patient or case is a number of one; dates and user names too."""

# ruff: noqa: E501, SIM905 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re
from collections.abc import Iterator

from redaction.detector.accounts import PERSON, UNKNOWN
from redaction.detector.labels.bindings import Bound, How
from redaction.detector.labels.label_matcher import Label
from redaction.detector.labels.vocabulary import vocabulary

# Groups of letters and digits with joints; groups behind a space must hold digits.
_CHAR = r"[A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u052f]"
_NUMBER = re.compile(
    rf"(?:[A-ZА-ЯΑ-Ω]{{1,4}}[ ](?=\d))?{_CHAR}{{1,24}}(?:[-/.]{_CHAR}{{1,16}}){{0,6}}(?:[ ](?:\d{{1,9}}[A-Z]{{0,2}}|[A-Z]{{1,3}}\d{{1,6}}[A-Z]?|[A-Z]{{1,2}}(?= \d))(?!{_CHAR})(?:[-/.]{_CHAR}{{1,12}}){{0,3}}){{0,6}}"
)
_DATE = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d")
_CLOCK_OR_VERSION = re.compile(
    r"\d{1,2}:\d\d|v?\d{1,4}(?:\.\d{1,4}){1,3}|\d+(?:\.\d+)?(?:e\d+|%|ms|s|kb|mb|gb|px|k|m)|(?:19|20)\d\d[-/](?:19|20)?\d\d",
    re.IGNORECASE,
)
# `52.384.917`: the number of a card of identity as it is written in Colombia, Chile, Spain.
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3}){2,3}")
_HEX = re.compile(r"0x[0-9a-f]+|[0-9a-f]{32,}", re.IGNORECASE)
_SERIES = re.compile(r"(?i)(?:серия|серії|серія|series|série|serie|seria|serija)[ \t]{0,2}[:№]?[ \t]{0,2}")
_PLATE = re.compile(r"[A-ZА-ЯÄÖÜ0-9]{1,8}(?:[- ·.][A-ZА-ЯÄÖÜ0-9]{1,4}){0,3}(?![A-Za-z0-9])")
_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,60}@[A-Za-z]{2,20}(?![\w.-])")
# `name#1234` is how Discord told namesakes apart.
_ACCOUNT = re.compile(r"[A-Za-z][A-Za-z0-9._-]+(?:#\d{4})?")
_VERSION = re.compile(r"v\d{1,3}(?:\.\w+)*")
_HUMPED = re.compile(r"[a-z][A-Z]")
_GROUPS = re.compile(r"\d(?:[ .\-/]?\d){8,21}(?![\w])")
# `MR #4821` is a merge request, a patient's number is longer.
_REQUEST = re.compile(r"(?i)mr[ ]?#[ ]?")
_USERS = frozenset(
    "root admin administrator user username guest test nobody daemon ubuntu ec2-user debian centos postgres mysql www-data none null true false "
    "default string name undefined me you system git deploy jenkins runner vagrant docker node redis app service name-here your-username".split()
)


def numbers(text: str, label: Label, bound: Bound) -> Iterator[tuple[int, int]]:
    """The places of the number: one, or several where a word stands between series and number."""
    start = bound.value.start
    series = _SERIES.match(text, start)
    if series:
        start = series.end()
    limit = bound.value.end if bound.value.quoted else min(len(text), start + 120)
    first = _number(text, label, bound, start, limit)
    if first is None:
        return
    yield start, first
    again = _more().match(text, first, limit)
    if again:
        last = _number(text, label, bound, again.end(), limit)
        if last is not None:
            yield again.end(), last


def _more() -> re.Pattern[str]:
    global _more_pattern
    if _more_pattern is None:
        words = "|".join(re.escape(word) for word in sorted(vocabulary().numbers, key=len, reverse=True))
        _more_pattern = re.compile(rf"(?i)[ ,;]{{1,3}}(?:{words}|№)\.?[ :]{{1,3}}(?=[^\s]{{4}})")
    return _more_pattern


_more_pattern: re.Pattern[str] | None = None


def _number(text: str, label: Label, bound: Bound, start: int, limit: int) -> int | None:
    """The end of the number that begins at `start`."""
    match = _NUMBER.match(text, start, limit)
    if match is None:
        return None
    end = match.end()
    value = match.group()
    after = text[end : end + 1]
    signs = ("_", "(", "@", "-") if bound.how in (How.BESIDE, How.SPOKEN) else tuple("_(@-!?+*#$%&~^|=")
    joined = (
        after in signs
        or (after.isalnum() and after < "\u0e00")
        or (after in tuple(".:/-\\+") and text[end + 1 : end + 2].isalnum())
    )
    if joined and (bound.value.quoted or after != ":"):
        return None
    if bound.value.quoted and end != limit and text[end:limit].strip(" .#"):
        return None
    digits = sum(c.isdigit() for c in value)
    size = sum(c.isalnum() for c in value)
    needed = 4 if label.kind.short else 5
    if _REQUEST.fullmatch(text, label.word, start):
        needed = 7
    if digits < 3 or size < needed or size > 40:
        return None
    if _date(value) or _HEX.fullmatch(value):
        return None
    if _CLOCK_OR_VERSION.fullmatch(value) and not _THOUSANDS.fullmatch(value):
        return None
    if value[0].islower() and value.split(" ")[0].isalpha():
        return None
    plain = value.isdigit()
    if bound.how in (How.BESIDE, How.BACKWARD) and plain and size == 4 and value[:2] in ("19", "20"):
        return None
    if bound.how is How.ARGUMENT or (label.doubtful and (plain or digits < 5)):
        return None
    if (
        plain
        and not bound.value.quoted
        and label.joined
        and bound.operator == "="
        and size < (5 if label.kind.short else 7)
    ):
        return None  # an integer literal of code
    if bound.how is How.BACKWARD and not label.kind.short:
        return None
    return end


def _date(value: str) -> bool:
    """Whether digits in three groups can be a day: `84-08-88` is a record's number."""
    if not _DATE.fullmatch(value):
        return False
    parts = [int(part) for part in re.split(r"[-/.]", value)]
    day, month = (parts[2], parts[1]) if parts[0] > 31 else (parts[0], parts[1])
    return min(day, month) <= 12 and max(day, month) <= 31 and min(day, month) > 0


def plate(text: str, label: Label, bound: Bound) -> int | None:
    """The end of a number plate: letters and digits, two of each at least, or digits after letters."""
    if bound.how in (How.ARGUMENT, How.BACKWARD):
        return None
    match = _PLATE.match(text, bound.value.start)
    if match is None:
        return None
    value = match.group()
    size = sum(c.isalnum() for c in value)
    good = 4 <= size <= 10 and any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return match.end() if good else None


def handle(text: str, label: Label, bound: Bound) -> int | None:
    """The end of a payment address: `name@bank`."""
    match = _HANDLE.match(text, bound.value.start)
    return match.end() if match and bound.how is not How.ARGUMENT else None


def device(text: str, label: Label, bound: Bound) -> int | None:
    """The end of a device's number: 14 to 20 digits."""
    match = _GROUPS.match(text, bound.value.start)
    if match is None or not 14 <= sum(c.isdigit() for c in match.group()) <= 20:
        return None
    return match.end()


def username(text: str, label: Label, bound: Bound) -> tuple[int, int, str] | None:
    """A name of an account, and what it still has to be (`accounts`): nothing more where it is quoted or has a digit
    behind a clear label, somebody's or no word at all where it is letters alone."""
    how = bound.how
    if label.doubtful or how in (How.ARGUMENT, How.BACKWARD):
        return None
    named = text[label.word : label.end].lower()
    start, end = bound.value.start, bound.value.end
    at_sign = text[start : start + 1] == "@"
    start += at_sign
    value = text[start:end]
    if not _ACCOUNT.fullmatch(value) or not 3 <= len(value.strip("._-")) <= 32:
        return None
    lower = value.lower().strip("._-")
    # `insta: 'install'` in a list of abbreviations, `discord: v14` among dependencies.
    if lower in _USERS or (value.isalpha() and lower.startswith(named)) or _VERSION.fullmatch(lower):
        return None
    if lower.startswith(("your", "my_", "my-", "some", "the_")):
        return None
    quoted = bound.value.quoted
    if not quoted and text.startswith(("(", "["), end):
        return None
    digit = any(c.isdigit() for c in value)
    told = how in (How.ASSIGNED, How.SPOKEN, How.CELL)
    if told and label.kind.clear and (digit or at_sign or (quoted and value.islower() and "_" not in value)):
        return start, end, ""
    if _HUMPED.search(value) and not digit:
        return (start, end, PERSON) if told and label.kind.clear else None
    alone = digit and text[end : end + 2].lstrip(" ,;.\"'")[:1] in ("", "\n", "\r")
    if not label.kind.clear:
        marked = digit or at_sign or quoted or not value.isalnum() or how in (How.ASSIGNED, How.CELL)
        return (start, end, PERSON) if marked else None
    return start, end, UNKNOWN if how in (How.ASSIGNED, How.CELL, How.FLAG, How.BELOW) or alone else PERSON
