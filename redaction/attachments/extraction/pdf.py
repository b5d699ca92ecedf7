"""Text of PDF files (ISO 32000-1) by pypdf: pages, annotations, form fields, bookmarks, metadata, attached files.

Not read: pictures (counted), earlier revisions that an incremental update has replaced, text drawn as outlines. A page
of pictures without text, and text whose characters have no meaning (fonts without a Unicode map), count as scanned.
"""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any

import pypdf
from pypdf.generic import StreamObject

from redaction.attachments.extraction.gather import Gather
from redaction.attachments.extraction.package import Nested, attach
from redaction.attachments.extraction.result import Encrypted, OverLimit, Unreadable
from redaction.attachments.extraction.xml_text import xml_text

_INLINE_IMAGE = re.compile(rb"(?<!\S)BI\s[^\x00]{1,600}?\sID\s")
_FIELD_TEXT = ("/Contents", "/V", "/DV", "/T", "/TU", "/RC", "/Subj")
_DEPTH = 32
_OBJECTS = 100_000
_MEANINGLESS = frozenset({"Cc", "Co", "Cn", "Cs"})


def read_pdf(data: bytes, gather: Gather, depth: int, nested: Nested) -> str:
    """Add the text of a PDF and return `pdf`. Raises `Encrypted`, `Unreadable`, `OverLimit`."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        # Without a user password anyone can read it, the model too.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Encrypted("the document needs a password")
        pages = list(reader.pages)
        shown: list[str] = []
        for page in pages:
            had = gather.images
            text = page.extract_text()
            _count_images(page, gather)
            shown.append(text)
            gather.line(text)
            gather.scanned |= gather.images > had and not text.strip()
            _annotations(page, gather, depth, nested)
        joined = "".join(shown)
        gather.scanned |= bool(pages) and (not joined.strip() or _meaningless(joined))
        _catalog(reader, gather, depth, nested)
    except (Encrypted, Unreadable, OverLimit):
        raise
    except Exception as error:  # pypdf raises whatever the broken object led to
        raise Unreadable("the PDF cannot be parsed") from error
    return "pdf"


def _meaningless(text: str) -> bool:
    signs = [char for char in text if not char.isspace()]
    odd = sum(char == "\ufffd" or unicodedata.category(char) in _MEANINGLESS for char in signs)
    return odd * 4 > len(signs)


def _get(holder: Any, key: str) -> Any:
    found = holder.get(key) if hasattr(holder, "get") else None
    return found.get_object() if found is not None else None


def _count_images(page: Any, gather: Gather) -> None:
    seen: set[Any] = set()
    todo = [_get(page, "/Resources")]
    while todo:
        resources = todo.pop()
        for group in ("/XObject", "/Pattern"):
            found = _get(resources, group)
            for key in found or ():
                reference = found.raw_get(key)
                mark = getattr(reference, "idnum", None) or id(reference)
                if mark in seen:
                    continue
                seen.add(mark)
                if len(seen) > _OBJECTS:
                    raise OverLimit
                thing = found[key].get_object()
                if _get(thing, "/Subtype") == "/Image":
                    gather.images += 1
                elif _get(thing, "/Resources") is not None:
                    todo.append(_get(thing, "/Resources"))
    contents = page.get_contents()
    if contents is not None:
        gather.images += len(_INLINE_IMAGE.findall(contents.get_data()))


def _annotations(page: Any, gather: Gather, depth: int, nested: Nested) -> None:
    for entry in _get(page, "/Annots") or ():
        note = entry.get_object()
        _field(note, gather)
        action = _get(note, "/A")
        gather.line(str(_get(action, "/URI") or ""))
        _attached(_get(note, "/FS"), gather, depth, nested)
        parent = _get(note, "/Parent")
        for _ in range(_DEPTH):
            if parent is None:
                break
            _field(parent, gather)
            parent = _get(parent, "/Parent")


def _field(holder: Any, gather: Gather) -> None:
    for key in _FIELD_TEXT:
        value = _get(holder, key)
        if isinstance(value, StreamObject):
            value = value.get_data().decode("utf-8", "replace")
        if isinstance(value, str):
            gather.line(value)
        elif isinstance(value, list):
            for item in value:
                gather.line(str(item))


def _attached(spec: Any, gather: Gather, depth: int, nested: Nested) -> None:
    """One file specification (7.11.3) with the file in it."""
    if spec is None or not hasattr(spec, "get"):
        return
    for key in ("/F", "/UF", "/Desc"):
        gather.line(str(_get(spec, key) or ""))
    files = _get(spec, "/EF")
    seen: set[int] = set()
    for key in files or ():
        stream = files[key].get_object()
        if id(stream) not in seen:
            seen.add(id(stream))
            content = stream.get_data()
            gather.inflated(len(content))
            attach("", content, gather, depth, nested)


def _catalog(reader: pypdf.PdfReader, gather: Gather, depth: int, nested: Nested) -> None:
    for value in (reader.metadata or {}).values():
        gather.line(str(value))
    root = reader.root_object
    metadata = _get(root, "/Metadata")
    if isinstance(metadata, StreamObject):
        xml_text(metadata.get_data(), gather, every_line=True)
    _names(_get(_get(root, "/Names"), "/EmbeddedFiles"), gather, depth, nested)
    for item in _get(root, "/AF") or ():
        _attached(item.get_object(), gather, depth, nested)
    form = _get(root, "/AcroForm")
    _fields(_get(form, "/Fields"), gather)
    xfa = _get(form, "/XFA")
    for item in xfa if isinstance(xfa, list) else [xfa]:
        stream = item.get_object() if item is not None else None
        if isinstance(stream, StreamObject):
            gather.line(re.sub(r"<[^>]*>", "\n", stream.get_data().decode("utf-8", "replace")))
    _titles(_get(_get(root, "/Outlines"), "/First"), gather)


def _names(tree: Any, gather: Gather, depth: int, nested: Nested) -> None:
    todo, left = [tree], _OBJECTS
    while todo:
        node = todo.pop()
        left -= 1
        if left < 0:
            raise OverLimit
        todo += [kid.get_object() for kid in _get(node, "/Kids") or ()]
        for item in (_get(node, "/Names") or [])[1::2]:
            _attached(item.get_object(), gather, depth, nested)


def _fields(fields: Any, gather: Gather) -> None:
    todo, left = [field.get_object() for field in fields or ()], _OBJECTS
    while todo:
        node = todo.pop()
        left -= 1
        if left < 0:
            raise OverLimit
        _field(node, gather)
        todo += [kid.get_object() for kid in _get(node, "/Kids") or ()]


def _titles(first: Any, gather: Gather) -> None:
    todo, left = [first], _OBJECTS
    while todo:
        node = todo.pop()
        left -= 1
        if left < 0:
            raise OverLimit
        if node is not None:
            gather.line(str(_get(node, "/Title") or ""))
            todo += [_get(node, "/Next"), _get(node, "/First")]
