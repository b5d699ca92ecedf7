"""How far from a value its context words stand: in front of it, behind it, or in the header of its column.

The words around a few values are looked for one value at a time; where there are many, the words of the whole window
are found once.
"""

from __future__ import annotations

import functools
from bisect import bisect_left, bisect_right

import re2

from redaction.detector.rules.context_words import context_pattern
from redaction.detector.rules.re2_search import Search, searching
from redaction.detector.rules.table_headers import Columns
from redaction.detector.rules.triggers import re2_options
from redaction.spans import PLACEHOLDER

# How far before and after a value its context words may stand.
BEFORE = 70
AFTER = 24
# So many values of a window are looked around one by one.
_FEW = 3
# A placeholder stands for a value that was this long at most: text behind it is no nearer for being masked.
_PLACEHOLDER_LENGTH = 40


class Context:
    """The words of a kind that may stand beside a value. Made ready when they are first met."""

    def __init__(self, number: int, words: str) -> None:
        self.number, self._words = number, words

    @functools.cached_property
    def whole(self) -> Search:
        return searching(re2.compile(context_pattern(self._words), re2_options()))

    @functools.cached_property
    def bare(self) -> Search:
        """The same words, whatever stands beside them."""
        return searching(re2.compile(f"(?i)(?:{self._words})", re2_options()))


class NearWords:
    """The context words of one window of a text. Places are those of the window, which begins at `low` of the text."""

    __slots__ = ("_asked", "_columns", "_low", "_masked", "_places", "_text")

    def __init__(self, text: str, low: int, columns: Columns) -> None:
        self._text = text
        self._low = low
        self._columns = columns
        self._masked = "[[" in text or "]]" in text
        self._asked: dict[int, int] = {}
        self._places: dict[int, tuple[list[int], list[int]]] = {}

    def __repr__(self) -> str:
        return f"NearWords({len(self._text)} code points)"

    def distance(self, words: Context, start: int, end: int) -> int | None:
        """How far away the nearest word is, in code points; None when there is none."""
        distance = self._before(words, start)
        if distance is not None:
            return distance
        return BEFORE if self._behind(words, end) else self._in_header(words, start)

    def any(self, words: Context, start: int, end: int) -> bool:
        """Whether `distance` may find anything for this value, or for a part of it that begins where it does."""
        return (
            self._before(words, start) is not None
            or words.bare(_bytes(self._text[start : end + AFTER]), 0) is not None
            or self._in_header(words, start) is not None
        )

    def _before(self, words: Context, start: int) -> int | None:
        """How far in front of a value the last word ends."""
        text = self._text
        # A word that touches a value of letters ends there, whatever the window says.
        if (places := self._all(words)) and not text[start : start + 1].isalpha():
            at = bisect_right(places[1], start + 1) - 1
            return max(0, start - places[1][at]) if at >= 0 and places[0][at] >= start - BEFORE - 1 else None
        before = _bytes(_beside(text[max(0, start - BEFORE) : start], -1))
        last, at = -1, 0
        while at < len(before) and (match := words.whole(before, at)) is not None:
            first, last = match[0]
            at = max(first + 1, last - 1)  # what stands between two words is the edge of both
        return len(before) - last if last >= 0 else None

    def _behind(self, words: Context, end: int) -> bool:
        text = self._text
        line_end = text.find("\n", end, end + AFTER)
        limit = min(len(text), end + AFTER) if line_end < 0 else line_end
        if (places := self._all(words)) and not text[end - 1 : end].isalpha():
            at = bisect_left(places[0], end - 1)
            return at < len(places[0]) and places[1][at] <= limit + 1
        return words.whole(_bytes(_beside(text[end:limit], 1)), 0) is not None

    def _in_header(self, words: Context, start: int) -> int | None:
        header = self._columns.header(self._low + start)
        return 0 if header is not None and words.whole(_bytes(header), 0) is not None else None

    def _all(self, words: Context) -> tuple[list[int], list[int]] | None:
        """Where the words of the window begin and end, with what stands beside them; None where it is not worth it."""
        if self._masked:
            return None
        number = words.number
        known = self._places.get(number)
        if known is None:
            asked = self._asked[number] = self._asked.get(number, 0) + 1
            if asked <= _FEW:
                return None
            known = self._places[number] = self._found(words.whole)
        return known

    def _found(self, words: Search) -> tuple[list[int], list[int]]:
        data = _bytes(self._text)
        plain = len(data) == len(self._text)
        begins: list[int] = []
        ends: list[int] = []
        at = byte = char = 0
        while (match := words(data, at)) is not None:
            first, last = match[0]
            at = max(first + 1, last - 1)
            if not plain:
                char += len(data[byte:first].decode("utf-8", "replace"))
                byte = first
                first, last = char, char + len(data[first:last].decode("utf-8", "replace"))
            begins.append(first)
            ends.append(last)
        return begins, ends


def _beside(text: str, side: int) -> str:
    """The text beside a value without placeholders (`[[PHONE_NUMBER]]` is no word about what follows)."""
    if "]]" not in text and "[[" not in text:
        return text
    if side < 0:
        # Cut off at its start, a placeholder's rest may be left.
        cut = text.find("]]")
        if cut >= 0 and "[[" not in text[:cut]:
            text = text[cut + 2 :]
        spare = 0
        for match in PLACEHOLDER.finditer(text):
            spare += max(0, _PLACEHOLDER_LENGTH - len(match.group()))
        return PLACEHOLDER.sub(" ", text[min(spare, len(text)) :])
    return text[: text.find("[[")] if "[[" in text else text


def _bytes(text: str) -> bytes:
    """UTF-8, lone surrogates as `?`: RE2 works on bytes, and one code point stays one."""
    return text.encode("utf-8", "replace")
