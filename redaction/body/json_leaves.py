"""What a walk found in a document: its leaves, and how edits of them become edits of the source."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from redaction.body.json_document import Document, Edit, apply, quote
from redaction.profiler.protocol import Masking
from redaction.spans import placeholder


@dataclass(slots=True)
class JsonLeaves:
    """What the walk found. Ordinals name places in `document`; the repr shows no text.

    `texts`: (ordinal, text, key that stands before it or ""). `keys` and `numbers`: judged by format rules only.
    `kept`: protected leaves, looked at but never edited. `media`: (ordinal, payload, media type, filename).
    `nested`: JSON documents that stand in strings. `results`: ordinal ranges of what tools returned, and after
    `render` `masked_results`: how many strings of it were changed.
    """

    document: Document
    texts: list[tuple[int, str, str]] = field(default_factory=list)
    keys: list[tuple[int, str]] = field(default_factory=list)
    numbers: list[tuple[int, str, str]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    media: list[tuple[int, str, str, str]] = field(default_factory=list)
    nested: list[tuple[int, JsonLeaves]] = field(default_factory=list)
    siblings: dict[int, frozenset[str]] = field(default_factory=dict)
    model: tuple[int, str] | None = None
    results: list[tuple[int, int]] = field(default_factory=list)
    known: list[tuple[int, Masking]] = field(default_factory=list)
    done: list[Edit] | None = None  # the edits of this document, once it was rendered
    masked_results: int = 0

    def __repr__(self) -> str:
        return f"JsonLeaves({len(self.texts)} texts, {len(self.nested)} nested)"

    def every(self) -> Iterator[JsonLeaves]:
        """This plan and all that are nested in it."""
        yield self
        for _, plan in self.nested:
            yield from plan.every()

    def render(
        self,
        text_edits: Callable[[str, str], list[Edit]],
        key_edits: Callable[[str], list[Edit]],
        number_edit: Callable[[str, str], str | None],
        media_edits: Callable[[str, str, str], list[Edit]],
        model: str | None = None,
    ) -> str:
        """The source with what the callables say; `number_edit` gives the placeholder for a number, or None."""
        edits = self.edits(text_edits, key_edits, number_edit, media_edits, model)
        return apply(self.document.source, edits) if edits else self.document.source

    def edits(
        self,
        text_edits: Callable[[str, str], list[Edit]],
        key_edits: Callable[[str], list[Edit]],
        number_edit: Callable[[str, str], str | None],
        media_edits: Callable[[str, str, str], list[Edit]],
        model: str | None = None,
    ) -> list[Edit]:
        """The same as edits of the source. Those of a nested document are edits of the string it stands in."""
        strings: dict[int, list[Edit]] = {}
        for ordinal, text, key in self.texts:
            if edits := text_edits(text, key):
                strings[ordinal] = edits
        for ordinal, text, media_type, filename in self.media:
            if edits := media_edits(text, media_type, filename):
                strings[ordinal] = edits
        for ordinal, plan in self.nested:
            plan.done = plan.edits(text_edits, key_edits, number_edit, media_edits)
            if plan.done:
                strings[ordinal] = plan.done
        for ordinal, masking in self.known:
            if masking.spans:
                strings[ordinal] = [(span.start, span.end, placeholder(span.type)) for span in masking.spans]
        for ordinal, key in self.keys:
            if edits := key_edits(key):
                strings[ordinal] = self._key_edit(ordinal, key, edits)
        if model is not None and self.model is not None and model != self.model[1]:
            strings[self.model[0]] = [(0, len(self.model[1]), model)]
        self.masked_results = _count_inside(strings, self.results)
        numbers = {
            ordinal: quote(new) for ordinal, text, key in self.numbers if (new := number_edit(text, key)) is not None
        }
        return self.document.edits(strings, numbers) if strings or numbers else []

    def _key_edit(self, ordinal: int, key: str, edits: list[Edit]) -> list[Edit]:
        """A found key becomes a placeholder key, numbered if its object already has one of that name."""
        new = apply(key, edits)
        taken = self.siblings.get(ordinal, frozenset())
        others = set(taken)
        candidate, count = new, 1
        while candidate in others:
            count += 1
            candidate = f"{new}_{count}"
        for place in [place for place, names in self.siblings.items() if names is taken]:
            self.siblings[place] = taken | {candidate}
        return edits if candidate == new else [*edits, (len(key), len(key), candidate[len(new) :])]


def _count_inside(ordinals: Iterable[int], ranges: list[tuple[int, int]]) -> int:
    """How many ordinals lie in one of the ranges, which come in the order of their ends."""
    if not ranges:
        return 0
    ends = [end for _, end in ranges]
    count = 0
    for ordinal in ordinals:
        # The first range that ends behind it; an outer range ends later and starts earlier.
        count += any(start <= ordinal for start, _ in ranges[bisect_right(ends, ordinal) :][:2])
    return count
