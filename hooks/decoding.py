"""Content encodings of an answer, decoded as it streams: only needed where reversible mode changes the body."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli
import zstandard


@dataclass(slots=True)
class StreamDecoder:
    """Decodes chunk by chunk. Bytes that do not decode end the stream short: upstream's fault, seen by the client."""

    _feed: Callable[[bytes], bytes]
    _finish: Callable[[], bytes]

    @classmethod
    def of(cls, coding: str) -> StreamDecoder | None:
        """The decoder of a content encoding (RFC 9110, 8.4), or None for one that is not known."""
        make = _DECODERS.get(coding)
        return make() if make is not None else None

    def feed(self, data: bytes) -> bytes:
        return self._feed(data)

    def finish(self) -> bytes:
        return self._finish()


def _identity() -> StreamDecoder:
    return StreamDecoder(lambda data: data, bytes)


def _zlib(wbits: int) -> StreamDecoder:
    decoder = zlib.decompressobj(wbits)
    return StreamDecoder(decoder.decompress, decoder.flush)


def _brotli() -> StreamDecoder:
    decoder = brotli.Decompressor()
    return StreamDecoder(decoder.process, bytes)


def _zstd() -> StreamDecoder:
    decoder = zstandard.ZstdDecompressor().decompressobj()
    return StreamDecoder(decoder.decompress, bytes)


_DECODERS: dict[str, Callable[[], StreamDecoder]] = {
    "": _identity,
    "identity": _identity,
    "gzip": lambda: _zlib(47),
    "x-gzip": lambda: _zlib(47),
    "deflate": lambda: _zlib(15),
    "br": _brotli,
    "zstd": _zstd,
}
