"""An answer whose body changes as it streams: its content encoding is undone, and it passes through a `Rewriter`."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import brotli
import zstandard
from mitmproxy import http

logger = logging.getLogger("faasera")


class Rewriter(Protocol):
    """Bytes of a body in, bytes for the client out. Never raises."""

    def feed(self, chunk: bytes) -> bytes:
        """The next decoded bytes in; what can be sent of them out, perhaps nothing."""
        ...

    def finish(self) -> bytes:
        """The end of the body: what is still to be sent."""
        ...


class BadCoding(ValueError):
    """Raised when bytes are not of the content encoding that the answer names, or end too soon."""


@dataclass(slots=True)
class StreamDecoder:
    """Decodes chunk by chunk. `feed` and `finish` raise BadCoding: upstream's fault, and the client must see it."""

    _feed: Callable[[bytes], bytes]
    _finish: Callable[[], bytes]

    @classmethod
    def of(cls, coding: str) -> StreamDecoder | None:
        """The decoder of a content encoding (RFC 9110, 8.4), or None for one that is not known."""
        make = _DECODERS.get(coding)
        return make() if make is not None else None

    def feed(self, data: bytes) -> bytes:
        """The next encoded bytes in, what they say out."""
        try:
            return self._feed(data)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise BadCoding(type(error).__name__) from None

    def finish(self) -> bytes:
        """The end of the encoded bytes."""
        return self._finish()


def _identity() -> StreamDecoder:
    return StreamDecoder(lambda data: data, bytes)


class _Members:
    """gzip and zlib data: members may follow each other (RFC 1952, 2.2), as flushed streams of some servers do."""

    def __init__(self, make: Callable[[bytes], zlib._Decompress]) -> None:
        self._make = make
        self._member: zlib._Decompress | None = None

    def feed(self, data: bytes) -> bytes:
        out: list[bytes] = []
        while data:
            if self._member is None:
                self._member = self._make(data)
            out.append(self._member.decompress(data))
            data = self._member.unused_data
            if self._member.eof:
                self._member = None
                data = data.lstrip(b"\0")  # padding behind a member
        return b"".join(out)

    def finish(self) -> bytes:
        if self._member is not None:
            raise BadCoding("the answer ends inside its content encoding")
        return b""


def _gzip() -> StreamDecoder:
    members = _Members(lambda _start: zlib.decompressobj(47))
    return StreamDecoder(members.feed, members.finish)


def _deflate() -> StreamDecoder:
    """zlib's format (RFC 1950), or the bare deflate that some servers send under that name."""
    members = _Members(lambda start: zlib.decompressobj(15 if start[0] & 0x0F == 8 and start[0] >> 4 <= 7 else -15))
    return StreamDecoder(members.feed, members.finish)


def _brotli() -> StreamDecoder:
    decoder = brotli.Decompressor()

    def finish() -> bytes:
        if not decoder.is_finished():
            raise BadCoding("the answer ends inside its content encoding")
        return b""

    return StreamDecoder(decoder.process, finish)


def _zstd() -> StreamDecoder:
    decoder = zstandard.ZstdDecompressor().decompressobj(read_across_frames=True)
    return StreamDecoder(decoder.decompress, bytes)


_DECODERS: dict[str, Callable[[], StreamDecoder]] = {
    "": _identity,
    "identity": _identity,
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}


def rewrite_answer(flow: http.HTTPFlow, rewriter: Rewriter) -> bool:
    """Stream the answer through a rewriter. False, and nothing changed, where its content encoding is not known."""
    response = flow.response
    assert response is not None
    decoder = StreamDecoder.of(str(response.headers.get("content-encoding", "")).strip().lower())
    if decoder is None:
        return False
    response.headers.pop("content-encoding", None)
    if response.headers.pop("content-length", None) is not None and flow.request.is_http11:
        response.headers["transfer-encoding"] = "chunked"
    for name in ("accept-ranges", "etag", "content-md5", "digest", "repr-digest", "content-digest"):
        response.headers.pop(name, None)  # they name the bytes that upstream sent
    response.stream = _pump(flow, rewriter, decoder)
    return True


def _pump(flow: http.HTTPFlow, rewriter: Rewriter, decoder: StreamDecoder) -> Callable[[bytes], bytes | list[bytes]]:
    broken = False

    def pump(data: bytes) -> bytes | list[bytes]:
        nonlocal broken
        if broken:
            return []
        # `[]`: an empty chunk would end a chunked answer (threats 88); mitmproxy says the end with an empty one.
        try:
            if data:
                return rewriter.feed(decoder.feed(data)) or []
            return (rewriter.feed(decoder.finish()) + rewriter.finish()) or []
        except BadCoding:
            broken = True
            logger.warning("faasera: an answer of %s is not in the encoding it names; cut off", flow.request.host)
            if flow.killable:
                flow.kill()  # the client must not take a part for the whole
            return []

    return pump
