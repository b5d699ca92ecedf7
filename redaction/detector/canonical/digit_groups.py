"""What stands between the groups of one number, and between the parts of one address, as the usual sign.

A number of nine digits or more whose groups are held apart by a dot in the middle, a slash, an underscore, a long dash,
Markdown's own signs or the `+` of a query is read with `-`, and by a colon where its groups are those of a card, an
IBAN or an SSN; so is one that a hyphen breaks at the end of a line. `(at)`, `[dot]` and an address broken
behind its `@` are read as the signs. A quote prefix (`> `) inside a wrapped value goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from redaction.detector.canonical.scan import places
from redaction.detector.canonical.segments import Edit

# Fewer digits are a date, a fraction, a version.
FEWEST_DIGITS = 9
# U+2010 to U+2013 are folded to `-` before; the others are dots, bullets, bars and long dashes.
_EXOTIC = "/_|~*++\u00b7\u2022\u2219\u22c5\u2027\u30fb\u2014\u2015\u2043\u2502\u00a6\u2026\u00b0\uff65"
_GROUP = "[0-9A-Z]{1,12}"
_JOINED = re.compile(rf"{_GROUP}(?:(?:-|[{_EXOTIC}]{{1,3}}){_GROUP}){{1,19}}+(?![0-9A-Za-z])")
_SIGNS = re.compile(rf"[{_EXOTIC}]{{1,3}}")
# Colons stand in times, ratios, addresses of networks and machines too.
_COLONS = (
    r"(?<![0-9A-Za-z:])(?:[0-9]{3}:[0-9]{2}:[0-9]{4}|[0-9]{4}(?::[0-9]{4}){3}|[A-Z]{2}[0-9]{2}(?::[0-9A-Z]{4}){3,7}"
    r"(?::[0-9A-Z]{1,3})?)(?![0-9A-Za-z:])"
)
# The characters of such a number, and how far it is followed back to where it begins.
_MEMBERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-" + _EXOTIC)
_LONGEST = 64

_SIGN = rf"(?<=[0-9A-Z])[{_EXOTIC}]{{1,3}}(?=[0-9A-Z])"
_WRAPPED = r"(?<=[0-9])-[ \t]{0,4}\r?\n[ \t>]{0,8}(?=[0-9])"
_AT_WRAPPED = r"(?<=[\w.+-])@[ \t]{0,2}\r?\n[ \t>]{0,8}(?=\w)"
_QUOTED = r"(?<=[\w@.=-])\r?\n[ \t]{0,3}>[> \t]{0,8}(?=\w)"
# An ideographic stop in a domain (RFC 3490 section 3.1).
_STOP = r"(?<=[0-9A-Za-z])\u3002(?=[0-9A-Za-z])"
_BRACKETED = r"[\[({<*] ?(?:[aA][tT]|[dD][oO][tT]|[@.]) ?[\])}>*]|[ ]-(?:[aA][tT]|[dD][oO][tT])-[ ]"
# A whole number of 14 digits or more, as spreadsheets and programs write large ones: `4.111E+15`.
_FLOAT = r"(?<![\w.])(?:[0-9]\.[0-9]{6,18}[eE]\+?1[3-8]|[0-9]{13,20}[eE][+-]?[0-3])(?![\w.]*[0-9])"
_PATTERN = re.compile(
    f"(?P<float>{_FLOAT})|(?P<colons>{_COLONS})|(?P<sign>{_SIGN})|(?P<hyphen>{_WRAPPED})|(?P<at>{_AT_WRAPPED})|(?P<stop>{_STOP})|(?P<quote>{_QUOTED})|(?P<word>{_BRACKETED})"
)
# In RE2's syntax: where one may begin.
TRIGGER = (
    rf"[0-9]\.[0-9]{{6,18}}[eE]\+?1[3-8]|[0-9]{{13,20}}[eE][+-]?[0-3]|[0-9][{_EXOTIC}]{{1,3}}[0-9A-Z]|[A-Z][{_EXOTIC}]{{1,3}}[0-9]"
    r"|-[ \t]*\r?\n[ \t>]*[0-9]|@[ \t]*\r?\n|[0-9]{3}:[0-9]{2}:[0-9]{4}|[0-9]{4}:[0-9]{4}:"
    r"|[A-Z]{2}[0-9]{2}:[0-9A-Z]{4}:|[0-9A-Za-z]\x{3002}[0-9A-Za-z]|\r?\n[ \t]{0,3}>"
    r"|[\[({<*] ?(?i:at|dot|@|\.) ?[\])}>*]| -(?i:at|dot)- "
)
JOINED = re2.compile(TRIGGER)
_PLAIN = {"hyphen": "-", "at": "@", "quote": "\n", "stop": "."}


def group_edits(text: str) -> Iterator[Edit]:
    """The edits of one text; a number of few digits keeps its signs."""
    done = 0
    for place in places(JOINED, text):
        # The trigger sees the digit or letter in front of a sign.
        found = _PATTERN.match(text, place) or _PATTERN.match(text, place + text[place].isalnum())
        if found is None or found.start() < done:
            continue
        start, end = found.span()
        kind = found.lastgroup or ""
        if kind in _PLAIN:
            yield start, end, _PLAIN[kind], 0
            done = end
        elif kind == "float":
            if (whole := _whole(found.group())) != found.group():
                yield start, end, whole, 0
            done = end
        elif kind == "colons":
            yield from ((at, at + 1, "-", 0) for at in range(start, end) if text[at] == ":")
            done = end
        elif kind == "word":
            edit = _word(text, start, end)
            if edit is not None and edit[0] >= done:
                yield edit
                done = edit[1]
        else:
            signs, done = _number(text, start, done)
            yield from signs


def _number(text: str, start: int, low: int) -> tuple[list[Edit], int]:
    """The signs of the number that has one at `start`, and where the number ends."""
    first = start
    low = max(low, start - _LONGEST)
    while first > low and text[first - 1] in _MEMBERS:
        first -= 1
    while not "0" <= text[first] <= "9" and not "A" <= text[first] <= "Z":
        first += 1
    found = _JOINED.match(text, first)
    if found is None:
        return [], start + 1
    value = found.group()
    if sum("0" <= char <= "9" for char in value) < FEWEST_DIGITS or "E+" in value:
        return [], found.end()
    return [(first + m.start(), first + m.end(), "-", 0) for m in _SIGNS.finditer(value)], found.end()


def _whole(number: str) -> str:
    """The digits of a whole number that is written with an exponent."""
    mantissa, _, exponent = number.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    size = len(whole) + int(exponent)
    digits = (whole + fraction).ljust(size, "0")
    return number if digits[size:].strip("0") else digits[:size]


def _word(text: str, start: int, end: int) -> Edit | None:
    """`(at)` or `[dot]` between two words, with a space on both sides or on none."""
    sign = "." if "." in text[start:end] or "o" in text[start:end].lower() else "@"
    if text[start - 1 : start] == " " and text[end : end + 1] == " ":
        start, end = start - 1, end + 1
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return (start, end, sign, 0) if before.isalnum() and after.isalnum() else None
