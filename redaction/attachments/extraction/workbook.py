"""XLSX as Markdown (ECMA-376 part 1, SpreadsheetML): every sheet as tables, numbers as they are shown.

Hidden sheets, rows and columns are read like the others; a formula is shown by its value, and by itself where the file
holds none. Text boxes are read. Left out and counted: comments, pictures, charts, macros.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from redaction.attachments.extraction.markdown import PLAIN, STRIKE, SUB, SUP, Markdown
from redaction.attachments.extraction.number_format import BUILT_IN, shown
from redaction.attachments.extraction.word import count_left_out
from redaction.attachments.extraction.xml_tree import (
    attribute,
    blocks,
    child,
    inside,
    local,
    members,
    parse,
    switched,
    value,
)
from redaction.attachments.extraction.zip_container import Container

_WIDEST = 256  # empty cells are drawn up to this column
_BOOLEANS = {"1": "TRUE", "0": "FALSE"}

type Runs = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Look:
    """How cells of one style show: number format, and whether they are struck out or raised."""

    code: str = ""
    style: int = PLAIN


@dataclass(slots=True)
class _Book:
    strings: list[Runs] = field(default_factory=list)
    looks: list[_Look] = field(default_factory=list)
    epoch_1904: bool = False


def read_workbook(container: Container, out: Markdown) -> None:
    """Write the text of a workbook. Raises `Unreadable`, `OverLimit`."""
    count_left_out(container, out)
    out.unit = "sheets"
    main = next(iter(container.find(r"xl/workbook\d*\.xml")), "")
    root = parse(container.read(main)) if main else None
    book = _Book(epoch_1904=value(root, "workbookPr", "date1904") in ("1", "true") if root is not None else False)
    for part in container.find(r"xl/sharedStrings\.xml"):
        book.strings = [_runs(item) for item in blocks(container.read(part), "sst")]
    for part in container.find(r"xl/styles\.xml"):
        book.looks = _looks(parse(container.read(part)))
    links = container.related(main) if main else {}
    read: set[str] = set()
    for sheet in inside(root, "sheet") if root is not None else ():
        part = links.get(attribute(sheet, "id"), ("", "", False))[1]
        if part in container.names and part not in read:
            read.add(part)
            hidden = " (hidden)" if attribute(sheet, "state") in ("hidden", "veryHidden") else ""
            _sheet(container, part, attribute(sheet, "name"), hidden, book, out)
    for part in container.find(r"xl/worksheets/[^/]+\.xml"):
        if part not in read:
            _sheet(container, part, part.rpartition("/")[2].removesuffix(".xml"), "", book, out)


def _sheet(container: Container, part: str, name: str, hidden: str, book: _Book, out: Markdown) -> None:
    out.count += 1
    out.start("## ")
    out.run(f"Sheet {out.count}: ")
    out.run(name + hidden)
    out.end_line()
    out.open_table()
    last = 0
    for row in blocks(container.read(part), "sheetData"):
        number = attribute(row, "r")
        here = int(number) if number.isdecimal() and len(number) < 9 else last + 1
        cells = [cell for cell in row if local(cell) == "c" and len(cell)]
        if not cells:
            continue
        if last and here != last + 1:  # an empty row ends a table
            out.close_table()
            out.open_table()
        last = here
        _row(cells, book, out)
    out.close_table()
    for kind, drawing, _ in container.related(part).values():
        if kind == "drawing" and drawing in container.names:
            for box in inside(parse(container.read(drawing)), "txBody"):
                for paragraph in inside(box, "p"):
                    out.start("")
                    out.run("".join(item.text or "" for item in inside(paragraph, "t")))
                    out.end_line()


def _row(cells: list[Element], book: _Book, out: Markdown) -> None:
    out.row()
    at = 0
    for cell in cells:
        column = _column(attribute(cell, "r"))
        while at < min(column, _WIDEST):
            out.cell()
            out.end_cell()
            at += 1
        out.cell()
        for text, style in _shown(cell, book):
            out.run(text, style)
        out.end_cell()
        at += 1
    out.end_row(at)


def _column(place: str) -> int:
    """`B7` -> 1; 0 where the cell does not say."""
    number = 0
    for char in place[:3]:
        if not "A" <= char <= "Z":
            break
        number = number * 26 + ord(char) - 64
    return max(number - 1, 0)


def _shown(cell: Element, book: _Book) -> Runs:
    kind = attribute(cell, "t")
    style = attribute(cell, "s")
    look = book.looks[int(style)] if style.isdecimal() and int(style[:6]) < len(book.looks) else _Look()
    if kind == "inlineStr":
        found = child(cell, "is")
        return _restyled(_runs(found), look.style) if found is not None else []
    content = child(cell, "v")
    text = content.text or "" if content is not None else ""
    if not text:
        formula = child(cell, "f")
        return [(f"={formula.text}", look.style)] if formula is not None and formula.text else []
    if kind == "s":
        place = int(text) if text.strip().isdecimal() and len(text) < 10 else -1
        return _restyled(book.strings[place], look.style) if 0 <= place < len(book.strings) else [(text, look.style)]
    if kind == "b":
        text = _BOOLEANS.get(text, text)
    elif kind in ("", "n"):
        text = shown(text.strip(), look.code, book.epoch_1904)
    return [(text, look.style)]


def _restyled(runs: Runs, style: int) -> Runs:
    return [(text, own | style) for text, own in runs] if style else runs


def _runs(element: Element) -> Runs:
    """The text of a string, run by run; what is said how to pronounce is no text."""
    found: Runs = []
    for item in element:
        if local(item) == "t":
            found.append((item.text or "", PLAIN))
        elif local(item) == "r":
            text = "".join(part.text or "" for part in item if local(part) == "t")
            found.append((text, _style(child(item, "rPr"))))
    return found


def _style(font: Element | None) -> int:
    if font is None:
        return PLAIN
    raised = value(font, "vertAlign")
    style = SUP if raised == "superscript" else SUB if raised == "subscript" else PLAIN
    return style | STRIKE if switched(font, "strike") else style


def _looks(root: Element) -> list[_Look]:
    formats, fonts = dict(BUILT_IN), child(root, "fonts")
    for item in members(root, "numFmts"):
        key = attribute(item, "numFmtId")
        if key.isdecimal():
            formats[int(key[:6])] = attribute(item, "formatCode")
    styles = [_style(font) for font in fonts] if fonts is not None else []
    looks: list[_Look] = []
    for item in members(root, "cellXfs"):
        code, font = attribute(item, "numFmtId"), attribute(item, "fontId")
        place = int(font) if font.isdecimal() and len(font) < 7 else len(styles)
        looks.append(
            _Look(
                formats.get(int(code[:6]), "") if code.isdecimal() else "",
                styles[place] if place < len(styles) else PLAIN,
            )
        )
    return looks
