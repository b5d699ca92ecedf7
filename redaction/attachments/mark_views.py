"""Decorations in a document's text (`{+inserted+}`, `10^{3}`), and the readings without them.

A value may be half inserted or carry a footnote sign in its middle: `078-05-{-1120-}{+1121+}`. So what a Profiler is
shown is the decorated text and, of its decorated lines, two plain readings more: with every change accepted, and with
every change rejected. What is found in any of them is replaced in the decorated text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

# Codes of `Extracted.marks`: even ones open, the odd one behind each closes it.
TOKENS = ("{+", "+}", "{-", "-}", "^{", "}", "_{", "}", "~~", "~~")
INSERTED, DELETED, RAISED, LOWERED, STRUCK = 0, 2, 4, 6, 8

type Marks = Sequence[tuple[int, int]]
# A found place in the decorated text: [start, end), type, value as it reads without decorations.
type Found = tuple[int, int, str, str]


@dataclass(frozen=True, slots=True)
class View:
    """A plain reading of the decorated lines. `starts` and `origins` are, for each of its pieces, where it begins in
    the view and in the decorated text (code points). The repr shows no text."""

    text: str = field(repr=False)
    starts: list[int] = field(repr=False)
    origins: list[int] = field(repr=False)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """A span of the view as a span of the decorated text."""
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, at: int) -> int:
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]


def views(text: str, marks: Marks) -> list[View]:
    """The readings besides `text` itself: none without marks, one without tracked changes, else two."""
    if not marks:
        return []
    changed = any(code in (INSERTED, DELETED) for _, code in marks)
    return [_view(text, marks, skip) for skip in ((DELETED, INSERTED) if changed else (DELETED,))]


def _view(text: str, marks: Marks, skip: int) -> View:
    """The lines with marks, without the marks and without what stands between those of code `skip`."""
    pieces: list[str] = []
    origins: list[int] = []
    at = start_of_line = 0
    depth = 0

    def take(start: int, end: int) -> None:
        if start < end and not depth:
            pieces.append(text[start:end])
            origins.append(start)

    end_of_line = 0
    for offset, code in marks:
        if offset >= end_of_line:  # a new line with marks: finish the last one first
            take(at, end_of_line)
            start_of_line = text.rfind("\n", end_of_line, offset) + 1 or end_of_line
            following = text.find("\n", offset)
            end_of_line = len(text) if following < 0 else following + 1
            at = start_of_line
        take(at, offset)
        at = offset + len(TOKENS[code])
        if code & ~1 == skip:
            depth += -1 if code & 1 else 1
        end_of_line = max(end_of_line, at)
    depth = 0
    take(at, end_of_line)
    starts = [0, *accumulate(map(len, pieces))][:-1]
    return View("".join(pieces), starts, origins)


def merge(found: Iterable[Found]) -> list[Found]:
    """Overlapping places as one: it has the type and value of its longest part."""
    out: list[Found] = []
    longest = 0
    for start, end, kind, value in sorted(found, key=lambda item: (item[0], -item[1])):
        if out and start < out[-1][1]:
            first, last, kind_before, value_before = out[-1]
            if end - start > longest:
                longest, kind_before, value_before = end - start, kind, value
            out[-1] = (first, max(last, end), kind_before, value_before)
        else:
            out.append((start, end, kind, value))
            longest = end - start
    return out


def replace_marked(text: str, marks: Marks, found: Iterable[Found], put: Callable[[str, str], str]) -> str:
    """The decorated text with each place replaced by `put(type, value)`. A decoration that opens or closes inside a
    place is written again behind it, so that the others keep their partners. Places are sorted and disjoint."""
    out: list[str] = []
    at = number = 0
    for start, end, kind, value in found:
        while number < len(marks) and marks[number][0] + len(TOKENS[marks[number][1]]) <= start:
            number += 1
        before = number - 1
        open_here: list[int] = []
        closing: list[int] = []
        while number < len(marks) and marks[number][0] < end:
            offset, code = marks[number]
            start, end = min(start, offset), max(end, offset + len(TOKENS[code]))
            if not code & 1:
                open_here.append(code)
            elif open_here:
                open_here.pop()
            else:
                closing.append(code)
            number += 1
        # A decoration with nothing left inside goes along.
        while open_here and number < len(marks) and marks[number] == (end, open_here[-1] + 1):
            end += len(TOKENS[open_here.pop() + 1])
            number += 1
        while closing and before >= 0 and marks[before] == (start - len(TOKENS[closing[0] - 1]), closing[0] - 1):
            start = marks[before][0]
            del closing[0]
            before -= 1
        start = max(start, at)
        if start >= end:
            continue
        out += (text[at:start], put(kind, value), *(TOKENS[code] for code in (*closing, *open_here)))
        at = end
    out.append(text[at:])
    return "".join(out)
