"""Documents that are ZIP containers: OOXML (docx, xlsx, pptx), ODF (odt, ods, odp), EPUB.

Sources: ECMA-376 (part names), ODF 1.3 part 2 (packages), EPUB OCF 3.3, APPNOTE.TXT. Every member is read: XML as text,
pictures and sounds are counted, documents inside are read in turn; a member that fits nowhere makes the document
unreadable. Sizes in the directory are not believed: what comes out of the decompressor is counted.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable

from redaction.attachments.extraction.gather import Gather
from redaction.attachments.extraction.html_text import html_text
from redaction.attachments.extraction.result import Encrypted, NoDocument, OverLimit, Unreadable
from redaction.attachments.extraction.sheets import SharedStrings
from redaction.attachments.extraction.xml_text import xml_text
from redaction.attachments.magic import clean_text, magic

type Nested = Callable[[bytes, str, Gather, int], str]

_MEMBERS = 5000
_XML = (".xml", ".rels", ".vml", ".rdf", ".svg", ".drawing")
_HTML = (".xhtml", ".html", ".htm", ".opf", ".ncx")
# Nothing a person wrote: fonts, printer settings, the caches of LibreOffice.
_MUTE = re.compile(
    r".*\.(?:odttf|fntdata|ttf|otf|ttc|woff2?)|.*/printerSettings/[^/]*\.bin|layout-cache|.*/layout-cache|META-INF/.*\.p7s",
    re.IGNORECASE,
)
# Compressed and old picture formats without a magic of their own.
_PICTURES = (".emz", ".wmz", ".wdp", ".jxr", ".wmf", ".emf", ".pict", ".pct", ".svm", ".svgz")
_ODF = "application/vnd.oasis.opendocument."
_ODF_FORMATS = {"text": "odt", "spreadsheet": "ods", "presentation": "odp", "graphics": "odg", "formula": "odf"}
_OOXML_FORMATS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_VALUES = re.compile(r"docProps/.*|meta\.xml|customXml/.*", re.IGNORECASE)
# The rest of docProps/app.xml are programs, fonts and counts; its titles of parts stand in the parts.
_PROPERTIES = frozenset({"Company", "Manager", "HyperlinkBase"})
_PROTECTED_URI = re.compile(rb"""URI\s*=\s*["'][^"']*\.(?:x?html?|xml|opf|ncx|svg)["']""", re.IGNORECASE)


def read_package(data: bytes, gather: Gather, depth: int, nested: Nested) -> str:
    """Add the text of a ZIP document and return its format (`docx`, `ods`, `epub`).

    Raises `NoDocument` (some other ZIP), `Encrypted`, `Unreadable`, `OverLimit`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, gather, depth, nested)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Unreadable("the container is broken") from error


def _read(archive: zipfile.ZipFile, gather: Gather, depth: int, nested: Nested) -> str:
    members = [info for info in archive.infolist() if not info.is_dir()]
    if len(members) > _MEMBERS:
        raise OverLimit
    names = {info.filename for info in members}
    if any(info.flag_bits & 1 for info in members):
        raise Encrypted("members of the container are encrypted")
    # Two members of one name, or bytes before the first: readers disagree on what is in such a container.
    if len(names) != len(members) or min((info.header_offset for info in members), default=0) != 0:
        raise Unreadable("the container has two readings")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in members):
        raise Unreadable("a member is compressed in an unusual way")
    kind = _format(archive, names, gather)
    gather.line(archive.comment.decode("utf-8", "replace"))
    shared: SharedStrings | None = None
    if kind == "xlsx":
        table = next((name for name in sorted(names) if name.lower() == "xl/sharedstrings.xml"), None)
        shared = SharedStrings(None if table is None else _inflate(archive, table, gather), gather)
        names.discard(table or "")
    for info in members:
        if info.filename in names and not _MUTE.fullmatch(info.filename):
            _member(info.filename, _inflate(archive, info.filename, gather), gather, shared, kind, depth, nested)
    if shared is not None:
        shared.rest()
    return kind


def _format(archive: zipfile.ZipFile, names: set[str], gather: Gather) -> str:
    if "[Content_Types].xml" in names:
        return next(
            (kind for prefix, kind in _OOXML_FORMATS.items() if any(n.startswith(prefix) for n in names)), "ooxml"
        )
    media = _inflate(archive, "mimetype", gather).decode("ascii", "replace").strip() if "mimetype" in names else ""
    if media.startswith(_ODF):
        if b"encryption-data" in (
            _inflate(archive, "META-INF/manifest.xml", gather) if "META-INF/manifest.xml" in names else b""
        ):
            raise Encrypted("the document needs a password")
        return _ODF_FORMATS.get(media.removeprefix(_ODF).partition("-")[0], "odf")
    if media == "application/epub+zip":
        rights = "META-INF/encryption.xml"  # fonts are often obfuscated that way, text only under DRM
        if rights in names and _PROTECTED_URI.search(_inflate(archive, rights, gather)):
            raise Encrypted("the book is protected")
        return "epub"
    raise NoDocument


def _member(
    name: str, data: bytes, gather: Gather, shared: SharedStrings | None, kind: str, depth: int, nested: Nested
) -> None:
    low = name.lower()
    if not data or (name == "mimetype" and kind != "docx"):
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


def _inflate(archive: zipfile.ZipFile, name: str, gather: Gather) -> bytes:
    out = io.BytesIO()
    with archive.open(name) as stream:
        while chunk := stream.read(64 * 1024):
            gather.inflated(len(chunk))
            out.write(chunk)
    return out.getvalue()
