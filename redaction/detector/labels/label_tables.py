"""Columns under a label: a header row (CSV, TSV, Markdown) or the column list of an SQL INSERT binds its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from redaction.detector.labels.bindings import Bound, How
from redaction.detector.labels.label_matcher import Label, labels
from redaction.detector.labels.value_bounds import Value
from redaction.detector.rules.table_headers import table_row

_LONGEST_ROW = 900
_MOST_COLUMNS = 60
_INSERT = re.compile(
    r"(?i)\b(?:insert|replace)\s{1,4}(?:ignore\s)?into\s{1,4}[^\s(]{1,80}\s{0,4}\(([^()]{1,500})\)\s{0,20}values\s{0,20}"
)
# Lines of code with commas are no header rows.
_CODE = re.compile(r"[(){}\[\]=<>+]|: ")
_NO_HEADINGS = frozenset(("command", "insert"))
_CELL = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|[^,;\t|()]*")


def may_head(header: str, delimiter: str) -> bool:
    """Whether a line can be a header row at all: no line of code, two headings at least."""
    if delimiter in ",;" and (header[:1] in " \t" or _CODE.search(header)):
        return False
    return sum(1 for cell in header.split(delimiter)[:_MOST_COLUMNS] if cell.strip()) >= 2


def header_labels(header: str, delimiter: str) -> dict[int, Label]:
    """The labels of the columns whose whole heading is one, by their number."""
    out: dict[int, Label] = {}
    if not may_head(header, delimiter):
        return out
    at = 0
    for column, cell in enumerate(header.split(delimiter)[:_MOST_COLUMNS]):
        start = at + len(cell) - len(cell.lstrip(" \t\"'`*_[|"))
        end = at + len(cell.rstrip(" \t\r\"'`*_]|"))
        at += len(cell) + len(delimiter)
        if end - start < 2 or end - start > 60:
            continue
        for label in labels(header, start, end):
            # A heading that is a program's name (`mysql`) says nothing of the cells below.
            if (
                label.start <= start
                and label.end >= end
                and not label.doubtful
                and label.kind.shape not in _NO_HEADINGS
            ):
                out[column] = label
            break
    return out


def cells(text: str, line: int, delimiter: str, columns: dict[int, Label]) -> Iterator[tuple[Label, Bound]]:
    """The cells of the row that begins at `line` that stand under a label."""
    end = text.find("\n", line, line + _LONGEST_ROW)
    end = len(text) if end < 0 and len(text) - line <= _LONGEST_ROW else end
    if end < 0:
        return
    for column, (start, stop) in enumerate(_split(text, line, end, delimiter)):
        label = columns.get(column)
        if label is None:
            continue
        value = text[start:stop]
        left = start + len(value) - len(value.lstrip(" \t\"'`*"))
        right = stop - (len(value) - len(value.rstrip(" \t\r\"'`*")))
        if left < right:
            yield label, Bound(Value(left, right, True, right), How.CELL)


def _split(text: str, start: int, end: int, delimiter: str) -> Iterator[tuple[int, int]]:
    """The cells of a line; a delimiter inside double quotes does not split."""
    at = start
    while at <= end:
        quote = at
        while quote < end and text[quote] == " ":
            quote += 1
        if text[quote : quote + 1] == '"' and delimiter != "|":
            close = text.find('"', quote + 1, end)
            while close >= 0 and text[close + 1 : close + 2] == '"':
                close = text.find('"', close + 2, end)
            stop = text.find(delimiter, close, end) if close >= 0 else -1
        else:
            stop = text.find(delimiter, at, end)
        if stop < 0:
            stop = end
        yield at, stop
        at = stop + 1


def inserted(text: str, start: int, end: int) -> Iterator[tuple[Label, Bound]]:
    """The values under labels of the SQL INSERT statement that begins at `start`, before `end`."""
    match = _INSERT.match(text, start)
    if match:
        columns = header_labels(match.group(1), ",")
        if columns:
            yield from _tuples(text, match.end(), min(len(text), end), columns)


def _tuples(text: str, at: int, end: int, columns: dict[int, Label]) -> Iterator[tuple[Label, Bound]]:
    while at < end and text[at] == "(":
        at += 1
        column = 0
        while at < end and column < _MOST_COLUMNS:
            while at < end and text[at] in " \t\r\n":
                at += 1
            cell = _CELL.match(text, at, min(end, at + 2000))
            if cell is None:
                return
            first, last = cell.span()
            quoted = cell.group()[:1] in "'\"" and last - first >= 2
            label = columns.get(column)
            if label is not None and last > first:
                a, b = (first + 1, last - 1) if quoted else (first, first + len(cell.group().rstrip()))
                if a < b:
                    yield label, Bound(Value(a, b, True, last), How.CELL)
            at = last
            while at < end and text[at] in " \t":
                at += 1
            if text[at : at + 1] != ",":
                break
            at += 1
            column += 1
        if text[at : at + 1] != ")":
            return
        at += 1
        while at < end and text[at] in " \t\r\n,":
            at += 1


def header_of(text: str, line: int) -> tuple[str, str]:
    """The line that begins at `line` and its delimiter, if it is a row with at least one; else two empty texts."""
    end = text.find("\n", line, line + _LONGEST_ROW + 1)
    row = text[line : end if end >= 0 else line + _LONGEST_ROW + 1]
    delimiter, _ = table_row(row)
    return (row, delimiter) if delimiter else ("", "")
