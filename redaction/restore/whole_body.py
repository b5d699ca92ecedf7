"""Answers that are no event streams: one JSON document, plain text, or bytes that nobody touches."""

from __future__ import annotations

import codecs

from redaction.body.json_document import Document
from redaction.errors import BadDocument
from redaction.restore.json_edit import Whole, edited
from redaction.restore.placeholder_matcher import Lookup, Matcher, RestoreCounts


class IdentityRestorer:
    """Nothing to restore: the very same bytes, at once."""

    def __init__(self, counts: RestoreCounts | None = None) -> None:
        self.counts = counts if counts is not None else RestoreCounts()

    def feed(self, chunk: bytes) -> bytes:
        """The same bytes."""
        return chunk

    def finish(self) -> bytes:
        """Nothing."""
        return b""


class JsonBodyRestorer:
    """One JSON document, restored when it is whole. Over `limit` bytes it passes as it is."""

    def __init__(self, whole: Whole, counts: RestoreCounts, limit: int) -> None:
        self.counts = counts
        self._whole = whole
        self._limit = limit
        self._buffer = bytearray()
        self._skipping = False

    def feed(self, chunk: bytes) -> bytes:
        """Nothing, until the document is over the limit."""
        if self._skipping:
            return chunk
        self._buffer += chunk
        if len(self._buffer) <= self._limit:
            return b""
        self._skipping = True
        out = bytes(self._buffer)
        self._buffer.clear()
        return out

    def finish(self) -> bytes:
        """The document, with values where placeholders were."""
        body = bytes(self._buffer)
        self._buffer.clear()
        if not body:
            return body
        try:
            mark = codecs.BOM_UTF8 if body.startswith(codecs.BOM_UTF8) else b""
            source = body[len(mark) :].decode("utf-8")
            new = edited(Document.parse(source), {}, self._whole)
        except (UnicodeDecodeError, BadDocument, RecursionError):
            return body
        return body if new == source else mark + new.encode("utf-8", "surrogatepass")


class TextRestorer:
    """Plain text (a transcript, subtitles). Bytes that are not UTF-8 survive."""

    def __init__(self, lookup: Lookup, counts: RestoreCounts) -> None:
        self.counts = counts
        self._matcher = Matcher(lookup, counts)
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def feed(self, chunk: bytes) -> bytes:
        """The next bytes in, everything but a live prefix of a placeholder out."""
        return self._encoded(self._matcher.feed(self._decoder.decode(chunk)))

    def finish(self) -> bytes:
        """What was held back."""
        return self._encoded(self._matcher.feed(self._decoder.decode(b"", True)) + self._matcher.flush())

    @staticmethod
    def _encoded(text: str) -> bytes:
        return text.encode("utf-8", "surrogateescape")
