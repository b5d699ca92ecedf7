"""Bodies that are small on the wire and zeros by the mebibyte once they are decoded, made in no time."""

from __future__ import annotations

import zlib
from struct import pack

import brotli
import zstandard

MIB = 1 << 20
CODINGS = ("gzip", "deflate", "br", "zstd")
_ZEROS = bytes(MIB)


def bomb(coding: str, mebibytes: int) -> bytes:
    """Whole and valid."""
    if coding == "gzip":
        checksum = 0
        for _ in range(mebibytes):
            checksum = zlib.crc32(_ZEROS, checksum)
        return b"\x1f\x8b\x08" + bytes(6) + b"\xff" + _deflated(mebibytes) + pack("<II", checksum, mebibytes * MIB)
    if coding == "deflate":
        return b"\x78\x9c" + _deflated(mebibytes) + pack(">HH", mebibytes * MIB % 65521, 1)
    if coding == "br":
        packer = brotli.Compressor(quality=1)
        return b"".join([packer.process(_ZEROS) for _ in range(mebibytes)]) + packer.finish()
    coder = zstandard.ZstdCompressor(level=1).compressobj()
    return b"".join([coder.compress(_ZEROS) for _ in range(mebibytes)]) + coder.flush()


def _deflated(mebibytes: int) -> bytes:
    """Each block stands for itself, so one is packed and repeated; the last says that it is."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(_ZEROS) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * mebibytes + b"\x03\x00"
