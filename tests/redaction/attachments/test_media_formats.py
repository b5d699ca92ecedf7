"""Formats by their own fields: headers that hold, ends, and what stands behind them."""

from __future__ import annotations

import struct
import zlib

import pytest

from redaction.attachments.magic import magic
from redaction.attachments.media_formats import behind

TEXT = b"Jane Doe, ssn 219-09-9876"


def png(extra: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
        + extra
    )


def gif(extra: bytes = b"") -> bytes:
    screen = b"\x01\x00\x01\x00\x80\x00\x00" + bytes(6)
    picture = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    return b"GIF89a" + screen + b"\x21\xfe\x03abc\x00" + picture + b"\x3b" + extra


def jpeg(extra: bytes = b"") -> bytes:
    thumbnail = b"\xff\xd8\xff\xd9"  # inside a segment: not the end
    segment = b"\xff\xe1" + struct.pack(">H", 2 + len(thumbnail)) + thumbnail
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + segment + scan + b"\xff\xd9" + extra


def bmp(extra: bytes = b"") -> bytes:
    pixels = bytes(4)
    size = 54 + len(pixels)
    return (
        struct.pack("<2sIHHI", b"BM", size, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0)
        + pixels
        + extra
    )


def ico(extra: bytes = b"", count: int = 1) -> bytes:
    picture = png()
    return (
        struct.pack("<HHH", 0, 1, count)
        + struct.pack("<BBBBHHII", 1, 1, 0, 0, 1, 32, len(picture), 22)
        + picture
        + extra
    )


def webp(extra: bytes = b"") -> bytes:
    return b"RIFF" + struct.pack("<I", 16) + b"WEBPVP8 \x04\x00\x00\x00abcd" + extra


FRAME = b"\xff\xfb\x90\x64" + bytes(413)  # 128 kbit/s at 44.1 kHz: 417 bytes


def mp3(extra: bytes = b"") -> bytes:
    return b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"TIT2\x00\x00\x00\x00\x00\x00" + FRAME * 3 + extra


def tiff() -> bytes:
    return b"II*\x00\x08\x00\x00\x00\x01\x00" + struct.pack("<HHII", 256, 3, 1, 1) + bytes(4)


def wmf() -> bytes:
    head = b"\xd7\xcd\xc6\x9a" + struct.pack("<HhhhhHI", 0, 0, 0, 90, 90, 96, 0)
    checksum = 0
    for word in struct.unpack("<10H", head):
        checksum ^= word
    return head + struct.pack("<H", checksum) + TEXT


def emf() -> bytes:
    return struct.pack("<II", 1, 88) + bytes(32) + b" EMF\x00\x00\x01\x00" + struct.pack("<I", 52 + len(TEXT)) + TEXT


WHOLE = {
    "png": png(),
    "gif": gif(),
    "jpeg": jpeg(),
    "bmp": bmp(),
    "ico": ico(),
    "webp": webp(),
    "tiff": tiff(),
    "wmf": wmf(),
    "emf": emf(),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole_pictures(name: str) -> None:
    assert magic(WHOLE[name]) == ("image", name)
    assert behind(WHOLE[name], name) == b""


@pytest.mark.parametrize("make", [png, gif, jpeg, bmp, ico, webp])
def test_what_stands_behind_a_picture(make: object) -> None:
    assert callable(make)
    assert magic(make(TEXT + b"\xff")) == ("binary", "unknown")
    assert magic(make(bytes(9) + b"\r\n"))[0] == "image"
    assert magic(make(bytes(40) + b"\x13\x37\x99" * 9)) == ("binary", "unknown")


def test_a_film_or_picture_behind_a_picture_is_what_phones_write() -> None:
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
    assert magic(jpeg(film)) == ("image", "jpeg")
    assert magic(jpeg(jpeg(png()))) == ("image", "jpeg")
    assert magic(jpeg(jpeg(TEXT + b"\xff"))) == ("binary", "unknown")


LATIN = "BMI;Name;SSN\r\n22;Müller;219-09-9876\r\n".encode("latin-1")
NO_MEDIA: dict[str, bytes] = {
    "a table that begins with BM": LATIN,
    "a text with a control character": b"BMW claim of Jane Doe\x1a",
    "a text that begins with ID3": "ID3;Größe;219-09-9876".encode("latin-1"),
    "ID3 before text": b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + TEXT + b"\xff",
    "a gRPC message of 65,552 bytes": b"\x00\x00\x01\x00\x10\x0a\x20" + TEXT + b"\xfe" * 65518,
    "an icon without its picture": ico()[:30],
    "an icon of many pictures that are not there": ico(count=9),
    "a bitmap of no kind": bmp()[:14] + struct.pack("<I", 41) + bmp()[18:],
    "one frame of sound before text": b"\xff\xfb\x90\x64" + TEXT,
    "prose behind the first bytes of a picture": b"\x89PNG\r\n\x1a\n\xff" + TEXT,
    "prose behind the first bytes of a JPEG": b"\xff\xd8\xff\xe0 " + TEXT,
    "prose behind FF 0A": b"\xff\x0a" + TEXT,
    "OggS before text": b"OggS\x00\xff" + TEXT,
    "fLaC before text": b"fLaC\xff" + TEXT,
    "AMR before text": b"#!AMR\n\xff" + TEXT,
    "EBML before text": b"\x1a\x45\xdf\xa3\xff" + TEXT,
    "a box of film before text": b"\x00\x00\x00\x18ftypmp42\xff" + TEXT,
    "a box of a picture before text": b"\x00\x00\x00\x18ftypavif\xff" + TEXT,
    "a metafile without its checksum": wmf()[:20] + b"\x00\x00" + TEXT,
    "text behind the first bytes of a metafile": b"\x01\x00\x00\x00" + bytes(36) + b" EMF" + TEXT,
    "a TIFF of no fields": b"II*\x00\x08\x00\x00\x00\x01\x00" + bytes(16) + TEXT + b"\xff",
    "a TIFF without its directory": b"II*\x00\xff\xff\x00\x00" + TEXT + b"\xff",
}


@pytest.mark.parametrize("name", NO_MEDIA)
def test_no_picture_and_no_sound(name: str) -> None:
    assert magic(NO_MEDIA[name])[0] in ("binary", "unreadable")


def ogg() -> bytes:
    """A page whose comment is a sentence."""
    comment = b"\x03vorbis COMMENT=" + TEXT[:200]
    return b"OggS\x00\x02" + bytes(20) + b"\x01" + bytes([len(comment)]) + comment


def flac() -> bytes:
    """STREAMINFO, a comment of text, a frame."""
    comment = b"DESCRIPTION=" + TEXT
    return b"fLaC\x00\x00\x00\x22" + bytes(34) + b"\x84" + len(comment).to_bytes(3, "big") + comment + b"\xff\xf8\xff"


def test_a_film_of_boxes_may_tell_of_itself() -> None:
    told = b"udta" + TEXT + b"\xff"
    film = b"\x00\x00\x00\x0cftypmp42" + (4 + len(told)).to_bytes(4, "big") + told
    assert magic(film) == ("video", "mp4")


@pytest.mark.parametrize(
    "data",
    [
        ogg(), ogg() * 3, flac(), mp3(), mp3(b"TAG" + b"x" * 125), FRAME * 4, FRAME * 4 + FRAME[:9], b"ID3\x04\x00\x00\x00\x00\x00\x00",
        b"\xff\xf1\x50\x80\x01\x3f\xfc\x00\x00" * 3,
    ],
    ids=["a page", "pages", "lossless", "tagged", "with an old tag", "frames", "cut", "a tag alone", "adts"],
)  # fmt: skip
def test_sounds(data: bytes) -> None:
    assert magic(data)[0] == "audio"


def test_samples_that_were_written_while_they_were_spoken() -> None:
    wav = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 9
    assert magic(wav) == ("audio", "wav")
    assert magic(b"RIFF\x08\x00\x00\x00WAVEfmt " + TEXT + b"\xff") == ("binary", "unknown")


def test_mails_with_coded_parts_are_documents() -> None:
    mail = b"From: Jane <jane@x.example>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\nSmFuZQ==\r\n"
    assert magic(mail) == ("document", "eml")
    assert magic(mail.replace(b"base64", b"8bit")) == ("text", "text")
    assert magic(b"note: a\nfrom: b\n\ncontent-transfer-encoding: base64\n") == ("text", "text")
