"""Scan of PDF files (ISO 32000-1) by pypdf: the text of the pages, and every string of every object.

Not read: pictures (counted), earlier revisions that an incremental update has replaced, text drawn as outlines. A page
of pictures without text, and text whose characters have no meaning (fonts without a Unicode map), count as scanned.
"""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any

import pypdf
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from redaction.attachments.extraction.gather import Gather
from redaction.attachments.extraction.package import Nested, attach
from redaction.attachments.extraction.result import Encrypted, OverLimit, Unreadable
from redaction.attachments.extraction.xml_text import xml_text

_INLINE_IMAGE = re.compile(rb"(?<!\S)BI\s[^\x00]{1,600}?\sID\s")
_OBJECTS = 1_000_000
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
        joined = "".join(shown)
        gather.scanned |= bool(pages) and (not joined.strip() or _meaningless(joined))
        _everything(reader, gather, depth, nested)
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


def _everything(reader: pypdf.PdfReader, gather: Gather, depth: int, nested: Nested) -> None:
    """Every string of every object, whatever it is for: notes, fields, titles, alternative texts, names of files, what
    a program of its own put there. Embedded files are read in turn, streams of XML (metadata, XFA) as text."""
    numbers = {number for generation, table in reader.xref.items() for number in table if generation != 65535}
    left, read = _OBJECTS, set[int]()
    for number in sorted(numbers | set(reader.xref_objStm)):
        todo = [_object(reader, number)]
        while todo:
            thing = todo.pop()
            left -= 1
            if left < 0:
                raise OverLimit
            if isinstance(thing, StreamObject):
                _stream(thing, gather)
            if isinstance(thing, DictionaryObject):
                for key in _get(thing, "/EF") or ():
                    _embedded(_get(_get(thing, "/EF"), key), read, gather, depth, nested)
                todo += thing.values()
            elif isinstance(thing, list):
                todo += thing
            elif isinstance(thing, bytes):
                gather.line(thing.decode("latin-1"))
            elif isinstance(thing, str) and not isinstance(thing, NameObject):
                gather.line(thing)


def _object(reader: pypdf.PdfReader, number: int) -> Any:
    """One object; None where the table of a repaired file leads nowhere."""
    try:
        return reader.get_object(number)
    except (PyPdfError, ValueError, KeyError):
        return None


def _embedded(stream: Any, read: set[int], gather: Gather, depth: int, nested: Nested) -> None:
    """A file in the document (ISO 32000-1, 7.11.4), once."""
    if isinstance(stream, StreamObject) and id(stream) not in read:
        read.add(id(stream))
        content = stream.get_data()
        gather.inflated(len(content))
        attach("", content, gather, depth, nested)


def _stream(thing: StreamObject, gather: Gather) -> None:
    """Metadata, XFA and rich text: streams of XML. Pages and fonts are read by their own rules, pictures by none."""
    if thing.get("/Type") not in (None, "/Metadata") or thing.get("/Subtype") not in (None, "/XML"):
        return
    if "/FunctionType" in thing or "/ShadingType" in thing or "/Length1" in thing:
        return
    content = thing.get_data()
    gather.inflated(len(content))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        return
    if thing.get("/Subtype") == "/XML":
        xml_text(content, gather, every_line=True)
    else:
        gather.line(re.sub(r"<[^<>]*>", "\n", content.decode("utf-8", "replace")))
