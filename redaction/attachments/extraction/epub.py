"""EPUB as Markdown (EPUB 3.3): its chapters in reading order."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from redaction.attachments.extraction.html_markdown import css_classes, write_html
from redaction.attachments.extraction.markdown import Markdown
from redaction.attachments.extraction.result import Unreadable
from redaction.attachments.extraction.xml_tree import attribute, inside, parse
from redaction.attachments.extraction.zip_container import Container
from redaction.attachments.magic import clean_text


def read_epub(container: Container, out: Markdown) -> None:
    """Write the text of a book. Raises `Unreadable`, `OverLimit`."""
    out.unit = "chapters"
    classes: dict[str, int] = {}
    for sheet in container.find(r".*\.css"):
        classes |= css_classes(container.read(sheet).decode("utf-8", "replace"))
    for part in _chapters(container, out):
        found = clean_text(container.read(part))
        if found is None:
            raise Unreadable("a chapter is in no charset the proxy can read")
        out.count += 1
        out.line(f"--- chapter {out.count} ---")
        write_html(found[0], out, classes)


def _chapters(container: Container, out: Markdown) -> list[str]:
    """The parts of the spine; every page there is where no spine can be found."""
    pages = container.find(r".*\.x?html?")
    package = next(iter(container.find(r".*\.opf")), None)
    if package is None:
        return pages
    root, folder = parse(container.read(package)), posixpath.dirname(package)
    items: dict[str, str] = {}
    for item in inside(root, "item"):
        items[attribute(item, "id")] = posixpath.normpath(posixpath.join(folder, unquote(attribute(item, "href"))))
        if attribute(item, "media-type").startswith("image/"):
            out.left_out["pictures"] += 1
    spine = [items.get(attribute(item, "idref"), "") for item in inside(root, "itemref")]
    return [part for part in spine if part in container.names] or pages
