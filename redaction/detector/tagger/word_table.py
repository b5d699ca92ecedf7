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
from dataclasses import dataclass
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

LEARNT = 100_000
LONGEST = 40
# What a word that is too long to be kept counts as: a long run of letters and digits that no list knows.
_OVERLONG = "x0" * 24
# Room for so many learnt words at first, and for so many vectors: 3 MB that are taken as they are written. (For more,
# numpy asks for pages of 2 MB.)
_FIRST = 12_288
_FEATURES = ("shape", "prefix", "suffix", "whole")

type Floats = NDArray[np.float32]
type Tables = Mapping[str, Any]


@dataclass(slots=True)
class _Rows:
    """`size` rows are in use, and `used` vectors; the arrays grow by being replaced, so whoever holds them keeps what
    was read."""

    index: WordIndex | PlainIndex
    pad: int  # the row of `PAD`
    vectors: Floats  # (used and room for more, E)
    places: NDArray[np.int32]  # of a row's vector, -1 for one that nobody has asked for
    bits: NDArray[np.uint8]  # once there is a vector
    kinds: NDArray[np.uint16]
    numbers: NDArray[np.uint32]
    size: int = 0
    used: int = 0


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
        # One number of these is read twenty times as fast as one of an array.
        self._key_starts, self._key_lows = memoryview(tables["key_starts"]), memoryview(tables["key_lows"])
        self._lock = threading.Lock()
        self._common = len(tables["common_counts"])
        self._kernel = kernel
        self._rows = self._fresh()
        self._compiled: WordVectors | None = None
        if kernel is not None:
            with suppress(ValueError):
                self._compiled = WordVectors(kernel, tables, self._pieces)
        if not (tables["agrees"] if "agrees" in tables else self._agrees()):
            self._compiled = None

    def __len__(self) -> int:
        """How many words are kept that are not of the commonest."""
        return self._rows.size - self._common - 1

    def __repr__(self) -> str:
        return f"WordTable({len(self)} learnt)"

    @property
    def compiled(self) -> bool:
        """Whether the kernel learns words: there is one, and it says of them what Python says."""
        return self._compiled is not None

    def listed(self, word: str) -> int:
        """The gazetteer's bits of one word."""
        return self._listed(tokens.key(tokens.fold(word)))

    def _listed(self, key: int) -> int:
        high, low = key >> 16, key & 0xFFFF
        end = self._key_starts[high + 1]
        place = bisect_left(self._key_lows, low, self._key_starts[high], end)
        return int(self._tables["bits"][place]) if place < end and self._key_lows[place] == low else 0

    def is_everyday(self, word: str) -> bool:
        """Whether one of the commonest words is this one, of small letters."""
        return Coded(self._tables["everyday_data"], self._tables["everyday_ends"]).holds(word)

    @property
    def everyday(self) -> list[str]:
        """Some thousand of such words, the commonest first."""
        return bytes(self._tables["some_everyday"]).decode("ascii").split()

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
            if late and self._compiled and not self._learn_places(table, [(windows[n], *read[n]) for n in late]):
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
                _grow(table, table.size + new)
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
        places = table.places[rows]
        if places.size and places.min() < 0:
            self._make_ready(table, rows)
            places = table.places[rows]
        numbers = table.numbers[rows].astype(np.int64)
        if numbers.any():
            vectors = table.vectors[places]
            first = np.flatnonzero((numbers[:-1] != 0) & (numbers[1:] != 0) & (np.diff(index) == 1))
            keys = tokens.pair_keys(numbers[first], numbers[first + 1])
            left, right = tokens.pair_rows(keys)
            listed = _pairs_listed(keys, self._tables["pair_keys"], self._tables["pair_bits"])
            vectors[first] += self._from("pairs", left) + self._from("left", listed)
            vectors[first + 1] += self._from("pairs", right) + self._from("right", listed)
            return vectors, np.arange(len(rows))
        return table.vectors, places.astype(np.int64)

    def _from(self, name: str, rows: NDArray[Any]) -> Floats:
        table, scale = self._tables[name], self._tables[name + "_scale"]
        return np.asarray(table[rows].astype(np.float32) * scale[rows].astype(np.float32)[:, None], np.float32)

    def _make_ready(self, table: _Rows, rows: NDArray[np.int64]) -> None:
        """Vectors and bits for those of the rows that have none."""
        with self._lock:
            more = table.used + int(np.count_nonzero(table.places[rows] < 0))
            if more > len(table.vectors):
                table.vectors = _longer(table.vectors, more + more // 4)
            if self._compiled is not None and isinstance(table.index, WordIndex):
                own = np.ascontiguousarray(rows)
                table.used = self._compiled.make_ready(
                    table.index, own, table.places, table.used, table.vectors, table.bits
                )
            late = np.array(sorted(set(rows[table.places[rows] < 0].tolist())), np.int64)
            common, learnt = late[late < self._common], late[late > self._common]
            if len(common):
                _put(table, common, *self._of_common(common))
            if len(learnt):
                _put(table, learnt, *self._made(list(map(table.index.word, learnt.tolist()))))
            if len(late) > len(common) + len(learnt):
                _put(
                    table,
                    np.array([table.pad]),
                    np.zeros((1, table.vectors.shape[1]), np.float32),
                    np.zeros(1, np.uint8),
                )

    def _of_common(self, rows: NDArray[np.int64]) -> tuple[Floats, NDArray[np.uint8]]:
        """Vectors and bits of some of the commonest words: what they are made of was worked out in training."""
        counts = self._tables["common_counts"][rows].astype(np.int64)
        # For each piece of each word its place: those of one word follow each other.
        inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        flat = self._tables["common_pieces"][np.repeat(self._tables["common_starts"][rows], counts) + inside]
        bits = self._tables["common_bits"][rows]
        return self._summed(counts, flat, self._tables["common_rows"][rows], bits), bits

    def _made(self, words: Sequence[str]) -> tuple[Floats, NDArray[np.uint8]]:
        """Vectors and bits of other words."""
        if self._compiled is not None:
            return self._of_features([tokens.features(word, {}, self._compiled.pieces) for word in words])
        return self._of_features([tokens.features(word, self._vocabulary) for word in words])

    def _of_features(self, known: Sequence[tokens.Features]) -> tuple[Floats, NDArray[np.uint8]]:
        bits = np.array([self._listed(own.key) for own in known], np.uint8)
        counts = np.array([len(own.pieces) for own in known], np.int64)
        pieces = np.array([piece for own in known for piece in own.pieces], np.int64)
        columns = np.array([(own.shape, own.prefix, own.suffix, own.whole) for own in known], np.int64)
        return self._summed(counts, pieces, columns, bits), bits

    def _summed(
        self, counts: NDArray[np.int64], pieces: NDArray[Any], columns: NDArray[Any], bits: NDArray[np.uint8]
    ) -> Floats:
        """`counts`: pieces of each word; `columns`: `(n, 4)` rows of `_FEATURES`."""
        vectors = self._from("gazetteer", bits)
        for column, name in enumerate(_FEATURES):
            vectors += self._from(name, columns[:, column])
        if len(pieces):
            some = np.flatnonzero(counts)
            starts = np.cumsum(counts[some]) - counts[some]
            vectors[some] += np.add.reduceat(self._from("pieces", pieces), starts, axis=0) / counts[some][:, None]
        return vectors

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        return {piece: row for row, piece in enumerate(self._pieces.words())}

    def _agrees(self) -> bool:
        """Whether the kernel makes the vectors that Python makes, and says of words what `candidates.kind` says:
        features may have changed."""
        if self._kernel is None or self._compiled is None:
            return False
        common = [word for word in map(self._rows.index.word, range(0, self._common, 150)) if word.isascii()]
        words = [*common, *_ODD_WORDS]
        size = len(words)
        ends = np.cumsum(np.fromiter(map(len, words), np.int64, size), dtype=np.int64)
        rows = np.full(size, -1, np.int64)
        kinds, bits = np.zeros(size, np.uint16), np.zeros(size, np.uint8)
        index = WordIndex(self._kernel)
        index.learn("".join(words), (np.concatenate(([0], ends[:-1])), ends, rows), LONGEST, 0, kinds)
        places, vectors = np.full(size, -1, np.int32), np.zeros((size, self._rows.vectors.shape[1]), np.float32)
        self._compiled.make_ready(index, rows, places, 0, vectors, bits)
        expected, listed = self._of_features([tokens.features(word, self._vocabulary) for word in words])
        others = [tokens.fold(word.strip()) for word in map(self._rows.index.word, range(0, self._common, 50))]
        return (
            all(self._compiled.pieces(word) == tokens.pieces(word, self._vocabulary) for word in others if word)
            and rows.tolist() == list(range(size))
            and np.array_equal(vectors[places], expected)
            and np.array_equal(bits, listed)
            and kinds.tolist() == list(map(candidates.kind, words))
        )

    def _fresh(self) -> _Rows:
        """Only the rows of the commonest words, with room for others."""
        tables, size = self._tables, self._common + 1
        index = WordIndex(self._kernel) if self._kernel else PlainIndex()
        index.add(Coded(tables["word_data"], tables["word_ends"]))
        return _Rows(
            index=index,
            pad=self._common,
            vectors=np.empty((_FIRST, tables["pieces"].shape[1]), np.float32),
            places=np.full(size + _FIRST, -1, np.int32),
            bits=np.zeros(size + _FIRST, np.uint8),
            kinds=_longer(tables["word_kinds"], size + _FIRST),
            numbers=_longer(tables["word_numbers"], size + _FIRST),
            size=size,
        )

    def _append(self, words: list[str]) -> None:
        """Rows for new words, behind the others."""
        table, at = self._rows, self._rows.size
        end = at + len(words)
        if end > len(table.bits):
            _grow(table, end)
        table.kinds[at:end] = list(map(candidates.kind, words))
        table.numbers[at:end] = [0 if word.isascii() else tokens.unspaced(word) for word in words]
        table.index.add(Coded.of(words), at)
        table.size = end


# Beside common words: what the kernel is compared with.
_ODD_WORDS = (" Ab12", "zq" * 12, " \n ", "-----", " McX", " McCoy", "Todo", "ABC", "_", ".", "0x1F", "Qw" * 20)


def _pairs_listed(keys: NDArray[np.uint32], known: NDArray[np.uint32], bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What a sorted list says of each key; 0 where it has none."""
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[place] == keys, bits[place], 0).astype(np.uint8)


def _put(table: _Rows, rows: NDArray[np.int64], vectors: Floats, bits: NDArray[np.uint8]) -> None:
    """Vectors and bits of rows that had none, in the room that is there for them."""
    end = table.used + len(rows)
    table.vectors[table.used : end] = vectors
    table.bits[rows] = bits
    table.places[rows] = np.arange(table.used, end)
    table.used = end


def _grow(table: _Rows, size: int) -> None:
    """Room for so many rows and a few more."""
    size += size // 4
    table.bits, table.kinds = _longer(table.bits, size), _longer(table.kinds, size)
    table.numbers, table.places = _longer(table.numbers, size), _longer(table.places, size, -1)


def _longer[T: np.generic](array: NDArray[T], size: int, rest: int = 0) -> NDArray[T]:
    new = (
        np.full((size, *array.shape[1:]), rest, array.dtype)
        if rest
        else np.zeros((size, *array.shape[1:]), array.dtype)
    )
    new[: len(array)] = array
    return new
