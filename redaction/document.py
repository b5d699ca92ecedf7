"""Lossless JSON: the values for reading, the source text for writing back.

`json.loads` (C, RFC 8259) says what a document means; a scan over the same source says where its scalars stand. Both
go through the document in the same order, so the n-th string or key of the walk is the n-th string literal of the
source. An edit is spliced into that literal: number spelling, key order, white space, escapes and every untouched
byte survive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, NoReturn

from redaction.errors import BadDocument

# [start, end) in the decoded string, and the decoded text that takes its place.
type Edit = tuple[int, int, str]

# A string literal or a number; each branch starts with another character, so matching is linear.
_SCALAR = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*', re.DOTALL)
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
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
    def parse(cls, source: str) -> Document:
        """Read one JSON text.

        Raises BadDocument for anything but exactly one JSON value, for duplicate keys, NaN and Infinity, and for
        nesting that exhausts the parser.
        """
        try:
            return cls(source, _DECODER.decode(source))
        except json.JSONDecodeError as error:
            raise BadDocument(
                f"the body is not one JSON value: {error.msg} at character {error.pos}",
                code="faasera_bad_json",
            ) from None
        except RecursionError:
            raise BadDocument("the JSON body is nested too deep (limits.depth)", code="faasera_too_deep") from None

    def splice(self, strings: Mapping[int, Sequence[Edit]], numbers: Mapping[int, str] | None = None) -> str:
        """The source with edits applied.

        `strings` maps the ordinal of a string literal (keys and values, in document order) to sorted, disjoint
        edits of its decoded text; `numbers` maps the ordinal of a number to the JSON text that takes its place.
        """
        if numbers:
            return self._splice_all(strings, numbers)
        if not strings:
            return self.source
        out: list[str] = []
        source = self.source
        last = max(strings)
        at = end = 0
        for ordinal in range(last + 1):
            start = source.find('"', end)
            end = _literal_end(source, start)
            edits = strings.get(ordinal)
            if edits is not None:
                at = _edit(source, start, end, edits, at, out)
        out.append(source[at:])
        return "".join(out)

    def _splice_all(self, strings: Mapping[int, Sequence[Edit]], numbers: Mapping[int, str]) -> str:
        """The same with numbers: rare, so it may look at every scalar."""
        out: list[str] = []
        source = self.source
        at = string = number = 0
        for match in _SCALAR.finditer(source):
            start, end = match.span()
            if source[start] == '"':
                if (edits := strings.get(string)) is not None:
                    at = _edit(source, start, end, edits, at, out)
                string += 1
            else:
                if (spelled := numbers.get(number)) is not None:
                    out += (source[at:start], spelled)
                    at = end
                number += 1
        out.append(source[at:])
        return "".join(out)


def _literal_end(source: str, start: int) -> int:
    """The index behind the string literal that opens at `start`: its closing quote has no odd run of backslashes."""
    end = source.find('"', start + 1)
    while source[end - 1] == "\\":
        slashes = 1
        while source[end - 1 - slashes] == "\\":
            slashes += 1
        if slashes % 2 == 0:
            break
        end = source.find('"', end + 1)
    return end + 1


def _edit(source: str, start: int, end: int, edits: Sequence[Edit], at: int, out: list[str]) -> int:
    """Append the source from `at` through the edits of the literal [start, end); returns where to go on."""
    if source.find("\\", start, end) >= 0:
        out += (source[at:start], splice_literal(source[start:end], edits))
        return end
    for begin, stop, new in edits:  # no escape: a place in the text is a place in the source
        out += (source[at : start + 1 + begin], escape(new))
        at = start + 1 + stop
    return at


def escape(text: str) -> str:
    """`text` as the inside of a JSON string literal. Lone surrogates become their escape, the rest stays as it is."""
    if text in _PLAIN:
        return text
    quoted = encode_basestring(text)[1:-1]
    return _SURROGATE.sub(lambda m: f"\\u{ord(m.group()):04x}", quoted)


def quote(text: str) -> str:
    """`text` as a JSON string literal."""
    return f'"{escape(text)}"'


def splice_literal(literal: str, edits: Sequence[Edit]) -> str:
    """A string literal (with its quotes) with edits of its decoded text; escapes outside the edits survive."""
    place = _raw_places(literal)
    out: list[str] = []
    at = 0
    for start, end, new in edits:
        raw_start, raw_end = (start + 1, end + 1) if place is None else (place[start], place[end])
        out += (literal[at:raw_start], escape(new))
        at = raw_end
    out.append(literal[at:])
    return "".join(out)


def _raw_places(literal: str) -> list[int] | None:
    """For each code point of the decoded string, and its end: the index in the literal. None: simply one further."""
    if "\\" not in literal:
        return None
    places: list[int] = []
    at = 1
    end = len(literal) - 1
    for match in _ESCAPE.finditer(literal, 1, end):
        places.extend(range(at, match.start()))
        places.append(match.start())
        at = match.end()
    places.extend(range(at, end + 1))
    return places
