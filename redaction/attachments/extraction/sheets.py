"""Cells of XLSX sheets: shared strings in their rows, because the head of a column says what its numbers are."""

from __future__ import annotations

from typing import Any
from xml.sax.handler import ContentHandler

from redaction.attachments.extraction.gather import Gather
from redaction.attachments.extraction.xml_text import TextHandler, parse_xml


class SharedStrings:
    """The string table of a workbook. `rest()` are those that no cell has shown."""

    def __init__(self, data: bytes | None, gather: Gather) -> None:
        self.strings: list[str] = []
        self._shown: set[int] = set()
        self._gather = gather
        if data is not None:
            parse_xml(data, _Table(self.strings))

    def show(self, index: str) -> str:
        """The string a cell points at; the index itself if it points nowhere."""
        try:
            number = int(index)
            text = self.strings[number]
        except (ValueError, IndexError):
            return index
        self._shown.add(number)
        return text

    def rest(self) -> None:
        for number, text in enumerate(self.strings):
            if number not in self._shown:
                self._gather.line(text)

    def sheet(self, data: bytes) -> None:
        """Add the rows of one sheet, and whatever else is written in it. Raises `Unreadable`, `OverLimit`."""
        parse_xml(data, _Sheet(self._gather, self))


class _Table(ContentHandler):
    def __init__(self, strings: list[str]) -> None:
        super().__init__()
        self.strings = strings
        self.pieces: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:
        if name.rpartition(":")[2] == "si":
            self.pieces = []

    def characters(self, content: str) -> None:
        self.pieces.append(content)

    def endElement(self, name: str) -> None:
        if name.rpartition(":")[2] == "si":
            self.strings.append("".join(self.pieces))


class _Sheet(TextHandler):
    def __init__(self, gather: Gather, shared: SharedStrings) -> None:
        super().__init__(gather, every_line=False)
        self.shared = shared
        self.points = False  # whether the value of this cell is an index into the table
        self.value: list[str] | None = None

    def startElement(self, name: str, attrs: Any) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self.points = attrs.get("t") == "s"
        elif local == "v" and self.points:
            self.value = []
        super().startElement(name, attrs)

    def characters(self, content: str) -> None:
        if self.value is None:
            super().characters(content)
        else:
            self.value.append(content)

    def endElement(self, name: str) -> None:
        if self.value is not None and name.rpartition(":")[2] == "v":
            self.gather.add(self.shared.show("".join(self.value).strip()))
            self.value = None
        super().endElement(name)
