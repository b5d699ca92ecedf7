"""Tables in text: the header of the column a value stands in (CSV, TSV, Markdown and ASCII tables)."""

from __future__ import annotations

_DELIMITERS = ("|", "\t", ";", ",")
# A table is followed upwards this many lines at most.
_ROWS = 500


class Columns:
    """Finds column headers in one text. Remembers where each row's table starts, so that a long table costs little."""

    def __init__(self, text: str) -> None:
        self._text = text
        # line start -> (header line start, delimiter) or None
        self._known: dict[int, tuple[int, str] | None] = {}

    def header(self, at: int) -> str | None:
        """The header of the column that `at` stands in; None when the line is no table row, or is the first one."""
        text = self._text
        start = text.rfind("\n", 0, at) + 1
        if not start:
            return None
        table = self._table(start)
        if table is None or table[0] == start:
            return None
        head, delimiter = table
        end = text.find("\n", head)
        cells = text[head:end].split(delimiter)
        column = text.count(delimiter, start, at)
        return cells[column].strip() if column < len(cells) else None

    def _table(self, start: int) -> tuple[int, str] | None:
        if start in self._known:
            return self._known[start]
        text = self._text
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        delimiter = next((d for d in _DELIMITERS if d in line), None)
        found: tuple[int, str] | None = None
        if delimiter is not None and len(line) < 2000:
            width = line.count(delimiter)
            head = start
            visited = [start]
            for _ in range(_ROWS):
                if not head:
                    break
                above = text.rfind("\n", 0, head - 1) + 1
                row = text[above : head - 1]
                if above in self._known:
                    known = self._known[above]
                    if known is not None and known[1] == delimiter:
                        head = known[0]
                    break
                # A rule line (|---|---|) belongs to the table; quoted cells may hold more delimiters than the header.
                count = row.count(delimiter)
                if not row.strip("-+|=: \t") and row.strip():
                    visited.append(above)
                    head = above
                    continue
                if not count or abs(count - width) > 1:
                    break
                visited.append(above)
                head = above
            if width >= 1:
                found = (head, delimiter)
            for place in visited:
                self._known[place] = found
        self._known[start] = found
        return found
