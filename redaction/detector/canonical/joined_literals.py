"""Literals that a program puts together inside a number or at an address's sign (`'536-2' + '2-8645'`, `"4111 "
"1111"`), and a number whose line a backslash continues.

Sources: Python reference 2.4.2, ISO C 6.4.5, SQL:2016 `||`, PHP, Visual Basic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from redaction.detector.canonical.scan import places
from redaction.detector.canonical.segments import Edit

_OPERATOR = r"[ \t]{0,4}(?:[+.&]|\|\|)?[ \t]{0,4}"
_BREAK = r"(?:\\?\r?\n[ \t]{0,20})?"
_PATTERN = re.compile(
    rf"(?:(?<=[0-9@-])|(?<=[0-9] ))(?P<quote>[\"'`])(?!(?P=quote))"
    rf"{_OPERATOR}{_BREAK}{_OPERATOR}(?P=quote)(?=[0-9@-]| [0-9])"
    r"|(?:(?<=[0-9-])|(?<=[0-9] ))\\\r?\n[ \t]{0,20}(?=[0-9])"
)
_AT = re.compile(rf"(?P<quote>[\"'`]){_OPERATOR}(?P=quote)@(?P=quote){_OPERATOR}(?P=quote)(?=\w)")
# In RE2's syntax: where one may begin.
TRIGGER = (
    r"[0-9@ -][\"'`][ \t]{0,4}(?:[+.&]|\|\|)?[ \t]{0,4}(?:\\?\r?\n[ \t]{0,20})?(?:[+.&]|\|\|)?[ \t]{0,4}[\"'`][0-9@ -]"
    r"|[\"'`][ \t]{0,4}(?:[+.&]|\|\|)?[ \t]{0,4}[\"'`]@[\"'`]|[0-9 -]\\\r?\n[ \t]{0,20}[0-9]"
)
_PUT_TOGETHER = re2.compile(TRIGGER)


def joined_edits(text: str) -> Iterator[Edit]:
    """Leave out what stands between the parts."""
    done = 0
    for place in places(_PUT_TOGETHER, text):
        if place < done:
            continue
        if found := _AT.match(text, place):
            yield place, found.end(), "@", 0
        elif found := _PATTERN.match(text, place + 1):
            yield place + 1, found.end(), "", 0
        else:
            continue
        done = found.end()
