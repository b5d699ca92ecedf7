"""The words of a text and their rows, in the kernel: `tokens.split` and the look-up in one pass."""

from __future__ import annotations

import ctypes
import functools
import re
import secrets
import weakref
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel.library import Library
from redaction.detector.tagger import candidates, tokens
from redaction.detector.tagger.coded_words import Coded

type Ints = NDArray[np.int64]


class WordIndex:
    """Word -> row, as `coded_words.PlainIndex` in Python. Whoever adds words, or asks for one, holds a lock against
    others who add."""

    def __init__(self, library: Library) -> None:
        self._words = library.words
        self.library = library
        self.table = self._words.kernel_table_new(secrets.randbits(63))
        if not self.table:
            raise MemoryError("no memory for the table of words")
        weakref.finalize(self, self._words.kernel_table_free, self.table)

    def add(self, words: Coded, first: int = 0) -> None:
        """Rows, from `first` on, for words that have none yet."""
        rows = np.arange(first, first + len(words.ends), dtype=np.int64)
        if self._words.kernel_table_add(self.table, *words.places, rows.ctypes.data, len(rows)):
            raise MemoryError("no memory for the table of words")

    def rows(self, words: Sequence[str]) -> Ints:
        """The row of each word, -1 for one that has none."""
        found = np.empty(len(words), np.int64)
        coded = Coded.of(words)
        self._words.kernel_table_rows(self.table, *coded.places, len(words), found.ctypes.data)
        return found

    def word(self, row: int) -> str:
        """The word of a row, where rows were given in the order of the words."""
        size = ctypes.c_uint32()
        place = self._words.kernel_table_word(self.table, row, ctypes.byref(size))
        return ctypes.string_at(place, size.value).decode("utf-8", "surrogatepass")

    def words(
        self, text: str, start: int, end: int, reach: int, longest: int, none: int
    ) -> tuple[Ints, Ints, Ints] | None:
        """Starts, ends and rows of the words of `text[start:end]` and of `reach` words on each side of it. The row is
        -1 for a word that has none or is longer than `longest`, and `none` where there is no word. None for a text in
        which a script without spaces stands."""
        size = end - start + 2 * reach
        starts, ends, rows = places = np.empty((3, size), np.int64)
        first = places.ctypes.data
        kinds = _kinds()
        count = self._words.kernel_words(
            self.table, text.encode("utf-32-le", "surrogatepass"), kinds, len(kinds), start, end, len(text), reach,
            longest, none, first, first + 8 * size, first + 16 * size,
        )  # fmt: skip
        return None if count < 0 else (starts[:count], ends[:count], rows[:count])

    def learn(
        self, text: str, places: tuple[Ints, Ints, Ints], longest: int, start: int, kinds: NDArray[np.uint16]
    ) -> int:
        """Rows, in `places`, for the words in ASCII that have none (-1) and are no longer than `longest`: from `start`
        on. Their kinds go into `kinds`, which has room. The next free row."""
        starts, ends, rows = places
        end: int = self._words.kernel_learn(
            self.table, _no_names(self.library).table, text.encode("utf-32-le", "surrogatepass"), starts.ctypes.data,
            ends.ctypes.data, rows.ctypes.data, len(rows), longest, start, kinds.ctypes.data,
        )  # fmt: skip
        if end < 0:
            raise MemoryError("no memory for the table of words")
        return end


@functools.cache
def _no_names(library: Library) -> WordIndex:
    """Words of programs that are no names."""
    index = WordIndex(library)
    index.add(Coded.of(sorted(candidates.NO_NAMES)))
    return index


def asked(library: Library, kinds: NDArray[np.uint16], rows: Ints, starts: Sequence[int]) -> NDArray[np.bool_]:
    """`candidates.asked` of words whose kinds stand in these rows."""
    out = np.empty(len(rows), np.bool_)
    opens = np.array(starts, np.int64)
    if library.words.kernel_asked(
        kinds.ctypes.data, rows.ctypes.data, len(rows), opens.ctypes.data, len(opens), out.ctypes.data
    ):
        raise MemoryError("no memory for the kinds of words")
    return out


# What a code point is to a word, as `word_kernel.c` numbers it.
_SIGN, _LETTER, _SPACE, _RUN, _MARK, _FOREIGN = range(6)


@functools.cache
def _kinds() -> bytes:
    """What each code point below the ideographs is."""
    every = "".join(map(chr, range(0x3400)))
    kinds = bytearray(len(every))
    for kind, pattern in (
        (_MARK, tokens.MARK), (_LETTER, tokens.LETTER), (_SPACE, tokens.SPACE), (_RUN, tokens.RUN),
        (_FOREIGN, tokens.UNSPACED),
    ):  # fmt: skip
        for match in re.finditer(f"{pattern}+", every):
            first, last = match.span()
            kinds[first:last] = bytes((kind,)) * (last - first)
    return bytes(kinds)
