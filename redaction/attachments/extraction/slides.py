"""PPTX as Markdown (ECMA-376 part 1, PresentationML): slides in their order, with tables and speaker's notes.

Hidden slides are read like the others. Left out and counted: pictures, comments, charts, diagrams, macros.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from redaction.attachments.extraction.formulas import formula
from redaction.attachments.extraction.markdown import PLAIN, STRIKE, SUB, SUP, Markdown
from redaction.attachments.extraction.symbols import readable
from redaction.attachments.extraction.word import count_left_out, inside_rows
from redaction.attachments.extraction.xml_tree import attribute, child, inside, local, members, parse, value
from redaction.attachments.extraction.zip_container import Container

_TITLES = frozenset({"title", "ctrTitle"})
_FIXED = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})  # of a notes page: not what the speaker wrote


def read_slides(container: Container, out: Markdown) -> None:
    """Write the text of a presentation. Raises `Unreadable`, `OverLimit`."""
    count_left_out(container, out)
    out.unit = "slides"
    for part in _order(container):
        out.count += 1
        root = parse(container.read(part))
        hidden = " (hidden)" if attribute(root, "show") in ("0", "false") else ""
        out.line(f"--- slide {out.count}{hidden} ---")
        links = container.related(part)
        targets = {key: target for key, (_, target, outside) in links.items() if outside}
        _shapes(root, out, targets)
        for kind, notes, _ in links.values():
            if kind == "notesSlide" and notes in container.names:
                _notes(parse(container.read(notes)), out)


def _order(container: Container) -> list[str]:
    main = "ppt/presentation.xml"
    found = container.find(r"ppt/slides/[^/]+\.xml")
    if main not in container.names:
        return found
    links = container.related(main)
    listed = [links[key][1] for item in inside(parse(container.read(main)), "sldId") if (key := _id(item)) in links]
    ordered = [part for part in dict.fromkeys(listed) if part in container.names]
    return ordered + [part for part in found if part not in ordered]


def _id(element: Element) -> str:
    """The relationship of a slide: `r:id`, not its own `id`."""
    return next((text for key, text in element.items() if key.endswith("}id")), "")


def _shapes(root: Element, out: Markdown, links: dict[str, str]) -> None:
    for shape in _frames(root):
        if local(shape) == "tbl":
            _table(shape, out, links)
            continue
        kind = next((attribute(item, "type") for item in inside(shape, "ph")), "")
        body = child(shape, "txBody")
        for paragraph in body if body is not None else ():
            if local(paragraph) == "p" and _has_text(paragraph):
                out.start("## " if kind in _TITLES else _indent(paragraph))
                _paragraph(paragraph, out, links)
                out.end_line()


def _frames(root: Element) -> list[Element]:
    """Shapes and tables in the order in which they are drawn."""
    found: list[Element] = []
    for item in root:
        name = local(item)
        if name in ("sp", "tbl", "txSp"):
            found.append(item)
        elif name == "AlternateContent":
            chosen = child(item, "Choice")
            if (branch := chosen if chosen is not None else child(item, "Fallback")) is not None:
                found += _frames(branch)
        else:
            found += _frames(item)
    return found


def _has_text(paragraph: Element) -> bool:
    return any((item.text or "").strip() for item in inside(paragraph, "t"))


def _indent(paragraph: Element) -> str:
    settings = child(paragraph, "pPr")
    level = attribute(settings, "lvl") if settings is not None else ""
    deep = int(level) if level in tuple("12345678") else 0
    listed = settings is not None and any(local(item) in ("buChar", "buAutoNum", "buBlip") for item in settings)
    return "  " * deep + ("- " if listed or deep else "")


def _paragraph(paragraph: Element, out: Markdown, links: dict[str, str]) -> None:
    for item in paragraph:
        name = local(item)
        if name in ("r", "fld"):
            settings = child(item, "rPr")
            font = value(settings, "sym", "typeface") or value(settings, "latin", "typeface")
            text = "".join(readable(part.text or "", font) for part in item if local(part) == "t")
            target = links.get(value(settings, "hlinkClick", "id"), "")
            out.run(f"[{text}]({target})" if target else text, _style(settings))
        elif name == "br":
            out.run("\n")
        elif name in ("m", "oMath", "oMathPara"):
            out.run(formula(item))
        elif name not in ("pPr", "endParaRPr"):
            _paragraph(item, out, links)


def _style(settings: Element | None) -> int:
    if settings is None:
        return PLAIN
    raised = attribute(settings, "baseline")
    style = SUB if raised.startswith("-") else SUP if raised.strip("0%") else PLAIN
    return style | STRIKE if attribute(settings, "strike") in ("sngStrike", "dblStrike") else style


def _table(table: Element, out: Markdown, links: dict[str, str]) -> None:
    out.open_table()
    for row in inside_rows(table, "tr"):
        cells = inside_rows(row, "tc")
        out.row()
        for cell in cells:
            out.cell()
            for paragraph in members(cell, "txBody"):
                if local(paragraph) == "p":
                    _paragraph(paragraph, out, links)
                    out.end_line()
            out.end_cell()
        out.end_row(len(cells))
    out.close_table()


def _notes(root: Element, out: Markdown) -> None:
    first = True
    for shape in _frames(root):
        if next((attribute(item, "type") for item in inside(shape, "ph")), "") in _FIXED:
            continue
        for paragraph in members(shape, "txBody"):
            if local(paragraph) == "p" and _has_text(paragraph):
                if first:
                    out.line("[speaker's notes]")
                    first = False
                out.start("")
                _paragraph(paragraph, out, {})
                out.end_line()
