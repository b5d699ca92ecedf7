"""Files inside strings: `data:` URLs and bare base64.

Source: RFC 2397 and WHATWG Fetch, "data: URL processor"; RFC 4648. Base64 is told by form only, and short words have
that form too (`Deutschland1` does): callers ask where a field says that it holds a file.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from redaction.errors import BadEncoding, TooLarge
from redaction.in_pieces import PIECE

# The header of a data URL is a media type with parameters: never long.
_DATA_URL = re.compile(r"\s*data:([^,\s]{0,1024}(?:;[ \t][^,\s]{0,256}){0,8}),", re.IGNORECASE)
_BLANKS = " \t\r\n\f"
_NO_BLANKS = str.maketrans("", "", _BLANKS)


def parse_data_url(text: str) -> tuple[str, bool, str] | None:
    """(media type with its parameters, whether the payload is base64, payload as it stands), None if it is no data URL.

    The media type is lower case up to its first parameter, and `text/plain;charset=US-ASCII` where none is given.
    """
    match = _DATA_URL.match(text)
    if not match:
        return None
    media, *params = match.group(1).split(";")
    coded = bool(params) and params[-1].strip().lower() == "base64"
    if coded:
        params.pop()
    if not media.strip():
        media, params = "text/plain", params or ["charset=US-ASCII"]
    return ";".join((media.strip().lower(), *(param.strip() for param in params))), coded, text[match.end() :]


def data_url_bytes(is_base64: bool, payload: str, *, limit: int) -> bytes:
    """The bytes of a data URL payload: percent-decoded, then base64 with or without padding and white space.

    `limit` bounds the result in bytes. Raises `TooLarge` or `BadEncoding`.
    """
    if len(payload) > 3 * limit + 4096:  # every byte percent-coded
        raise _too_large(limit)
    raw = unquote_to_bytes(payload)
    if is_base64:
        found = sniff_base64(raw.decode("latin-1"), minimum=0, limit=limit)
        if found is None:
            raise BadEncoding("an inline file (data: URL) is not valid base64", code="faasera_bad_base64")
        raw = found
    if len(raw) > limit:
        raise _too_large(limit)
    return raw


def sniff_base64(text: str, *, minimum: int = 64, limit: int = 64 * 1024 * 1024) -> bytes | None:
    """The bytes of `text` if all of it is base64 (either alphabet, padding optional, white space anywhere), else None.

    Fewer than `minimum` characters are never base64. Raises `TooLarge` above `limit` bytes.
    """
    if len(text) < minimum:
        return None
    if not text.isascii():
        return None
    packed = text.translate(_NO_BLANKS) if any(blank in text for blank in _BLANKS) else text
    body = packed.rstrip("=")
    urlsafe = "-" in body or "_" in body
    if urlsafe and ("+" in body or "/" in body):
        return None
    if len(body) // 4 * 3 > limit:
        raise _too_large(limit)
    padding = -len(body) % 4
    if "=" in body or padding == 3 or len(packed) - len(body) not in (0, padding):
        return None
    try:
        body = body.replace("-", "+").replace("_", "/") if urlsafe else body
        body += "=" * padding
        # Piece by piece: other threads wait for the end of one call. Only the last one may be padded.
        pieces = (body[at : at + PIECE] for at in range(0, len(body), PIECE))
        return b"".join(base64.b64decode(piece, validate=True) for piece in pieces)
    except binascii.Error:
        return None


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"an inline file is larger than {limit} bytes: send less or raise limits.inflated",
        code="faasera_inflated_too_large",
    )
