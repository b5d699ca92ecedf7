"""All that is known of words, one row each: vector, what the gazetteer says, kind for `candidates`, number for pairs.

A word is looked up once, whatever asks for it. The commonest words have rows from the start (`word_lists`); others get
one when they first occur, and all of those are dropped when the table is full. A vector is made when the network first
needs it.

That is the only place where pieces of user text outlive a call: single words, never their order, at most `LEARNT` of at
most `LONGEST` characters. Nothing of it is written, logged or shown. Longer words are no names: all share one row.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel import word_index
from redaction.detector.kernel.library import Library
from redaction.detector.kernel.word_index import WordIndex
from redaction.detector.kernel.word_vectors import WordVectors
from redaction.detector.tagger import candidates, tokens
from redaction.detector.tagger import windows as windows_of
from redaction.detector.tagger.coded_words import Coded, PlainIndex
from redaction.detector.tagger.windows import Places, Window

LEARNT = 60_000
LONGEST = 40
# What a word that is too long to be kept counts as: a long run of letters and digits that no list knows.
_OVERLONG = "x0" * 24
_FEATURES = ("shape", "prefix", "suffix", "whole")

type Floats = NDArray[np.float32]
type Tables = Mapping[str, Any]


@dataclass(slots=True)
class _Rows:
    """`size` rows are in use; the arrays grow by being replaced, so whoever holds them keeps what was read. Memory is
    taken for those parts of the arrays only that were written."""

    index: WordIndex | PlainIndex = field(default_factory=PlainIndex)
    vectors: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))  # (rows, E)
    bits: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    kinds: NDArray[np.uint16] = field(default_factory=lambda: np.zeros(0, np.uint16))
    numbers: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    ready: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))  # vector, bits and number are there
    size: int = 0
    pad: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """The words of a text looked up: `rows` (one int64 for each word) into the arrays of `table`."""

    rows: NDArray[np.int64]
    table: _Rows

    @property
    def kinds(self) -> NDArray[np.uint16]:
        """What `candidates` calls each word."""
        return self.table.kinds[self.rows]

    def asked(self, starts: Sequence[int]) -> NDArray[np.bool_]:
        """See `candidates.asked`."""
        if isinstance(self.table.index, PlainIndex):
            return candidates.asked(self.kinds, starts)
        return word_index.asked(self.table.index.library, self.table.kinds, self.rows, starts)

    def bits(self, index: NDArray[np.int64]) -> NDArray[np.uint8]:
        """What the gazetteer says (`FIRST` and so on) of those of the words whose vectors were taken."""
        return self.table.bits[self.rows[index]]


# The gazetteer's bits.
FIRST, LAST, EVERYDAY, PLACE, ORGANISATION, ONLY_FIRST = (1 << n for n in range(6))


class WordTable:
    """Thread-safe. Deterministic: a word's row depends on the word alone."""

    def __init__(self, tables: Tables, kernel: Library | None = None) -> None:
        """`tables`: those of `word_lists.word_tables`."""
        self._tables = tables
        self._pieces = Coded(tables["piece_data"], tables["piece_ends"])
        self._keys, self._bits = tables["keys"], tables["bits"]
        self._plain_keys = memoryview(np.ascontiguousarray(self._keys))  # one number is read twenty times as fast
        self._lock = threading.Lock()
        self._counts = tables["common_counts"].astype(np.int64)
        self._starts = np.cumsum(self._counts) - self._counts
        self._common = len(self._counts)
        self._kernel = kernel
        self._rows = self._fresh()
        self._compiled: WordVectors | None = None
        if kernel is not None:
            with suppress(ValueError):
                self._compiled = WordVectors(kernel, tables, self._pieces)
        vectors, kinds = map(bool, tables["agrees"] if "agrees" in tables else self.agrees())
        if not vectors:
            self._compiled = None
        # Whether the kernel gives rows to new words as well.
        self._kernel_learns = self._compiled is not None and kinds

    def __len__(self) -> int:
        """How many words are kept that are not of the commonest."""
        return self._rows.size - self._common - 1

    def __repr__(self) -> str:
        return f"WordTable({len(self)} learnt)"

    def listed(self, word: str) -> int:
        """The gazetteer's bits of one word."""
        key = tokens.key(tokens.fold(word))
        place = bisect_left(self._plain_keys, key)
        return int(self._bits[place]) if place < len(self._plain_keys) and self._plain_keys[place] == key else 0

    def is_everyday(self, word: str) -> bool:
        """Whether one of the commonest words is this one, of small letters."""
        if not (len(word) > 1 and word.isascii() and word.isalpha() and word.islower()):
            return False
        rows = self._rows.index.rows((word, " " + word))
        return bool(((rows >= 0) & (rows < self._common)).any())

    @property
    def everyday(self) -> list[str]:
        """Some thousand of such words, the commonest first."""
        return bytes(self._tables["everyday"]).decode("ascii").split()

    def look_up(self, words: list[str]) -> Known:
        """The rows of the words of one text, at most some ten thousand."""
        short = [word if len(word) <= LONGEST else _OVERLONG for word in words]
        return Known(*self._looked_up(short))

    def look_up_windows(self, windows: Sequence[Window], reach: int) -> tuple[Known, list[Places]]:
        """The words of each window and of `reach` words on each side, one window behind the other; and the places
        of the words of each in its text."""
        while True:
            table = self._rows
            read = [windows_of.read(window, table, reach, LONGEST) for window in windows]
            places = [found for _, found in read]
            late = [number for number, (rows, _) in enumerate(read) if rows.size and rows.min() < 0]
            if late and self._kernel_learns and not self._learn_places(table, [(windows[n], *read[n]) for n in late]):
                continue
            short: list[str] = []  # the words that have no row, in the order of the text
            for number in late:
                rows, found = read[number]
                words = [found.word(windows[number], index) for index in np.flatnonzero(rows < 0).tolist()]
                short += [word if len(word) <= LONGEST else _OVERLONG for word in words]
            every = np.concatenate([rows for rows, _ in read])
            if short:
                rows, now = self._looked_up(short)
                if now is not table:
                    continue
                every[every < 0] = rows
            return Known(every, table), places

    def _learn_places(self, table: _Rows, late: Sequence[tuple[Window, NDArray[np.int64], Places]]) -> bool:
        """Have the kernel give rows to the new words in ASCII of windows that it has cut. False if the table is
        another one by now."""
        with self._lock:
            new = sum(int(np.count_nonzero(rows < 0)) for _, rows, _ in late)
            if self._rows is not table:
                return False
            if len(self) and len(self) + new > LEARNT:
                self._rows = self._fresh()
                return False
            if table.size + new > len(table.bits):
                _grow(table, table.size + new + table.size // 4)
            for window, rows, places in late:
                if places.words is None and isinstance(table.index, WordIndex):
                    own = places.starts, places.ends, rows
                    table.size = table.index.learn(window.text, own, LONGEST, table.size, table.kinds)
        return True

    def _looked_up(self, words: list[str]) -> tuple[NDArray[np.int64], _Rows]:
        """Rows of all of these words, none longer than is kept, and the table that they are in."""
        table = self._rows
        rows = table.index.rows(words)
        if not len(rows) or rows.min() >= 0:
            return rows, table
        with self._lock:
            new = self._without_rows(words)
            if len(self) and len(self) + len(new) > LEARNT:
                self._rows = self._fresh()
                new = self._without_rows(words)
            if new:
                self._append(new)
            return self._rows.index.rows(words), self._rows

    def _without_rows(self, words: list[str]) -> list[str]:
        """Those that have none, each once; sorted: rows do not depend on hash seeds."""
        rows = self._rows.index.rows(words).tolist()
        return sorted({word for word, row in zip(words, rows, strict=True) if row < 0})

    def take(self, known: Known, index: NDArray[np.int64]) -> Floats:
        """`(len(index), E)`: the vectors of those of the words, pairs of unspaced scripts added."""
        vectors, rows = self.placed(known, index)
        return vectors[rows]

    def placed(self, known: Known, index: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
        """As `take`, as rows of an array that holds the vectors."""
        table = known.table
        rows = known.rows[index]
        if not table.ready[rows].all():
            self._make_ready(table, rows)
        numbers = table.numbers[rows]
        if numbers.any():
            vectors = table.vectors[rows]
            first = np.flatnonzero((numbers[:-1] != 0) & (numbers[1:] != 0) & (np.diff(index) == 1))
            keys = tokens.pair_keys(numbers[first], numbers[first + 1])
            left, right = tokens.pair_rows(keys)
            listed = _listed(keys, self._tables["pair_keys"], self._tables["pair_bits"])
            vectors[first] += self._from("pairs", left) + self._from("left", listed)
            vectors[first + 1] += self._from("pairs", right) + self._from("right", listed)
            return vectors, np.arange(len(rows))
        return table.vectors, rows

    def _from(self, name: str, rows: NDArray[Any]) -> Floats:
        table, scale = self._tables[name], self._tables[name + "_scale"]
        return np.asarray(table[rows].astype(np.float32) * scale[rows].astype(np.float32)[:, None], np.float32)

    def _make_ready(self, table: _Rows, rows: NDArray[np.int64]) -> None:
        with self._lock:
            if self._kernel_learns and isinstance(table.index, WordIndex) and self._compiled is not None:
                own = np.ascontiguousarray(rows)
                if self._compiled.make_ready(table.index, own, table.ready, table.vectors, table.bits):
                    return
            late = np.array(sorted(set(rows[~table.ready[rows]].tolist())), np.int64)
            common = late[late < self._common]
            if len(common):
                counts = self._counts[common]
                # For each piece of each word its place: those of one word follow each other.
                inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
                flat = self._tables["common_pieces"][np.repeat(self._starts[common], counts) + inside]
                columns, bits = self._tables["common_rows"][common], self._tables["common_bits"][common]
                self._fill(table, common, counts, flat, columns, bits)
            learnt = late[late > self._common].tolist()
            self._learn(table, [(row, table.index.word(row)) for row in learnt])
            table.ready[late] = True

    def _learn(self, table: _Rows, learnt: Sequence[tuple[int, str]]) -> None:
        """Vectors and bits of words that are not of the commonest."""
        if self._compiled is not None:
            plain = [(row, word) for row, word in learnt if word.isascii()]
            if plain:
                rows, words = zip(*plain, strict=True)
                self._compiled.fill(words, rows, table.vectors, table.bits)
            learnt = [(row, word) for row, word in learnt if not word.isascii()]
        if not learnt:
            return
        known = [tokens.features(word, self._vocabulary) for _, word in learnt]
        self._fill(
            table,
            np.array([row for row, _ in learnt], np.int64),
            np.array([len(own.pieces) for own in known], np.int64),
            np.array([piece for own in known for piece in own.pieces], np.int64),
            np.array([(own.shape, own.prefix, own.suffix, own.whole) for own in known], np.int64),
            _listed(np.array([own.key for own in known], np.uint32), self._keys, self._bits),
        )

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        return {piece: row for row, piece in enumerate(self._pieces.words())}

    def agrees(self) -> tuple[bool, bool]:
        """Whether the kernel makes the vectors that Python makes, and says of words what `candidates.kind` says:
        features may have changed."""
        if self._kernel is None or self._compiled is None:
            return False, False
        common = [word for word in map(self._rows.index.word, range(0, self._common, 150)) if word.isascii()]
        words = [*common, *_ODD_WORDS]
        made = []
        for own in (self._compiled, None):
            self._compiled, kept = own, self._compiled
            table = _Rows(vectors=np.zeros((len(words), self._rows.vectors.shape[1]), np.float32))
            table.bits = np.zeros(len(words), np.uint8)
            self._learn(table, list(enumerate(words)))
            self._compiled = kept
            made.append(table)
        vectors = all(np.array_equal(getattr(made[0], name), getattr(made[1], name)) for name in ("vectors", "bits"))
        ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)), dtype=np.int64)
        places = np.concatenate(([0], ends[:-1])), ends, np.full(len(words), -1, np.int64)
        kinds = np.zeros(len(words), np.uint16)
        WordIndex(self._kernel).learn("".join(words), places, LONGEST, 0, kinds)
        return vectors, bool((kinds[places[2]] == list(map(candidates.kind, words))).all())

    def _fill(
        self,
        table: _Rows,
        rows: NDArray[np.int64],
        counts: NDArray[np.int64],
        pieces: NDArray[Any],
        columns: NDArray[Any],
        bits: NDArray[np.uint8],
    ) -> None:
        """Vectors and bits of `rows`. `counts`: pieces of each word; `columns`: `(n, 4)` rows of `_FEATURES`."""
        vectors = self._from("gazetteer", bits)
        for column, name in enumerate(_FEATURES):
            vectors += self._from(name, columns[:, column])
        if len(pieces):
            some = np.flatnonzero(counts)
            starts = np.cumsum(counts[some]) - counts[some]
            vectors[some] += np.add.reduceat(self._from("pieces", pieces), starts, axis=0) / counts[some][:, None]
        table.vectors[rows] = vectors
        table.bits[rows] = bits

    def _fresh(self) -> _Rows:
        """Only the rows of the commonest words, with room for others."""
        tables = self._tables
        own = _Rows(WordIndex(self._kernel) if self._kernel else PlainIndex(), pad=self._common)
        own.vectors = np.zeros((0, tables["pieces"].shape[1]), np.float32)
        own.index.add(Coded(tables["word_data"], tables["word_ends"]))
        size = self._common + 1
        _grow(own, size + LEARNT)
        own.kinds[:size], own.numbers[:size] = tables["word_kinds"], tables["word_numbers"]
        own.size = size
        return own

    def _append(self, words: list[str]) -> None:
        """Rows for new words, behind the others; their vectors are not ready."""
        table, at = self._rows, self._rows.size
        end = at + len(words)
        if end > len(table.bits):
            _grow(table, end + end // 4)
        table.kinds[at:end] = list(map(candidates.kind, words))
        table.numbers[at:end] = [0 if word.isascii() else tokens.unspaced(word) for word in words]
        table.index.add(Coded.of(words), at)
        table.size = end


# Beside common words: what the kernel is compared with.
_ODD_WORDS = (" Ab12", "zq" * 12, " \n ", "-----", " McX", " McCoy", "Todo", "ABC", "_", ".", "0x1F", "Qw" * 20)


def _listed(keys: NDArray[np.uint32], known: NDArray[np.uint32], bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What a sorted list says of each key; 0 where it has none."""
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[place] == keys, bits[place], 0).astype(np.uint8)


def _grow(table: _Rows, size: int) -> None:
    for name in ("vectors", "bits", "kinds", "numbers", "ready"):
        old = getattr(table, name)
        new = np.zeros((size, *old.shape[1:]), old.dtype)
        new[: len(old)] = old
        setattr(table, name, new)
