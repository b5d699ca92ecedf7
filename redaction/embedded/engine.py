"""Runs the rules: one RE2 set of all triggers says which rules a block may hold, only those run there.

Linear time throughout (RE2 has no backtracking). A text is searched in blocks of whole lines; what a block yields
depends on the text alone, so working through the blocks in one go or in slices gives the same spans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from redaction.embedded.columns import Columns
from redaction.embedded.contexts import CONTEXTS, context_pattern
from redaction.embedded.letters import loosened, spell_out
from redaction.embedded.recognizer import Recognizer
from redaction.spans import PLACEHOLDER, Span

# A block is about this long (code points) and is read this much further, so that no value is cut at its end.
BLOCK = 1500
OVERLAP = 400
# How far before and after a value its context words may stand.
BEFORE = 70
AFTER = 24
# A refused value loses this many groups at most, and is not tried below this length (code points).
_MOST_CUTS = 5
_SHORTEST = 7


def _options() -> Any:
    options = re2.Options()
    options.max_mem = 64 << 20
    options.log_errors = False
    return options


def compile_re2(pattern: str) -> Any:
    """A compiled RE2. Raises re2.error when the pattern is not RE2 syntax."""
    return re2.compile(pattern, _options())


def _set(patterns: Sequence[str]) -> Any:
    """A compiled RE2 set that searches anywhere; None when there is nothing to look for."""
    if not patterns:
        return None
    found = re2.Set.SearchSet(_options())
    for pattern in patterns:
        found.Add(pattern)
    found.Compile()
    return found


@dataclass(slots=True)
class _Rule:
    row: Recognizer
    pattern: Any
    groups: int
    context: Any
    context_id: int


class Engine:
    """Recognizers compiled together. Immutable after construction, safe to share between threads.

    Each group of rows has its own set of triggers: one set of everything has so many states that new text keeps
    building new ones (430 ms for 100 KB of prose, measured; 6 ms in groups).
    """

    def __init__(
        self, groups: Sequence[Sequence[Recognizer]], *, contexts: Mapping[str, str] = CONTEXTS, loosen: bool = True
    ) -> None:
        """`contexts` are the rows' context words; `loosen` off keeps patterns of unknown make as they are."""
        used = sorted({row.context for group in groups for row in group if row.context})
        patterns = [context_pattern(contexts[name]) for name in used]
        self._context_set = _set(patterns)
        place = {name: index for index, name in enumerate(used)}
        compiled = [compile_re2(pattern) for pattern in patterns]
        self._groups: list[tuple[Any, list[_Rule]]] = []
        for group in groups:
            triggers = [row.trigger or row.pattern for row in group]
            rules: list[_Rule] = []
            for row in group:
                pattern = compile_re2(spell_out(row.pattern) if loosen else row.pattern)
                index = place.get(row.context, -1)
                context = compiled[index] if row.context else None
                rules.append(_Rule(row, pattern, pattern.groups, context, index))
            self._groups.append((_set([loosened(spell_out(t)) if loosen else t for t in triggers]), rules))

    def find(self, text: str) -> list[Span]:
        """All candidates of all rules, overlapping ones too, in block order."""
        return [span for block in self.blocks(text) for span in block]

    def blocks(self, text: str) -> Iterator[list[Span]]:
        """The candidates block by block: stop between two blocks to let others run."""
        seen: set[int] = set()
        columns = Columns(text)
        for start, end, limit in blocks(text):
            piece = text[start:limit]
            data = _bytes(piece)
            plain = len(data) == len(piece)
            if self._context_set is not None:
                seen.update(self._context_set.Match(data) or ())
            found: list[Span] = []
            for triggers, rules in self._groups:
                for index in triggers.Match(data) or ():
                    rule = rules[index]
                    if not rule.row.needs_context or rule.context_id in seen:
                        self._run(rule, text, columns, data, plain, start, end, found)
            yield found

    def _run(
        self,
        rule: _Rule,
        text: str,
        columns: Columns,
        data: bytes,
        plain: bool,
        start: int,
        end: int,
        found: list[Span],
    ) -> None:
        row, pattern, groups = rule.row, rule.pattern, rule.groups
        at = 0
        size = len(data)
        while at < size:
            match = pattern.search(data, at)
            if match is None:
                return
            first, last = match.span()
            for number in range(1, groups + 1):
                if match.start(number) >= 0:
                    first, last = match.span(number)
                    break
            if plain:
                a, b = start + first, start + last
            else:
                a = start + len(data[:first].decode("utf-8", "replace"))
                b = a + len(data[first:last].decode("utf-8", "replace"))
            if a >= end:
                return
            score = self._judge(rule, text, columns, a, b)
            if not score and row.shrink:
                b, score = self._shrunk(rule, text, columns, a, b)
                last = first + len(_bytes(text[a:b])) if score else last
            if score:
                found.append(Span(a, b, row.type, score, row.name))
                at = max(last, at + 1)
            else:
                # Go on behind the first word of what was refused: a better match may start inside it.
                at = max(match.start(), at)
                while at < size and not _is_word(data[at]):
                    at += 1
                while at < size and _is_word(data[at]):
                    at += 1
                at = max(at, match.start() + 1)
                if at > last:
                    at = max(last, match.start() + 1)

    def _shrunk(self, rule: _Rule, text: str, columns: Columns, start: int, end: int) -> tuple[int, float]:
        """The end and score of the longest part of a refused value that passes, cut between its groups."""
        for _ in range(_MOST_CUTS):
            while end > start and text[end - 1].isalnum():
                end -= 1
            while end > start and not text[end - 1].isalnum():
                end -= 1
            if end - start < _SHORTEST:
                break
            score = self._judge(rule, text, columns, start, end)
            if score:
                return end, score
        return end, 0.0

    def _judge(self, rule: _Rule, text: str, columns: Columns, start: int, end: int) -> float:
        row = rule.row
        if end <= start or not row.guard(text, start, end):
            return 0.0
        checked = row.check is None or row.check(text[start:end])
        if not checked and not row.unchecked:
            return 0.0
        if rule.context is None:
            return row.score if checked else 0.0
        distance = self._near(rule.context, text, columns, start, end)
        if distance is not None:
            # The nearest word says what a value is: `passport X1234567, licence D1234567`.
            near = row.near - distance * 0.0005
            return near if checked else near - 0.1
        return row.score if checked and not row.needs_context else 0.0

    @staticmethod
    def _near(context: Any, text: str, columns: Columns, start: int, end: int) -> int | None:
        """How far away the nearest context word is, in code points; None when there is none."""
        before = _bytes(_window(text[max(0, start - BEFORE) : start], -1))
        last = -1
        for match in context.finditer(before):
            last = match.end()
        if last >= 0:
            return len(before) - last
        line_end = text.find("\n", end, end + AFTER)
        after = _window(text[end : end + AFTER if line_end < 0 else line_end], 1)
        if context.search(_bytes(after)) is not None:
            return BEFORE
        header = columns.header(start)
        return 0 if header is not None and context.search(_bytes(header)) is not None else None


# A placeholder stands for a value that was this long at most: text behind it is no nearer for being masked.
_PLACEHOLDER_LENGTH = 40


def _window(text: str, side: int) -> str:
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


def _is_word(byte: int) -> bool:
    return byte > 127 or 48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122


def blocks(text: str) -> Iterator[tuple[int, int, int]]:
    """Cut a text into blocks: (start, end, limit), `limit` being how far to read for values that start in the block.

    Cuts are behind a line break where there is one, else behind white space, else wherever the block is full.
    """
    size = len(text)
    start = 0
    while start < size:
        end = start + BLOCK
        if end >= size:
            yield start, size, size
            return
        cut = text.rfind("\n", start + BLOCK // 2, end) + 1
        if not cut:
            cut = max(text.rfind(" ", start + BLOCK // 2, end), text.rfind(",", start + BLOCK // 2, end)) + 1
        end = cut or end
        yield start, end, min(size, end + OVERLAP)
        start = end
