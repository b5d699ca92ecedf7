"""The words of ASCII text and their rows, in the kernel: `tokens.split` and the look-up in one pass."""

from __future__ import annotations

import secrets
import weakref
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel.library import Library


class WordIndex:
    """Word -> row, for words in ASCII. Whoever adds words holds a lock against others who add."""

    def __init__(self, library: Library, table: int | None = None) -> None:
        """`table`: one that the kernel has made, now owned by this."""
        self._words = library.words
        self._library = library
        self._table = table or self._words.kernel_table_new(secrets.randbits(63))
        if not self._table:
            raise MemoryError("no memory for the table of words")
        weakref.finalize(self, self._words.kernel_table_free, self._table)

    def copied(self) -> WordIndex:
        return WordIndex(self._library, self._words.kernel_table_copy(self._table))

    def add(self, words: Sequence[str], rows: range) -> None:
        """Rows of words that have none yet; words beyond ASCII are left out."""
        own = [(word, row) for word, row in zip(words, rows, strict=True) if word and word.isascii()]
        ends = np.cumsum(np.fromiter((len(word) for word, _ in own), np.int64, len(own)), dtype=np.int64)
        places = np.fromiter((row for _, row in own), np.int64, len(own))
        data = "".join(word for word, _ in own).encode("ascii")
        if self._words.kernel_table_add(self._table, data, ends.ctypes.data, places.ctypes.data, len(own)):
            raise MemoryError("no memory for the table of words")

    def words(
        self, data: bytes, start: int, end: int, reach: int, longest: int, none: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Starts, ends and rows of the words of `data[start:end]` and of `reach` words on each side of it. The row is
        -1 for a word that has none or is longer than `longest`, and `none` where there is no word."""
        starts, ends, rows = (np.empty(end - start + 2 * reach, np.int64) for _ in range(3))
        count = self._words.kernel_words(
            self._table, data, start, end, len(data), reach, longest, none,
            starts.ctypes.data, ends.ctypes.data, rows.ctypes.data,
        )  # fmt: skip
        return starts[:count], ends[:count], rows[:count]
