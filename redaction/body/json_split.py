"""The large pieces of a request, found without looking into them: turns of its conversation, descriptions of tools.

Clients send them again with every request. Each is read, masked and remembered for itself (`redaction.remembered`):
a piece that was masked before costs a hash. The rest, with gaps in their places, is a small document of its own.
"""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed does not know it
from typing import Any, NamedTuple

from redaction.body import turns
from redaction.body.long_json import LARGE
from redaction.edits import Edit

# A shorter value at the root is not worth a look of its own.
_WORTH = 500
_SPACE = re.compile(r"[ \t\n\r]*+")
# The C scanner. What it takes and a strict reader does not (`NaN`, a key twice) is refused when the piece is read.
_SCAN = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


class Stretch(NamedTuple):
    """Where a value stands that is read for itself. `seen`: what it holds, numbers as they come, of a key that stands
    twice the last."""

    start: int
    end: int
    seen: Any


class Turns(list[Stretch]):
    """A list of which each element is read for itself."""


class Split(NamedTuple):
    """A document in pieces. `gaps` are places in `rest` and how many characters stand there in `source` instead."""

    source: str
    rest: str
    stretches: dict[str, Stretch | Turns]
    gaps: list[tuple[int, int]]

    def in_source(self, edits: list[Edit]) -> list[Edit]:
        """Edits of `rest` as edits of `source`."""
        out: list[Edit] = []
        gaps = iter((*self.gaps, (len(self.source) + 1, 0)))
        shift, (place, more) = 0, next(gaps)
        for start, end, new in edits:
            while start >= place:
                shift += more
                place, more = next(gaps)
            out.append((start + shift, end + shift, new))
        return out


def split(source: str) -> Split | None:
    """The pieces of an object in JSON. None where there is none, and for whatever is not an object at first sight: then
    it is read as a whole, and what is wrong with it told. Nor of a very large one, which would be read three times."""
    if len(source) >= LARGE:
        return None
    try:
        return _split(source)
    except (ValueError, IndexError, StopIteration, RecursionError):
        return None


def _split(source: str) -> Split | None:
    stretches: dict[str, Stretch | Turns] = {}
    cuts: list[tuple[int, int, str]] = []
    root: dict[str, Any] = {}
    at = _open(source, 0, "{")
    while True:
        key, at = scanstring(source, _open(source, at, '"'))
        at = _past(source, _open(source, at, ":"))
        begin = at
        value, at = _SCAN(source, begin)
        if key in root:
            return None
        root[key] = value
        if type(value) is list and value and all(type(item) is dict for item in value):
            if turns.is_turn_list(key, value):
                stretches[key] = _turns(source, begin)
                cuts.append((begin, at, "[]"))
            elif at - begin >= _WORTH:
                stretches[key] = Stretch(begin, at, value)
                cuts.append((begin, at, "null"))
        elif type(value) is dict and at - begin >= _WORTH:
            stretches[key] = Stretch(begin, at, value)
            cuts.append((begin, at, "null"))
        at = _past(source, at)
        if source[at] == "}":
            break
        at = _open(source, at, ",")
    if _past(source, at + 1) != len(source) or not stretches or turns.is_tool_result(root, ""):
        return None
    pieces: list[str] = []
    gaps: list[tuple[int, int]] = []
    at = size = 0
    for begin, end, instead in cuts:
        pieces += (source[at:begin], instead)
        size += begin - at + len(instead)
        gaps.append((size, end - begin - len(instead)))
        at = end
    pieces.append(source[at:])
    return Split(source, "".join(pieces), stretches, gaps)


def _turns(source: str, begin: int) -> Turns:
    """The elements of a list that holds some."""
    found = Turns()
    at = _open(source, begin, "[")
    while True:
        start = _past(source, at)
        value, at = _SCAN(source, start)
        found.append(Stretch(start, at, value))
        at = _past(source, at)
        if source[at] == "]":
            return found
        at = _open(source, at, ",")


def _past(source: str, at: int) -> int:
    """The place behind white space."""
    found = _SPACE.match(source, at)
    return found.end() if found is not None else at


def _open(source: str, at: int, sign: str) -> int:
    """The place behind a sign that must come next."""
    at = _past(source, at)
    if source[at] != sign:
        raise ValueError
    return at + 1
