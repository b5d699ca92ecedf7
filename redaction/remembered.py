"""What became of bodies, and of the large parts of them, that were masked before: resent ones cost a hash each.

A conversation is sent again with every turn. Of each part is kept, under the keyed hash of its text and of everything
else that decides, which of its places were replaced by what, and counts: no text of it, and no value. Entries share
the cache of maskings and its bounds. What a part becomes depends on the values that the parts before it have shown;
their fingerprint (`ShownValues.mark`) is part of its key, and the one behind it is kept with it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from redaction.cache import ENTRY_BYTES, KEY_SIZE, MaskCache
from redaction.edits import Edit
from redaction.known.shown_values import NOTHING_SHOWN
from redaction.report import Report

# A tuple of two numbers and a text that nothing else holds.
_EDIT_BYTES = 64 + 2 * 32 + 8
# Of a place that has shown what was not known: start, end, type, what it made known, in how many strings it stands.
type Lesson = tuple[int, int, str, int, int]


@dataclass(slots=True)
class Tally:
    """What was done to some leaves, in counts."""

    masked: Counter[str] = field(default_factory=Counter)
    protected: Counter[str] = field(default_factory=Counter)
    in_tool_results: int = 0
    left: int = 0
    ambiguous: int = 0
    skipped: int = 0
    texts: int = 0

    def add(self, other: Tally) -> None:
        if other.masked:
            self.masked.update(other.masked)
        if other.protected:
            self.protected.update(other.protected)
        self.in_tool_results += other.in_tool_results
        self.left += other.left
        self.ambiguous += other.ambiguous
        self.skipped += other.skipped
        self.texts += other.texts

    def tell(self, report: Report) -> None:
        """Add the counts to those of a request."""
        report.masked.update(self.masked)
        report.protected.update(self.protected)
        report.masked_results += self.in_tool_results
        report.left_in_paths += self.left
        report.ambiguous += self.ambiguous
        report.skipped += self.skipped


class Done(NamedTuple):
    """What became of a text: places count code points of it. `strings`: how many it holds. `after`: the mark of the
    values that were shown when its end was reached. `model`: the name in its root, one word."""

    edits: tuple[Edit, ...]
    lessons: tuple[Lesson, ...]
    tally: Tally
    strings: int = 0
    after: bytes = NOTHING_SHOWN
    model: str = ""

    @property
    def weight(self) -> int:
        own = sum(sys.getsizeof(new) for _, _, new in self.edits) + _EDIT_BYTES * len(self.edits)
        counts = sys.getsizeof(self.tally.masked) + sys.getsizeof(self.tally.protected)
        return ENTRY_BYTES + 400 + own + counts + (_EDIT_BYTES + 72) * len(self.lessons)


@runtime_checkable
class Repeatable(Protocol):
    """A `Replacement` that says whether what it once put in can be put in again. `mark`: all that its answers depend on
    but type and value."""

    @property
    def mark(self) -> bytes: ...

    def again(self, placed: Iterable[str], types: Iterable[str]) -> bool: ...


class Memory:
    """What one request finds of the requests before it. `mark` is the one behind the last part that was looked up.
    A `blind` one keeps, and finds nothing."""

    def __init__(
        self, cache: MaskCache, decides: Sequence[bytes], repeat: Callable[[Iterable[str], Iterable[str]], bool] | None
    ) -> None:
        """`decides`: all that an outcome depends on, but text, place and mark. `repeat`: see `Repeatable.again`."""
        self.blind = False
        self._cache = cache
        self._start = cache.hasher(decides)
        self._repeat = repeat
        self.mark = NOTHING_SHOWN

    def __repr__(self) -> str:
        return f"Memory({self._cache!r})"

    def find(self, text: str | bytes, place: str) -> Done | None:
        """What became of a text at a place, with what was shown until there; the next one is looked up behind it."""
        if self.blind:
            return None
        found = self._cache.entry(self._key(text, place, self.mark))
        if not isinstance(found, Done):
            return None
        if self._repeat is not None and not self._repeat((new for _, _, new in found.edits), found.tally.masked):
            return None
        self.mark = found.after
        return found

    def keep(self, text: str | bytes, place: str, before: bytes, done: Done) -> None:
        """Remember what became of a text. `before`: the mark at its beginning."""
        self._cache.put_entry(self._key(text, place, before), done, done.weight)

    def _key(self, text: str | bytes, place: str, mark: bytes) -> bytes:
        hasher = self._start.copy()
        where = place.encode("utf-8", "surrogatepass")
        hasher.update(mark + len(where).to_bytes(8, "big") + where)
        hasher.update(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return hasher.digest()[:KEY_SIZE]
