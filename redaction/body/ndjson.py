"""Many records in one body: NDJSON and JSON Lines, JSON text sequences (RFC 7464), SignalR messages.

A raw line feed and a raw U+001E are illegal inside JSON strings (RFC 8259, 7), so records can be cut without parsing.
U+2028, U+0085 and a lone carriage return separate nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from redaction.edits import apply
from redaction.errors import NotRedactable

_BLANKS = " \t\r\n"


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
        lines = "\x1e" not in self.text
        for new in edits.values():
            if not new.strip() or "\x1e" in new or (lines and "\n" in new):
                raise NotRedactable("a masked record would not stay one record", code="faasera_record_broken")
        return apply(self.text, [(*self.spans[index], edits[index]) for index in sorted(edits)])


def split_records(text: str, *, max_records: int) -> Records:
    """Cut `text` at line feeds, or at U+001E where it has one. Blank records are part of the separators.

    Raises `NotRedactable` for more than `max_records` records.
    """
    # Between record separators a record may be printed over several lines, so there only U+001E cuts.
    cut = "\x1e" if "\x1e" in text else "\n"
    spans: list[tuple[int, int]] = []
    at = 0
    for piece in text.split(cut):
        start = at + len(piece) - len(piece.lstrip(_BLANKS))
        end = at + len(piece.rstrip(_BLANKS))
        if start < end:
            if len(spans) == max_records:
                raise NotRedactable(
                    f"the body holds more than {max_records} records (limits.strings)", code="faasera_too_many_strings"
                )
            spans.append((start, end))
        at += len(piece) + 1
    return Records(text, tuple(spans))
