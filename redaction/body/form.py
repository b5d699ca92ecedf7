"""Form bodies and query strings as lists of (name, value), written back in place.

Source: WHATWG URL, application/x-www-form-urlencoded. Only `&` separates; `+` is a space; `%` without two hexadecimal
digits stands for itself. Only the part of a value that changed is spelled anew, every other byte survives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

from redaction.edits import ByteEdit, apply
from redaction.errors import BadEncoding, NotRedactable
from redaction.in_pieces import PIECE

_PAIR = re.compile(rb"[^&]+")
# One unit of a coded text is one byte of the decoded one.
_UNIT = re.compile(rb"%[0-9A-Fa-f]{2}|[\x00-\xff]", re.DOTALL)
_LOWER_HEX = re.compile(rb"%(?:[a-f][0-9a-f]|[0-9][a-f])")
_UPPER_HEX = re.compile(rb"%(?:[A-F][0-9A-F]|[0-9][A-F])")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One name and value, decoded; a name alone has an empty value. Spans are half-open byte offsets in the source."""

    name: str = field(repr=False)
    value: str = field(repr=False)
    name_span: tuple[int, int]
    value_span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Form:
    """A parsed form: `leaves` in source order, duplicates kept. The repr shows no text."""

    source: bytes = field(repr=False)
    leaves: tuple[Leaf, ...]
    space: bytes = b"+"

    def render(self, values: Mapping[int, str], names: Mapping[int, str] | None = None) -> bytes:
        """The source with new values, and new names, by leaf index. An edit that changes nothing writes nothing."""
        edits: list[ByteEdit] = []
        for index, text in values.items():
            leaf = self.leaves[index]
            if text != leaf.value:
                lead = b"" if leaf.value_span[0] > leaf.name_span[1] else b"="  # `name` without `=`
                edits.append((*leaf.value_span, lead + self._spell(leaf.value_span, leaf.value, text)))
        for index, text in (names or {}).items():
            leaf = self.leaves[index]
            if text != leaf.name:
                edits.append((*leaf.name_span, self._spell(leaf.name_span, leaf.name, text)))
        return apply(self.source, sorted(edits))

    def _spell(self, span: tuple[int, int], old: str, new: str) -> bytes:
        """`new` coded, with the spelling of `old` kept for the common head and tail."""
        raw = self.source[slice(*span)]
        shortest = min(len(old), len(new))
        head = next((place for place in range(shortest) if old[place] != new[place]), shortest)
        tail = next((place for place in range(shortest - head) if old[-1 - place] != new[-1 - place]), shortest - head)
        units = _UNIT.findall(raw)
        first = len(old[:head].encode())
        last = len(units) - len(old[len(old) - tail :].encode())
        space = next((spelling for spelling in (b"%20", b"+") if spelling in raw), self.space)
        middle = _quote(new[head : len(new) - tail], space, bool(_LOWER_HEX.search(raw) and not _UPPER_HEX.search(raw)))
        return b"".join(units[:first]) + middle + b"".join(units[last:])


def parse_form(source: bytes, *, max_fields: int, query: bool = False) -> Form:
    """Names and values of a form body, or of a query string (without `?`; new spaces are then spelled `%20`).

    Raises `BadEncoding` if a name or value is not UTF-8, `NotRedactable` for more than `max_fields` fields.
    """
    leaves: list[Leaf] = []
    for match in _PAIR.finditer(source):
        if len(leaves) == max_fields:
            raise NotRedactable(
                f"the form holds more than {max_fields} fields (limits.strings)", code="faasera_too_many_strings"
            )
        start, end = match.span()
        equals = source.find(b"=", start, end)
        middle = end if equals < 0 else equals
        after = end if equals < 0 else equals + 1
        name, value = _decode(source[start:middle]), _decode(source[after:end])
        leaves.append(Leaf(name, value, (start, middle), (after, end)))
    return Form(source, tuple(leaves), b"%20" if query else b"+")


def _decode(raw: bytes) -> str:
    try:
        return b"".join(unquote_to_bytes(piece.replace(b"+", b" ")) for piece in _pieces(raw)).decode("utf-8")
    except UnicodeDecodeError:
        raise BadEncoding("a form field is not UTF-8: send the form in UTF-8", code="faasera_bad_charset") from None


def _pieces(raw: bytes) -> Iterator[bytes]:
    """Pieces of no more than some length, cut in front of a `%` or behind its digits: other threads wait for the end
    of one call."""
    at = 0
    while at < len(raw):
        end = at + PIECE
        mark = raw.rfind(b"%", end - 2, end)
        if mark > at:
            end = mark
        yield raw[at:end]
        at = end


def _quote(text: str, space: bytes, lower: bool) -> bytes:
    try:
        coded = quote(text, safe="*").encode("ascii")
    except UnicodeEncodeError:
        raise NotRedactable(
            "the masked text of a form field cannot be written in UTF-8", code="faasera_unwritable_charset"
        ) from None
    if lower:
        coded = re.sub(rb"%[0-9A-F]{2}", lambda match: match.group().lower(), coded)
    return coded.replace(b"%20", space)
