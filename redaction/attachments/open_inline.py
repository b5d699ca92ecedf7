"""Files inside strings: what a data URL or base64 holds, by its content, and how to write it back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from dialects.base import Mode
from dialects.registry import dialect_named
from redaction.attachments.classify import FileVerdict, data_url_bytes, inspect_file, parse_data_url, sniff_base64
from redaction.body.json_document import Document
from redaction.body.json_leaves import Changes, JsonLeaves
from redaction.body.json_walk import walk
from redaction.body.ndjson import split_records
from redaction.body.parsed_body import ParsedBody
from redaction.body.walk_bounds import Bounds
from redaction.errors import BadDocument, BadEncoding, NotRedactable, TooLarge

# Shorter base64 without a known format is a word: `Deutschland1` decodes, too.
_SHORTEST_FILE = 64
# Encoders break base64 into lines of 64 or 76 characters.
_SHORTEST_LINE = 32
_PLAIN_LABEL = re.compile(r"[a-z]*(?:/[a-z0-9.+-]{1,40})?(?:;charset=[a-z0-9-]{1,20})?(?:;base64)?", re.I | re.ASCII)
# How fields name raw samples, which have no format that their bytes would tell.
_SAMPLES = ("audio/", "pcm", "g711", "mulaw", "alaw", "opus")


@dataclass(frozen=True, slots=True)
class InlineFile:
    """An inline file: its verdict, and how to write new bytes back into the string.

    `label`: what stands before the payload of a data URL, decoded, if that is more than a type and a charset (a name).
    `loose`: blanks stand in the base64 where no encoder puts them; it may be words that happen to decode.
    `refused`: why it must not be sent, where nothing but itself needs to stay behind.
    """

    verdict: FileVerdict
    head: str = field(default="", repr=False)
    coded: bool = True
    json: ParsedBody | None = None
    label: str = field(default="", repr=False)
    loose: bool = False
    refused: NotRedactable | TooLarge | None = None


def _read_json(text: str, bounds: Bounds) -> ParsedBody | None:
    """A text file that is JSON, or lines of it: its escapes hide text from a Profiler that sees the file as one."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        whole = _walked(text, bounds)
        return ParsedBody([whole], lambda changes: whole.written(changes).encode("utf-8", "surrogatepass"))
    except BadDocument:
        pass
    try:
        records = split_records(text, max_records=bounds.strings)
        documents = [_walked(record, bounds) for record in records]
    except (BadDocument, NotRedactable):
        return None

    def encode(changes: Changes) -> bytes:
        written = dict(enumerate(document.written(changes) for document in documents))
        return records.render(written).encode("utf-8", "surrogatepass")

    return ParsedBody(documents, encode)


def _walked(text: str, bounds: Bounds) -> JsonLeaves:
    return walk(Document.parse(text, most=bounds.values), dialect_named("unknown"), bounds, Mode.DATA)


def open_inline(payload: str, media_type: str, limit: int, bounds: Bounds) -> InlineFile | None:
    """What stands in a string that may be a file; None where it is none. `limit` bounds its bytes.

    Raises NotRedactable or TooLarge.
    """
    found = _opened(payload, media_type, limit, bounds)
    if found is None:
        return None
    url = parse_data_url(payload)
    body = url[2] if url is not None else payload
    head = payload[: len(payload) - len(body)]
    return replace(found, head=head, label=_label(head), loose=found.coded and _is_loose(body))


def _opened(payload: str, media_type: str, limit: int, bounds: Bounds) -> InlineFile | None:
    url = parse_data_url(payload)
    if url is not None:
        media_type, coded, body = url
        if not coded and "%" not in body:
            return None  # the text stands there as it is
    else:
        coded, body = True, payload
    try:
        if url is not None:
            data = data_url_bytes(coded, body, limit=limit)
        else:
            found = sniff_base64(body, minimum=0, limit=limit)
            if found is None:
                return None  # the field could hold a file and holds text
            data = found
    except BadEncoding:
        return None
    charset = media_type if "/" in media_type else None
    verdict = inspect_file(data, media_type=charset)
    if verdict.kind in ("binary", "unreadable") and verdict.format.startswith("unknown"):
        if media_type.lower().startswith(_SAMPLES):
            return InlineFile(FileVerdict("audio", "samples"))
        if url is None and len(body) < _SHORTEST_FILE:
            return None
    json = _read_json(verdict.text, bounds) if verdict.text is not None else None
    return InlineFile(verdict, coded=coded, json=json)


def _label(head: str) -> str:
    """What a data URL says before its payload, decoded; "" where that is a plain media type and no more."""
    label = head.partition(":")[2][:-1]
    return "" if _PLAIN_LABEL.fullmatch(label) else unquote(label)


def _is_loose(body: str) -> bool:
    """Whether blanks stand in a base64 text otherwise than between lines of one length."""
    lines = (unquote(body) if "%" in body else body).split()
    if len(lines) < 2:
        return False
    length = len(lines[0])
    return length < _SHORTEST_LINE or len(lines[-1]) > length or any(len(line) != length for line in lines[:-1])


def inline_bytes(payload: str, limit: int) -> bytes:
    """The bytes of a string in which `open_inline` found a file."""
    url = parse_data_url(payload)
    if url is not None:
        return data_url_bytes(url[1], url[2], limit=limit)
    return sniff_base64(payload, minimum=0, limit=limit) or b""
