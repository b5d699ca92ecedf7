"""Values that the user knows (exact data matching): found in any text, whatever rules and tagger think of it.

Kept as keyed hashes only. A value that is an everyday word, or very short, counts only where another column of its row
stands within `NEAR` characters.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from redaction.budget import MOST_REPLACED, OverBudget
from redaction.known.hashing import MOST_IN_RUN, PIECE, Hasher, Hashes, pair_hash
from redaction.known.known_tokens import LONGEST_GAP, fold, spelled, weight
from redaction.known.shown_values import Places
from redaction.known.spellings import spellings

MOST_VALUES = 1_000_000
# Hits in one text, those included that overlap others: each takes some hundred bytes.
_MOST_HITS = 2 * MOST_REPLACED
NEAR = 200
# A value of fewer letters and digits, or a number of fewer digits, is no value by itself.
SHORTEST = 4
SHORTEST_NUMBER = 5
_LONGEST = 255  # tokens
_DATE = 3  # tokens
# So many found places to each side are looked at for another column of the row.
_BESIDE = 8
# One bit in so many for each value: most tokens of a text are dismissed by one look.
_SPARSE = 16
_LEAST_BITS = 1 << 16


@dataclass(frozen=True, slots=True)
class Row:
    """Values that belong together, each with its type."""

    values: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownValues:
    """A set of known values. Arrays are sorted by `hashes`; `pairs` are hashes of two values of one row, sorted.
    Immutable, safe to share between threads; the repr shows counts."""

    hasher: Hasher
    kinds: tuple[str, ...]
    hashes: Hashes = field(repr=False)
    digests: Hashes = field(repr=False)
    kind: NDArray[np.uint8] = field(repr=False)
    length: NDArray[np.uint8] = field(repr=False)
    weak: NDArray[np.bool_] = field(repr=False)
    pairs: Hashes = field(repr=False)
    bits: NDArray[np.bool_] = field(repr=False)
    by_digest: Hashes = field(repr=False)
    lengths: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"KnownValues({len(self.hashes)} values, {len(self.kinds)} types)"

    def __len__(self) -> int:
        return len(self.hashes)

    def __bool__(self) -> bool:
        return len(self.hashes) > 0

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        arrays = (self.hashes, self.digests, self.kind, self.length, self.weak, self.pairs, self.bits, self.by_digest)
        return sum(array.nbytes for array in arrays)

    def places(self, text: str) -> Places:
        """Where known values stand in a text: (start, end, type), sorted and disjoint, in code points.

        Raises OverBudget for more than anybody replaces in one request.
        """
        if not self or not text:
            return ()
        folded = fold(text)
        hits: list[_Hit] = []
        start = 0
        while start < len(folded):
            end = min(start + PIECE, len(folded))
            self._search(folded[start:end], start, hits)
            if len(hits) > _MOST_HITS:
                raise OverBudget
            if end == len(folded):
                break
            start = end - _overlap(folded, start, end)
        return self._chosen(hits)

    def whole(self, text: str) -> str:
        """The type of a text that is a known value as it stands and by itself, or "": a number, without a scan."""
        value = spelled(text)
        if not self or not value or is_short(value):
            return ""
        digest = self.hasher.digest(value)
        at = int(np.searchsorted(self.by_digest, np.uint64(digest)))
        if at == len(self.by_digest) or int(self.by_digest[at]) != digest:
            return ""
        entry = int(np.searchsorted(self.hashes, self.hasher.values([value])[0]))
        while int(self.digests[entry]) != digest:
            entry += 1
        return "" if self.weak[entry] else self.kinds[self.kind[entry]]

    def _search(self, piece: str, base: int, hits: list[_Hit]) -> None:
        starts, ends, hashes, digits = self.hasher.tokens(piece)
        if not len(hashes):
            return
        runs = self.hasher.runs(hashes)
        mask = np.uint64(len(self.bits) - 1)
        for length in self.lengths:
            if length > len(runs):
                break
            some = np.flatnonzero(self.bits[runs[length - 1] & mask])
            if not len(some):
                continue
            found = runs[length - 1][some]
            at = np.searchsorted(self.hashes, found)
            at[at == len(self.hashes)] = 0
            for first, entry in zip(
                some[self.hashes[at] == found].tolist(), at[self.hashes[at] == found].tolist(), strict=True
            ):
                self._judge(piece, base, starts, ends, first, entry, hits)
        self._digits(piece, base, starts, ends, digits, hits)

    def _judge(
        self, piece: str, base: int, starts: NDArray[np.int64], ends: NDArray[np.int64], first: int, entry: int,
        hits: list[_Hit],
    ) -> None:  # fmt: skip
        """Add a hit where the tokens from `first` on are those of the value `entry`, or of one with its hash."""
        wanted = self.hashes[entry]
        while entry < len(self.hashes) and self.hashes[entry] == wanted:
            last = first + int(self.length[entry]) - 1
            if last < len(starts):
                places = [(int(starts[n]), int(ends[n])) for n in range(first, last + 1)]
                joined = all(b[0] - a[1] <= LONGEST_GAP for a, b in pairwise(places))
                value = [piece[a:b] for a, b in places]
                if joined and self.hasher.digest(value) == int(self.digests[entry]):
                    hits.append(_Hit(base + places[0][0], base + places[-1][1], entry))
                    return
            entry += 1

    def _digits(
        self, piece: str, base: int, starts: NDArray[np.int64], ends: NDArray[np.int64], digits: NDArray[np.bool_],
        hits: list[_Hit],
    ) -> None:  # fmt: skip
        """Numbers that are written in groups: `0012 3456` for `00123456`."""
        together = digits[1:] & digits[:-1] & (starts[1:] - ends[:-1] == 1)
        run: list[int] = []
        for index in np.flatnonzero(together).tolist():
            if run and index != run[-1]:
                self._number(piece, base, starts, ends, run, hits)
                run = []
            run += [index + 1] if run else [index, index + 1]
        if run:
            self._number(piece, base, starts, ends, run, hits)

    def _number(
        self, piece: str, base: int, starts: NDArray[np.int64], ends: NDArray[np.int64], run: list[int],
        hits: list[_Hit],
    ) -> None:  # fmt: skip
        first, last = run[0], run[-1]
        digits = "".join(piece[starts[n] : ends[n]] for n in range(first, last + 1))
        if len(digits) > _LONGEST:
            return
        wanted = self.hasher.values([(digits,)])[0]
        at = int(np.searchsorted(self.hashes, wanted))
        if at < len(self.hashes) and self.hashes[at] == wanted and self.hasher.digest((digits,)) == self.digests[at]:
            hits.append(_Hit(base + int(starts[first]), base + int(ends[last]), at))

    def _chosen(self, hits: list[_Hit]) -> Places:
        """Those that count, longer ones first where they overlap."""
        hits.sort(key=lambda hit: (hit.start, -hit.end))
        strong = [hit for index, hit in enumerate(hits) if not self.weak[hit.entry] or self._has_company(hits, index)]
        chosen: list[tuple[int, int, str]] = []
        for hit in strong:
            if not chosen or hit.start >= chosen[-1][1]:
                chosen.append((hit.start, hit.end, self.kinds[self.kind[hit.entry]]))
        return tuple(chosen)

    def _has_company(self, hits: Sequence[_Hit], index: int) -> bool:
        """Whether another value of the same row stands near a weak one."""
        hit = hits[index]
        own = self.digests[hit.entry : hit.entry + 1]
        for other in (*hits[max(0, index - _BESIDE) : index], *hits[index + 1 : index + 1 + _BESIDE]):
            if other.start > hit.end + NEAR or other.end < hit.start - NEAR or other.entry == hit.entry:
                continue
            pair = pair_hash(own, self.digests[other.entry : other.entry + 1])[0]
            at = int(np.searchsorted(self.pairs, pair))
            if at < len(self.pairs) and self.pairs[at] == pair:
                return True
        return False


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    entry: int


def _overlap(folded: str, start: int, end: int) -> int:
    """How much of a piece is read again with the next one: enough for the longest value, from a gap on."""
    least = min(end - start - 1, 2048)
    cut = folded.rfind(" ", start + 1, end - least // 2)
    return end - cut - 1 if cut >= end - least else least


class Entry(NamedTuple):
    """One value as it is kept: type, hash of its first tokens, digest and number of all."""

    kind: str
    hash: int
    digest: int
    length: int


def entries_of(value: str, kind: str, hasher: Hasher) -> list[Entry]:
    """A value and its other spellings as they are kept; none for a value that means nothing by itself."""
    each = [tokens for tokens in spellings(value) if 0 < len(tokens) <= _LONGEST]
    if not each or is_short(each[0]):
        return []
    hashes = hasher.values(each)
    return [
        Entry(kind, int(hashed), hasher.digest(tokens), len(tokens))
        for tokens, hashed in zip(each, hashes, strict=True)
    ]


def is_short(value: tuple[str, ...]) -> bool:
    """Whether the tokens of a value are too short to mean anything by themselves."""
    if len(value) == 1 and value[0][0].isdigit():
        return len(value[0]) < SHORTEST_NUMBER
    return weight(value) < SHORTEST


def build(
    rows: Iterable[Row],
    hasher: Hasher,
    everyday: Callable[[str], bool] | None = None,
    entries: Iterable[Entry] = (),
) -> KnownValues:
    """Known values from rows, and `entries` that were kept under the same key. `everyday`: whether a word in lower case
    means something else; without it every single word of letters does.

    Raises ValueError for more than `MOST_VALUES` values.
    """
    builder = _Builder(hasher, everyday)
    for row in rows:
        builder.add(row)
    for entry in entries:
        builder.add_entry(entry)
    return builder.finish()


class _Builder:
    """Collects hashes; spellings of a value are kept until the next lot is hashed."""

    _LOT = 4096

    def __init__(self, hasher: Hasher, everyday: Callable[[str], bool] | None) -> None:
        self._hasher = hasher
        self._everyday = everyday
        self._kinds: dict[str, int] = {}
        self._lot: list[tuple[str, ...]] = []
        self._hashes: list[Hashes] = []
        self._digests = array("Q")
        self._dates: set[int] = set()
        self._count = 0
        self._kind = bytearray()
        self._length = bytearray()
        self._weak = bytearray()
        self._pairs: list[Hashes] = []

    def add(self, row: Row) -> None:
        digests: list[tuple[int, bool]] = []
        for value, kind in row.values:
            for number, each in enumerate(spellings(value)):
                if not 0 < len(each) <= _LONGEST:
                    continue
                weak = self._is_weak(each)
                if weak and len(row.values) < 2:
                    continue  # nothing could stand beside it
                digest = self._hasher.digest(each)
                if number == 0:
                    digests.append((digest, weak))
                    self._count += 1
                if len(each) == _DATE:  # the same dates come again and again, each in several spellings
                    if digest in self._dates:
                        continue
                    self._dates.add(digest)
                self._lot.append(each)
                self._digests.append(digest)
                self._kind.append(self._kinds.setdefault(kind, len(self._kinds)))
                self._length.append(len(each))
                self._weak.append(weak)
        if self._count > MOST_VALUES:
            raise ValueError(f"more than {MOST_VALUES} values")
        if any(weak for _, weak in digests):
            self._pair(digests)
        if len(self._lot) >= self._LOT:
            self._flush()

    def add_entry(self, entry: Entry) -> None:
        self._flush()
        self._hashes.append(np.array([entry.hash], np.uint64))
        self._digests.append(entry.digest)
        self._kind.append(self._kinds.setdefault(entry.kind, len(self._kinds)))
        self._length.append(entry.length)
        self._weak.append(False)

    def _pair(self, digests: Sequence[tuple[int, bool]]) -> None:
        each = np.array([digest for digest, _ in digests], np.uint64)
        weak = np.array([is_weak for _, is_weak in digests], np.bool_)
        one, other = np.triu_indices(len(each), 1)
        wanted = weak[one] | weak[other]
        self._pairs.append(pair_hash(each[one[wanted]], each[other[wanted]]))

    def _is_weak(self, value: tuple[str, ...]) -> bool:
        if is_short(value):
            return True
        if len(value) > 1 or value[0][0].isdigit():
            return False
        return self._everyday is None or self._everyday(value[0])

    def _flush(self) -> None:
        if self._lot:
            self._hashes.append(self._hasher.values(self._lot))
            self._lot = []

    def finish(self) -> KnownValues:
        self._flush()
        nothing = np.zeros(0, np.uint64)
        hashes = np.concatenate(self._hashes) if self._hashes else nothing
        digests = np.frombuffer(self._digests.tobytes(), np.uint64)
        kind, length = np.frombuffer(bytes(self._kind), np.uint8), np.frombuffer(bytes(self._length), np.uint8)
        weak = np.frombuffer(bytes(self._weak), np.bool_)
        # One entry for each value: the strong one where a value is in several rows, else the first.
        order = np.lexsort((weak, digests, hashes))
        keep = np.ones(len(order), np.bool_)
        same = (hashes[order][1:] == hashes[order][:-1]) & (digests[order][1:] == digests[order][:-1])
        keep[1:] = ~same
        order = order[keep]
        hashes = hashes[order]
        size = max(_LEAST_BITS, 1 << max(1, len(hashes) * _SPARSE).bit_length())
        bits = np.zeros(size, np.bool_)
        bits[hashes & np.uint64(size - 1)] = True
        pairs = np.unique(np.concatenate(self._pairs)) if self._pairs else nothing
        lengths = sorted({min(int(each), MOST_IN_RUN) for each in np.unique(length)})
        return KnownValues(
            self._hasher, tuple(self._kinds), hashes, digests[order], kind[order], length[order], weak[order], pairs,
            bits, np.sort(digests[order]), tuple(lengths),
        )  # fmt: skip
