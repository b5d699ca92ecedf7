"""Documents among the parts of a form: which are uploaded to be read, and their text files in their place.

An upload to be read says so by its purpose, or is a PDF or Word file where nothing else could be done with it. Sheets
for a code tool stay files. Source: OpenAI's and Anthropic's Files APIs, Mistral's and Moonshot's file extraction.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b

from redaction.body.multipart import Multipart, Part, parse_multipart
from redaction.errors import NotRedactable

# Values of the field `purpose`. What is uploaded for any use is read; `assistants` are files for search and for code.
_TO_BE_READ = frozenset({b"user_data", b"ocr", b"retrieval", b"file-extract", b"search", b"knowledge"})
_SEARCH_OR_CODE = frozenset({b"", b"assistants"})
_SHEETS = (b"xl/worksheets/", b"application/vnd.oasis.opendocument.spreadsheet")
_CONTENT_TYPE = re.compile(rb"^content-type:[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_TEXT = b"Content-Type: text/plain; charset=utf-8"


def digest(data: bytes) -> bytes:
    """A name for the bytes of a file within one request."""
    return blake2b(data, digest_size=16).digest()


def is_multipart(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower().startswith("multipart/")


def to_be_read(data: bytes, content_type: str) -> frozenset[bytes]:
    """The digests of those file parts of a form that are uploaded to be read. Raises as `parse_multipart`."""
    form = parse_multipart(data, content_type)
    purpose = next((form.body(i).strip() for i, part in enumerate(form.parts) if part.name == "purpose"), b"")
    found: set[bytes] = set()
    for index, part in enumerate(form.parts):
        if part.filename is None:
            continue
        body = form.body(index)
        if purpose in _TO_BE_READ or (purpose in _SEARCH_OR_CODE and not _is_sheet(body)):
            found.add(digest(body))
    return frozenset(found)


def _is_sheet(body: bytes) -> bool:
    return any(sign in body for sign in _SHEETS)


def put_texts(data: bytes, content_type: str, text_of: Callable[[bytes], str | None]) -> bytes:
    """A form with text files in the place of those parts for whose digest `text_of` has a text. All else stays.

    Raises NotRedactable if a text holds the boundary.
    """
    form = parse_multipart(data, content_type)
    out: list[bytes] = []
    at = 0
    for index, part in enumerate(form.parts):
        text = text_of(digest(form.body(index))) if part.filename is not None else None
        if text is None:
            continue
        begin = part.start - len(part.raw_headers)
        new = _headers(form, part) + text.encode()
        if b"--" + form.boundary in new:
            raise NotRedactable(
                "the text of an uploaded document holds the boundary of the body: use another boundary",
                code="faasera_boundary_in_part",
            )
        out += (data[at:begin], new)
        at = part.end
    out.append(data[at:])
    return b"".join(out)


def _headers(form: Multipart, part: Part) -> bytes:
    """The head of a part that is a text file of the same stem now."""
    name = part.filename or ""
    stem = name.rpartition(".")[0] or name
    raw = part.headers.renamed(part.raw_headers, name=None, filename=f"{stem}.txt")
    lines = [line for line in raw.split(b"\r\n") if not line.lower().startswith(b"content-transfer-encoding:")]
    raw = b"\r\n".join(lines)
    if _CONTENT_TYPE.search(raw):
        return _CONTENT_TYPE.sub(_TEXT, raw, count=1)
    return raw.removesuffix(b"\r\n") + _TEXT + b"\r\n\r\n"
