"""The worker process: documents on standard input, an `Extracted` for each on standard output.

A frame is a length (four bytes, big endian) and so many bytes. A document is two frames, a `Request` in MessagePack
and the file; its answer is one. It ends with its input. Started by `redaction.attachments.reader_pool` only.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any, BinaryIO

import msgspec

from redaction.attachments.extraction.gather import Gather
from redaction.attachments.extraction.markdown import Markdown
from redaction.attachments.extraction.result import (
    Encrypted,
    Extracted,
    NoDocument,
    OverLimit,
    Request,
    Unreadable,
)
from redaction.attachments.extraction.symbols import UNKNOWN

_NESTED = 2  # documents inside documents


def read(data: bytes, name: str, gather: Gather, depth: int) -> str:
    """Add the text of a document whose magic is `name` and return its format. Raises as the readers do."""
    if depth > _NESTED:
        raise Unreadable("documents are nested too deep")
    if name == "pdf":
        from redaction.attachments.extraction.pdf import (
            read_pdf,  # slow to import, and most documents are something else
        )

        return read_pdf(data, gather, depth, read)
    if name == "rtf":
        from redaction.attachments.extraction.rtf import read_rtf

        return read_rtf(data, gather)
    if name == "eml":
        return _scan_mail(data, gather)
    from redaction.attachments.extraction.package import read_package

    return read_package(data, gather, depth, read)


def _scan_mail(data: bytes, gather: Gather) -> str:
    """A mail as its reader sees it; what is attached cannot be looked into here."""
    out = Markdown(gather.limit)
    write(data, "eml", out)
    if out.left_out["attachments"]:
        raise Unreadable("the mail has attachments: send them one by one")
    gather.images += out.left_out["pictures"]
    gather.line(out.text)
    return "eml"


def extract(data: bytes, name: str, limit: int) -> Extracted:
    """The scan of one document: every text in it. Never raises: what breaks a parser is an unreadable document."""

    def work() -> Extracted:
        gather = Gather(limit)
        kind = read(data, name, gather, 0)
        text = gather.text.encode("utf-8", "replace").decode("utf-8")
        return Extracted(kind="document", format=kind, text=text, images=gather.images, scanned=gather.scanned)

    return _guarded(name, work)


def extract_text(data: bytes, name: str, limit: int) -> Extracted:
    """The text of one document for a reader, as Markdown. Never raises.

    A document in which nothing can be read (scanned pages, an empty sheet) is unreadable.
    """

    def work() -> Extracted:
        out = Markdown(limit)
        kind = write(data, name, out)
        out.end_line()
        text = out.text.encode("utf-8", "replace").decode("utf-8")
        if out.empty:
            what = "only pictures" if out.left_out["pictures"] else "no text"
            raise Unreadable(f"it holds {what}: send what it says as text")
        if unknown := text.count(UNKNOWN):
            out.left_out[f"signs without a meaning, shown as {UNKNOWN}"] += unknown
        return Extracted(
            kind="document",
            format=kind,
            text=text,
            count=out.count,
            unit=out.unit,
            left_out=dict(out.left_out),
            marks=out.marks,
        )

    return _guarded(name, work)


def write(data: bytes, name: str, out: Markdown) -> str:
    """Write the text of a document whose magic is `name` and return its format. Raises as the readers do."""
    if name == "pdf":
        from redaction.attachments.extraction.pdf_text import read_pdf_text

        read_pdf_text(data, out)
        return name
    if name == "rtf":
        from redaction.attachments.extraction.rtf import read_rtf_page

        read_rtf_page(data, out)
        return name
    if name == "eml":
        from redaction.attachments.extraction.mail import read_mail

        read_mail(data, out)
        return name
    if name == "html":
        from redaction.attachments.extraction.html_markdown import read_html

        read_html(data, out)
        return name
    from redaction.attachments.extraction.epub import read_epub
    from redaction.attachments.extraction.opendocument import read_opendocument
    from redaction.attachments.extraction.slides import read_slides
    from redaction.attachments.extraction.word import read_word
    from redaction.attachments.extraction.workbook import read_workbook
    from redaction.attachments.extraction.zip_container import Container, open_container

    readers: dict[str, Callable[[Container, Markdown], None]] = {
        "docx": read_word, "xlsx": read_workbook, "pptx": read_slides, "epub": read_epub,
        "odt": read_opendocument, "ods": read_opendocument, "odp": read_opendocument,
    }  # fmt: skip
    with open_container(data, out) as container:
        reader = readers.get(container.format)
        if reader is None:
            raise Unreadable("documents of this kind are not read")
        reader(container, out)
        return container.format


def _guarded(name: str, work: Callable[[], Extracted]) -> Extracted:
    try:
        return work()
    except OverLimit:
        return Extracted(kind="unreadable", format=name, too_large=True)
    except NoDocument:
        return Extracted(kind="binary", format=name)
    except Encrypted as error:
        return Extracted(kind="encrypted", format=name, reason=str(error))
    except Unreadable as error:
        return Extracted(kind="unreadable", format=name, reason=str(error))
    except (Exception, MemoryError, RecursionError):  # noqa: BLE001 - any fault means unread, and unread means refused
        return Extracted(kind="unreadable", format=name, reason="the document breaks its parser")


# -- the process -------------------------------------------------------------------------------------------------------

# What no reader has to do, by the names of Python's audit events: talk to anybody, start anything, write a file.
_FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "ctypes.dlopen",
    "os.startfile", "urllib.", "ftplib.", "smtplib.", "http.client", "os.remove", "os.rename", "os.mkdir",
    "shutil.", "winreg.", "webbrowser.",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)
    if event == "open" and len(args) > 2 and isinstance(args[2], int) and args[2] & _WRITES:
        raise PermissionError(event)


def confine(memory: int) -> None:
    """Bound this process, where the system can: no network, address space, no file written, no core dumped, low
    priority. What the system refuses is left to the audit hook and to the parent's deadline."""
    try:
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)  # Linux, where users may: a network of its own without a wire
    except (AttributeError, OSError):
        pass
    try:
        os.nice(5)
    except (AttributeError, OSError):
        pass
    sys.addaudithook(_watch)
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):  # macOS knows no bound of address space
            pass


def allow_seconds(seconds: int) -> None:
    """Bound the processor time from here on; at the end of it the process dies."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    except (ValueError, OSError):
        pass


def frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end, also in the middle of one."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    body = stream.read(size)
    return body if len(body) == size else None


def answer(request: Request, data: bytes) -> Extracted:
    """What the process makes of one document."""
    work = extract_text if request.task == "text" else extract
    return work(data, request.format, request.limit)


class _Idle:
    """Ends the process when it was given nothing for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.busy = threading.Event()
        self.asked = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while self.asked.wait(self.seconds) or self.busy.is_set():
            self.asked.clear()
        os._exit(0)


def main() -> None:
    """Entry of the process: its arguments are the bound of its address space in bytes, and the seconds it waits."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a parser that prints must not spoil the answer
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True  # it may not write files from here on
    _load_libraries()
    confine(int(sys.argv[1]))
    idle = _Idle(float(sys.argv[2]))
    while (head := frame(sys.stdin.buffer)) is not None and (data := frame(sys.stdin.buffer)) is not None:
        idle.busy.set()
        idle.asked.set()
        request = msgspec.msgpack.decode(head, type=Request)
        allow_seconds(request.seconds)
        said = msgspec.msgpack.encode(answer(request, data))
        answers.write(len(said).to_bytes(4, "big") + said)
        answers.flush()
        idle.busy.clear()
        idle.asked.set()
        del data, said


def _load_libraries() -> None:
    """What loads shared objects must do so before the process is confined."""
    import pypdfium2
    import pypdfium2.raw  # noqa: F401
