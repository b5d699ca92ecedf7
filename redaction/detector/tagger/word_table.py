"""All that is known of words, one row each: vector, what the gazetteer says, kind for `candidates`, number for pairs.

A word is looked up once, whatever asks for it. The commonest words are rows from the start, and what they are made of
was worked out in training; others get a row when they first occur, and all of those are dropped when the table is full.
A vector is made when the network first needs it.

That is the only place where pieces of user text outlive a call: single words, never their order, at most `LEARNT` of at
most `LONGEST` characters. Nothing of it is written, logged or shown. Longer words are no names: all share one row.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
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
from redaction.detector.tagger.windows import PAD, Places, Window

LEARNT = 60_000
LONGEST = 40
# What a word that is too long to be kept counts as: a long run of letters and digits that no list knows.
_OVERLONG = "x0" * 24
_VERY_COMMONEST = 16_384
_AT_ONCE = 4096  # words whose vectors are made in one step
_FEATURES = ("shape", "prefix", "suffix", "whole")

type Floats = NDArray[np.float32]
type Tables = Mapping[str, Any]


@dataclass(slots=True)
class _Rows:
    """`size` rows are in use; the arrays grow by being replaced, so whoever holds them keeps what was read."""

    by_word: dict[str, int] = field(default_factory=dict)
    vectors: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))  # (rows, E)
    bits: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    kinds: NDArray[np.uint16] = field(default_factory=lambda: np.zeros(0, np.uint16))
    numbers: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    ready: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))  # vector, bits and number are there
    waiting: dict[int, str] = field(default_factory=dict)  # the words of rows that are not ready
    size: int = 0
    index: WordIndex | None = None  # by_word for words in ASCII, in the kernel


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
        if self.table.index is None:
            return candidates.asked(self.kinds, starts)
        return word_index.asked(self.table.index.library, self.table.kinds, self.rows, starts)

    def bits(self, index: NDArray[np.int64]) -> NDArray[np.uint8]:
        """What the gazetteer says (`FIRST` and so on) of those of the words whose vectors were taken."""
        return self.table.bits[self.rows[index]]


# The gazetteer's bits.
FIRST, LAST, EVERYDAY, PLACE, ORGANISATION, ONLY_FIRST = (1 << n for n in range(6))


class WordTable:
    """Thread-safe. Deterministic: a word's row depends on the word alone."""

    def __init__(self, tables: Tables, kind: Callable[[str], int], kernel: Library | None = None) -> None:
        """`tables` as `training/export.py` writes them; `kind` is `candidates.kind`."""
        self._tables = tables
        self._kind = kind
        pieces = bytes(tables["vocabulary"]).decode("utf-8").split("\n")
        self._vocabulary = {piece: row for row, piece in enumerate(pieces)}
        self._keys, self._bits = tables["keys"], tables["bits"]
        self._lock = threading.Lock()
        self._common = bytes(tables["common"]).decode("utf-8").split("\0")
        self._counts = tables["common_counts"].astype(np.int64)
        self._starts = np.cumsum(self._counts) - self._counts
        self._rows = _Rows(
            vectors=np.zeros((0, tables["pieces"].shape[1]), np.float32), index=WordIndex(kernel) if kernel else None
        )
        self._append([*self._common, PAD])
        self._first = self._rows
        self._compiled: WordVectors | None = None
        if kernel is not None:
            with suppress(ValueError):
                self._compiled = WordVectors(kernel, tables, pieces)
            if not self._agrees():
                self._compiled = None
        # Whether the kernel gives rows to new words as well.
        self._kernel_learns = kernel is not None and self._compiled is not None and self._kinds_agree(kernel)

    def __len__(self) -> int:
        """How many words are kept that are not of the commonest."""
        return self._rows.size - self._first.size

    def __repr__(self) -> str:
        return f"WordTable({len(self)} learnt)"

    @property
    def common(self) -> list[str]:
        """The commonest words, with a leading space where they mostly have one."""
        return self._common

    def listed(self, word: str) -> int:
        """The gazetteer's bits of one word."""
        return int(_listed(np.array([tokens.key(tokens.fold(word))], np.uint32), self._keys, self._bits)[0])

    @cached_property
    def everyday(self) -> list[str]:
        """Those of them that are words in small letters, the commonest first."""
        words = dict.fromkeys(map(str.strip, self._common))
        return [word for word in words if len(word) > 1 and word.isascii() and word.isalpha() and word.islower()]

    def warm(self, *, rest: bool = False) -> None:
        """Make the vectors of the very commonest words now and not when they first occur, or those of the `rest`."""
        with self._lock:
            if self._rows is self._first:
                self._rows = _copied(self._first)
                _grow(self._rows, self._rows.size + len(self._common) // 4)
        size = len(self._common)
        rows = np.arange(_VERY_COMMONEST, size) if rest else np.arange(min(_VERY_COMMONEST, size))
        for start in range(0, len(rows), _AT_ONCE):
            self._make_ready(self._rows, rows[start : start + _AT_ONCE])

    def look_up(self, words: list[str]) -> Known:
        """The rows of the words of one text, at most some ten thousand."""
        table = self._rows
        try:
            return Known(np.fromiter(map(table.by_word.__getitem__, words), np.int64, len(words)), table)
        except KeyError:
            pass
        short = [word if len(word) <= LONGEST else _OVERLONG for word in words]
        table = self._learnt(short)
        return Known(np.fromiter(map(table.by_word.__getitem__, short), np.int64, len(words)), table)

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
                if self._learnt(short) is not table:
                    continue
                every[every < 0] = np.fromiter(map(table.by_word.__getitem__, short), np.int64, len(short))
            return Known(every, table), places

    def _learn_places(self, table: _Rows, late: Sequence[tuple[Window, NDArray[np.int64], Places]]) -> bool:
        """Have the kernel give rows to the new words in ASCII of windows that it has cut. False if the table is
        another one by now."""
        with self._lock:
            new = sum(int(np.count_nonzero(rows < 0)) for _, rows, _ in late)
            if self._rows is not table:
                return False
            if table is self._first or (len(self) and len(self) + new > LEARNT):
                self._rows = _copied(self._first)
                return False
            if table.size + new > len(table.bits):
                _grow(table, table.size + new + table.size // 4)
            for window, rows, places in late:
                if places.words is None and table.index is not None:
                    own = places.starts, places.ends, rows
                    table.size = table.index.learn(window.text, own, LONGEST, table.size, table.kinds)
        return True

    def _learnt(self, words: list[str]) -> _Rows:
        """The table with rows for all of these words, none longer than is kept."""
        with self._lock:
            new = sorted(set(words).difference(self._rows.by_word))  # sorted: rows do not depend on hash seeds
            if new:
                if len(self) + len(new) > LEARNT:
                    self._rows = _copied(self._first)
                    new = sorted(set(words).difference(self._rows.by_word))
                elif self._rows is self._first:
                    self._rows = _copied(self._first)
                self._append(new)
            return self._rows

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
            if self._kernel_learns and table.index is not None and self._compiled is not None:
                own = np.ascontiguousarray(rows)
                size = len(self._common)
                if self._compiled.make_ready(table.index, own, size, table.ready, table.vectors, table.bits):
                    return
            late = np.unique(rows[~table.ready[rows]])
            common = late[late < len(self._common)]
            if len(common):
                counts = self._counts[common]
                # For each piece of each word its place: those of one word follow each other.
                inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
                flat = self._tables["common_pieces"][np.repeat(self._starts[common], counts) + inside]
                columns, bits = self._tables["common_rows"][common], self._tables["common_bits"][common]
                self._fill(table, common, counts, flat, columns, bits)
            learnt = late[late > len(self._common)].tolist()
            self._learn(table, [(row, table.waiting.pop(row)) for row in learnt])
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

    def _some_words(self) -> list[str]:
        """Words of every kind."""
        words = [word for word in self._common[::150] if word.isascii()]
        return [
            *words,
            " Ab12",
            "zq" * 12,
            " \n ",
            "-----",
            " McX",
            " McCoy",
            "Todo",
            "ABC",
            "_",
            ".",
            "0x1F",
            "Qw" * 20,
        ]

    def _kinds_agree(self, kernel: Library) -> bool:
        """Whether the kernel says of words what `kind` says."""
        words = self._some_words()
        ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)), dtype=np.int64)
        places = np.concatenate(([0], ends[:-1])), ends, np.full(len(words), -1, np.int64)
        kinds = np.zeros(len(words), np.uint16)
        WordIndex(kernel).learn("".join(words), places, LONGEST, 0, kinds)
        return bool((kinds[places[2]] == [self._kind(word) for word in words]).all())

    def _agrees(self) -> bool:
        """Whether the kernel makes the vectors that Python makes: features may have changed."""
        words = self._some_words()
        made = []
        for own in (self._compiled, None):
            self._compiled, kept = own, self._compiled
            table = _Rows(vectors=np.zeros((len(words), self._rows.vectors.shape[1]), np.float32))
            table.bits = np.zeros(len(words), np.uint8)
            self._learn(table, list(enumerate(words)))
            self._compiled = kept
            made.append(table)
        return all(np.array_equal(getattr(made[0], name), getattr(made[1], name)) for name in ("vectors", "bits"))

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

    def _append(self, words: list[str]) -> None:
        """Rows for new words, behind the others; their vectors are not ready."""
        table, at = self._rows, self._rows.size
        end = at + len(words)
        if end > len(table.bits):
            _grow(table, end + end // 4)
        # "" stands for what is not there: blank, and a vector of zeros, as between documents in training.
        table.kinds[at:end] = [self._kind(word or "\n") for word in words]
        table.numbers[at:end] = [0 if word.isascii() else tokens.unspaced(word) for word in words]
        own = range(at, end)
        table.by_word.update(zip(words, own, strict=True))
        if table.index is not None:
            table.index.add(words, own)
        if at:
            table.waiting.update(zip(own, words, strict=True))
        table.size = end


def _listed(keys: NDArray[np.uint32], known: NDArray[np.uint32], bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What a sorted list says of each key; 0 where it has none."""
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[place] == keys, bits[place], 0).astype(np.uint8)


def _grow(table: _Rows, size: int) -> None:
    used = table.size
    for name in ("vectors", "bits", "kinds", "numbers", "ready"):
        old = getattr(table, name)
        new = np.zeros((size, *old.shape[1:]), old.dtype)
        new[: min(used, len(old))] = old[:used]
        setattr(table, name, new)


def _copied(table: _Rows) -> _Rows:
    """Only the rows of the commonest words; the arrays are copied when they first grow."""
    used = table.size
    return _Rows(
        by_word=dict(table.by_word),
        vectors=table.vectors[:used],
        bits=table.bits[:used],
        kinds=table.kinds[:used],
        numbers=table.numbers[:used],
        ready=table.ready[:used].copy(),
        size=used,
        index=table.index.copied() if table.index else None,
    )
