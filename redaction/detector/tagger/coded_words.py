"""Many words as one piece of UTF-8: no object for each of them. And rows of words in Python, without the kernel."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coded:
    """Words one behind the other; `ends` says where each ends in `data`."""

    data: NDArray[np.uint8]
    ends: Ints

    @classmethod
    def of(cls, words: Sequence[str]) -> Coded:
        coded = [word.encode("utf-8", "surrogatepass") for word in words]
        ends = np.cumsum(np.fromiter(map(len, coded), np.int64, len(coded)), dtype=np.int64)
        return cls(np.frombuffer(b"".join(coded), np.uint8), ends)

    @property
    def places(self) -> tuple[int, int]:
        """Where both are in memory, for the kernel. Valid as long as this is."""
        return self.data.ctypes.data, self.ends.ctypes.data

    def __getitem__(self, number: int) -> bytes:
        return self.data[self.ends[number - 1] if number else 0 : self.ends[number]].tobytes()

    def holds(self, word: str) -> bool:
        """Whether a word is among sorted ones."""
        coded, count = word.encode("utf-8", "surrogatepass"), len(self.ends)
        place = bisect_left(range(count), coded, key=self.__getitem__)
        return place < count and self[place] == coded

    def words(self) -> list[str]:
        data = self.data.tobytes()
        return [data[a:b].decode("utf-8", "surrogatepass") for a, b in pairwise([0, *self.ends.tolist()])]


class PlainIndex:
    """Word -> row, as `kernel.word_index.WordIndex`."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._words: list[str] = []

    def add(self, words: Coded, first: int = 0) -> None:
        more = words.words()
        self._words += more
        for row, word in enumerate(more, first):
            self._rows.setdefault(word, row)

    def rows(self, words: Sequence[str]) -> Ints:
        get: Any = self._rows.get
        return np.fromiter(map(get, words, repeat(-1)), np.int64, len(words))

    def word(self, row: int) -> str:
        return self._words[row]
