"""Many records in one body: NDJSON and JSON Lines, JSON text sequences (RFC 7464), SignalR messages.

A raw line feed and a raw U+001E are illegal inside JSON strings (RFC 8259, 7), so records can be cut without parsing.
U+2028, U+0085 and a lone carriage return separate nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from redaction.errors import NotRedactable

_LINE_BREAK = re.compile(r"[ \t]*\r?\n[ \t\r\n]*")
# Between record separators a record may be printed over several lines, so there only U+001E cuts.
_RECORD_BREAK = re.compile(r"[ \t\r\n]*\x1e[ \t\r\n\x1e]*")


@dataclass(frozen=True, slots=True)
class Records:
    """A cut text: `spans` are half-open code point offsets of the records; everything between is separator."""

    text: str = field(repr=False)
    spans: tuple[tuple[int, int], ...]

    def __iter__(self) -> Iterator[str]:
        return (self.text[start:end] for start, end in self.spans)

    def __len__(self) -> int:
        return len(self.spans)

    def record(self, index: int) -> str:
        """The source text of one record, without its separators."""
        start, end = self.spans[index]
        return self.text[start:end]

    def render(self, edits: Mapping[int, str]) -> str:
        """The text with records replaced by index; separators and every other record stay as they are.

        Raises `NotRedactable` if a new record is blank or would read as several.
        """
        out: list[str] = []
        at = 0
        for index in sorted(edits):
            start, end = self.spans[index]
            new = edits[index]
            if not new.strip() or "\x1e" in new or ("\n" in new and "\x1e" not in self.text):
                raise NotRedactable("a masked record would not stay one record", code="faasera_record_broken")
            out += (self.text[at:start], new)
            at = end
        out.append(self.text[at:])
        return "".join(out)


def split_records(text: str, *, max_records: int) -> Records:
    """Cut `text` at line feeds, or at U+001E where it has one. Blank records are part of the separators.

    Raises `NotRedactable` for more than `max_records` records.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for match in (_RECORD_BREAK if "\x1e" in text else _LINE_BREAK).finditer(text):
        _keep(spans, text, at, match.start(), max_records)
        at = match.end()
    _keep(spans, text, at, len(text), max_records)
    return Records(text, tuple(spans))


def _keep(spans: list[tuple[int, int]], text: str, start: int, end: int, limit: int) -> None:
    if text[start:end].strip(" \t\r\n"):
        if len(spans) == limit:
            raise NotRedactable(
                f"the body holds more than {limit} records (limits.strings)", code="faasera_too_many_strings"
            )
        spans.append((start, end))
