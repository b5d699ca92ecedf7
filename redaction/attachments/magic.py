"""What a file is, by its bytes. Labels and names are never asked: they can lie. A picture or sound is one when the
fields of its format hold (media_formats.py), and nothing but pictures and sounds stands behind its end.

Text goes first: bytes that read as clean text are text even if they start like a picture (`GIF89a is a format ...`),
for a picture is let through by default and a text never is.
"""

from __future__ import annotations

import re
from typing import Literal

from redaction.attachments.media_formats import HOLDS, behind
from redaction.body.charset import TextCodec, decode_text
from redaction.errors import BadEncoding
from redaction.in_pieces import PIECE

type Kind = Literal["text", "document", "image", "audio", "video", "encrypted", "unreadable", "binary"]

# (offset, bytes, kind, format). First fit wins. Sources: the formats' own specifications, by way of file(1).
SIGNATURES: tuple[tuple[int, bytes, Kind, str], ...] = (
    (0, b"PK\x03\x04", "document", "zip"),
    (0, b"\x89PNG\r\n\x1a\n", "image", "png"),
    (0, b"\xff\xd8\xff", "image", "jpeg"),
    (0, b"GIF87a", "image", "gif"),
    (0, b"GIF89a", "image", "gif"),
    (8, b"WEBP", "image", "webp"),
    (0, b"BM", "image", "bmp"),
    (0, b"II*\x00", "image", "tiff"),
    (0, b"MM\x00*", "image", "tiff"),
    (0, b"\x00\x00\x01\x00", "image", "ico"),
    (0, b"\xff\x0a", "image", "jxl"),
    (0, b"\x00\x00\x00\x0cJXL ", "image", "jxl"),
    (4, b"ftypheic", "image", "heic"),
    (4, b"ftypheix", "image", "heic"),
    (4, b"ftyphevc", "image", "heic"),
    (4, b"ftypmif1", "image", "heic"),
    (4, b"ftypmsf1", "image", "heic"),
    (4, b"ftypavif", "image", "avif"),
    (4, b"ftypavis", "image", "avif"),
    (0, b"\xd7\xcd\xc6\x9a", "image", "wmf"),
    (40, b" EMF", "image", "emf"),
    (4, b"ftypM4A ", "audio", "m4a"),
    (4, b"ftypM4B ", "audio", "m4a"),
    (8, b"WAVE", "audio", "wav"),
    (0, b"ID3", "audio", "mp3"),
    (0, b"OggS", "audio", "ogg"),
    (0, b"fLaC", "audio", "flac"),
    (0, b"#!AMR", "audio", "amr"),
    (8, b"AIFF", "audio", "aiff"),
    (8, b"AIFC", "audio", "aiff"),
    (0, b"\xff\xf1", "audio", "aac"),
    (0, b"\xff\xf9", "audio", "aac"),
    (0, b"\xff\xfb", "audio", "mp3"),
    (0, b"\xff\xfa", "audio", "mp3"),
    (0, b"\xff\xf3", "audio", "mp3"),
    (0, b"\xff\xf2", "audio", "mp3"),
    (0, b"\xff\xe3", "audio", "mp3"),
    (0, b"\x1a\x45\xdf\xa3", "video", "webm"),
    (4, b"ftyp", "video", "mp4"),
    (8, b"AVI ", "video", "avi"),
    (0, b"\x00\x00\x01\xba", "video", "mpeg"),
    (0, b"\x00\x00\x01\xb3", "video", "mpeg"),
    (0, b"FLV\x01", "video", "flv"),
    (0, b"age-encryption.org/", "encrypted", "age"),
    (0, b"Salted__", "encrypted", "openssl"),
    (0, b"PK", "binary", "zip"),
    (0, b"\x1f\x8b", "binary", "gzip"),
    (0, b"BZh", "binary", "bzip2"),
    (0, b"\xfd7zXZ\x00", "binary", "xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "binary", "7z"),
    (0, b"Rar!\x1a\x07", "binary", "rar"),
    (0, b"\x28\xb5\x2f\xfd", "binary", "zstd"),
    (257, b"ustar", "binary", "tar"),
    (0, b"SQLite format 3\x00", "binary", "sqlite"),
    (0, b"PAR1", "binary", "parquet"),
)

# The head of a mail: fields, folded or not. One branch a line, told apart by its first character.
_MAIL = re.compile(rb"(?:[!-9;-~]{1,60}:[^\r\n]{0,2000}\r?\n|[ \t][^\r\n]{0,2000}\r?\n){2,200}")
_MAIL_CODED = re.compile(rb"^content-transfer-encoding:[ \t]*(?:base64|quoted-printable)", re.IGNORECASE | re.MULTILINE)
_MAIL_HEAD = 1 << 20
_SENDERS = frozenset({b"from", b"return-path", b"received"})
_SUBJECTS = frozenset({b"subject", b"date", b"to", b"message-id"})
# Phones append a film or a second picture to a picture: so many are followed.
_APPENDED = 16
# Signatures that sit inside a container with a magic of its own: offset 8 counts only behind it.
_CONTAINERS = {"webp": b"RIFF", "wav": b"RIFF", "avi": b"RIFF", "aiff": b"FORM"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# C0 controls that no text file holds. Tab, line feed, form feed, return, escape and U+001E (json-seq) may.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c\x1d\x1f\x7f]")
_LATIN = re.compile("[\x00-\u024f]")


def magic(data: bytes) -> tuple[Kind, str]:
    """(kind, format) of a file by content. `zip` under kind `document` is a container that only a look inside tells.

    `unreadable` is text in no charset we know, an old OLE document, or nothing known with text in it.
    """
    if form := text_like_document(data):
        return "document", form
    if clean_text(data) is not None:
        return "text", "text"
    if data.startswith(_OLE):
        return ("encrypted", "ooxml") if _ENCRYPTED_PACKAGE in data else ("unreadable", "ole")
    if found := _signed(data):
        return found
    if b"\x00" not in data and not _has_control(data.decode("latin-1")):
        return "unreadable", "unknown-charset"
    return "binary", "unknown"


def _signed(data: bytes) -> tuple[Kind, str] | None:
    """(kind, format) by signature and structure; None where no signature fits or its header does not hold."""
    for offset, signature, kind, name in SIGNATURES:
        if data.startswith(signature, offset) and data.startswith(_CONTAINERS.get(name, b"")):
            if name in HOLDS and not HOLDS[name](data):
                continue
            if name == "webm":
                return ("video", name) if b"V_" in data[:16384] else ("audio", name)
            return ("binary", "unknown") if _carries(data, name) else (kind, name)
    return None


def _carries(data: bytes, name: str) -> bool:
    """Whether something that is neither picture, sound nor film stands behind the end of this one."""
    for _ in range(_APPENDED):
        data = behind(data, name)
        if not data:
            return False
        following = _medium(data) or _medium(data := data.lstrip(b"\x00 \t\r\n"))
        if not following:
            return True
        name = following
    return True


def _medium(data: bytes) -> str:
    """The format of a picture, sound or film that begins here; "" where none does."""
    for offset, signature, kind, name in SIGNATURES:
        if kind in ("image", "audio", "video") and data.startswith(signature, offset):
            return name if name not in HOLDS or HOLDS[name](data) else ""
    return ""


def text_like_document(data: bytes) -> str | None:
    """`pdf`, `rtf` or `eml`: documents that may be all ASCII and must not be taken for text."""
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if is_mail(data):
        return "eml"
    head = data[:1024]  # where readers look for a header
    if b"%PDF-" not in head:
        return None
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-")
    return "pdf" if bare or b"startxref" in data[-2048:] else None


def is_mail(data: bytes) -> bool:
    """Whether this is a mail with parts in a coding of their own (RFC 5322, MIME): what they say cannot be masked
    where it stands. A mail without them is a text like any other."""
    match = _MAIL.match(data)
    if match is None or not _MAIL_CODED.search(data[:_MAIL_HEAD]):
        return False
    names = {line.partition(b":")[0].lower() for line in match.group().split(b"\n")}
    return bool(names & _SENDERS) and bool(names & _SUBJECTS)


def clean_text(data: bytes, charset: str | None = None) -> tuple[str, TextCodec] | None:
    """(text, codec) if `data` is text without control characters, UTF-8, UTF-16 or UTF-32; else None."""
    try:
        text, codec = decode_text(data, charset)
    except BadEncoding:
        return None
    return (text, codec) if is_clean(text, codec) else None


def is_clean(text: str, codec: TextCodec) -> bool:
    """Whether this is text and not bytes that happen to decode: no control characters but those of text files.

    Almost any bytes read as UTF-16, so without a byte order mark at least half of it must be of Latin script.
    """
    if _has_control(text):
        return False
    if codec.name == "utf-8" or codec.mark:
        return True
    return 2 * sum(len(_LATIN.findall(text, at, at + PIECE)) for at in range(0, len(text), PIECE)) >= len(text)


def _has_control(text: str) -> bool:
    """Looked for piece by piece: other threads wait for the end of one call."""
    return any(_CONTROL.search(text, at, at + PIECE) for at in range(0, len(text), PIECE))
