"""The header fields of a multipart part: read in exactly one way, names and file names written back in place.

Source: RFC 7578, 4.2 (`name`, `filename`; UTF-8 as it is, quotes percent-coded as browsers do, or backslash escapes),
RFC 8187 (`filename*`). Continuations (`filename*0`, RFC 2231) and nested multiparts are refused: few receivers read
them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

from redaction.errors import BadDocument, BadEncoding, NotRedactable

MAX_HEADERS = 16 * 1024  # bytes, of one part

_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_PARAM = re.compile(r"""[ \t]*;[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))""")
_ESCAPED = re.compile(r'\\(["\\])')
_EXTENDED = re.compile(r"(utf-8|iso-8859-1)'[^']*'(.*)", re.IGNORECASE)
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(frozen=True, slots=True)
class PartHeaders:
    """Fields in order, names in lower case. `places` are the values of `name`, `filename` and `filename*` in the
    decoded header text: (parameter, start, end), quotes included."""

    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    name: str | None = field(default=None, repr=False)
    filename: str | None = field(default=None, repr=False)
    base64: bool = False
    places: tuple[tuple[str, int, int], ...] = ()

    def get(self, name: str) -> str | None:
        """The value of a field, None if it is not there."""
        return next((value for key, value in self.fields if key == name), None)

    def renamed(self, raw: bytes, *, name: str | None, filename: str | None) -> bytes:
        """`raw` with another name or file name (in `filename` and `filename*` alike); None leaves it."""
        text = raw.decode("utf-8")
        for param, start, end in sorted(self.places, key=lambda place: -place[1]):
            new = name if param == "name" else filename
            if new is not None and new != (self.name if param == "name" else self.filename):
                text = text[:start] + _written(param, new) + text[end:]
        return text.encode("utf-8")


def boundary_of(content_type: str) -> bytes:
    """The boundary parameter of a multipart content type. Raises `BadDocument` if there is none, or two."""
    media, _, _ = content_type.partition(";")
    if not media.strip().lower().startswith("multipart/"):
        raise _bad("the content-type of a multipart body must be multipart/form-data")
    found = [value for param, value, _, _ in _params(content_type, len(media)) if param == "boundary"]
    if len(found) != 1 or not 1 <= len(found[0]) <= 200 or not found[0].isprintable() or found[0].endswith(" "):
        raise _bad("the content-type of a multipart body must name one boundary")
    return found[0].encode("utf-8")


def parse_headers(head: bytes) -> PartHeaders:
    """The fields of one part; `head` ends before the blank line.

    Raises `BadDocument` (folded, repeated or unreadable fields, nested multipart) or `BadEncoding` (not UTF-8, a
    content or transfer encoding that is neither identity nor base64).
    """
    if len(head) > MAX_HEADERS:
        raise _bad(f"the headers of a multipart part are longer than {MAX_HEADERS} bytes")
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError:
        raise BadEncoding("the headers of a multipart part are not UTF-8", code="faasera_bad_charset") from None
    fields: list[tuple[str, str]] = []
    places: list[tuple[str, int, int]] = []
    params: dict[str, str] = {}
    at = 0
    for line in text.split("\r\n") if text else ():
        match = _FIELD.fullmatch(line)
        if not match or any(char < " " and char != "\t" for char in line):
            raise _bad("a header of a multipart part is folded or cannot be read")
        key, value = match.group(1).lower(), match.group(2)
        fields.append((key, value))
        if key == "content-disposition":
            media = line.index(";", match.start(2)) if ";" in value else len(line)
            for param, decoded, start, end in _params(line, media):
                if param in params or re.fullmatch(r"(?:name|filename)\*\d+\*?", param):
                    raise _bad("content-disposition of a multipart part repeats or splits a parameter")
                params[param] = decoded
                if param in ("name", "filename", "filename*"):
                    places.append((param, at + start, at + end))
        at += len(line) + 2
    keys = [key for key, _ in fields]
    if len(keys) != len(set(keys)):
        raise _bad("a multipart part repeats a header")
    found = dict(fields)
    if found.get("content-type", "").lower().startswith("multipart/"):
        raise _bad("a multipart part is itself multipart: send its parts one by one")
    coding = found.get("content-transfer-encoding", "").strip().lower()
    if coding not in _IDENTITY | {"base64"} or found.get("content-encoding", "identity").strip().lower() != "identity":
        raise BadEncoding(
            "a multipart part has a transfer or content encoding other than base64: send it plain",
            code="faasera_bad_part_encoding",
        )
    filename = _extended(params["filename*"]) if "filename*" in params else params.get("filename")
    return PartHeaders(tuple(fields), params.get("name"), filename, coding == "base64", tuple(places))


def _params(text: str, at: int) -> list[tuple[str, str, int, int]]:
    """(name, value, start, end) of the parameters behind `at`; start and end include the quotes."""
    found: list[tuple[str, str, int, int]] = []
    while at < len(text):
        match = _PARAM.match(text, at)
        if not match:
            if text[at:].strip(" \t;"):
                raise _bad("a parameter of a multipart header cannot be read")
            break
        quoted, token = match.group(2), match.group(3)
        if quoted is None:
            found.append((match.group(1).lower(), token, match.start(3), match.end(3)))
        else:
            found.append((match.group(1).lower(), _ESCAPED.sub(r"\1", quoted), match.start(2) - 1, match.end(2) + 1))
        at = match.end()
    return found


def _extended(value: str) -> str:
    match = _EXTENDED.fullmatch(value)
    try:
        if match:
            return unquote_to_bytes(match.group(2)).decode(match.group(1))
    except UnicodeDecodeError:
        pass
    raise BadEncoding("filename* of a multipart part is not RFC 8187 text", code="faasera_bad_charset")


def _written(param: str, text: str) -> str:
    if any(char < " " for char in text) or any("\ud800" <= char <= "\udfff" for char in text):
        raise NotRedactable("a masked file name holds control characters", code="faasera_bad_filename")
    if param.endswith("*"):
        return "UTF-8''" + quote(text, safe="")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _bad(why: str) -> BadDocument:
    return BadDocument(f"{why} (RFC 7578)", code="faasera_bad_multipart")
