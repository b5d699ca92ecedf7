"""Uploads, judged by content: what a file is, and the text of the documents among them.

`inspect_file` looks at the bytes and is cheap. `read_document` and `extract_document` read PDF, OOXML, ODF, EPUB, RTF,
HTML and mails in a process of its own: parsers of foreign formats hang, swell and crash, and none of that may reach the
proxy. The process gets the bytes by pipe, no environment, a memory limit (POSIX) and a deadline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from redaction.attachments.extraction.result import Extracted, Request
from redaction.attachments.inline import data_url_bytes, parse_data_url, sniff_base64
from redaction.attachments.magic import Kind, clean_text, magic
from redaction.attachments.reader_pool import pool
from redaction.body.charset import TextCodec, charset_of
from redaction.errors import BadEncoding, TooLarge

__all__ = [
    "FileVerdict",
    "Kind",
    "data_url_bytes",
    "extract_document",
    "inspect_file",
    "parse_data_url",
    "read_document",
    "sniff_base64",
]

_DEADLINE = 20.0  # seconds, for one document
_MEMORY = 768 * 1024 * 1024  # bytes of address space, for one document

_CODED = re.compile(r"[A-Za-z0-9+/_-]{24}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """What a file is.

    `kind`: `text` (`text` and `codec` are set: mask it in place), `document` (`text` is None until extracted, then all
    its text, also of headers, comments, notes and metadata), `image`, `audio`, `video`, `encrypted`, `unreadable`
    (text is in there and cannot be read), `binary`. `format` says it closer (`pdf`, `docx`, `png`). `images` counts the
    pictures, sounds and films in a document, which nobody looked into; `scanned` is True if a page has pictures and no
    text. `reason` says why a file is `unreadable` or `encrypted`. The repr shows no text.
    """

    kind: Kind
    format: str
    text: str | None = field(default=None, repr=False)
    codec: TextCodec | None = None
    images: int = 0
    scanned: bool = False
    reason: str = ""


def inspect_file(data: bytes, *, media_type: str | None = None) -> FileVerdict:
    """What `data` is, by content; no text is extracted from documents here.

    `media_type` counts only by its charset, and only for text: Latin-1 bytes need one; one that contradicts the
    bytes makes the file `unreadable`. Nobody asks the file's name: it can lie.
    """
    kind, name = magic(data)
    if kind not in ("text", "unreadable") or name == "ole":
        return FileVerdict(kind, name)
    try:
        charset = charset_of(media_type)
        found = clean_text(data, charset)
    except BadEncoding:
        found = None
    if found is None:
        return FileVerdict("unreadable", name, reason="the text is in no charset the proxy can read: save it as UTF-8")
    return FileVerdict("text", "text", *found)


async def read_document(
    data: bytes, format_: str, *, max_inflated: int, deadline: float = _DEADLINE, memory: int = _MEMORY
) -> Extracted:
    """The text of a document as its reader sees it, in Markdown; `format_` is its magic (`pdf`, `zip`, `html`).

    Bounds and what is `unreadable` or `binary` are those of `extract_document`, and `Extracted.reason` says why. A
    document without text (scanned pages) is `unreadable`. Raises `TooLarge` and `ProfilerFailed` (queue).
    """
    return await _read(data, format_, "text", max_inflated, deadline, memory)


async def extract_document(
    data: bytes,
    verdict: FileVerdict | None = None,
    *,
    max_inflated: int,
    deadline: float = _DEADLINE,
    memory: int = _MEMORY,
) -> FileVerdict:
    """The verdict on a document with every text that is in it. Other kinds come back as they are.

    `max_inflated` bounds what the document inflates to, and the UTF-8 text read from it, in bytes. A document that
    takes longer than `deadline` seconds, needs more than `memory` bytes or breaks its parser is `unreadable`. A
    container that is no document (a plain ZIP) is `binary`.

    Raises `TooLarge` and `ProfilerFailed` (queue).
    """
    verdict = verdict or inspect_file(data)
    if verdict.kind != "document":
        return verdict
    found = await _read(data, verdict.format, "scan", max_inflated, deadline, memory)
    text = found.text if found.kind == "document" else None
    return FileVerdict(found.kind, found.format, text, None, found.images, found.scanned, found.reason)


async def _read(
    data: bytes, format_: str, task: Literal["text", "scan"], max_inflated: int, deadline: float, memory: int
) -> Extracted:
    request = Request(format=format_, task=task, limit=max_inflated, seconds=int(deadline) + 1)
    answer = await pool().read(request, data, deadline, memory)
    if answer is None:
        reason = "the document cannot be read within its time and memory"
        return Extracted(kind="unreadable", format=format_, reason=reason)
    if answer.too_large:
        raise TooLarge(
            f"a document inflates to more than {max_inflated} bytes or members: send less or raise limits.inflated",
            code="faasera_inflated_too_large",
        )
    return answer


def is_coded_text(text: str) -> bool:
    """Whether a whole string is base64 of clean text, as tools return files (GitHub's API), or of a document.

    Anything else that has the form of base64 (a hash, a token, a picture, an archive) is not.
    """
    if not _CODED.match(text):
        return False
    try:
        data = sniff_base64(text, minimum=24)
    except TooLarge:
        return False
    if data is None:
        return False
    kind, name = magic(data)
    return kind == "text" or (kind == "document" and (name != "zip" or is_package(data)))


def is_package(data: bytes) -> bool:
    """Whether a ZIP begins as Office, ODF and EPUB files do; an archive of another kind does not."""
    return data.startswith(b"mimetypeapplication/", 30) or b"[Content_Types].xml" in data
