"""The leaves of one JSON document, and how edits of them become edits of its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from redaction.body.json_document import Document, quote
from redaction.body.json_split import Split
from redaction.body.leaves import Leaf
from redaction.edits import Edit, apply
from redaction.remembered import Done

# Edits by leaf; those of a NUMBER are one edit over all of it.
type Changes = Mapping[Leaf, Sequence[Edit]]


@dataclass(slots=True, eq=False)
class Piece:
    """A part of a document that is read for itself: its leaves, or what became of it before. The repr shows no text.

    `start`: where `source` begins in the document. `place`: what the leaves of such a text depend on. `before`: the
    mark of the values that were shown until there, where `done` counts. `applied`: its edits, once its leaves were seen
    to.
    """

    source: str
    start: int
    place: str
    before: bytes
    leaves: JsonLeaves | None = None
    done: Done | None = None
    strings: int = 0
    applied: Sequence[Edit] | None = None

    def __repr__(self) -> str:
        return f"Piece({len(self.source)} characters)"

    def edits(self, changes: Changes) -> Sequence[Edit]:
        """Edits of `source`."""
        if self.done is not None:
            return self.done.edits
        if self.applied is not None:
            return self.applied
        return self.leaves.edits(changes) if self.leaves is not None else ()


@dataclass(slots=True)
class JsonLeaves:
    """What a walk found in a document, in document order. The repr shows no text.

    `parts` are leaves and, where a string of the document is JSON itself, the leaves of that document. `place` is the
    ordinal of the string literal in the outer document in which this one stands (0 for an outermost one). `split`: the
    document is what is left of a larger one, whose other parts are pieces. `applied`: the edits of the source that were
    written last.
    """

    document: Document
    place: int = 0
    parts: list[Leaf | JsonLeaves | Piece] = field(default_factory=list)
    split: Split | None = None
    applied: Sequence[Edit] = ()

    def __repr__(self) -> str:
        return f"JsonLeaves({len(self.parts)} parts)"

    def __iter__(self) -> Iterator[Leaf]:
        """Every leaf that is read, those of nested documents in the place of their string."""
        for part in self.parts:
            if isinstance(part, Leaf):
                yield part
            elif isinstance(part, JsonLeaves):
                yield from part
            elif part.leaves is not None:
                yield from part.leaves

    def edits(self, changes: Changes) -> list[Edit]:
        """Edits of the source. Those of a nested document are edits of the string it stands in."""
        strings: dict[int, Sequence[Edit]] = {}
        numbers: dict[int, str] = {}
        apart: list[Edit] = []
        for part in self.parts:
            if isinstance(part, Leaf):
                if edits := changes.get(part):
                    if part.is_number:
                        numbers[part.place] = quote(edits[0][2])
                    else:
                        strings[part.place] = edits
            elif isinstance(part, JsonLeaves):
                if inner := part.edits(changes):
                    strings[part.place] = inner
            else:
                at = part.start
                apart += [(at + start, at + end, new) for start, end, new in part.edits(changes)]
        own = self.document.edits(strings, numbers) if strings or numbers else []
        if self.split is None:
            return own
        return sorted([*self.split.in_source(own), *apart])

    def written(self, changes: Changes) -> str:
        """The source with the edits applied; the very same text when there is none."""
        source = self.split.source if self.split is not None else self.document.source
        self.applied = self.edits(changes)
        return apply(source, self.applied)
