"""The way back from a text that was read to the text as it was written: a list of what differs, not of every place.

An *edit* says that `[start, end)` of the written text reads as `new`. Between two edits both texts are the same, so the
map costs some 20 bytes for each run of edits, and nothing for plain text. All places are code points.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterable, Iterator

# (start, end, new, unit). `unit` is how many written characters each character of `new` took, where all took as many
# (`%41%42` reads `AB`: 3); 0 where the notation is one whole (`&amp;`, a base with its marks).
type Edit = tuple[int, int, str, int]

# A step of work: so much text (code points) is copied before others may run.
SLICE = 1 << 16


class Segments:
    """Where the edits of one pass are. Filled in order by `apply`; then read only."""

    __slots__ = ("_count", "_end", "_read", "_start", "_unit")

    def __init__(self) -> None:
        self._read = array("I")  # where the edit's text begins in the text as read
        self._count = array("I")  # its length there; 0: left out
        self._start = array("I")  # where its notation begins in the written text
        self._end = array("I")
        self._unit = array("I")

    def __len__(self) -> int:
        return len(self._read)

    def __repr__(self) -> str:
        return f"Segments({len(self)})"

    def add(self, read: int, edit: Edit) -> None:
        """Append an edit whose text stands at `read`; joined with the last one where both are of one kind."""
        start, end, new, unit = edit
        one_kind = len(self._read) and self._end[-1] == start and self._unit[-1] == unit
        if one_kind and (unit or not (new or self._count[-1])):
            self._count[-1] += len(new)
            self._end[-1] = end
            return
        self._read.append(read)
        self._count.append(len(new))
        self._start.append(start)
        self._end.append(end)
        self._unit.append(unit)

    def written(self, start: int, end: int) -> tuple[int, int]:
        """The place in the written text of `[start, end)`, `start < end`, in whole notations. What was left out at
        either end stays outside, what was left out in between is inside."""
        return self._first(start), self._last(end - 1)

    def _first(self, place: int) -> int:
        at = bisect_right(self._read, place) - 1
        if at < 0:
            return place
        beyond = place - self._read[at] - self._count[at]
        if beyond >= 0:
            return self._end[at] + beyond
        return self._start[at] + (place - self._read[at]) * self._unit[at]

    def _last(self, place: int) -> int:
        at = bisect_right(self._read, place) - 1
        if at < 0:
            return place + 1
        beyond = place - self._read[at] - self._count[at]
        if beyond >= 0:
            return self._end[at] + beyond + 1
        unit = self._unit[at]
        return self._start[at] + (place - self._read[at] + 1) * unit if unit else self._end[at]

    def beginning(self, at: int) -> int:
        """The first place in the text as read whose notation begins at `at` of the written text or behind it."""
        edit = bisect_left(self._start, at) - 1
        if edit < 0:
            return at
        unit, count = self._unit[edit], self._count[edit]
        inside = -((self._start[edit] - at) // unit) if unit else count
        return self._read[edit] + (inside if inside < count else count + max(0, at - self._end[edit]))

    def ending(self, at: int) -> int:
        """The first place in the text as read whose notation ends behind `at` of the written text."""
        edit = bisect_right(self._end, at)
        if edit < len(self._start) and self._start[edit] <= at:
            unit = self._unit[edit]
            return self._read[edit] + ((at - self._start[edit]) // unit if unit else 0)
        return at if not edit else self._read[edit - 1] + self._count[edit - 1] + at - self._end[edit - 1]

    def places(self) -> Iterator[tuple[int, int]]:
        """The edits' places in the written text, sorted and disjoint."""
        return zip(self._start, self._end, strict=True)


def apply(text: str, edits: Iterable[Edit]) -> Generator[None, None, tuple[str, Segments] | None]:
    """The text with sorted, disjoint edits made, and the way back; None where there are none. Yields between slices."""
    segments = Segments()
    done: list[str] = []
    pieces: list[str] = []
    at = read = flushed = 0
    for edit in edits:
        start, end, new, _ = edit
        if start > at:
            pieces.append(text[at:start])
            read += start - at
        segments.add(read, edit)
        if new:
            pieces.append(new)
            read += len(new)
        at = end
        if at - flushed > SLICE:
            done.append("".join(pieces))
            pieces, flushed = [], at
            yield
    if not segments:
        return None
    pieces.append(text[at:])
    return "".join((*done, *pieces)), segments
