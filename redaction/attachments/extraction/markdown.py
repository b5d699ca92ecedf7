"""The text of a document as Markdown, written from front to back, bounded, with decorations noted where they stand."""

from __future__ import annotations

from collections import Counter

from redaction.attachments.extraction.result import OverLimit
from redaction.attachments.mark_views import DELETED, INSERTED, LOWERED, RAISED, STRUCK, TOKENS

# How a run is set: any of these bits, as a reader sees it.
PLAIN, INS, DEL, SUP, SUB, STRIKE = 0, 1, 2, 4, 8, 16
_CODES = ((INS, INSERTED), (DEL, DELETED), (STRIKE, STRUCK), (SUP, RAISED), (SUB, LOWERED))
_WIDEST = 256  # cells in a row that may stay empty before one that is not


class Markdown:
    """Collects the text of one document.

    `limit` bounds the text, and apart from it what is inflated, in bytes. `left_out` counts by a word for people what
    nobody reads. `scanned` pages have pictures and no text.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.count = 0
        self.unit = ""
        self.left_out: Counter[str] = Counter()
        self.marks: list[tuple[int, int]] = []
        self.empty = True  # whether nothing was written that a person wrote
        self._pieces: list[str] = []
        self._length = self._bytes = self._inflated = 0
        self._tail = ""
        self._style = PLAIN
        self._cells = 0  # how deep in cells
        self._rows = 0  # rows of the table that is open
        self._fresh = True  # at the start of a line or cell
        self._space = False  # inside a cell: a line ended, and nothing came after it yet

    def inflated(self, size: int) -> None:
        """Count `size` bytes out of a compressed container. Raises `OverLimit`."""
        self._inflated += size
        if self._inflated > self.limit:
            raise OverLimit

    @property
    def fresh(self) -> bool:
        """Whether nothing stands on this line yet."""
        return self._fresh

    @property
    def spaced(self) -> bool:
        """Whether the next word needs no space before it."""
        return self._fresh or self._tail[-1:].isspace()

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    # -- runs and lines ---------------------------------------------------------------------------------------------

    def run(self, text: str, style: int = PLAIN) -> None:
        """A piece of running text. Raises `OverLimit`."""
        if not text:
            return
        if self._cells:
            text = text.replace("\r", " ").replace("\n", " ").replace("|", "\\|")
        blank = text.isspace()
        if self._cells:
            if self._space and not blank:
                self._write(" ")
            self._space = self._space and blank
        if style != self._style:
            self._decorate(style & (INS | DEL) if blank else style)
        self.empty = self.empty and blank
        self._write(text)
        self._fresh = text.endswith("\n")

    def end_line(self) -> None:
        """End the line if something stands on it; inside a cell, part what comes next by a space."""
        self._decorate(PLAIN)
        if self._cells:
            self._space = not self._fresh
        elif not self._fresh:
            self._write("\n")
            self._fresh = True

    def line(self, text: str) -> None:
        """A line of the reader's own (a page number), with an empty one before it."""
        self.gap()
        self._write(text + "\n")
        self._fresh = True

    def gap(self) -> None:
        """An empty line, unless here is one already."""
        self.end_line()
        if not self._cells and self._tail not in ("", "\n\n"):
            self._write("\n")

    def start(self, prefix: str) -> None:
        """Begin a line with what is no text of the document: `## `, `- `."""
        if prefix.startswith("#"):
            self.gap()
        self.end_line()
        if not self._cells:
            self._write(prefix)

    # -- tables -----------------------------------------------------------------------------------------------------

    def open_table(self) -> None:
        if not self._cells:
            self.gap()
            self._rows = 0

    def row(self) -> None:
        """Begin a row."""
        self.end_line()
        if not self._cells:
            self._write("|")
            self._fresh = False

    def cell(self) -> None:
        """Begin a cell; `end_cell` ends it."""
        self._cells += 1
        if self._cells == 1:
            self._write(" ")
            self._space = False
        self._fresh = True

    def end_cell(self) -> None:
        self._decorate(PLAIN)
        self._cells = max(self._cells - 1, 0)
        self._write(" |" if not self._cells else ";")
        self._space = self._fresh = False

    def end_row(self, cells: int) -> None:
        """End a row of `cells` cells; behind the first one of a table comes the line that makes it a heading."""
        if self._cells:
            return
        self._write("\n")
        if not self._rows:
            self._write("|" + " --- |" * min(cells, _WIDEST) + "\n")
        self._rows += 1
        self._fresh = True

    def cells(self, texts: list[str]) -> None:
        """A whole row of plain cells."""
        self.row()
        for text in texts:
            self.cell()
            self.run(text)
            self.end_cell()
        self.end_row(len(texts))

    def close_table(self) -> None:
        if not self._cells:
            self.gap()
            self._rows = 0

    # -- inside -----------------------------------------------------------------------------------------------------

    def _decorate(self, style: int) -> None:
        """Close every decoration that is open, and open those of `style`."""
        for bit, code in reversed(_CODES):
            if self._style & bit:
                self._mark(code + 1)
        self._style = style
        for bit, code in _CODES:
            if style & bit:
                self._mark(code)

    def _mark(self, code: int) -> None:
        self.marks.append((self._length, code))
        self._write(TOKENS[code])

    def _write(self, text: str) -> None:
        self._bytes += len(text.encode("utf-8", "surrogatepass"))
        if self._bytes > self.limit:
            raise OverLimit
        self._pieces.append(text)
        self._length += len(text)
        self._tail = (self._tail + text)[-2:]
