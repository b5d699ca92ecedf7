"""multipart/form-data and its relatives, lossless: parts as slices of the source, edits spliced in.

Source: RFC 2046, 5.1 (framing), RFC 7578 (form-data), RFC 8187 (`filename*`). Parsers differ in what they let pass as
a boundary, so the boundary string may stand in proper delimiter lines only: anything else has a second reading and is
refused. Header fields of a part are read by `redaction.body.part_headers`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from redaction.body.part_headers import PartHeaders, boundary_of, parse_headers
from redaction.edits import ByteEdit, apply
from redaction.errors import BadDocument, BadEncoding, NotRedactable

__all__ = ["Multipart", "Part", "PartEdit", "boundary_of", "parse_multipart"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `start` and `end` are half-open byte offsets of its body in the source; `raw_headers` is
    everything between delimiter and body. `name`, `filename` and `content_type` are None where not given."""

    headers: PartHeaders
    start: int
    end: int
    raw_headers: bytes = field(repr=False)

    @property
    def name(self) -> str | None:
        return self.headers.name

    @property
    def filename(self) -> str | None:
        return self.headers.filename

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")


@dataclass(frozen=True, slots=True)
class PartEdit:
    """What to change in a part: None leaves it. `body` is in the decoded form of `Multipart.body`; `texts` are values
    in its header by their index in `PartHeaders.texts`."""

    body: bytes | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    filename: str | None = field(default=None, repr=False)
    texts: Mapping[int, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Multipart:
    """A parsed body. `preamble` and `epilogue` are what stands before the first and behind the last delimiter: no
    receiver reads them, but they travel; `render(bare=True)` leaves them out. The repr shows no text."""

    source: bytes = field(repr=False)
    boundary: bytes = field(repr=False)
    parts: tuple[Part, ...]
    opening: int
    closing: int

    @property
    def preamble(self) -> bytes:
        return self.source[: self.opening]

    @property
    def epilogue(self) -> bytes:
        return self.source[self.closing :]

    def body(self, index: int) -> bytes:
        """The body of a part, without its base64 transfer encoding."""
        part = self.parts[index]
        raw = self.source[part.start : part.end]
        return _unbase64(raw) if part.headers.base64 else raw

    def render(self, edits: Mapping[int, bytes | PartEdit], *, bare: bool = False) -> bytes:
        """The body with parts changed by index: `bytes` is a new body. All other bytes survive, with `bare` all but
        preamble and epilogue.

        Raises `NotRedactable` if a new body or name would hold the boundary.
        """
        out: list[ByteEdit] = [(0, self.opening, b"")] if bare else []
        for index in sorted(edits):
            part, edit = self.parts[index], edits[index]
            edit = PartEdit(body=edit) if isinstance(edit, bytes) else edit
            begin = part.start - len(part.raw_headers)
            if edit.texts:
                new = part.headers.edited(part.raw_headers, edit.texts)
            else:
                new = part.headers.renamed(part.raw_headers, name=edit.name, filename=edit.filename)
            if edit.body is None:
                new += self.source[part.start : part.end]
            else:
                new += base64.b64encode(edit.body) if part.headers.base64 else edit.body
            if b"--" + self.boundary in new or (b"\r\n--" + self.boundary) in b"\r\n" + new + b"\r\n":
                raise NotRedactable(
                    "a masked multipart part would hold the boundary of the body: use another boundary",
                    code="faasera_boundary_in_part",
                )
            out.append((begin, part.end, new))
        if bare:
            out.append((self.closing, len(self.source), b""))
        return apply(self.source, out)


def parse_multipart(source: bytes, content_type: str, *, max_parts: int = 1000) -> Multipart:
    """The parts of a multipart body. At most 16 KiB of headers a part.

    Raises `BadDocument` (no boundary, no final one, boundary inside a part, headers with two readings), `BadEncoding`
    (a transfer encoding other than base64) or `NotRedactable` (more than `max_parts` parts).
    """
    boundary = boundary_of(content_type)
    delimiter = b"--" + boundary
    # The body of each part lies between the ends of one delimiter line and the start of the next.
    at = source.find(delimiter)
    if at < 0:
        raise _bad("the multipart body does not hold the boundary of its content-type")
    opening = at
    pieces: list[tuple[int, int]] = []
    begin = -1
    while True:
        if at != 0 and source[at - 2 : at] != b"\r\n":
            raise _bad("the boundary stands inside a multipart part")
        if begin >= 0:
            # The line break in front of a delimiter belongs to it; the one behind the last delimiter may be the same.
            if at - 2 < begin:
                raise _bad("a multipart part has no body and no headers")
            pieces.append((begin, at - 2))
        if len(pieces) > max_parts:
            raise NotRedactable(
                f"the body has more than {max_parts} parts (limits.strings)", code="faasera_too_many_strings"
            )
        behind = at + len(delimiter)
        if source.startswith(b"--", behind):
            closing = behind + 2
            break
        if not source.startswith(b"\r\n", behind):
            raise _bad("a multipart delimiter line holds more than the boundary")
        begin = behind + 2
        at = source.find(delimiter, begin)
        if at < 0:
            raise _bad("the multipart body has no final boundary")
    if delimiter in source[closing:] or (source[closing:] and not source.startswith(b"\r\n", closing)):
        raise _bad("the multipart body goes on behind its final boundary")
    return Multipart(source, boundary, tuple(_part(source, *piece) for piece in pieces), opening, closing)


def _part(source: bytes, begin: int, end: int) -> Part:
    if source.startswith(b"\r\n", begin) and begin + 2 <= end:
        start = begin + 2
        head = b""
    else:
        blank = source.find(b"\r\n\r\n", begin, end)
        if blank < 0:
            raise _bad("a multipart part has no blank line between headers and body")
        start = blank + 4
        head = source[begin:blank]
    headers = parse_headers(head)
    if headers.base64:
        _unbase64(source[start:end])
    return Part(headers, start, end, source[begin:start])


def _unbase64(raw: bytes) -> bytes:
    try:
        return base64.b64decode(raw.replace(b"\r\n", b""), validate=True)
    except binascii.Error:
        raise BadEncoding(
            "a multipart part is not the base64 its content-transfer-encoding says", code="faasera_bad_part_encoding"
        ) from None


def _bad(why: str) -> BadDocument:
    return BadDocument(f"{why} (RFC 2046, 5.1)", code="faasera_bad_multipart")
