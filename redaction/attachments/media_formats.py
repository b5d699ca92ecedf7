"""Pictures and sounds by the fields of their own formats: whether a header holds, and where a file ends.

Two or four bytes at the start prove nothing: a table that begins with `BMI;` is no bitmap, a gRPC message of 65,536
bytes no icon. And a picture that ends before its file does carries something else. Sources: the formats' own
specifications (PNG 3rd edition, GIF89a, ITU T.81, RIFF, BITMAPFILEHEADER, ID3v2.4, ISO 11172-3, ISO 13818-7,
MS-WMF, MS-EMF).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from functools import reduce
from operator import xor

# Three words in a row: prose, where a format's own structure is broken or unknown.
_PROSE = re.compile(
    rb"(?:[A-Za-z\x80-\xff]{2,40}[ \t]{0,3}[,;:.|\r\n \t]){3}|[\w.+-]{2,64}@[\w-]{2,63}\.[a-z]{2}|\d{3}-\d\d-\d{4}"
)
_DIB = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_DEPTHS = frozenset({0, 1, 2, 4, 8, 16, 24, 32})
_BITRATES = (
    (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),  # MPEG 1, layer I
    (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),  # II
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),  # III
    (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),  # MPEG 2, layer I
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),  # II, III
)
_RATES = (44100, 48000, 32000)
_FRAMES = 64  # looked at, one behind the other


def _bmp(data: bytes) -> bool:
    if any(data[6:10]):  # reserved
        return False
    if len(data) < 30:
        return len(data) < 10 or not _PROSE.search(data[10:])
    offset, header = struct.unpack_from("<II", data, 10)
    planes, depth = struct.unpack_from("<HH", data, 22 if header == 12 else 26)
    return header in _DIB and planes == 1 and depth in _DEPTHS and 14 + header <= offset <= len(data)


def _ico(data: bytes) -> bool:
    count = int.from_bytes(data[4:6], "little")
    first = 6 + 16 * count
    if not 0 < count <= 256 or first > len(data):
        return False
    for at in range(6, first, 16):
        size, offset = struct.unpack_from("<II", data, at + 8)
        if data[at + 3] or offset < first or not 0 < size <= len(data) - offset:
            return False
    return True


def _id3(data: bytes) -> bool:
    """A tag whose fields hold, and frames of sound behind it; also a tag alone."""
    if (
        len(data) < 10
        or data[3] not in (2, 3, 4)
        or data[4] == 0xFF
        or data[5] & 0x0F
        or any(b & 0x80 for b in data[6:10])
    ):
        return False
    size = (data[6] << 21) + (data[7] << 14) + (data[8] << 7) + data[9]
    rest = data[10 + size :].lstrip(b"\x00")
    if 10 + size > len(data):
        return False
    return not rest or rest.startswith(b"fLaC") or _frames(rest, _mpeg_length) or _frames(rest, _adts_length)


def _mpeg_length(data: bytes, at: int) -> int:
    """The length of the MPEG audio frame at `at` in bytes; 0 where there is none."""
    if len(data) - at < 4 or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return 0
    version, layer = data[at + 1] >> 3 & 3, 4 - (data[at + 1] >> 1 & 3)
    rate, bits = data[at + 2] >> 2 & 3, data[at + 2] >> 4
    if version == 1 or layer == 4 or rate == 3 or bits in (0, 15):
        return 0
    first = version == 3
    table = _BITRATES[layer - 1 if first else 3 if layer == 1 else 4]
    hertz = _RATES[rate] // (1 if first else 2 if version == 2 else 4)
    padding = data[at + 2] >> 1 & 1
    if layer == 1:
        return (12000 * table[bits] // hertz + padding) * 4
    return (144000 if first or layer == 2 else 72000) * table[bits] // hertz + padding


def _adts_length(data: bytes, at: int) -> int:
    if len(data) - at < 7 or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return 0
    return (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5


def _frames(data: bytes, length: Callable[[bytes, int], int]) -> bool:
    """Whether frames follow each other to the end, or through the first of many; one cut frame holds no prose."""
    at = 0
    for _ in range(_FRAMES):
        size = length(data, at)
        if not size:
            return at > 0 and data[at : at + 3] == b"TAG"
        at += size
        if at >= len(data):
            return at > size or not _PROSE.search(data[:16384])
    return True


def _tiff(data: bytes) -> bool:
    order = "<" if data[:2] == b"II" else ">"
    if len(data) < 8:
        return False
    at = int(struct.unpack_from(order + "I", data, 4)[0])
    if at < 8 or at > len(data):
        return False
    if len(data) - at < 2:
        return not _PROSE.search(data[8:])
    count = int(struct.unpack_from(order + "H", data, at)[0])
    if not 0 < count <= 4096 or at + 2 + 12 * count > len(data):
        return False
    fields = [struct.unpack_from(order + "HH", data, at + 2 + 12 * number) for number in range(count)]
    return fields == sorted(fields, key=lambda field: field[0]) and all(0 < kind <= 18 for _, kind in fields)


def _no_prose(data: bytes) -> bool:
    return not _PROSE.search(data[:16384])


def _emf(data: bytes) -> bool:
    """EMR_HEADER, and the file is as long as it says."""
    return data[:4] == b"\x01\x00\x00\x00" and struct.unpack_from("<I", data, 48)[0] == len(data)


def _wmf(data: bytes) -> bool:
    """The placeable header's checksum."""
    *words, checksum = struct.unpack_from("<11H", data)
    return not any(words[8:10]) and reduce(xor, words) == checksum


def _or_no_prose(structure: Callable[[bytes], bool]) -> Callable[[bytes], bool]:
    """Whether the structure holds; a file that is cut off is one as long as no text stands in it."""

    def holds(data: bytes) -> bool:
        try:
            if structure(data):
                return True
        except (struct.error, IndexError):
            pass
        return _no_prose(data)

    return holds


def _ogg(data: bytes) -> bool:
    """Pages follow each other to the end, or through the first of many."""
    at = 0
    for _ in range(_FRAMES):
        if data[at : at + 5] != b"OggS\x00" or data[at + 5] > 7:
            return False
        table = data[at + 27 : at + 27 + data[at + 26]]
        at += 27 + len(table) + sum(table)
        if at >= len(data):
            return at == len(data)
    return True


def _flac(data: bytes) -> bool:
    """STREAMINFO comes first and has 34 bytes, further blocks lead to a frame."""
    if data[4] & 0x7F or data[5:8] != b"\x00\x00\x22":
        return False
    at, last = 4, False
    for _ in range(_FRAMES):
        if last:
            return data[at] == 0xFF and data[at + 1] & 0xFC == 0xF8
        last = data[at] >= 0x80
        at += 4 + int.from_bytes(data[at + 1 : at + 4], "big")
    return False


def _boxes(data: bytes) -> bool:
    """Boxes of ISO media (ISO 14496-12) follow each other to the end; the last one may reach to it or be cut off."""
    at = 0
    for _ in range(_FRAMES):
        size = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if len(kind) < 4 or not all(0x20 <= byte < 0x7F or byte == 0xA9 for byte in kind):
            return False
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0:
            return at > 0
        if size < 8:
            return False
        at += size
        if at >= len(data):
            return at == len(data)
    return True


def _ebml(data: bytes) -> bool:
    """The document type is Matroska's or WebM's, and a segment follows."""
    head = data[:64]
    return (b"webm" in head or b"matroska" in head) and b"\x18\x53\x80\x67" in data[:128]


# Formats whose magic is too short to prove anything: format -> whether the header holds.
HOLDS: dict[str, Callable[[bytes], bool]] = {
    "bmp": _bmp,
    "ico": _ico,
    "mp3": lambda data: _id3(data) if data[:3] == b"ID3" else _frames(data, _mpeg_length),
    "aac": lambda data: _frames(data, _adts_length),
    "tiff": _tiff,
    "jxl": _no_prose,
    "ogg": _or_no_prose(_ogg),
    "flac": _or_no_prose(_flac),
    "amr": _no_prose,
    "webm": _or_no_prose(_ebml),
    "mp4": _or_no_prose(_boxes),
    "m4a": _or_no_prose(_boxes),
    "heic": _or_no_prose(_boxes),
    "avif": _or_no_prose(_boxes),
    "emf": _or_no_prose(_emf),
    "wmf": _or_no_prose(_wmf),
}


def _png_end(data: bytes) -> int | None:
    at: int = 8
    while len(data) - at >= 12:
        size, kind = struct.unpack_from(">I4s", data, at)
        if not kind.isalpha():
            return None
        at += 12 + int(size)
        if kind == b"IEND":
            return at
    return None


def _gif_end(data: bytes) -> int | None:
    at = 13 + (3 << (data[10] & 7) + 1 if len(data) > 10 and data[10] & 0x80 else 0)
    while at < len(data):
        block = data[at]
        if block == 0x3B:
            return at + 1
        if block == 0x21:
            at += 2
        elif block == 0x2C and at + 9 < len(data):
            packed = data[at + 9]
            at += 11 + (3 << (packed & 7) + 1 if packed & 0x80 else 0)
        else:
            return None
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return None


_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


def _jpeg_end(data: bytes) -> int | None:
    at = 2
    while found := _MARKER.search(data, at):
        if found.end() - 1 >= len(data):
            return None
        marker, at = data[found.end() - 1], found.end()
        if marker == 0xD9:
            return at
        if marker != 0x01:
            if len(data) - at < 2:
                return None
            at += int.from_bytes(data[at : at + 2], "big")
    return None


def _riff_end(data: bytes) -> int | None:
    order = "<" if data[:4] == b"RIFF" else ">"
    size = int(struct.unpack_from(order + "I", data, 4)[0])
    return None if size > len(data) - 8 else 8 + size + (size & 1)


def _bmp_end(data: bytes) -> int | None:
    size = int.from_bytes(data[2:6], "little")
    return size if 26 <= size <= len(data) else None


def _ico_end(data: bytes) -> int | None:
    count = int.from_bytes(data[4:6], "little")
    return max(int(sum(struct.unpack_from("<II", data, 14 + 16 * place))) for place in range(count))


# format -> where the picture or sound ends; None where its structure is broken or goes beyond the file.
ENDS: dict[str, Callable[[bytes], int | None]] = {
    "png": _png_end,
    "gif": _gif_end,
    "jpeg": _jpeg_end,
    "webp": _riff_end,
    "wav": _riff_end,
    "aiff": _riff_end,
    "bmp": _bmp_end,
    "ico": _ico_end,
}


def behind(data: bytes, name: str) -> bytes:
    """What stands behind the end of a picture or sound, without filling bytes; all that is not its magic where its
    structure is broken and prose stands in it."""
    find = ENDS.get(name)
    if find is None:
        return b""
    try:
        end = find(data)
    except (struct.error, IndexError):
        end = None
    if end is None:
        return data[4:] if _PROSE.search(data[:65536]) else b""
    rest = data[end:]
    if not rest.strip(b"\x00\xff \t\r\n"):
        return b""
    # Recorders that write while they speak do not know the length yet: sounds go on as long as they are no text.
    return b"" if name in ("wav", "aiff") and not _PROSE.search(rest) else rest
