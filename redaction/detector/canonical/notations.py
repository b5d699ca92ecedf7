"""One pass that reads every spelled notation: escapes, references, coded bytes. Layers of them take a pass each."""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from redaction.detector.canonical import entities, escapes, octets
from redaction.detector.canonical.scan import places
from redaction.detector.canonical.segments import Edit

_PATTERN = re.compile(
    "|".join(
        (
            octets.PERCENT,
            entities.PATTERN,
            octets.QUOTED,
            escapes.PATTERN,
            octets.UTF7,
            octets.RSYSLOG,
            r"\^\[(?=\[[0-9;]{0,12}[mK])",
        )
    )
)
# In RE2's syntax: where one may begin. A run of coded bytes or of backslashes is one place.
TRIGGER = (
    r"(?:%[0-9A-Fa-f]{2})+|#0(?:1[125]|33)[A-Z0-9\[+/]"
    r"|%u[0-9A-Fa-f]{4}|&#[0-9xX]|&[A-Za-z][A-Za-z0-9]{1,30};|&(?:amp|lt|gt|quot|nbsp)"
    r"|(?:=[2-7C-Fc-f][0-9A-Fa-f]){2,}|=(?:3D|2E|2D|2B|3A|5F)|=(?:40|20)(?:[^0-9]|$)|=20[0-9A-Z]|=\r?\n"
    r"|\\+(?:[nrtuUxfve0-7\"'/@._:=+-]|40|[No]\{|[, ][0-9]|[A-Ta-tVWYZvwyz][0-9]|[ab][A-Z+])"
    r"|\+A[A-H][A-Za-z0-9+/]-|\^\[\["
)
SPELLED = re2.compile(TRIGGER)


def notation_edits(text: str) -> Iterator[Edit]:
    """The edits of one layer."""
    done = 0
    for place in places(SPELLED, text):
        if place < done:
            continue
        # Of a match of the trigger `re` may take less (a run has its limit): it goes on where it stopped.
        while (found := _PATTERN.match(text, place)) is not None and found.end() > place:
            yield from _read(text, found)
            done = place = found.end()


def _read(text: str, found: re.Match[str]) -> list[Edit]:
    sign = text[found.start()]
    if sign == "\\":
        return escapes.read(text, found)
    if sign == "%":
        return octets.read_percent(text, found)
    if sign == "&":
        return entities.read(found)
    if sign == "#":
        return [(found.start(), found.end(), chr(int(found.group()[1:], 8)), 0)]
    if sign == "=":
        return octets.read_quoted(text, found)
    if sign == "+":
        return octets.read_utf7(found)
    return [(found.start(), found.end(), "\x1b", 0)]  # `^[` before a colour: how a terminal shows an ESC
