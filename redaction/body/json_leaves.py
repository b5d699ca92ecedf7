"""The leaves of one JSON document, and how edits of them become edits of its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from redaction.body.json_document import Document, quote
from redaction.body.leaves import Kind, Leaf
from redaction.edits import Edit, apply

# Edits by leaf; those of a NUMBER are one edit over all of it.
type Changes = Mapping[Leaf, Sequence[Edit]]


@dataclass(slots=True)
class JsonLeaves:
    """What a walk found in a document, in document order. The repr shows no text.

    `parts` are leaves and, where a string of the document is JSON itself, the leaves of that document. `place` is the
    ordinal of the string literal in the outer document in which this one stands (0 for an outermost one).
    """

    document: Document
    place: int = 0
    parts: list[Leaf | JsonLeaves] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"JsonLeaves({len(self.parts)} parts)"

    def __iter__(self) -> Iterator[Leaf]:
        """Every leaf, those of nested documents in the place of their string."""
        for part in self.parts:
            if isinstance(part, JsonLeaves):
                yield from part
            else:
                yield part

    def nested(self) -> Iterator[JsonLeaves]:
        """The documents that stand in strings of this one, not those inside them."""
        return (part for part in self.parts if isinstance(part, JsonLeaves))

    def edits(self, changes: Changes) -> list[Edit]:
        """Edits of the source. Those of a nested document are edits of the string it stands in."""
        strings: dict[int, Sequence[Edit]] = {}
        numbers: dict[int, str] = {}
        for part in self.parts:
            if isinstance(part, JsonLeaves):
                if inner := part.edits(changes):
                    strings[part.place] = inner
            elif edits := changes.get(part):
                if part.kind is Kind.NUMBER:
                    numbers[part.place] = quote(edits[0][2])
                else:
                    strings[part.place] = edits
        return self.document.edits(strings, numbers) if strings or numbers else []

    def written(self, changes: Changes) -> str:
        """The source with the edits applied; the very same text when there is none."""
        return apply(self.document.source, self.edits(changes))
