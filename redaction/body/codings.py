"""Bytes of a body, in and out: content encodings, decoded exactly or not at all.

A decoder that is generous here leaks: what it skips (a second gzip member, bytes behind the end, a label nobody
knows) would travel on unread. So every stream must end by itself, exactly at the last byte, and inflate within
its bound. Charsets (`redaction.body.charset`) and the look of the bytes (`redaction.body.sniff`) are re-exported: the
three together turn a body into text and back.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import brotli
import zstandard

from redaction.body.charset import TextCodec, charset_of, decode_text
from redaction.body.sniff import Shape, sniff
from redaction.errors import BadEncoding, TooLarge

__all__ = ["DecodedBody", "Shape", "TextCodec", "charset_of", "decode_body", "decode_text", "encode_body", "sniff"]

_CHUNK = 64 * 1024
# One zstd block of 4 bytes can stand for 128 KiB (RFC 8878, 3.1.1.2): little is fed at a time, 8 MiB at most come back.
_ZSTD_CHUNK = 256
# RFC 9659: a zstd content coding must not need a window of more than 8 MB.
_ZSTD_WINDOW = 8 * 1024 * 1024
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
# FEXTRA, FNAME and FCOMMENT of RFC 1952, 2.3.1.
_GZIP_EXTRAS = 0x04 | 0x08 | 0x10


@dataclass(frozen=True, slots=True)
class DecodedBody:
    """A body without its content encoding.

    `encoding` is `identity`, `gzip`, `deflate`, `br` or `zstd`. `reusable` is False when the compressed bytes may hold
    more than `data` (a gzip file name, comment or extra field; a brotli metadata block): even an unchanged body must
    then be encoded anew and not be sent as it came. The repr shows no text.
    """

    data: bytes = field(repr=False)
    encoding: str
    reusable: bool = True


def decode_body(raw: bytes, content_encoding: str | None, *, max_inflated: int) -> DecodedBody:
    """The body under one content encoding (RFC 9110, 8.4): gzip, x-gzip, deflate (zlib or raw), br, zstd or none.

    `max_inflated` bounds the result in bytes; memory stays within the bound and a few MiB. An empty body is empty
    under every known label. `identity` bodies are bounded by the caller (`limits.body`).

    Raises `BadEncoding` (unknown or stacked label, broken or cut stream, anything behind its end) or `TooLarge`.
    """
    label = (content_encoding or "").strip().lower()
    if label in ("", "identity"):
        return DecodedBody(raw, "identity")
    name = "gzip" if label == "x-gzip" else label
    decoder = _DECODERS.get(name)
    if decoder is None:
        raise BadEncoding(
            "this content-encoding is not supported: send the body plain or under one of gzip, deflate, br, zstd",
            code="faasera_unknown_encoding",
        )
    if not raw:
        return DecodedBody(b"", name)
    return DecodedBody(
        decoder(raw, max_inflated), name, name != "br" and not (name == "gzip" and raw[3] & _GZIP_EXTRAS)
    )


def encode_body(data: bytes, encoding: str) -> bytes:
    """`data` under `encoding`, a value of `DecodedBody.encoding`; the same input gives the same bytes."""
    return _ENCODERS[encoding](data)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"the body inflates to more than {limit} bytes: send less or raise limits.inflated",
        code="faasera_inflated_too_large",
    )


def _broken(name: str) -> BadEncoding:
    return BadEncoding(
        f"the body is not exactly one {name} stream (cut, broken, or followed by more): send it plain or encode it once"
    )


def _zlib_stream(raw: bytes, limit: int, wbits: int, name: str) -> bytes:
    decoder = zlib.decompressobj(wbits)
    out = io.BytesIO()
    try:
        for at in range(0, len(raw), _CHUNK):
            pending = raw[at : at + _CHUNK]
            while pending and not decoder.eof:
                out.write(decoder.decompress(pending, min(_CHUNK * 16, limit + 1 - out.tell())))
                if out.tell() > limit:
                    raise _too_large(limit)
                pending = decoder.unconsumed_tail
            if decoder.eof and (decoder.unused_data or at + _CHUNK < len(raw)):
                raise _broken(name)
        while not decoder.eof:  # all input is in, but output may be held back by the bound of the last call
            more = decoder.decompress(b"", min(_CHUNK * 16, limit + 1 - out.tell()))
            if not more:
                break
            out.write(more)
            if out.tell() > limit:
                raise _too_large(limit)
    except zlib.error:
        raise _broken(name) from None
    if not decoder.eof or decoder.unused_data:
        raise _broken(name)
    return out.getvalue()


def _gunzip(raw: bytes, limit: int) -> bytes:
    return _zlib_stream(raw, limit, 16 + zlib.MAX_WBITS, "gzip")


def _inflate(raw: bytes, limit: int) -> bytes:
    """zlib (RFC 1950, what RFC 9110 says) or raw deflate (RFC 1951, what some clients send); never both at once."""
    readings: list[bytes] = []
    for wbits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            readings.append(_zlib_stream(raw, limit, wbits, "deflate"))
        except BadEncoding:
            pass
    if len(readings) != 1:  # two readings: the receiver may see another text than we do
        raise _broken("deflate")
    return readings[0]


def _unbrotli(raw: bytes, limit: int) -> bytes:
    decoder = brotli.Decompressor()
    out = io.BytesIO()

    def step(piece: bytes) -> int:
        """Feed, write what comes out, return how much that was. Bytes behind the end are an error of the library."""
        more = decoder.process(piece, output_buffer_limit=_CHUNK * 16)
        out.write(more)
        if out.tell() > limit:
            raise _too_large(limit)
        return len(more)

    try:
        for at in range(0, len(raw), _CHUNK):
            step(raw[at : at + _CHUNK])
            while not decoder.can_accept_more_data():
                step(b"")
        while not decoder.is_finished() and step(b""):  # all input is in, output may still be held back
            pass
    except brotli.error:
        raise _broken("br") from None
    if not decoder.is_finished():
        raise _broken("br")
    return out.getvalue()


def _unzstd(raw: bytes, limit: int) -> bytes:
    if not raw.startswith(_ZSTD_MAGIC):  # a skippable frame holds bytes of any kind
        raise _broken("zstd")
    decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
    out = io.BytesIO()
    try:
        for at in range(0, len(raw), _ZSTD_CHUNK):
            if decoder.eof:
                raise _broken("zstd")
            out.write(decoder.decompress(raw[at : at + _ZSTD_CHUNK]))
            if out.tell() > limit:
                raise _too_large(limit)
    except zstandard.ZstdError:
        raise _broken("zstd") from None
    if not decoder.eof or decoder.unused_data:
        raise _broken("zstd")
    return out.getvalue()


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}

_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": lambda data: gzip.compress(data, compresslevel=6, mtime=0),
    "deflate": lambda data: zlib.compress(data, 6),
    "br": lambda data: bytes(brotli.compress(data, quality=5)),
    "zstd": lambda data: zstandard.ZstdCompressor(level=3).compress(data),
}
