"""One pass that reads every spelled notation: escapes, references, coded bytes. Layers of them take a pass each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from redaction.detector.canonical import entities, escapes, octets
from redaction.detector.canonical.segments import Edit

# Each alternative begins with a literal of its own: `re` skips to those, and no two can match at one place.
_PATTERN = re.compile(
    "|".join(
        (octets.PERCENT, entities.PATTERN, octets.QUOTED, escapes.PATTERN, octets.UTF7, r"\^\[(?=\[[0-9;]{0,12}[mK])")
    )
)
# In RE2's syntax: text without this holds none of them.
TRIGGER = (
    r"%[0-9A-Fa-fu][0-9A-Fa-f]|&#[0-9xX]|&[A-Za-z][A-Za-z0-9]{1,30};|&(?:amp|lt|gt|quot|nbsp)"
    r"|=[2-7C-Fc-f][0-9A-Fa-f]=|=(?:3D|2E|2D|2B|3A|5F|40|20)|=\r?\n"
    r"|\\[nrtuUxfve0-3\"'/@._:=+-]|\+A[A-H][A-Za-z0-9+/]-|\^\[\["
)


def notation_edits(text: str) -> Iterator[Edit]:
    """The edits of one layer."""
    for found in _PATTERN.finditer(text):
        sign = text[found.start()]
        if sign == "\\":
            yield from escapes.read(text, found)
        elif sign == "%":
            yield from octets.read_percent(text, found)
        elif sign == "&":
            yield from entities.read(found)
        elif sign == "=":
            yield from octets.read_quoted(text, found)
        elif sign == "+":
            yield from octets.read_utf7(found)
        else:  # `^[` before a colour: how a terminal shows an ESC
            yield found.start(), found.end(), "\x1b", 0
