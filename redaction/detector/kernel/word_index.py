"""The words of a text and their rows, in the kernel: `tokens.split` and the look-up in one pass."""

from __future__ import annotations

import functools
import re
import secrets
import weakref
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel.library import Library
from redaction.detector.tagger import candidates, tokens

type Ints = NDArray[np.int64]


class WordIndex:
    """Word -> row. Whoever adds words holds a lock against others who add."""

    def __init__(self, library: Library, table: int | None = None) -> None:
        """`table`: one that the kernel has made, now owned by this."""
        self._words = library.words
        self.library = library
        self.table = table or self._words.kernel_table_new(secrets.randbits(63))
        if not self.table:
            raise MemoryError("no memory for the table of words")
        weakref.finalize(self, self._words.kernel_table_free, self.table)

    def copied(self) -> WordIndex:
        return WordIndex(self.library, self._words.kernel_table_copy(self.table))

    def add(self, words: Sequence[str], rows: range) -> None:
        """Rows of words that have none yet."""
        coded = [word.encode("utf-8", "surrogatepass") for word in words]
        ends = np.cumsum(np.fromiter(map(len, coded), np.int64, len(coded)), dtype=np.int64)
        places = np.arange(rows.start, rows.stop, dtype=np.int64)
        data = b"".join(coded)
        if self._words.kernel_table_add(self.table, data, ends.ctypes.data, places.ctypes.data, len(coded)):
            raise MemoryError("no memory for the table of words")

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
    index.add(sorted(candidates.NO_NAMES), range(len(candidates.NO_NAMES)))
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
