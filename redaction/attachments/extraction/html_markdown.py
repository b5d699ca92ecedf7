"""HTML and XHTML as Markdown, for web pages, mails and the chapters of an EPUB. Nothing is fetched, no script is run.

Left out and counted: pictures, scripts, frames. Comments and what only machines read (`head`, attributes) are left out.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from redaction.attachments.extraction.markdown import DEL, INS, STRIKE, SUB, SUP, Markdown
from redaction.attachments.extraction.result import Unreadable
from redaction.attachments.magic import clean_text

_STYLES = {"sup": SUP, "sub": SUB, "s": STRIKE, "strike": STRIKE, "del": DEL, "ins": INS}
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_BLOCKS = frozenset({
    "p", "div", "section", "article", "header", "footer", "aside", "main", "nav", "ul", "ol", "dl", "dt", "dd", "form",
    "fieldset", "figure", "figcaption", "blockquote", "address", "pre", "hr", "body", "caption", "details", "summary",
    "option", "legend", "label", "center", "tbody", "thead", "tfoot",
})  # fmt: skip
_MUTE = frozenset({"script", "style", "template", "noscript", "svg", "math", "object"})
_COUNTED = {"img": "pictures", "script": "scripts", "iframe": "frames", "svg": "pictures", "object": "embedded files",
            "video": "films", "audio": "sounds", "embed": "embedded files", "math": "formulas"}  # fmt: skip
_VOID = frozenset({"img", "br", "hr", "input", "meta", "link", "embed", "source", "col", "area", "base", "wbr"})
_DEPTH = 512


# What a style sheet says of a class: `.c3 { vertical-align: super }`. One level, as programs write it.
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_CLASS = re.compile(r"\.([\w-]{1,80})\s*(?:,|$)")


def css_style(declarations: str) -> int:
    """How text is set under these declarations."""
    low = declarations.lower()
    style = 0
    for name, value in (part.split(":", 1) for part in low.split(";") if ":" in part):
        name, value = name.strip(), value.strip()
        if name == "vertical-align":
            style |= SUP if value.startswith("super") else SUB if value.startswith("sub") else 0
        elif name in ("text-decoration", "text-decoration-line") and "line-through" in value:
            style |= STRIKE
    return style


def css_classes(sheet: str) -> dict[str, int]:
    """Classes that set text in one of the ways that mean something."""
    found: dict[str, int] = {}
    for selectors, declarations in _RULE.findall(sheet):
        if style := css_style(declarations):
            found.update(dict.fromkeys(_CLASS.findall(selectors.strip()), style))
    return found


class _Page(HTMLParser):
    def __init__(self, out: Markdown, classes: dict[str, int]) -> None:
        super().__init__(convert_charrefs=True)
        self.out = out
        self.classes = dict(classes)
        self.styles: list[tuple[str, int]] = []
        self.open_styled: set[str] = set(_STYLES)  # tags of which some are set in a way that means something
        self.mute: list[str] = []
        self.links: list[str] = []
        self.cells: list[int] = []  # per open table: cells of its row
        self.in_cell: list[bool] = []
        self.in_head = self.head_open = False
        self.in_pre = 0
        self.numbers: list[int] = []  # per open list: next number, 0 for a bulleted one

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = tag.rpartition(":")[2]
        if word := _COUNTED.get(tag):
            self.out.left_out[word] += 1
        if tag in _MUTE:
            if len(self.mute) < _DEPTH:
                self.mute.append(tag)
            return
        if self.mute:
            return
        values = {key: value or "" for key, value in attrs}
        set_so = _STYLES.get(tag, 0) | (css_style(values["style"]) if "style" in values else 0)
        for name in values.get("class", "").split()[:20]:
            set_so |= self.classes.get(name, 0)
        if tag not in _VOID and (set_so or tag in self.open_styled) and len(self.styles) < _DEPTH:
            self.styles.append((tag, set_so))
            self.open_styled.add(tag)
        if tag in _HEADINGS:
            self.out.start(_HEADINGS[tag])
        elif tag == "head":
            self.in_head = self.head_open = True
        elif tag == "title":
            self.in_head = False
            self.out.start("# ")
        elif tag == "br":
            self.out.run("\n")
        elif tag == "img":
            if alt := values.get("alt", "").strip():
                self.out.run(f"![{alt}]")
        elif tag == "a":
            target = values.get("href", "")
            self.links.append(target if target and not target.startswith("#") else "")
            if self.links[-1]:
                self.out.run("[", self.style)
        elif tag == "input":
            self.box(values)
        elif tag in ("ul", "ol"):
            self.out.end_line()
            self.numbers.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self.item()
        elif tag in ("table", "tr", "td", "th"):
            self.table(tag)
        elif tag in _BLOCKS:
            self.in_pre += tag == "pre"
            self.in_head = self.in_head and tag != "body"
            self.out.end_line()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag.rpartition(":")[2] not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if self.mute:
            if tag == self.mute[-1]:
                self.mute.pop()
            return
        if tag in self.open_styled:
            for place in range(len(self.styles) - 1, -1, -1):
                if self.styles[place][0] == tag:
                    del self.styles[place]
                    break
        if tag in ("head", "title"):
            self.head_open = self.head_open and tag == "title"
            self.in_head = self.head_open
            self.out.end_line()
        elif tag == "a" and self.links:
            if target := self.links.pop():
                self.out.run(f"]({target})", self.style)
        elif tag in ("ul", "ol") and self.numbers:
            self.numbers.pop()
            self.out.end_line()
        elif tag in ("td", "th") and self.in_cell and self.in_cell[-1]:
            self.end_cell()
        elif tag == "tr" and self.cells:
            self.end_row()
        elif tag == "table" and self.cells:
            self.end_row()
            self.cells.pop()
            self.in_cell.pop()
            self.out.close_table()
        elif tag in _BLOCKS or tag in _HEADINGS or tag == "li":
            self.in_pre -= tag == "pre" and self.in_pre > 0
            self.out.end_line()

    def handle_data(self, data: str) -> None:
        if self.mute and self.mute[-1] == "style":
            self.classes |= css_classes(data)
        if self.mute or self.in_head:
            return
        if self.cells and not self.in_cell[-1] and not data.strip():
            return
        if not self.in_pre:
            words = " ".join(data.split())
            if not words:
                words = " " if data and not self.out.spaced else ""
            else:
                words = " " * (data[0].isspace() and not self.out.spaced) + words + " " * data[-1].isspace()
            data = words
        self.out.run(data, self.style)

    @property
    def style(self) -> int:
        style = 0
        for _, bit in self.styles:
            style |= bit
        return style

    def box(self, values: dict[str, str]) -> None:
        kind = values.get("type", "text").lower()
        if kind in ("checkbox", "radio"):
            self.out.run("[x] " if "checked" in values else "[ ] ")
        elif kind not in ("hidden", "password") and values.get("value"):
            self.out.run(values["value"])

    def item(self) -> None:
        self.out.end_line()
        number = self.numbers[-1] if self.numbers else 0
        self.out.start("  " * max(len(self.numbers) - 1, 0) + (f"{number}. " if number else "- "))
        if number:
            self.numbers[-1] += 1

    def table(self, tag: str) -> None:
        if tag == "table":
            if len(self.cells) < _DEPTH:
                self.out.open_table()
                self.cells.append(-1)
                self.in_cell.append(False)
            return
        if not self.cells:
            return
        if tag == "tr":
            self.end_row()
        if self.cells[-1] < 0:
            self.out.row()
            self.cells[-1] = 0
        if tag != "tr":
            self.end_cell()
            self.out.cell()
            self.cells[-1] += 1
            self.in_cell[-1] = True

    def end_cell(self) -> None:
        if self.in_cell[-1]:
            self.out.end_cell()
            self.in_cell[-1] = False

    def end_row(self) -> None:
        self.end_cell()
        if self.cells[-1] >= 0:
            self.out.end_row(self.cells[-1])
            self.cells[-1] = -1


def write_html(text: str, out: Markdown, classes: dict[str, int] | None = None) -> None:
    """Write the text of one page; `classes` are those of its style sheets. Raises `OverLimit`."""
    page = _Page(out, classes or {})
    page.feed(text)
    page.close()
    while page.cells:
        page.handle_endtag("table")
    out.end_line()


def read_html(data: bytes, out: Markdown) -> None:
    """Write the text of a page in UTF-8 or UTF-16. Raises `Unreadable`, `OverLimit`."""
    found = clean_text(data)
    if found is None:
        raise Unreadable("the page is in no charset the proxy can read: save it as UTF-8")
    write_html(found[0], out)
