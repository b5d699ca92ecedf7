"""Values that a request has shown: masked wherever they come again further on, though nothing there gives them away.

They work forward only, so a turn becomes the same whatever follows it. Known before a leaf are values found in the
leaves before it (`learnable`); in reversible mode, in what the model wrote, every value that was replaced before: the
model can only have it from a placeholder that came back, and from there on it is known too. Nothing is kept from one
request to the next, so restarts, time limits and replicas make no difference.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import pairwise

from redaction.bounded_cache import BoundedCache
from redaction.budget import MOST_REPLACED
from redaction.edits import Edit
from redaction.known.known_tokens import LONGEST_GAP, TOKEN, fold, spelled, stands_alone, tokens
from redaction.known.learnable import Learnt, learnable

# Values of one request that stay known: enough for a customer file pasted into a chat.
_MOST = 100_000
# So many code points of a text are looked at together.
_PIECE = 1 << 17
_WORD = re.compile(r"\w+")
# Shorter values that the model wrote say nothing.
_SHORTEST_ECHO = 4
# Beside one of these a value is a part of an identifier or a path, and needs evidence of its own.
_JOINS = frozenset("_/\\")
_BEFORE_NAMES = frozenset("_/\\.-@#:=$")
_BEHIND_NAMES = frozenset("_/\\@=(")

_FINGERPRINT = 16
# The mark of a request that has shown nothing.
NOTHING_SHOWN = blake2b(digest_size=_FINGERPRINT).digest() * 2

# Places that were found in a text under what was known: no text, no value.
type Places = tuple[tuple[int, int, str], ...]


class ShownValues:
    """What one request has shown so far. Its `mark` changes with every value that becomes known."""

    def __init__(
        self,
        everyday: Callable[[str], bool] | None = None,
        remembered: BoundedCache[bytes, Places] | None = None,
        secret: bytes = b"",
    ) -> None:
        """`remembered` outlives the request: places by keyed hash (`secret`) of text and fingerprint."""
        self._everyday = everyday
        self._remembered = remembered
        self._secret = secret
        self._known = _Index()
        self._replaced = _Index()
        self._learnt: set[tuple[str, str]] = set()
        self._skipped: list[Callable[[], None]] = []
        self._mark: bytes | None = NOTHING_SHOWN

    def __repr__(self) -> str:
        return f"ShownValues({len(self._known)} known)"

    def __bool__(self) -> bool:
        return self.mark != NOTHING_SHOWN

    @property
    def mark(self) -> bytes:
        """The fingerprint of all that was shown: of what is known, and of what was replaced."""
        if self._mark is None:
            self._mark = self._known.fingerprint + self._replaced.fingerprint
        return self._mark

    def skip(self, after: bytes, learn: Callable[[], None]) -> None:
        """A part of the request was not read again. `after`: the mark behind it; `learn` tells its values when, and
        only if, somebody must know them."""
        if after != self.mark:
            self._skipped.append(learn)
            self._mark = after

    def _catch_up(self) -> None:
        skipped, self._skipped = self._skipped, []
        for learn in skipped:
            learn()

    def places(self, text: str, *, model_wrote: bool) -> Places:
        """Where known values stand in a text: sorted, disjoint, in code points."""
        mark = self.mark
        found = self._look_up(self._known, mark[:_FINGERPRINT], text)
        if model_wrote:
            found = merged(found, self._look_up(self._replaced, mark[_FINGERPRINT:], text))
        return found

    def learn(self, value: str, kind: str) -> bool:
        """A value was found. Whether anything of it was not known."""
        if self._skipped:
            self._catch_up()
        if (value, kind) in self._learnt:
            return False
        if len(self._learnt) < _MOST:
            self._learnt.add((value, kind))
        return self._add(self._known, learnable(value, kind, self._everyday))

    def replaced(self, value: str, kind: str) -> bool:
        """Reversible mode: a value got a placeholder that comes back. Whether it was no such value before."""
        value = value.strip()
        return len(value) >= _SHORTEST_ECHO and self._add(self._replaced, (Learnt(value, kind, exact=True),))

    def echoed(self, value: str, kind: str) -> bool:
        """A replaced value stood in what the model wrote: known from here on. Whether it was not before."""
        return self._add(self._known, (Learnt(value, kind, exact=True),))

    def _add(self, index: _Index, values: Iterable[Learnt]) -> bool:
        if self._skipped:
            self._catch_up()
        before = len(index)
        for learnt in values:
            index.add(learnt)
        if len(index) == before:
            return False
        self._mark = None
        return True

    def _look_up(self, index: _Index, fingerprint: bytes, text: str) -> Places:
        if fingerprint == NOTHING_SHOWN[:_FINGERPRINT]:
            return ()
        if self._remembered is None:
            self._catch_up()
            return index.find(text)
        hasher = blake2b(text.encode("utf-8", "surrogatepass"), key=self._secret, digest_size=16)
        hasher.update(fingerprint)
        key = hasher.digest()
        found = self._remembered.get(key)
        if found is None:
            self._catch_up()
            found = index.find(text)
            self._remembered.put(key, found)
        return found


class _Index:
    """Values by their last token: a text is read once, whatever the number of values."""

    __slots__ = ("_counts", "_hash", "_reach", "_values")

    def __init__(self) -> None:
        self._values: dict[tuple[str, ...], Learnt] = {}
        self._counts: dict[str, list[int]] = {}  # numbers of tokens of the values that end in this one, falling
        self._reach = 0  # the longest that a value stands in a text
        self._hash = blake2b(digest_size=_FINGERPRINT)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def fingerprint(self) -> bytes:
        return self._hash.digest()

    def add(self, learnt: Learnt) -> None:
        key = spelled(learnt.value)
        if not key or key in self._values or len(self._values) >= _MOST:
            return
        self._values[key] = learnt
        self._reach = max(self._reach, len(learnt.value) + LONGEST_GAP * len(key))
        counts = self._counts.setdefault(key[-1], [])
        if len(key) not in counts:
            counts.append(len(key))
            counts.sort(reverse=True)
        part = f"{learnt.type}\0{len(learnt.value)}\0{learnt.value}\0{learnt.exact}{learnt.name_part}\1"
        self._hash.update(part.encode("utf-8", "surrogatepass"))

    def find(self, text: str) -> Places:
        """Sorted, disjoint places; of two that overlap the one that ends first, then the longer one. One more than a
        request may have is enough."""
        folded = fold(text)
        found: list[tuple[int, int, str]] = []
        free = 0
        counts = self._counts
        for begin, end in _pieces(folded):
            if counts.keys().isdisjoint(TOKEN.findall(folded, begin, end)):
                continue
            # A value may reach over the edge of a piece.
            back = max(0, begin - self._reach)
            words = TOKEN.findall(folded, back, end)
            places = [match.span() for match in TOKEN.finditer(folded, back, end)]
            for last, word in enumerate(words):
                for count in counts.get(word, ()):
                    first = last - count + 1
                    if first < 0 or places[first][0] < free or places[last][1] <= begin:
                        continue
                    learnt = self._values.get(tuple(words[first : last + 1]))
                    if learnt is None:
                        continue
                    place = _place(text, places[first : last + 1], learnt)
                    if place is not None and place[0] >= free:
                        found.append((*place, learnt.type))
                        free = place[1]
                        break
                if len(found) > MOST_REPLACED:
                    return tuple(found)
        return tuple(found)


def _pieces(folded: str) -> Iterator[tuple[int, int]]:
    """Stretches of a text, so that a long one takes no memory; none ends inside a word."""
    begin = 0
    while begin < len(folded):
        end = begin + _PIECE
        if end < len(folded):
            word = _WORD.match(folded, end)
            end = word.end() if word else end
        yield begin, end
        begin = end


def _place(text: str, met: Sequence[tuple[int, int]], learnt: Learnt) -> tuple[int, int] | None:
    """Where a value whose tokens were met stands, if it does."""
    start, end = met[0][0], met[-1][1]
    value = learnt.value
    if learnt.exact:
        # A value may begin and end with signs: `$ecret!`.
        places = list(tokens(fold(value)))
        start, end = start - places[0][0], end + len(value) - places[-1][1]
        if start < 0 or text[start:end] != value:
            return None
    elif any(behind[0] - before[1] > LONGEST_GAP for before, behind in pairwise(met)):
        return None
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if before and _glued(before, value[:1], _BEFORE_NAMES if learnt.name_part else _JOINS):
        return None
    if after and _glued(after, value[-1:], _BEHIND_NAMES if learnt.name_part else _JOINS):
        return None
    if learnt.name_part and (after in (".", "-", ":") and text[end + 1 : end + 2].isalnum()):
        return None
    return start, end


def _glued(beside: str, edge: str, joins: frozenset[str]) -> bool:
    """Whether a character beside a value makes it a part of something longer."""
    if beside in joins:
        return True
    return beside.isalnum() and edge.isalnum() and beside.isdigit() == edge.isdigit() and not stands_alone(edge)


def merged(one: Places, other: Places) -> Places:
    """Both, without those of `other` that touch one of `one`."""
    if not one or not other:
        return one or other
    starts = [start for start, _, _ in one]
    free = [
        place
        for place in other
        if (at := bisect_right(starts, place[0]) - 1) < 0 or one[at][1] <= place[0]
        if at + 1 == len(one) or place[1] <= one[at + 1][0]
    ]
    return tuple(sorted((*one, *free)))


def beside(edits: Sequence[Edit], places: Places) -> Places:
    """Those of the places that touch no edit."""
    if not edits or not places:
        return places
    taken = tuple((start, end, "") for start, end, _ in edits)
    return tuple(place for place in merged(taken, places) if place[2])
