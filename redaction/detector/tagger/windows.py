"""The words of a chunk and of what stands beside it, with their places and rows.

In the kernel where there is one and no script without spaces stands in the text, else by `tokens.split`. Both yield the
same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel.word_index import WordIndex
from redaction.detector.tagger import tokens
from redaction.detector.tagger.coded_words import PlainIndex

# Stands for what is not there: words beside a text, and beyond those that are near enough to a chunk of it.
PAD = ""

type Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """`text[start:end]` is the chunk; what stands before and behind it is what may be looked at beside it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where the words of a window begin and end in its text; `words` where they had to be cut out."""

    starts: Ints
    ends: Ints
    words: list[str] | None = None

    def word(self, window: Window, index: int) -> str:
        return window.text[self.starts[index] : self.ends[index]] if self.words is None else self.words[index]


class Rows(Protocol):
    """What knows the rows of words."""

    index: WordIndex | PlainIndex
    pad: int  # the row of `PAD`


def read(window: Window, rows: Rows, reach: int, longest: int) -> tuple[Ints, Places]:
    """The row of each word of a window and of `reach` words on both sides (`PAD` where there is none); -1 for a word
    that has none or is longer than `longest`."""
    text, start, end = window.text, window.start, window.end
    if isinstance(rows.index, WordIndex):
        cut = rows.index.words(text, start, end, reach, longest, rows.pad)
        if cut is not None:
            return cut[2], Places(cut[0], cut[1])
    before = tokens.split(text[:start])[-reach:]
    after = tokens.split(text[end:])[:reach]
    words = (
        [PAD] * (reach - len(before)) + before + tokens.split(text[start:end]) + after + [PAD] * (reach - len(after))
    )
    ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)))
    ends += start - ends[reach - 1]
    starts = np.empty_like(ends)
    starts[1:], starts[0] = ends[:-1], ends[0] - len(words[0])
    return rows.index.rows(words), Places(starts, ends, words)
