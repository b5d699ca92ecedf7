"""What stands in front of a paragraph of a DOCX: the number of a heading or clause, the dash of a list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from redaction.attachments.extraction.markdown import PLAIN, STRIKE, SUB, SUP
from redaction.attachments.extraction.xml_tree import attribute, child, local, parse, switched, value
from redaction.attachments.extraction.zip_container import Container

_LEVELS = 9
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(slots=True)
class _Level:
    kind: str
    text: str
    start: int


@dataclass(slots=True)
class _Style:
    """`level` of a heading, 0 for none; `number` is (id of the list, its level)."""

    level: int = 0
    number: tuple[str, int] | None = None
    run: int = PLAIN


@dataclass(slots=True)
class Numbering:
    """Counts the numbered paragraphs of one document."""

    container: Container
    _styles: dict[str, _Style] = field(default_factory=dict)
    _lists: dict[str, list[_Level]] = field(default_factory=dict)
    _roots: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "word/numbering.xml" in self.container.names:
            self._read_lists(parse(self.container.read("word/numbering.xml")))
        if "word/styles.xml" in self.container.names:
            for style in parse(self.container.read("word/styles.xml")):
                if local(style) == "style":
                    self._styles[attribute(style, "styleId")] = _style(style)

    def prefix(self, settings: Element | None) -> str:
        """What a paragraph with these settings (`pPr`) begins with, as Markdown."""
        style = self._styles.get(value(settings, "pStyle"), _Style())
        own = _number(settings)
        number = style.number if own is None else own
        sign = ""
        if number is not None and number[0] not in ("", "0"):
            sign = self._count(*number)
        if style.level:
            return "#" * min(style.level, 6) + " " + (f"{sign} " if sign and sign != "-" else "")
        if not sign:
            return ""
        return "  " * (number[1] if number else 0) + f"{sign} "

    def style_of_run(self, settings: Element | None) -> int:
        """How a character style sets its runs (raised, struck out)."""
        style = self._styles.get(value(settings, "rStyle")) if settings is not None else None
        return PLAIN if style is None else style.run

    def _count(self, key: str, level: int) -> str:
        levels = self._lists.get(key)
        if levels is None or level >= len(levels):
            return "-"
        root = self._roots.get(key, key)
        counts = self._counts.setdefault(root, [0] * _LEVELS)
        own = levels[level]
        if own.kind in ("bullet", "none"):
            return "-" if own.kind == "bullet" else ""
        counts[level] = counts[level] + 1 if counts[level] else own.start
        for deeper in range(level + 1, _LEVELS):
            counts[deeper] = 0

        def said(match: re.Match[str]) -> str:
            place = int(match.group(1)) - 1
            if place >= len(levels):
                return ""
            return _spelled(counts[place] or levels[place].start, levels[place].kind)

        return re.sub(r"%([1-9])", said, own.text)

    def _read_lists(self, root: Element) -> None:
        abstract = {
            attribute(item, "abstractNumId"): [
                _Level(value(level, "numFmt") or "decimal", value(level, "lvlText"), _int(value(level, "start"), 1))
                for level in item
                if local(level) == "lvl"
            ]
            for item in root
            if local(item) == "abstractNum"
        }
        for item in root:
            if local(item) == "num":
                base = value(item, "abstractNumId")
                self._lists[attribute(item, "numId")] = abstract.get(base, [])[:_LEVELS]
                restarted = any(local(change) == "lvlOverride" for change in item)
                self._roots[attribute(item, "numId")] = attribute(item, "numId") if restarted else f"abstract {base}"


def _style(element: Element) -> _Style:
    settings, runs = child(element, "pPr"), child(element, "rPr")
    name = value(element, "name")
    heading = _HEADING.fullmatch(name)
    outline = value(settings, "outlineLvl") if settings is not None else ""
    level = int(heading.group(1)) if heading else 1 if name.lower() == "title" else 0
    if not level and outline.isdecimal() and int(outline) < _LEVELS and attribute(element, "type") == "paragraph":
        level = int(outline) + 1
    run = PLAIN
    if runs is not None and attribute(element, "type") == "character":
        raised = value(runs, "vertAlign")
        run = SUP if raised == "superscript" else SUB if raised == "subscript" else PLAIN
        run |= STRIKE if switched(runs, "strike") or switched(runs, "dstrike") else PLAIN
    return _Style(level, _number(settings), run)


def _number(settings: Element | None) -> tuple[str, int] | None:
    found = child(settings, "numPr")
    return None if found is None else (value(found, "numId"), min(_int(value(found, "ilvl"), 0), _LEVELS - 1))


def _int(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else otherwise


def _spelled(number: int, kind: str) -> str:
    if kind in ("lowerLetter", "upperLetter"):
        letters = chr(97 + (number - 1) % 26) * (1 + min((number - 1) // 26, 9))
        return letters if kind == "lowerLetter" else letters.upper()
    if kind in ("lowerRoman", "upperRoman"):
        out, left = "", min(number, 3999)
        for size, sign in _ROMAN:
            out += sign * (left // size)
            left %= size
        return out if kind == "lowerRoman" else out.upper()
    return f"{number:02d}" if kind == "decimalZero" else str(number)
