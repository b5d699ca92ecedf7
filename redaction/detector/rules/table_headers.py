"""Tables in text: the header of the column a value stands in (CSV, TSV, Markdown and ASCII tables)."""

from __future__ import annotations

_DELIMITERS = ("|", "\t", ";", ",")
# Longer lines are no table rows (code points); a chunk that begins inside a line begins in such a one.
_LONGEST_ROW = 900
# So many drawn lines in a row are skipped on the way to the row above.
_MOST_DRAWN = 3
# Twice so many lines are remembered: texts are read from their begin to their end.
_KEPT = 10_000


class Columns:
    """Finds column headers in one text. Remembers where each row's table starts, so that a long table costs little.

    A row belongs to the table of the row above it when both have the same delimiter, as often or once more or less
    (quoted cells may hold some). Lines drawn with dashes belong to any table.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        # line start -> start of the header line of its table, of the lines last read and of those before
        self._heads: dict[int, int] = {}
        self._older: dict[int, int] = {}

    def header(self, at: int) -> str | None:
        """The header of the column that `at` stands in; None when the line is no table row, or is the first one."""
        start = self._start(at)
        head = self._head(start) if at - start <= _LONGEST_ROW else start
        if head == start:
            return None
        delimiter, _ = table_row(self._line(start))
        cells = self._line(head).split(delimiter)
        column = self._text.count(delimiter, start, at)
        return cells[column].strip() if column < len(cells) else None

    def header_line(self, at: int) -> str:
        """The header line of the table that the line of `at` continues; empty when it continues none."""
        start = self._start(at)
        if at - start > _LONGEST_ROW:
            return ""
        if start and _drawn(self._line(start)):
            return self._line(self._head(self._above(start)))
        head = self._head(start)
        return self._line(head) if head != start else ""

    def _start(self, at: int) -> int:
        """The start of the line of `at`; a place in it where it is too long for a row: none is searched to its end."""
        return self._text.rfind("\n", max(0, at - _LONGEST_ROW - 1), at) + 1 or max(0, at - _LONGEST_ROW - 1)

    def _line(self, start: int) -> str:
        """The line, cut off where it is too long for a row."""
        end = self._text.find("\n", start, start + _LONGEST_ROW + 1)
        return self._text[start : end if end >= 0 else start + _LONGEST_ROW + 1]

    def _above(self, start: int) -> int:
        """The start of the next line above that is not drawn; of the last one looked at when all are."""
        for _ in range(_MOST_DRAWN):
            if not start:
                break
            start = self._text.rfind("\n", 0, start - 1) + 1
            if not _drawn(self._line(start)):
                break
        return start

    def _head(self, start: int) -> int:
        visited: list[int] = []
        at = start
        row = table_row(self._line(at))
        while (known := self._heads.get(at, self._older.get(at))) is None:
            if len(visited) < _KEPT:
                visited.append(at)
            if not at or not row[0]:
                break
            above = self._above(at)
            upper = table_row(self._line(above))
            if upper[0] != row[0] or abs(upper[1] - row[1]) > 1:
                break
            at, row = above, upper
        head = at if known is None else known
        if len(self._heads) > _KEPT:
            self._heads, self._older = {}, self._heads
        for place in visited:
            self._heads[place] = head
        return head


def table_row(line: str) -> tuple[str, int]:
    """The delimiter of a row and how often it is there; empty and 0 when the line is no row."""
    if len(line) <= _LONGEST_ROW:
        for delimiter in _DELIMITERS:
            if delimiter in line:
                return delimiter, line.count(delimiter)
    return "", 0


def _drawn(line: str) -> bool:
    """`|---|---|`, `+-----+`."""
    return not line.strip("-+|=: \t\r") and bool(line.strip())
