"""What a body is, by its bytes. The content type is asked only where the bytes allow more than one reading."""

from __future__ import annotations

import base64
import json
import re
from typing import Literal

from redaction.attachments.magic import is_clean, text_like_document
from redaction.body.charset import TextCodec, charset_of, decode_text
from redaction.errors import BadEncoding

type Shape = Literal["json", "ndjson", "form", "multipart", "sse", "text", "binary", "empty"]

_PAIR = r"[A-Za-z0-9._~*+%\[\]$!'(),:;/?@-]"
_FORM = re.compile(rf"{_PAIR}+={_PAIR}*(?:&{_PAIR}*(?:={_PAIR}*)?)*")
_CODED = re.compile(r"%[0-9A-Fa-f]{2}|\+")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\r\n]{8,}+")
_SSE = re.compile(r"(?:data: ?[\[{]|event: ?[\w.]+\r?\n|: ?\w*\r?\n)")
_MULTIPART = re.compile(
    rb"\A(?:\r?\n)?--[^\r\n]{1,200}\r?\n(?:[\w-]+:[^\r\n]*\r?\n)*content-disposition:", re.IGNORECASE
)
_NDJSON_TYPES = frozenset({
    "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "text/jsonl",
    "application/jsonlines", "application/json-lines", "application/jsonl+json", "application/json-seq",
    "application/stream+json",
})  # fmt: skip


def sniff(data: bytes, content_type: str | None) -> Shape:
    """The shape of a decoded body.

    `json` and `ndjson` only promise that the bytes start like it: whoever parses them must refuse what does not parse.
    JSON that is not valid text in its charset is `json` too, so that decoding it raises. `binary` are files
    (`redaction.attachments.classify` tells which), also those that are all ASCII (PDF, RTF).
    """
    label = (content_type or "").partition(";")[0].strip().lower()
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xfe\xff"):
        return "empty" if not data.strip(b" \t\r\n") or _blank(data) else "binary"
    opening = data.lstrip(b" \t\r\n\x00\xef\xbb\xbf\xfe\xff\x1e")[:1]
    if _MULTIPART.match(data) or (label.startswith("multipart/") and opening not in (b"{", b"[")):
        return "multipart"
    if text_like_document(data):
        return "binary"
    try:
        text, codec = decode_text(data, charset_of(content_type))
    except BadEncoding:
        return "json" if opening in (b"{", b"[") else "binary"
    return _shape(text, codec, label)


def _blank(data: bytes) -> bool:
    try:
        return not decode_text(data, None)[0].strip()
    except BadEncoding:
        return False


def _shape(text: str, codec: TextCodec, label: str) -> Shape:
    start = text.lstrip(" \t\r\n\x1e")
    says_json = label == "application/json" or label.endswith("+json") or label in ("text/json", "application/x-json")
    if start[:1] in ("{", "[") and start:
        return "ndjson" if label in _NDJSON_TYPES or _many(text, start) else "json"
    if label in _NDJSON_TYPES:
        return "ndjson"
    if label == "text/event-stream" or _SSE.match(start):
        return "sse"
    if says_json:
        return "json"
    if start.startswith('"') and _is_json(start):
        return "json"
    if not is_clean(text, codec) or label.startswith("application/grpc-web-text") or _framed(start):
        return "binary"
    if label == "application/x-www-form-urlencoded":
        return "form"
    if _FORM.fullmatch(start.rstrip("\r\n")) and (label in ("", "application/octet-stream") or _CODED.search(start)):
        return "form"
    return "text"


def _framed(text: str) -> bool:
    """Whether a text is gRPC's messages behind base64 (`grpc-web-text`): a flag, a length, and so many bytes."""
    head = text[:8]
    if not text.startswith(("AAAA", "AQAA", "gAAA")) or _BASE64.fullmatch(text) is None:
        return False
    size = int.from_bytes(base64.b64decode(head)[1:5])
    return 0 < size <= len(text) // 4 * 3


def _many(text: str, start: str) -> bool:
    """Whether more than one record stands here: a record separator, or a first line that is whole in itself."""
    if "\x1e" in text:
        return True
    first, newline, rest = start.partition("\n")
    return bool(newline and rest.strip() and _is_json(first))


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True
