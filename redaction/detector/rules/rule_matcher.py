"""Runs the rules: their triggers say which rules a chunk may hold, only those run there.

Linear time throughout (RE2 has no backtracking). A text is searched chunk by chunk; a chunk is judged by its own text,
a little on both sides, and the header of the table it continues, whatever else the text holds. So working through the
chunks in one go or in slices, new or remembered, gives the same spans.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import re2

from redaction.detector.kernel.library import Library, library
from redaction.detector.rules.context_words import context_pattern
from redaction.detector.rules.context_words import contexts as built_in_contexts
from redaction.detector.rules.near_words import Context, NearWords
from redaction.detector.rules.recognizer import Recognizer
from redaction.detector.rules.table_headers import Columns
from redaction.detector.rules.triggers import Later, Triggers, Words, re2_options, with_edges
from redaction.detector.tagger.chunks import LONGEST, Remembered, chunks_of
from redaction.spans import PLACEHOLDER, Span

# A chunk is read this much further (code points), and to the end of the word there, so that no value is cut at its end.
OVERLAP = 160
_LONGEST_WORD = 2400  # `value_bounds.LONGEST`
# Guards and context words look this far beyond a value.
_AROUND = 120
# A refused value loses this many groups at most, and is not tried below this length (code points).
_MOST_CUTS = 5
# New chunks that are searched together, in one step of work.
_TOGETHER = 16
# Refused values that overlap (`key=Xkey=Xkey=X`) are read so often at most in one chunk; then only what stands behind.
_MOST_REFUSED = 8
_SHORTEST = 7
_SPACE = re.compile(r"\s")
# To the end of the next word.
_WORD = re.compile(rb"[^0-9A-Za-z\x80-\xff]*+[0-9A-Za-z\x80-\xff]*+")


def compile_re2(pattern: str) -> Any:
    """A compiled RE2. Raises re2.error when the pattern is not RE2 syntax."""
    return re2.compile(pattern, re2_options())


@dataclass(slots=True)
class _Rule:
    row: Recognizer
    pattern: Later
    context: Context | None


type ChunkReader = Callable[[str, int, int, str], Sequence[Span]]


class _Window:
    """What may be seen of a text while one chunk of it is searched. Places are relative to `low`, where it begins."""

    __slots__ = ("data", "first", "header", "last", "low", "plain", "text", "words")

    def __init__(self, text: str, low: int, start: int, end: int, limit: int, columns: Columns) -> None:
        self.text = text
        self.low = low
        self.first = start - low
        self.last = end - low
        self.words = NearWords(text, low, columns)
        self.header = columns.header_line(start) if start else ""
        piece = text[self.first : limit - low]
        self.data = _bytes(piece)
        self.plain = len(self.data) == len(piece)


@dataclass(slots=True)
class _Waiting:
    """A chunk whose turn comes with others'. `found`: what is remembered of it, if it was searched before."""

    start: int
    key: bytes
    window: _Window
    found: Sequence[Span] | None = None
    fired: list[_Rule] = field(default_factory=list)


def _moved(spans: Sequence[Span], by: int) -> list[Span]:
    return [Span(s.start + by, s.end + by, s.type, s.score, s.recognizer) for s in spans]


class RuleMatcher:
    """Recognizers compiled together. Immutable after construction, safe to share between threads."""

    def __init__(
        self,
        groups: Sequence[Sequence[Recognizer]],
        *,
        contexts: Mapping[str, str] | None = None,
        loosen: bool = True,
        remember: int = 0,
        also: ChunkReader | None = None,
        keep: str = "",
        kernel: Library | Literal["own"] | None = "own",
    ) -> None:
        """`contexts` are the rows' context words; `loosen` off keeps patterns of unknown make as they are.

        `also` finds more in each chunk (of its window, where it begins and ends there, and its table's header).
        The results of `remember` chunks and up to twice as many are kept (no text of theirs). `keep`: the name under
        which the kernel's tables are stored, if they are. `kernel`: that of this installation, if it has one; or
        another, or None for all in Python.
        """
        if kernel == "own":
            kernel = library()
        self._also = also
        self._remembered = Remembered[tuple[Span, ...]](remember) if remember else None
        used = sorted({row.context for group in groups for row in group if row.context})
        words = built_in_contexts() if contexts is None else contexts
        patterns = [context_pattern(words[name]) for name in used]
        self._context_words = Words(patterns, kernel if loosen else None, keep and f"{keep}-contexts")
        # Made ready when they are first met. Those of unknown make now: a mistake in them stops the start.
        kinds = {name: Context(number, words[name]) for number, name in enumerate(used)}
        self._rules: list[_Rule] = []
        rows = [row for group in groups for row in group]
        read = [row.pattern for row in rows]
        for row, pattern in zip(rows, with_edges(read, keep) if loosen else read, strict=True):
            self._rules.append(_Rule(row, Later(pattern), kinds.get(row.context)))
        if not loosen:
            _ = [(kind.whole, kind.bare) for kind in kinds.values()], [rule.pattern.search for rule in self._rules]
        self._triggers = Triggers(groups, built_in=loosen, kernel=kernel, keep=keep)

    def find(self, text: str) -> list[Span]:
        """All candidates of all rules, overlapping ones too, in the chunks' order."""
        return [span for found in self.chunks(text) for span in found]

    def chunks(
        self, text: str, near: Sequence[int] | None = None, within: Sequence[tuple[int, int]] | None = None
    ) -> Iterator[Sequence[Span]]:
        """The candidates chunk by chunk: stop between two to let others run.

        With `near` only chunks from which one of these places (sorted) can be seen; with `within` only what begins in
        these places (sorted, disjoint) or close before them.
        """
        columns = Columns(text)
        remembered = self._remembered
        waiting: list[_Waiting] = []
        for start, end in chunks_of(text) if within is None else _around(text, within):
            if near is not None:
                at = bisect.bisect_left(near, start - _AROUND)
                if at == len(near) or near[at] > end + OVERLAP:
                    continue
            low, limit = max(0, start - _AROUND), _limit(text, end)
            window = _Window(text[low : limit + _AROUND], low, start, end, limit, columns)
            key, known = b"", None
            if remembered is not None:
                key = remembered.key(window.text, start - low, end - low, limit - low, beside=window.header)
                known = remembered.get(key)
            if known is not None and not waiting:
                yield _moved(known, start) if start else known
                continue
            waiting.append(_Waiting(start, key, window, known if known is None else _moved(known, start)))
            if len(waiting) == _TOGETHER:
                yield from self._searched(waiting)
                waiting = []
        yield from self._searched(waiting)

    def _searched(self, waiting: Sequence[_Waiting]) -> Iterator[Sequence[Span]]:
        """The candidates of chunks in their order, new ones to be remembered."""
        new = [chunk for chunk in waiting if chunk.found is None]
        for chunk, fired in zip(new, self._triggers.match([chunk.window.data for chunk in new]), strict=True):
            chunk.fired = [self._rules[number] for number in fired]
        for chunk in waiting:
            found = chunk.found
            if found is None:
                found = self._found(chunk.window, chunk.fired)
                if self._remembered is not None:
                    self._remembered.put(chunk.key, tuple(_moved(found, -chunk.start)))
            yield found

    def warm(self, text: str) -> None:
        """Have all automata of the triggers built for text like this, also those that it does not need itself."""
        for start, end in chunks_of(text):
            self._triggers.warm(_bytes(text[start:end]))

    def _found(self, window: _Window, rules: Sequence[_Rule]) -> list[Span]:
        found: list[Span] = []
        seen: frozenset[int] | None = None
        for rule in rules:
            if rule.row.needs_context:
                if seen is None:
                    seen = self._contexts(window)
                if rule.context is None or rule.context.number not in seen:
                    continue
            self._run(rule, window, found)
        if self._also is not None:
            found += _moved(self._also(window.text, window.first, window.last, window.header), window.low)
        return found

    def _contexts(self, window: _Window) -> frozenset[int]:
        """The kinds of context words that may be anywhere near: those of a placeholder's type are none."""
        text = PLACEHOLDER.sub(" ", window.text) if "[[" in window.text else window.text
        return self._context_words.match(_bytes(f"{window.header}\n{text}"))

    def _run(self, rule: _Rule, window: _Window, found: list[Span]) -> None:
        row, search = rule.row, rule.pattern.search
        text, data, plain, base, low = window.text, window.data, window.plain, window.first, window.low
        end = window.last
        at = spent = byte = char = 0
        size = len(data)
        while at < size:
            match = search(data, at)
            if match is None:
                return
            # The value is the first group that took part, or the whole.
            first, last = begin, _ = match[0]
            for group in match[1:]:
                if group[0] >= 0:
                    first, last = group
                    break
            if plain:
                a, b = base + first, base + last
            else:
                if first < byte:
                    byte = char = 0
                char += len(data[byte:first].decode("utf-8", "replace"))
                byte = first
                a = base + char
                b = a + len(data[first:last].decode("utf-8", "replace"))
            if a >= end:
                return
            score = self._judge(rule, window, a, b)
            if not score and row.shrink:
                b, score = self._shrunk(rule, window, a, b)
                last = first + len(_bytes(text[a:b])) if score else last
            if score:
                found.append(Span(low + a, low + b, row.type, score, row.name))
                at = max(last, at + 1)
            else:
                # Go on behind the label, or the first word, of what was refused: a better match may start inside it.
                spent += last - begin
                at = max(begin, at) if spent < _MOST_REFUSED * size else last
                if first > at + 1:
                    at = first
                    continue
                if word := _WORD.match(data, at):
                    at = word.end()
                at = max(at, begin + 1)
                if at > last:
                    at = max(last, begin + 1)

    def _shrunk(self, rule: _Rule, window: _Window, start: int, end: int) -> tuple[int, float]:
        """The end and score of the longest part of a refused value that passes, cut between its groups."""
        text, begins = window.text, rule.row.begins
        if begins is not None and not begins(text, start):
            return end, 0.0
        for turn in range(_MOST_CUTS):
            while end > start and text[end - 1].isalnum():
                end -= 1
            while end > start and not text[end - 1].isalnum():
                end -= 1
            if end - start < _SHORTEST:
                break
            words = rule.context if not turn and rule.row.needs_context else None
            if words is not None and not window.words.any(words, start, end):
                break
            score = self._judge(rule, window, start, end)
            if score:
                return end, score
        return end, 0.0

    @staticmethod
    def _judge(rule: _Rule, window: _Window, start: int, end: int) -> float:
        row, text, words = rule.row, window.text, rule.context
        if end <= start:
            return 0.0
        distance = None
        if words is not None and row.needs_context:
            # What is asked of the words is told faster than the rest.
            distance = window.words.distance(words, start, end)
            if distance is None:
                return 0.0
        if not row.guard(text, start, end):
            return 0.0
        checked = row.check is None or row.check(text[start:end])
        if not checked and not row.unchecked:
            return 0.0
        if words is not None and not row.needs_context:
            distance = window.words.distance(words, start, end)
        if distance is None:
            return row.score if checked else 0.0
        # The nearest word says what a value is: `passport X1234567, licence D1234567`.
        near = row.near - distance * 0.0005
        return near if checked else near - 0.1


def _around(text: str, places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Chunks that hold the places and what may reach into them from in front, from white space to white space."""
    done = 0
    for first, last in places:
        low = max(done, first - OVERLAP)
        if low > done:
            space = _SPACE.search(text, low, first)
            low = space.end() if space else low
        # A value that the place ends may begin behind it: `&copy=4111...`.
        last = min(len(text), last + 1)
        while low < last:
            end = min(last, low + LONGEST)
            if end < last:
                cut = text.rfind(" ", low + 1, end)
                end = cut + 1 if cut > 0 else end
            yield low, end
            low = done = end


def _bytes(text: str) -> bytes:
    """UTF-8, lone surrogates as `?`: RE2 works on bytes, and one code point stays one."""
    return text.encode("utf-8", "replace")


def _limit(text: str, end: int) -> int:
    """How far a chunk is read."""
    size = len(text)
    limit = end + OVERLAP
    if limit >= size:
        return size
    # A value that begins before the cut, on the line behind its label too, may be as long as a token gets.
    space = _SPACE.search(text, limit, limit + _LONGEST_WORD)
    return space.start() if space else min(size, limit + _LONGEST_WORD)
