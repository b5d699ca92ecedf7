"""DOCX as Markdown (ECMA-376 part 1, WordprocessingML): the whole text in reading order.

Headings, lists with their numbers, tables, links, notes, text boxes, headers and footers, tracked changes, raised and
lowered and struck-out text, ticked boxes, formulas. Left out and counted: pictures, comments, macros, charts, diagrams,
embedded files. Document properties are not read.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from redaction.attachments.extraction.formulas import formula
from redaction.attachments.extraction.markdown import DEL, INS, PLAIN, STRIKE, SUB, SUP, Markdown
from redaction.attachments.extraction.numbering import Numbering
from redaction.attachments.extraction.symbols import UNKNOWN, from_symbol_font, readable
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

_CHANGES = {"ins": INS, "moveTo": INS, "del": DEL, "moveFrom": DEL}
_SPACES = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTHING = frozenset({
    "pPr", "rPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "instrText", "delInstrText", "sdtPr",
    "sdtEndPr", "proofErr", "commentRangeStart", "commentRangeEnd", "commentReference", "bookmarkStart",
    "bookmarkEnd", "annotationRef", "footnoteRef", "endnoteRef", "softHyphen", "lastRenderedPageBreak",
    "docPartObj", "txbxStyle",
})  # fmt: skip
# Parts that are counted and not read: (pattern of the member's name, word for people).
LEFT_OUT = (
    (r"(?:word|xl|ppt)/media/.*", "pictures"),
    (r"(?:word|xl|ppt)/vbaProject\.bin", "macros"),
    (r"(?:word|xl|ppt)/charts/chart[^/]*\.xml", "charts"),
    (r"(?:word|xl|ppt)/diagrams/data[^/]*\.xml", "diagrams"),
    (r"(?:word|xl|ppt)/(?:embeddings|activeX)/.*|word/afchunk.*", "embedded files"),
)
_COMMENTS = r"word/comments\.xml|xl/comments\d*\.xml|xl/threadedComments/.*\.xml|ppt/comments/.*\.xml"


def count_left_out(container: Container, out: Markdown) -> None:
    """Count what an Office document holds besides its text."""
    for pattern, word in LEFT_OUT:
        if found := container.find(pattern):
            out.left_out[word] += len(found)
    for part in container.find(_COMMENTS):
        if total := sum(1 for _ in inside(parse(container.read(part)), "comment", "threadedComment", "cm")):
            out.left_out["comments"] += total


def read_word(container: Container, out: Markdown) -> None:
    """Write the text of a document. Raises `Unreadable`, `OverLimit`."""
    _Word(container, out).read()


class _Word:
    def __init__(self, container: Container, out: Markdown) -> None:
        self.container, self.out = container, out
        self.main = next((name for name in container.find(r"word/document\d*\.xml")), "word/document.xml")
        self.links: dict[str, str] = {}
        self.numbering = Numbering(container)

    def read(self) -> None:
        count_left_out(self.container, self.out)
        self.story(r"word/header\d*\.xml", "header")
        if self.main in self.container.names:
            self.links = _links(self.container, self.main)
            for block in blocks(self.container.read(self.main), "body", "document"):
                self.block(block, PLAIN)
        self.notes("footnote", "^")
        self.notes("endnote", "^e")
        self.story(r"word/footer\d*\.xml", "footer")

    def story(self, pattern: str, name: str) -> None:
        """Headers or footers, each of them once."""
        said: set[str] = set()
        for part in self.container.find(pattern):
            self.links = _links(self.container, part)
            root = parse(self.container.read(part))
            words = "".join(item.text or "" for item in inside(root, "t", "delText"))
            if words.strip() and words not in said:
                said.add(words)
                self.out.line(f"[{name}]")
                for block in root:
                    self.block(block, PLAIN)

    def notes(self, kind: str, sign: str) -> None:
        for part in self.container.find(rf"word/{kind}s\.xml"):
            self.links = _links(self.container, part)
            for note in blocks(self.container.read(part), f"{kind}s"):
                if attribute(note, "type") in ("separator", "continuationSeparator", "continuationNotice"):
                    continue
                self.out.start(f"[{sign}{attribute(note, 'id')}]: ")
                for block in note:
                    self.block(block, PLAIN)

    def block(self, element: Element, style: int) -> None:
        name = local(element)
        if name == "p":
            self.paragraph(element, style)
        elif name == "tbl":
            self.table(element, style)
        else:
            self.inline(element, style)

    def paragraph(self, element: Element, style: int) -> None:
        settings = child(element, "pPr")
        self.out.start(self.numbering.prefix(settings))
        for item in element:
            self.inline(item, style)
        self.out.end_line()

    def table(self, element: Element, style: int) -> None:
        out = self.out
        out.open_table()
        for row in inside_rows(element, "tr"):
            settings = child(row, "trPr")
            changed = style | (INS if switched(settings, "ins") else 0) | (DEL if switched(settings, "del") else 0)
            out.row()
            count = 0
            for cell in inside_rows(row, "tc"):
                out.cell()
                for block in cell:
                    self.block(block, changed)
                out.end_cell()
                count += 1
            out.end_row(count)
        out.close_table()

    def inline(self, element: Element, style: int) -> None:
        """Whatever stands in a paragraph; also what has blocks in it again (text boxes, content controls)."""
        name = local(element)
        if name in _NOTHING:
            return
        if name == "r":
            self.run(element, style)
        elif name in _CHANGES:
            for item in element:
                self.block(item, style | _CHANGES[name])
        elif name == "hyperlink":
            self.link(element, style)
        elif name in ("oMath", "oMathPara"):
            self.out.run(formula(element), style)
        elif name == "ruby":
            for item in inside_rows(element, "rubyBase"):
                self.inline(item, style)
        elif name == "AlternateContent":
            chosen = child(element, "Choice")
            for item in chosen if chosen is not None else members(element, "Fallback"):
                self.block(item, style)
        else:
            for item in element:
                self.block(item, style)

    def link(self, element: Element, style: int) -> None:
        target = self.links.get(attribute(element, "id"), "")
        if target:
            self.out.run("[", style)
        for item in element:
            self.inline(item, style)
        if target:
            self.out.run(f"]({target})", style)

    def run(self, element: Element, style: int) -> None:
        settings = child(element, "rPr")
        style |= self.numbering.style_of_run(settings)
        if settings is not None:
            style = _set(settings, style)
        font = value(settings, "rFonts", "ascii") if settings is not None else ""
        for item in element:
            name = local(item)
            if name in ("t", "delText"):
                self.out.run(readable(item.text or "", font), style)
            elif name in _SPACES:
                self.out.run(_SPACES[name], style)
            elif name == "sym":
                code = attribute(item, "char")
                sign = from_symbol_font(int(code, 16), attribute(item, "font")) if _is_hex(code) else UNKNOWN
                self.out.run(sign, style)
            elif name in ("footnoteReference", "endnoteReference"):
                self.out.run(f"[^{'e' if name[0] == 'e' else ''}{attribute(item, 'id')}]")
            elif name == "fldChar":
                self.tick(item)
            else:
                self.inline(item, style)

    def tick(self, field: Element) -> None:
        """A box of Word's old forms; those of content controls show their sign as text."""
        for box in inside(field, "checkBox"):
            checked = switched(box, "checked") if child(box, "checked") is not None else switched(box, "default")
            self.out.run("[x] " if checked else "[ ] ")


def inside_rows(element: Element, name: str) -> list[Element]:
    """Children of that name, also inside content controls and tracked changes."""
    found: list[Element] = []
    for item in element:
        kind = local(item)
        if kind == name:
            found.append(item)
        elif kind in ("sdt", "sdtContent", "ins", "customXml", "smartTag"):
            found += inside_rows(item, name)
    return found


def _set(settings: Element, style: int) -> int:
    raised = value(settings, "vertAlign")
    if raised:
        style = style & ~(SUP | SUB) | (SUP if raised == "superscript" else SUB if raised == "subscript" else 0)
    elif position := value(settings, "position"):  # half points up or down
        style |= SUB if position.startswith("-") else SUP if position.strip("0") else 0
    for name in ("strike", "dstrike"):
        if child(settings, name) is not None:
            style = style | STRIKE if switched(settings, name) else style & ~STRIKE
    return style


def _links(container: Container, part: str) -> dict[str, str]:
    return {
        key: target
        for key, (kind, target, outside) in container.related(part).items()
        if outside and kind == "hyperlink"
    }


def _is_hex(text: str) -> bool:
    return 0 < len(text) <= 6 and all(char in "0123456789abcdefABCDEF" for char in text)
