"""The header fields of a multipart part: read in exactly one way, names and file names written back in place.

Source: RFC 7578, 4.2 (`name`, `filename`; UTF-8 as it is, quotes percent-coded as browsers do, or backslash escapes),
RFC 8187 (`filename*`). Continuations (`filename*0`, RFC 2231) and nested multiparts are refused: few receivers read
them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from redaction.edits import apply
from redaction.errors import BadDocument, BadEncoding, NotRedactable

MAX_HEADERS = 16 * 1024  # bytes, of one part

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PARAM = re.compile(
    r"""[ \t]*+;[ \t]*+([!#$%&'*+.^_`|~0-9A-Za-z-]++)[ \t]*+=[ \t]*+(?:"((?:[^"\\]|\\.)*+)"|([^\s;"]*+))"""
)
_ESCAPED = re.compile(r'\\(["\\])')
_EXTENDED = re.compile(r"(utf-8|iso-8859-1)'(?:[a-z]{1,8}(?:-[a-z0-9]{1,8}){0,4})?'(.*)", re.IGNORECASE)
# No field and no parameter is called so: a value stands in the place of a name.
_NO_NAME = re.compile(r"[0-9](?:[^0-9]?[0-9]){4}")
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
# Fields whose values mean something to a receiver, and nothing else: read, never text.
_PROTOCOL = frozenset({"content-transfer-encoding", "content-encoding", "content-length"})
_WITH_PARAMETERS = frozenset({"content-disposition", "content-type"})


class HeaderText(NamedTuple):
    """A value in a part's header that somebody may have typed. `name`: the parameter, "" where it is the value of a
    field or what stands before its parameters. `start`, `end`: its place in the decoded header, quotes included."""

    name: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PartHeaders:
    """Fields in order, names in lower case. `texts`: every value but those of the protocol."""

    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    name: str | None = field(default=None, repr=False)
    filename: str | None = field(default=None, repr=False)
    base64: bool = False
    texts: tuple[HeaderText, ...] = field(default=(), repr=False)

    def get(self, name: str) -> str | None:
        """The value of a field, None if it is not there."""
        return next((value for key, value in self.fields if key == name), None)

    def renamed(self, raw: bytes, *, name: str | None, filename: str | None) -> bytes:
        """`raw` with another name or file name (in `filename` and `filename*` alike); None leaves it."""
        new: dict[int, str] = {}
        for number, value in enumerate(self.texts):
            if value.name == "name" and name is not None and name != self.name:
                new[number] = name
            elif value.name in ("filename", "filename*") and filename is not None and filename != self.filename:
                new[number] = filename
        return self.edited(raw, new)

    def edited(self, raw: bytes, new: Mapping[int, str]) -> bytes:
        """`raw` with other values, by their index in `texts`. Raises NotRedactable for one that cannot stand there."""
        if not new:
            return raw
        text = raw.decode("utf-8")
        places = sorted((self.texts[number].start, number) for number in new)
        return apply(
            text,
            [
                (start, self.texts[number].end, _written(self.texts[number].name, new[number]))
                for start, number in places
            ],
        ).encode("utf-8")


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
    texts: list[HeaderText] = []
    params: dict[str, str] = {}
    at = 0
    for line in text.split("\r\n") if text else ():
        name, colon, rest = line.partition(":")
        if (
            not colon
            or not _NAME.fullmatch(name)
            or _NO_NAME.search(name)
            or any(char < " " and char != "\t" for char in line)
        ):
            raise _bad("a header of a multipart part is folded or cannot be read")
        key, value = name.lower(), rest.strip(" \t")
        fields.append((key, value))
        start = len(name) + 1 + len(rest) - len(rest.lstrip(" \t"))
        if key in _WITH_PARAMETERS:
            values = _with_parameters(line, start, start + len(value), strict=key == "content-disposition")
            if key == "content-disposition":
                for param in values:
                    if not param.name:
                        continue
                    if param.name in params or re.fullmatch(r"(?:name|filename)\*\d+\*?", param.name):
                        raise _bad("content-disposition of a multipart part repeats or splits a parameter")
                    params[param.name] = param.text
        elif key in _PROTOCOL:
            values = []
        else:
            values = [HeaderText("", value, start, start + len(value))]
        texts += [param._replace(start=at + param.start, end=at + param.end) for param in values]
        at += len(line) + 2
    keys = [key for key, _ in fields]
    if len(keys) != len(set(keys)):
        raise _bad("a multipart part repeats a header")
    found = dict(fields)
    if found.get("content-type", "").lower().startswith("multipart/"):
        raise _bad("a multipart part is itself multipart: send its parts one by one")
    coding = found.get("content-transfer-encoding", "").strip().lower()
    if not found.get("content-length", "0").strip(" \t").isdecimal():
        raise _bad("content-length of a multipart part is no number")
    if coding not in _IDENTITY | {"base64"} or found.get("content-encoding", "identity").strip().lower() != "identity":
        raise BadEncoding(
            "a multipart part has a transfer or content encoding other than base64: send it plain",
            code="faasera_bad_part_encoding",
        )
    texts = [text._replace(text=_extended(text.text)) if text.name == "filename*" else text for text in texts]
    filename = _extended(params["filename*"]) if "filename*" in params else params.get("filename")
    return PartHeaders(tuple(fields), params.get("name"), filename, coding == "base64", tuple(texts))


def _with_parameters(line: str, start: int, end: int, *, strict: bool) -> list[HeaderText]:
    """The word before the parameters of a field and the values of these; where they cannot be read and need not be,
    all of it as one text."""
    media = line.find(";", start, end)
    media = end if media < 0 else media
    word = HeaderText("", line[start:media], start, media)
    try:
        return [word, *(HeaderText(*param) for param in _params(line, media) if param[0] != "charset")]
    except BadDocument:
        if strict:
            raise
        return [HeaderText("", line[start:end], start, end)]


def _params(text: str, at: int) -> list[tuple[str, str, int, int]]:
    """(name, value, start, end) of the parameters behind `at`; start and end include the quotes."""
    found: list[tuple[str, str, int, int]] = []
    while at < len(text):
        match = _PARAM.match(text, at)
        if match and _NO_NAME.search(match.group(1)):
            raise _bad("a parameter of a multipart header has no name that can be one")
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
    if not param:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _bad(why: str) -> BadDocument:
    return BadDocument(f"{why} (RFC 7578)", code="faasera_bad_multipart")
