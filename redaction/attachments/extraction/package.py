"""Scan of documents that are ZIP containers: OOXML (docx, xlsx, pptx), ODF (odt, ods, odp), EPUB.

Sources: ECMA-376 (part names), ODF 1.3 part 2 (packages), EPUB OCF 3.3. Every member is read: XML as text, pictures
and sounds are counted, documents inside are read in turn; a member that fits nowhere makes the document unreadable.
What a member is, its bytes say: a text that is named like a font is a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from redaction.attachments.extraction.gather import Gather
from redaction.attachments.extraction.html_text import html_text
from redaction.attachments.extraction.result import Encrypted, NoDocument, Unreadable
from redaction.attachments.extraction.sheets import SharedStrings
from redaction.attachments.extraction.xml_text import xml_text
from redaction.attachments.extraction.zip_container import Container, open_container
from redaction.attachments.magic import clean_text, magic

type Nested = Callable[[bytes, str, Gather, int], str]

_XML = (".xml", ".rels", ".vml", ".rdf", ".svg", ".drawing")
_HTML = (".xhtml", ".html", ".htm", ".opf", ".ncx")
# Nothing a person wrote, as long as it is no text: fonts, printer settings, the caches of LibreOffice.
_MUTE = re.compile(
    r".*\.(?:odttf|fntdata|ttf|otf|ttc|woff2?)|.*/printerSettings/[^/]*\.bin|layout-cache|.*/layout-cache|META-INF/.*\.p7s",
    re.IGNORECASE,
)
# Compressed and old picture formats without a magic of their own.
_PICTURES = (".emz", ".wmz", ".wdp", ".jxr", ".wmf", ".emf", ".pict", ".pct", ".svm", ".svgz")
_VALUES = re.compile(r"docProps/.*|meta\.xml|customXml/.*", re.IGNORECASE)
# The rest of docProps/app.xml are programs, fonts and counts; its titles of parts stand in the parts.
_PROPERTIES = frozenset({"Company", "Manager", "HyperlinkBase"})


def read_package(data: bytes, gather: Gather, depth: int, nested: Nested) -> str:
    """Add the text of a ZIP document and return its format (`docx`, `ods`, `epub`).

    Raises `NoDocument` (some other ZIP), `Encrypted`, `Unreadable`, `OverLimit`.
    """
    with open_container(data, gather) as container:
        return _read(container, gather, depth, nested)


def _read(container: Container, gather: Gather, depth: int, nested: Nested) -> str:
    kind, names = container.format, set(container.names)
    gather.line(container.comment)
    shared: SharedStrings | None = None
    if kind == "xlsx":
        table = next((name for name in sorted(names) if name.lower() == "xl/sharedstrings.xml"), None)
        shared = SharedStrings(None if table is None else container.read(table), gather)
        names.discard(table or "")
    for name in container.members:
        if name in names:
            _member(name, container.read(name), gather, shared, kind, depth, nested)
    if shared is not None:
        shared.rest()
    return kind


def _member(
    name: str, data: bytes, gather: Gather, shared: SharedStrings | None, kind: str, depth: int, nested: Nested
) -> None:
    low = name.lower()
    if not data or (name == "mimetype" and kind != "docx"):
        return
    if _MUTE.fullmatch(name) and b"\x00" in data:
        return
    if kind == "epub" and low.endswith((*_HTML, *_XML)):
        html_text(data, gather)
    elif low.endswith(_XML):
        if shared is not None and re.match(r"xl/(?:worksheets|macrosheets|dialogsheets)/[^/]+\.xml", low):
            shared.sheet(data)
        else:
            only = _PROPERTIES if low == "docprops/app.xml" else None
            xml_text(data, gather, every_line=bool(_VALUES.fullmatch(name)), only=only)
        gather.add("\n")
    else:
        attach(name, data, gather, depth, nested)


def attach(name: str, data: bytes, gather: Gather, depth: int, nested: Nested) -> None:
    """Add a file inside a document: text as text, media as a count, documents read in turn.

    Raises `Unreadable` for anything else, also for old OLE objects and macros.
    """
    kind, form = magic(data)
    if kind == "text" and (found := clean_text(data)):
        gather.line(found[0])
    elif kind in ("image", "audio", "video") or name.lower().endswith(_PICTURES):
        gather.images += 1
    elif kind == "document":
        try:
            nested(data, form, gather, depth + 1)
        except (NoDocument, Encrypted) as error:
            raise Unreadable("a file inside the document cannot be read") from error
    else:
        raise Unreadable("a file inside the document cannot be read")
