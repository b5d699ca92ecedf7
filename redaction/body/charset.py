"""Bytes <-> text: the charset a receiver would read, or a refusal when there could be two.

Receivers differ: most JSON servers ignore the charset parameter and sniff (RFC 8259, 8.1), some obey it. A body is
read here only where both ways give the same text.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from redaction import in_pieces
from redaction.errors import BadEncoding, NotRedactable

# Longest first: the UTF-32-LE mark starts with the UTF-16-LE one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# charset parameter -> codecs that may stand behind it. Latin-1 is handled apart: every byte string is Latin-1.
_DECLARED: dict[str, frozenset[str]] = {
    "utf-8": frozenset({"utf-8"}),
    "utf8": frozenset({"utf-8"}),
    "us-ascii": frozenset({"ascii"}),
    "ascii": frozenset({"ascii"}),
    "utf-16": frozenset({"utf-16-le", "utf-16-be"}),
    "utf-16le": frozenset({"utf-16-le"}),
    "utf-16be": frozenset({"utf-16-be"}),
    "utf-32": frozenset({"utf-32-le", "utf-32-be"}),
    "utf-32le": frozenset({"utf-32-le"}),
    "utf-32be": frozenset({"utf-32-be"}),
}
_LATIN = frozenset({"iso-8859-1", "latin-1", "latin1", "iso_8859-1", "l1"})

_CHARSET = re.compile(r""";\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']*))""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextCodec:
    """How a text was spelled: `name` is a Python codec, `mark` the byte order mark in front (or nothing)."""

    name: str
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """Bytes of `text` in the spelling it came in. Raises `NotRedactable` if the charset cannot write it."""
        try:
            return self.mark + in_pieces.encode(text, self.name)
        except UnicodeEncodeError:
            raise NotRedactable(
                "the masked text cannot be written in the charset of the request: send UTF-8",
                code="faasera_unwritable_charset",
            ) from None


def charset_of(content_type: str | None) -> str | None:
    """The charset parameter of a content type, lower case; None if there is none.

    Raises `BadEncoding` if it is given twice with different values.
    """
    found = {"".join(groups).strip().lower() for groups in _CHARSET.findall(content_type or "")}
    if len(found) > 1:
        raise _refuse("content-type names two charsets")
    return next(iter(found), None) or None


def decode_text(data: bytes, charset: str | None) -> tuple[str, TextCodec]:
    """The text of `data` and the codec that writes it back: `codec.encode(text) == data`.

    Without a charset: by byte order mark, then by the zero bytes of its first characters (the way of
    `json.detect_encoding`), else UTF-8. A charset must agree with the bytes. Latin-1 is read as declared, unless the
    bytes are UTF-8: then a sniffing receiver reads another text than an obeying one.

    Raises `BadEncoding`.
    """
    declared = (charset or "").strip().lower() or None
    if declared is not None and declared not in _DECLARED and declared not in _LATIN:
        raise _refuse("this charset is not supported")
    mark, name = _sniffed(data)
    if declared in _LATIN:
        return _latin(data, mark, name)
    if declared is not None and not mark and name == "utf-8":
        wide = _DECLARED[declared] - {"utf-8", "ascii"}
        if wide:
            # A mark is missing and no zero byte shows: UTF-16 of another script, if it cannot be UTF-8.
            return _wide(data, wide)
    if (
        declared is not None
        and name not in _DECLARED[declared]
        and not (name == "utf-8" and "ascii" in _DECLARED[declared])
    ):
        raise _refuse("the charset of content-type contradicts the bytes of the body")
    text = _decode(data[len(mark) :], "ascii" if declared in ("us-ascii", "ascii") else name)
    if declared is None and not mark and name != "utf-8" and not text.isascii() and _decodes(data, "utf-8"):
        raise _refuse("the body reads both as UTF-8 and as UTF-16 or UTF-32")
    return text, TextCodec(name, mark)


def _sniffed(data: bytes) -> tuple[bytes, str]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return mark, name
    head = data[:4]
    zeros = tuple(byte == 0 for byte in head)
    match zeros:
        case (True, True, True, False):
            return b"", "utf-32-be"
        case (False, True, True, True):
            return b"", "utf-32-le"
        case (True, False, *_):
            return b"", "utf-16-be"
        case (False, True, *_):
            return b"", "utf-16-le"
    return b"", "utf-8"


def _latin(data: bytes, mark: bytes, name: str) -> tuple[str, TextCodec]:
    if mark or name != "utf-8":
        raise _refuse("the charset of content-type contradicts the bytes of the body")
    if data.isascii():
        return in_pieces.decode(data, "ascii"), TextCodec("utf-8")
    if _decodes(data, "utf-8"):
        raise _refuse("content-type says Latin-1 but the bytes are UTF-8")
    return in_pieces.decode(data, "latin-1"), TextCodec("latin-1")


def _wide(data: bytes, names: frozenset[str]) -> tuple[str, TextCodec]:
    fitting = [name for name in sorted(names) if data and _decodes(data, name)]
    if len(names) != 1 or not fitting or _decodes(data, "utf-8"):
        if not data:
            return "", TextCodec("utf-8")
        raise _refuse("the charset of content-type contradicts the bytes of the body or lacks a byte order mark")
    return _decode(data, fitting[0]), TextCodec(fitting[0])


def _decode(data: bytes, name: str) -> str:
    try:
        return in_pieces.decode(data, name)
    except UnicodeDecodeError:
        raise _refuse("the body is not valid text in its charset") from None


def _decodes(data: bytes, name: str) -> bool:
    try:
        in_pieces.decode(data, name)
    except UnicodeDecodeError:
        return False
    return True


def _refuse(why: str) -> BadEncoding:
    return BadEncoding(f"{why}: send UTF-8 and say so in content-type", code="faasera_bad_charset")
