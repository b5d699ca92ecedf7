"""ODT, ODS and ODP as Markdown (ODF 1.3 part 3), as Word, Excel and PowerPoint files are.

Left out and counted: pictures, comments, charts and embedded files. What was deleted stands where it stood, as
`{-deleted-}`. Numbers in sheets are what the cells show.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from redaction.attachments.extraction.formulas import formula
from redaction.attachments.extraction.markdown import DEL, INS, PLAIN, STRIKE, SUB, SUP, Markdown
from redaction.attachments.extraction.xml_tree import attribute, child, inside, local, parse
from redaction.attachments.extraction.zip_container import Container

_SKIPPED = frozenset({
    "tracked-changes", "sequence-decls", "variable-decls", "user-field-decls", "annotation-end", "bookmark",
    "bookmark-start", "bookmark-end", "soft-page-break", "table-columns", "table-column", "settings",
    "calculation-settings", "named-expressions", "database-ranges", "content-validations", "note-citation",
    "ruby-text", "event-listeners", "glue-point", "shapes", "property", "properties",
})  # fmt: skip
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_REPEATED = 64  # equal cells or rows in a run are written this often at most when they are not empty


def read_opendocument(container: Container, out: Markdown) -> None:
    """Write the text of an ODF document. Raises `Unreadable`, `OverLimit`."""
    out.unit = {"ods": "sheets", "odp": "slides"}.get(container.format, "")
    _Odf(container, out).read()


class _Odf:
    def __init__(self, container: Container, out: Markdown) -> None:
        self.container, self.out = container, out
        self.styles: dict[str, int] = {}
        self.deleted: dict[str, Element] = {}
        self.inserted: set[str] = set()
        self.titles: set[str] = set()  # styles of paragraphs that are headings
        self.change = PLAIN  # inside a tracked insertion
        self.notes: list[tuple[str, Element]] = []
        self.rules: dict[str, Callable[[Element, int], None]] = {
            "h": self.paragraph,
            "p": self.paragraph,
            "table": self.table,
            "list-item": self.list_item,
            "s": self.space,
            "tab": lambda e, s: self.out.run("\t", s),
            "line-break": lambda e, s: self.out.run("\n", s),
            "a": self.link,
            "note": self.note,
            "annotation": lambda e, s: self.count("comments"),
            "image": lambda e, s: self.count("pictures"),
            "change": self.put_deleted,
            "change-start": self.begin,
            "change-end": self.end,
            "page": self.page,
            "object": self.object,
            "object-ole": lambda e, s: self.count("embedded files"),
            "checkbox": self.tick,
            "plugin": lambda e, s: self.count("embedded files"),
            "frame": self.frame,
            "notes": self.speaker,
        }

    def read(self) -> None:
        container = self.container
        for part in ("styles.xml", "content.xml"):
            if part in container.names:
                root = parse(container.read(part))
                for style in inside(root, "style"):
                    self.styles[attribute(style, "name")] = _style(style)
                    if "Title" in (attribute(style, "name"), attribute(style, "parent-style-name")):
                        self.titles.add(attribute(style, "name"))
                if part == "styles.xml":
                    self.furniture(root)
                else:
                    self.changes(root)
                    for body in inside(root, "body"):
                        for item in body:
                            self.children(item, PLAIN)
        for sign, body in self.notes:
            self.out.start(f"[^{sign}]: ")
            self.children(body, PLAIN)
        if scripts := container.find(r"Basic/.*\.xml|Scripts/.*"):
            self.out.left_out["macros"] += len(scripts)

    def furniture(self, root: Element) -> None:
        """Headers and footers, each of them once."""
        said: set[str] = set()
        for element in inside(root, "header", "footer", "header-left", "footer-left", "header-first", "footer-first"):
            words = "".join(element.itertext())
            if words.strip() and words not in said and len(element):
                said.add(words)
                self.out.line(f"[{local(element).partition('-')[0]}]")
                self.children(element, PLAIN)

    def changes(self, root: Element) -> None:
        for region in inside(root, "changed-region"):
            key = attribute(region, "id")
            for item in region:
                if local(item) == "deletion":
                    self.deleted[key] = item
                elif local(item) == "insertion":
                    self.inserted.add(key)

    def children(self, element: Element, style: int) -> None:
        for item in element:
            self.element(item, style)

    def element(self, element: Element, style: int) -> None:
        """An element and the running text behind it."""
        name = local(element)
        if element.tag.startswith(_SVG):  # the title and description of a drawing
            return
        if name == "span":
            own = style | self.styles.get(attribute(element, "style-name"), PLAIN)
            self.out.run(element.text or "", own | self.change)
            self.mixed(element, own)
        elif name in self.rules:
            self.rules[name](element, style)
        elif name not in _SKIPPED:
            if name in _INLINE:
                if (element.text or "").startswith("<"):  # `<number>`: a field that was never filled in
                    return
                self.out.run(element.text or "", style | self.change)
                self.mixed(element, style)
            else:
                self.children(element, style)

    def mixed(self, element: Element, style: int) -> None:
        """The children of a paragraph or span, and the text between them."""
        for item in element:
            self.element(item, style)
            self.out.run(item.tail or "", style | self.change)

    def paragraph(self, element: Element, style: int) -> None:
        level = attribute(element, "outline-level")
        if local(element) == "h" or attribute(element, "style-name") in self.titles:
            self.out.start("#" * min(int(level) if level in tuple("123456789") else 1, 6) + " ")
        style |= self.styles.get(attribute(element, "style-name"), PLAIN)
        self.out.run(element.text or "", style | self.change)
        self.mixed(element, style)
        self.out.end_line()

    def space(self, element: Element, style: int) -> None:
        count = attribute(element, "c")
        self.out.run(" " * (min(int(count), 80) if count.isdecimal() and len(count) < 5 else 1), style)

    def link(self, element: Element, style: int) -> None:
        target = attribute(element, "href")
        outside = not target.startswith(("#", "."))
        self.out.run("[" * outside + (element.text or ""), style | self.change)
        self.mixed(element, style)
        if outside:
            self.out.run(f"]({target})", style | self.change)

    def list_item(self, element: Element, style: int) -> None:
        self.out.start("- ")
        self.children(element, style)

    def note(self, element: Element, style: int) -> None:
        body = child(element, "note-body")
        sign = str(len(self.notes) + 1)
        self.out.run(f"[^{sign}]")
        if body is not None and len(self.notes) < 10_000:
            self.notes.append((sign, body))

    def begin(self, element: Element, style: int) -> None:
        if attribute(element, "change-id") in self.inserted:
            self.change = INS

    def end(self, element: Element, style: int) -> None:
        self.change = PLAIN

    def put_deleted(self, element: Element, style: int) -> None:
        region = self.deleted.get(attribute(element, "change-id"))
        if region is None:
            return
        for index, paragraph in enumerate(inside(region, "p", "h")):
            self.out.run(" " * bool(index) + "".join(paragraph.itertext()), DEL)

    def page(self, element: Element, style: int) -> None:
        self.out.count += 1
        self.out.line(f"--- slide {self.out.count} ---")
        self.children(element, style)

    def speaker(self, element: Element, style: int) -> None:
        if any(text.strip() for item in inside(element, "text-box") for text in item.itertext()):
            self.out.line("[speaker's notes]")
            for box in inside(element, "text-box"):
                self.children(box, style)

    def frame(self, element: Element, style: int) -> None:
        """One thing in several forms: an object comes with a picture of itself."""
        forms = {local(item): item for item in element}
        if attribute(element, "class") == "title":
            self.out.start("## ")
        for name in ("text-box", "table", "object", "object-ole", "image", "plugin"):
            if name in forms:
                self.element(forms[name], style)
                return

    def object(self, element: Element, style: int) -> None:
        part = attribute(element, "href").removeprefix("./") + "/content.xml"
        math = element.find("{http://www.w3.org/1998/Math/MathML}math")
        if math is None and part in self.container.names:
            root = parse(self.container.read(part))
            math = root if local(root) == "math" else None
        if math is None:
            self.count("charts or embedded files")
        else:
            self.out.run(formula(math), style)

    def tick(self, element: Element, style: int) -> None:
        checked = attribute(element, "current-state") or attribute(element, "state")
        self.out.run(("[x] " if checked == "checked" else "[ ] ") + attribute(element, "label"))
        self.out.end_line()

    def count(self, word: str) -> None:
        self.out.left_out[word] += 1

    # -- tables ------------------------------------------------------------------------------------------------------

    def table(self, element: Element, style: int) -> None:
        if self.out.unit == "sheets":
            self.out.count += 1
            self.out.start("## ")
            self.out.run(f"Sheet {self.out.count}: {attribute(element, 'name')}")
            self.out.end_line()
        self.out.open_table()
        for shapes in element:
            if local(shapes) == "shapes":
                self.children(shapes, style)
        for row in _rows(element):
            cells = self.row(row)
            if not cells:
                self.out.close_table()
                self.out.open_table()
                continue
            for _ in range(_repeats(row, "number-rows-repeated")):
                self.out.row()
                for cell in cells:
                    self.out.cell()
                    if cell is not None:
                        self.children(cell, style)
                    self.out.end_cell()
                self.out.end_row(len(cells))
        self.out.close_table()

    def row(self, row: Element) -> list[Element | None]:
        """The cells of a row up to the last one with something in it."""
        cells: list[Element | None] = []
        for cell in row:
            if local(cell) in ("table-cell", "covered-table-cell") and len(cells) < 16_384:
                filled = any(local(item) not in ("annotation",) for item in cell)
                count = _repeats(cell, "number-columns-repeated")
                cells += [cell if filled else None] * count
                for item in cell:
                    if local(item) == "annotation" and not filled:
                        self.count("comments")
        while cells and cells[-1] is None:
            cells.pop()
        return cells


_INLINE = frozenset({
    "date", "time", "page-number", "page-count", "author-name", "author-initials", "sheet-name", "file-name",
    "sequence", "text-input", "placeholder", "conditional-text", "variable-set", "variable-get",
    "user-field-get", "expression", "meta", "meta-field", "bookmark-ref", "note-ref", "reference-ref",
    "reference-mark-start", "reference-mark-end", "ruby-base", "database-display", "drop-down", "title",
    "subject", "keywords", "description", "creator", "initial-creator", "chapter", "toc-mark", "hidden-text",
    "measure", "number", "script", "editing-cycles", "print-date", "modification-date",
})  # fmt: skip


def _rows(element: Element) -> list[Element]:
    found: list[Element] = []
    for item in element:
        name = local(item)
        if name == "table-row":
            found.append(item)
        elif name in ("table-rows", "table-header-rows", "table-row-group"):
            found += _rows(item)
    return found


def _repeats(element: Element, name: str) -> int:
    count = attribute(element, name)
    return min(int(count), _REPEATED) if count.isdecimal() and 0 < len(count) < 9 else 1


def _style(style: Element) -> int:
    for item in style:
        if local(item) == "text-properties":
            position = attribute(item, "text-position")
            struck = attribute(item, "text-line-through-style") not in ("", "none")
            found = STRIKE if struck or attribute(item, "text-line-through-type") in ("single", "double") else PLAIN
            if position.startswith(("sub", "-")):
                return found | SUB
            if position and not position.startswith("0"):
                return found | SUP
            return found
    return PLAIN
