"""Reads JSON of many megabytes without making every other thread wait for it.

The reader in C keeps the interpreter's lock from the first character to the last: 0.1 to 0.4 s for a string of 32 MB.
Long string literals are taken out, read in pieces and put back where they stood; what is left is short.
"""

from __future__ import annotations

import json
import re
import secrets
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed does not know it
from typing import Any

from redaction.in_pieces import PIECE

# From so many characters on a document is read this way.
LARGE = 1 << 22
# A literal that is taken out.
_LONG = 1 << 20
# Whole escapes and no half of a surrogate pair: each piece can be read for itself.
_PART = re.compile(
    r'(?:[^"\\]{1,1024}+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[^u]){1,64}+',
    re.DOTALL,
)
_NEXT = re.compile(r"[ \t\n\r]*+")


def loads(source: str, decoder: json.JSONDecoder) -> Any:
    """What `decoder` makes of a JSON text. Raises what it raises."""
    if len(source) < LARGE:
        return decoder.decode(source)
    mark, longs = secrets.token_hex(16), list[str]()
    try:
        short = _shortened(source, mark, longs)
        return _whole(decoder.decode(short), mark, longs) if longs else decoder.decode(source)
    except json.JSONDecodeError:
        return decoder.decode(source)  # says at which character


def _shortened(source: str, mark: str, longs: list[str]) -> str:
    """The text with `mark` and a number in the place of each long value; what they were, into `longs`."""
    out: list[str] = []
    done = at = 0
    while (start := source.find('"', at)) >= 0:
        ends = [start + 1]
        while found := _PART.match(source, ends[-1]):
            ends.append(found.end())
        end = ends[-1]
        at = end + 1
        if end - start > _LONG and source[end : end + 1] == '"' and not _is_key(source, at):
            out += (source[done : start + 1], f"{mark}{len(longs)}")
            longs.append(_read(source, ends))
            done = end
        elif source[end : end + 1] != '"':
            raise json.JSONDecodeError("a string does not end", "", 0)
    out.append(source[done:])
    return "".join(out)


def _is_key(source: str, at: int) -> bool:
    space = _NEXT.match(source, at)
    assert space is not None
    return source[space.end() : space.end() + 1] == ":"


def _read(source: str, ends: list[int]) -> str:
    """The text of a literal of which the parts end at `ends`."""
    out: list[str] = []
    begin = ends[0]
    for end in ends:
        if end - begin >= PIECE or end == ends[-1]:
            out.append(scanstring(source[begin:end] + '"', 0)[0])
            begin = end
    return "".join(out)


def _whole(root: Any, mark: str, longs: list[str]) -> Any:
    """The value with the long texts where they stood."""
    top = [root]
    left: list[Any] = [top]
    while left:
        holder = left.pop()
        for key, value in list(holder.items() if type(holder) is dict else enumerate(holder)):
            if type(value) is str and value.startswith(mark):
                holder[key] = longs[int(value[len(mark) :])]
            elif type(value) in (dict, list):
                left.append(value)
    return top[0]
