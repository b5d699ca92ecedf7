"""The worker process: one document on standard input, one `Extracted` as JSON on standard output.

Arguments: format by magic, bound of inflated bytes, bytes of memory, seconds of CPU. Started by
`redaction.attachments.classify` only.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings

import msgspec

from redaction.attachments.extraction.gather import Gather
from redaction.attachments.extraction.result import Encrypted, Extracted, NoDocument, OverLimit, Unreadable

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
    from redaction.attachments.extraction.package import read_package

    return read_package(data, gather, depth, read)


def extract(data: bytes, name: str, max_inflated: int) -> Extracted:
    """The answer for one document. Never raises: what breaks a parser is an unreadable document."""
    gather = Gather(max_inflated)
    try:
        kind = read(data, name, gather, 0)
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
    text = gather.text.encode("utf-8", "replace").decode("utf-8")
    return Extracted(kind="document", format=kind, text=text, images=gather.images, scanned=gather.scanned)


def confine(memory: int, seconds: int) -> None:
    """Bound this process, where the system can: address space, CPU, no file written, no core dumped."""
    try:
        import resource
    except ImportError:  # Windows: the deadline of the parent is what is left
        return
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):  # macOS knows no bound of address space
            pass


def main() -> None:
    """Entry of the process."""
    name, max_inflated, memory, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    answer_to = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a parser that prints must not spoil the answer
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True  # it may not write files from here on
    confine(memory, seconds)
    answer = msgspec.json.encode(extract(sys.stdin.buffer.read(), name, max_inflated))
    with os.fdopen(answer_to, "wb") as out:
        out.write(answer)
