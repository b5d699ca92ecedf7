"""Uploads, judged by content: what a file is, and the text of the documents among them.

`inspect_file` looks at the first bytes and is cheap. `extract_document` reads PDF, OOXML, ODF, EPUB and RTF in a
process of its own: parsers of foreign formats hang, swell and crash, and none of that may reach the proxy. The process
gets the bytes by pipe, no environment, a memory limit (POSIX) and a deadline; its error output is thrown away.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from redaction.attachments.extraction.result import Extracted
from redaction.attachments.inline import data_url_bytes, parse_data_url, sniff_base64
from redaction.attachments.magic import Kind, clean_text, magic
from redaction.body.charset import TextCodec, charset_of
from redaction.errors import BadEncoding, TooLarge

__all__ = [
    "FileVerdict",
    "Kind",
    "data_url_bytes",
    "extract_document",
    "inspect_file",
    "parse_data_url",
    "sniff_base64",
]

_DEADLINE = 20.0  # seconds, for one document
_MEMORY = 1024 * 1024 * 1024  # bytes of address space, for one document
_PARALLEL = 2  # processes at a time
_ROOT = Path(__file__).resolve().parents[2]
# What an interpreter needs to start on Windows; nothing else of our environment, which may hold keys.
_ENVIRONMENT = ("SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_START = (
    "import json,sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from redaction.attachments.extraction.worker import main; main()"
)

_CODED = re.compile(r"[A-Za-z0-9+/_-]{24}", re.ASCII)

_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


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


def inspect_file(data: bytes, *, filename: str | None = None, media_type: str | None = None) -> FileVerdict:
    """What `data` is, by content; no text is extracted from documents here.

    `media_type` counts only by its charset, and only for text: Latin-1 bytes need one; one that contradicts the
    bytes makes the file `unreadable`. `filename` is not looked at, a name can lie; callers hand over what they have.
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


async def extract_document(
    data: bytes,
    verdict: FileVerdict | None = None,
    *,
    max_inflated: int,
    deadline: float = _DEADLINE,
    memory: int = _MEMORY,
) -> FileVerdict:
    """The verdict on a document with its text. Other kinds come back as they are.

    `max_inflated` bounds what the document inflates to, and the UTF-8 text read from it, in bytes. A document that
    takes longer than `deadline` seconds, needs more than `memory` bytes or breaks its parser is `unreadable`. A
    container that is no document (a plain ZIP) is `binary`.

    Raises `TooLarge`.
    """
    verdict = verdict or inspect_file(data)
    if verdict.kind != "document":
        return verdict
    slot = _slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_PARALLEL))
    async with slot:
        answer = await _run(data, verdict.format, max_inflated, deadline, memory)
    if answer is None:
        return replace(verdict, kind="unreadable", reason="the document cannot be read within its time and memory")
    if answer.too_large:
        raise TooLarge(
            f"a document inflates to more than {max_inflated} bytes or members: send less or raise limits.inflated",
            code="faasera_inflated_too_large",
        )
    return FileVerdict(
        answer.kind,
        answer.format,
        answer.text if answer.kind == "document" else None,
        None,
        answer.images,
        answer.scanned,
        answer.reason,
    )


async def _run(data: bytes, name: str, max_inflated: int, deadline: float, memory: int) -> Extracted | None:
    """One worker process; None if it died, hung or answered anything but an `Extracted`."""
    # 6 bytes of JSON at most for one byte of text: the bound of what is read from the pipe.
    limit = 6 * max_inflated + 4096
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-X", "utf8", "-c", _START),
            json.dumps([str(_ROOT), *(path for path in sys.path if path)]),
            *(name, str(max_inflated), str(memory), str(int(deadline) + 1)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={key: os.environ[key] for key in _ENVIRONMENT if key in os.environ},
        )
    except OSError:  # no interpreter to start, or no process left
        return None
    try:
        async with asyncio.timeout(deadline):
            _, answer = await asyncio.gather(_feed(process, data), _read(process, limit))
            if answer is None or await process.wait() != 0:
                return None
        return msgspec.json.decode(answer, type=Extracted)
    except (TimeoutError, msgspec.DecodeError):
        return None
    finally:
        await _end(process)


async def _feed(process: Any, data: bytes) -> None:
    try:
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()
    except OSError:  # it died: its exit status says so
        pass


async def _read(process: Any, limit: int) -> bytes | None:
    out = bytearray()
    while chunk := await process.stdout.read(64 * 1024):
        if len(out) + len(chunk) > limit:
            return None
        out += chunk
    return bytes(out)


async def _end(process: Any) -> None:
    """Kill what still runs, and read its pipe to the end: a process is only gone for asyncio when its pipes are."""
    if process.returncode is None:
        try:
            process.kill()
        except ProcessLookupError:
            pass
    process.stdin.close()
    while await process.stdout.read(64 * 1024):
        pass
    await process.wait()


def is_coded_text(text: str) -> bool:
    """Whether a whole string is base64 of clean text, as tools return files (GitHub's API). Anything else that has the
    form of base64 (a hash, a token, a picture) is not."""
    if not _CODED.match(text):
        return False
    try:
        data = sniff_base64(text, minimum=24)
    except TooLarge:
        return False
    return data is not None and magic(data)[0] == "text"
