"""Files by their first bytes, and texts that only look like files."""

from __future__ import annotations

import io
import zipfile

import pytest

from redaction.attachments.magic import Kind, magic


def tar() -> bytes:
    return b"a.txt".ljust(257, b"\x00") + b"ustar\x0000".ljust(255, b"\x00")


def an_empty_zip() -> bytes:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "form"),
    [
        (b"", "text", "text"),
        (b"name,ssn\nJane,123-45-6789\n", "text", "text"),
        ("Zoë\t✓\x0c\x1b[0m".encode(), "text", "text"),
        ("Zoë".encode("utf-16"), "text", "text"),
        ("Jane Doe".encode("utf-16-le"), "text", "text"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><text>Jane</text></svg>", "text", "text"),
        (b"GIF89a is what Jane sends", "text", "text"),
        (b"ID3 tags by Jane", "text", "text"),
        (b"BM Jane", "text", "text"),
        (b"RIFF of WAVE by Jane", "text", "text"),
        (b"PK\x03\x04\x14\x00", "document", "zip"),
        (b"%PDF-1.7\n%\xe2\xe3", "document", "pdf"),
        (b"\xef\xbb\xbf\r\n%PDF-1.4\n(all ASCII)", "document", "pdf"),
        (b"junk\n%PDF-1.4 ...\nstartxref\n0\n%%EOF", "document", "pdf"),
        (b"A PDF starts with %PDF-1.4, says Jane", "text", "text"),
        (b"{\\rtf1\\ansi Jane}", "document", "rtf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "unreadable", "ole"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted", "ooxml"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image", "png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image", "jpeg"),
        (b"GIF89a\x01\x00\x01\x00\x80", "image", "gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image", "webp"),
        (b"BM\x46\x00\x00\x00\x00\x00", "image", "bmp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image", "heic"),
        (b"II*\x00\x08\x00\x00\x00", "image", "tiff"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio", "wav"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00", "audio", "mp3"),
        (b"\xff\xfb\x90\x64\x00\x00", "audio", "mp3"),
        (b"OggS\x00\x02\x00\x00", "audio", "ogg"),
        (b"fLaC\x00\x00\x00\x22", "audio", "flac"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00", "audio", "m4a"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86webm A_OPUS\x00", "audio", "webm"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86webm V_VP9 A_OPUS\x00", "video", "webm"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "video", "mp4"),
        (b"\x00\x01\x02\x03\x24\x00\x00\x00WAVEJane", "binary", "unknown"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", "video", "avi"),
        (b"age-encryption.org/v1\n\x00", "encrypted", "age"),
        (an_empty_zip(), "binary", "zip"),
        (b"\x1f\x8b\x08\x00\x00", "binary", "gzip"),
        (b"7z\xbc\xaf\x27\x1c\x00", "binary", "7z"),
        (tar(), "binary", "tar"),
        (b"SQLite format 3\x00\x10\x00", "binary", "sqlite"),
        (b"\x7fELF\x02\x01\x01\x00", "binary", "unknown"),
        (b"Jane\x00Doe", "binary", "unknown"),
        (b"\x00Jane\xff", "binary", "unknown"),  # reads as UTF-16, like almost anything
        (b"\x00\x05\x01\x02Jane Doe", "binary", "unknown"),
        ("Müller, Zoë".encode("latin-1"), "unreadable", "unknown-charset"),
        ("山田 太郎".encode("shift_jis"), "unreadable", "unknown-charset"),
    ],
)  # fmt: skip
def test_magic(data: bytes, kind: Kind, form: str) -> None:
    assert magic(data) == (kind, form)
