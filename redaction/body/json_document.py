"""Lossless JSON: the values for reading, the source text for writing back.

`json.loads` (C, RFC 8259) says what a document means; a scan over the same source says where its scalars stand. Both
go through the document in the same order, so the n-th string or key of the walk is the n-th string literal of the
source. An edit is spliced into that literal: number spelling, key order, white space, escapes and every untouched
byte survive.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed does not know it
from json.encoder import encode_basestring
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from redaction import in_pieces
from redaction.body.long_json import LARGE, loads
from redaction.edits import Edit, apply
from redaction.errors import BadDocument, NotRedactable

__all__ = ["Document", "Edit", "Number", "apply", "escape", "quote", "values_in"]

# A string literal or a number. Possessive: linear, and nothing is kept to go back to.
_SCALAR = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?[0-9][0-9.eE+-]*+', re.DOTALL)
# A piece of what stands in a literal.
_INSIDE = re.compile(r'(?:[^"\\]{1,1024}+|\\.){1,64}+', re.DOTALL)
# Hexadecimal digits of surrogates: `\\uD8..` to `\\uDB..`, then `\\uDC..` to `\\uDF..`.
_D, _HIGH, _LOW = (np.array([ord(digit) for digit in digits]) for digits in ("dD", "89abAB", "cdefCDEF"))
_LONGEST_ESCAPE = 12
# Characters of a literal whose escapes are looked for together.
_PIECE = 1 << 16
# Placeholders that need no escape: nearly every edit is one of these.
_PLAIN = frozenset(
    f"[[{name}]]"
    for name in (
        "NAME",
        "SSN",
        "EMAIL_ADDRESS",
        "PHONE_NUMBER",
        "STREET_ADDRESS",
        "DATE_OF_BIRTH",
        "IP_ADDRESS",
        "API_KEY",
        "PASSWORD",
    )
)
_SURROGATE = re.compile("[\ud800-\udfff]")


class Number(str):
    """A JSON number as it was spelled. Never turned into a float: `1e-3` and 5000 digits stay what they are."""

    __slots__ = ()


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadDocument(
            "the JSON body has a duplicate key: parsers disagree on which one counts; send each key once",
            code="faasera_duplicate_key",
        )
    return found


def _constant(name: str) -> NoReturn:
    raise BadDocument(f"the JSON body holds {name}, which is not JSON (RFC 8259)", code="faasera_bad_json")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=Number, parse_float=Number, parse_constant=_constant)


class Document:
    """One parsed JSON text.

    `root` is made of dict, list, str, Number, bool and None. The repr shows no text.
    """

    __slots__ = ("root", "source")

    def __init__(self, source: str, root: Any) -> None:
        self.source = source
        self.root = root

    def __repr__(self) -> str:
        return f"Document({len(self.source)} characters)"

    @classmethod
    def parse(cls, source: str, *, most: int | None = None) -> Document:
        """Read one JSON text. `most` bounds its keys and values, before any object is made of them.

        Raises BadDocument for anything but exactly one JSON value, for duplicate keys, NaN and Infinity, and for
        nesting that exhausts the parser; NotRedactable for more than `most` keys and values.
        """
        if most is not None and values_in(source, most) > most:
            raise NotRedactable(
                f"the request holds more than {most} JSON keys and values (limits.strings allows ten times as many)",
                code="faasera_too_many_strings",
            )
        try:
            return cls(source, loads(source, _DECODER))
        except json.JSONDecodeError as error:
            raise BadDocument(
                f"the body is not one JSON value: {error.msg} at character {error.pos}",
                code="faasera_bad_json",
            ) from None
        except RecursionError:
            raise BadDocument("the JSON body is nested too deep (limits.depth)", code="faasera_too_deep") from None

    def splice(self, strings: Mapping[int, Sequence[Edit]], numbers: Mapping[int, str] | None = None) -> str:
        """The source with edits applied: see `edits`."""
        return apply(self.source, self.edits(strings, numbers))

    def edits(self, strings: Mapping[int, Sequence[Edit]], numbers: Mapping[int, str] | None = None) -> list[Edit]:
        """Edits of the source from edits of its scalars.

        `strings` maps the ordinal of a string literal (keys and values, in document order) to sorted, disjoint edits
        of its decoded text; `numbers` maps the ordinal of a number to the JSON text that takes its place. The result
        is sorted and disjoint. A document that stands in a string is edited by handing it on.
        """
        out: list[Edit] = []
        source = self.source
        if numbers:
            string = number = 0
            for match in _SCALAR.finditer(source):
                start, end = match.span()
                if source[start] == '"':
                    if (edits := strings.get(string)) is not None:
                        _edit(source, start, end, edits, out)
                    string += 1
                else:
                    if (spelled := numbers.get(number)) is not None:
                        out.append((start, end, spelled))
                    number += 1
            return out
        end = 0
        for ordinal in range(max(strings, default=-1) + 1):
            start = source.find('"', end)
            end = _literal_end(source, start)
            if (edits := strings.get(ordinal)) is not None:
                _edit(source, start, end, edits, out)
        return out


def values_in(source: str, enough: int) -> int:
    """How many keys and values a JSON text holds at most, by what separates and opens them. Strings are looked at
    only where the separators in all may be more than `enough`: a few scans, no object for any value."""
    count = 1 + _separators(source, 0, len(source))
    if count <= enough:
        return count
    count, at = 1, 0
    while count <= enough:
        quote = source.find('"', at)
        end = quote if quote >= 0 else len(source)
        count += _separators(source, at, end)
        at = _string_end(source, end)
        if at < 0:
            break
    return count


def _separators(source: str, start: int, end: int) -> int:
    return in_pieces.count(source, ",:[{", start, end)


def _literal_end(source: str, start: int) -> int:
    """The index behind the string literal that opens at `start`: its closing quote has no odd run of backslashes."""
    end = _string_end(source, start)
    assert end > 0, "no string literal opens here"
    return end


def _string_end(source: str, start: int) -> int:
    """The same, -1 where none opens or it does not end. Other threads wait for the end of one match: a long literal is
    read in pieces."""
    at = start + 1
    if source[start:at] != '"':
        return -1
    if len(source) < LARGE:  # the reader in C takes a fifth of the time
        try:
            return int(scanstring(source, at)[1])
        except ValueError:
            return -1
    while found := _INSIDE.match(source, at):
        at = found.end()
    return at + 1 if source[at : at + 1] == '"' else -1


def _edit(source: str, start: int, end: int, edits: Sequence[Edit], out: list[Edit]) -> None:
    """Append the edits of the literal [start, end) as edits of the source; escapes outside them survive."""
    inside = start + 1
    if source.find("\\", inside, end) < 0:  # no escape: a place in the text is a place in the source
        out.extend((inside + begin, inside + stop, escape(new)) for begin, stop, new in edits)
        return
    places = [place for begin, behind, _ in edits for place in (begin, behind)]
    found = [inside + place for place in _in_source(source, inside, end - 1, places)]
    out.extend((a, b, escape(edit[2])) for a, b, edit in zip(found[::2], found[1::2], edits, strict=True))


def _in_source(source: str, begin: int, end: int, places: Sequence[int]) -> list[int]:
    """Where sorted places of a text stand in the literal source[begin:end] that it was read from, counted from its
    begin. Piece by piece: what is known of each escape takes a hundred times its room."""
    found: list[int] = []
    text, at = 0, begin
    while len(found) < len(places):
        starts, more = _escapes(source[at : min(end, at + _PIECE + _LONGEST_ESCAPE)])
        size = min(end - at, max(_PIECE, int(starts[-1] + more[-1]) + 1 if len(starts) else 0))
        longer = np.concatenate(([0], np.cumsum(more)))
        have = len(found)
        behind = bisect_right(places, text + size - int(longer[-1]), have) if at + size < end else len(places)
        own = np.array(places[have:behind], np.int64) - text
        before = np.searchsorted(starts - longer[:-1], own, side="left")
        found += (own + longer[before] + (at - begin)).tolist()
        text, at = text + size - int(longer[-1]), at + size
    return found


def _escapes(piece: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the escapes begin whose first characters are among the first `_PIECE`, and how many characters more than
    their text they have. No escape or pair begins in front of the piece."""
    narrow = piece.isascii()
    data = (piece + "    ").encode("ascii" if narrow else "utf-32-le", "surrogatepass")
    code = np.frombuffer(data, np.uint8 if narrow else np.uint32)
    slashes = np.flatnonzero(code == ord("\\"))
    number = np.arange(len(slashes))
    runs = np.maximum.accumulate(np.where(np.diff(slashes, prepend=-2) > 1, number, 0))
    starts = slashes[(number - runs) % 2 == 0]  # of a run of backslashes every other one begins an escape
    unicode = code[starts + 1] == ord("u")
    more = np.where(unicode, 5, 1)  # characters that an escape has more than its text
    if unicode.any():  # a surrogate pair is one code point
        plane = unicode & np.isin(code[starts + 2], _D)
        high, low = plane & np.isin(code[starts + 3], _HIGH), plane & np.isin(code[starts + 3], _LOW)
        pair = np.flatnonzero(high[:-1] & low[1:] & (np.diff(starts) == 6))
        more[pair] = 11
        starts, more = np.delete(starts, pair + 1), np.delete(more, pair + 1)
    own = int(np.searchsorted(starts, _PIECE))
    return starts[:own], more[:own]


def escape(text: str) -> str:
    """`text` as the inside of a JSON string literal. Lone surrogates become their escape, the rest stays as it is."""
    if text in _PLAIN:
        return text
    quoted = encode_basestring(text)[1:-1]
    return _SURROGATE.sub(lambda m: f"\\u{ord(m.group()):04x}", quoted)


def quote(text: str) -> str:
    """`text` as a JSON string literal."""
    return f'"{escape(text)}"'
