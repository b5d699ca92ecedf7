"""A decoded body read as documents, texts and files, whatever its shape."""

from __future__ import annotations

import re

from dialects.base import Dialect, Mode
from dialects.registry import dialect_named
from redaction import in_pieces
from redaction.attachments.upload_file import UploadFile
from redaction.body.charset import TextCodec, charset_of, decode_text
from redaction.body.form import parse_form
from redaction.body.json_document import Document
from redaction.body.json_leaves import Changes, JsonLeaves
from redaction.body.json_shapes import is_word
from redaction.body.json_walk import walk, walk_text
from redaction.body.leaves import Kind, Leaf
from redaction.body.multipart import Multipart, PartEdit, parse_multipart
from redaction.body.ndjson import split_records
from redaction.body.parsed_body import ParsedBody
from redaction.body.part_headers import HeaderText
from redaction.body.sniff import sniff
from redaction.body.walk_bounds import Bounds
from redaction.edits import apply
from redaction.errors import BadDocument

# Form fields of multipart uploads that the API defines, where they hold one word.
KEPT_PARTS = frozenset({"model", "purpose", "language", "response_format", "size", "quality", "n", "temperature"})
_WORD = re.compile(rb"\s*[\w.:/+-]{1,100}\s*", re.ASCII)
# The name of a field of a form. Anything else in its place was typed: `curl -d 'a prompt'` sends it as a name.
_FIELD_NAME = re.compile(r"[\w.\[\]$:-]+", re.ASCII)
# Uploads with one of these purposes are request bodies line by line; any other JSON file is the user's own.
BATCH_PURPOSES = frozenset({b"batch", b"fine-tune"})
# Whole bodies that are a file: JSON in them is the user's own, no key name protects anything.
_FILES = frozenset({"files"})
_MARK = "\ufeff"


def read_body(
    data: bytes, content_type: str, dialect: str, bounds: Bounds, mode: Mode = Mode.ENVELOPE, filename: str = ""
) -> ParsedBody:
    """Read a decoded body by its bytes; the content type counts only where they allow two readings.

    Raises BadDocument, BadEncoding or NotRedactable.
    """
    if dialect in _FILES:
        return _file(data, content_type, dialect, bounds, filename)
    return _read(data, content_type, dialect, bounds, mode, filename)


def _file(data: bytes, content_type: str, dialect: str, bounds: Bounds, filename: str) -> ParsedBody:
    """A file is what it is, not what a label says: google-genai uploads any text under `application/json`. One that
    only looks like JSON is a text."""
    try:
        return _read(data, content_type, dialect, bounds, Mode.DATA, filename)
    except BadDocument as error:
        if error.code != "faasera_bad_json":
            raise
    if sniff(data, "") == "binary":
        return _binary(data, filename, content_type)
    text, codec = decode_text(data, charset_of(content_type))
    return _text(text, codec)


def _read(data: bytes, content_type: str, dialect: str, bounds: Bounds, mode: Mode, filename: str) -> ParsedBody:
    row = dialect_named(dialect)
    if data[:1] in (b"{", b"[") and (reading := _quick(data, content_type, row, bounds, mode)) is not None:
        return reading
    match sniff(data, content_type):
        case "json":
            text, codec = decode_text(data, charset_of(content_type))
            return _json(text, codec, row, bounds, mode)
        case "ndjson":
            text, codec = decode_text(data, charset_of(content_type))
            return _records(text, codec, row, bounds, mode)
        case "form":
            return _form(data, row, bounds, row.kept_fields)
        case "multipart":
            return _multipart(data, content_type, bounds)
        case "text" | "sse":
            text, codec = decode_text(data, charset_of(content_type))
            return _text(text, codec)
        case "binary":
            return _binary(data, filename, content_type)
    return ParsedBody((), lambda _: data)


def read_query(query: str, keep: frozenset[str], bounds: Bounds, dialect: str = "unknown") -> ParsedBody:
    """Read a query string (ASCII, without `?`); the parameters named in `keep` (lower case) are not text."""
    row = dialect_named(dialect)
    keep |= row.kept_fields
    return _form(query.encode("ascii", "surrogateescape"), row, bounds, keep, query=True)


def read_text(message: str, dialect: str, bounds: Bounds) -> ParsedBody:
    """Read a WebSocket text message: JSON, records of JSON (SignalR, lines), JSON behind a packet number (Socket.IO),
    or one text. Its bytes are UTF-8 with surrogates kept."""
    row = dialect_named(dialect)
    mark = _MARK if message.startswith(_MARK) else ""
    message = message.removeprefix(mark)
    codec = _WebSocketText("utf-8", mark.encode())
    if packet := _PACKET.match(message):
        try:
            return _packet(packet.group(), message[packet.end() :], codec, row, bounds)
        except BadDocument:
            return _text(message, codec)  # a text that starts with a number
    start = message.lstrip(" \t\r\n\x1e")[:1]
    if start == '"':
        try:
            return _json(message, codec, row, bounds, Mode.ENVELOPE)
        except BadDocument:
            return _text(message, codec)
    if start not in ("{", "["):
        return _text(message, codec)
    if "\x1e" in message:
        return _records(message, codec, row, bounds, Mode.ENVELOPE)
    try:
        return _json(message, codec, row, bounds, Mode.ENVELOPE)
    except BadDocument as error:
        if error.code != "faasera_bad_json" or "\n" not in message.strip():
            raise
        return _records(message, codec, row, bounds, Mode.ENVELOPE)


# Engine.IO and Socket.IO: packet type, namespace and acknowledgement number before the JSON.
_PACKET = re.compile(r"[0-9]{1,12}(?:-[0-9]{1,12})?(?:/[\w/-]{0,64},)?[0-9]{0,12}(?=[\[{])", re.ASCII)


_TYPES = 2
_SHORT_HEAD = 6  # characters in front of the JSON that hold no value


def _packet(head: str, document: str, codec: TextCodec, row: Dialect, bounds: Bounds) -> ParsedBody:
    """A packet: its head is text too, a namespace or a number may be anything."""
    leaves = walk(Document.parse(document, most=bounds.values), row, bounds, Mode.DATA)
    if len(head) <= _SHORT_HEAD:
        return ParsedBody([leaves], lambda changes: codec.encode(head + leaves.written(changes)))
    # Its first digits are the packet's types, or a number's own.
    glued = head[_TYPES].isdigit()
    parts = [Leaf(Kind.TEXT, at, head[at:]) for at in ((0, _TYPES) if glued else (0,))]

    def encode(changes: Changes) -> bytes:
        part = next((part for part in parts if part in changes), parts[0])
        told = head[: part.place] + apply(part.text, changes.get(part, ()))
        return codec.encode(told + leaves.written(changes))

    return ParsedBody([*parts, leaves], encode)


class _WebSocketText(TextCodec):
    def encode(self, text: str) -> bytes:
        return self.mark + text.encode("utf-8", "surrogatepass")


def is_json(content_type: str) -> bool:
    """Whether a body is said to be JSON in UTF-8."""
    if content_type == "application/json":
        return True
    return content_type.lower().startswith("application/json") and charset_of(content_type) in (None, "utf-8")


def _quick(data: bytes, content_type: str, row: Dialect, bounds: Bounds, mode: Mode) -> ParsedBody | None:
    """The common case, one JSON text in UTF-8, without looking at the bytes twice."""
    if not is_json(content_type):
        return None
    try:
        text = in_pieces.decode(data, "utf-8")
        return _json(text, TextCodec("utf-8"), row, bounds, mode)
    except UnicodeDecodeError:
        return None
    except BadDocument as error:
        if error.code == "faasera_bad_json":
            return None  # several records, or another charset
        raise


def _json(text: str, codec: TextCodec, row: Dialect, bounds: Bounds, mode: Mode) -> ParsedBody:
    leaves = walk_text(text, row, bounds, mode)
    return ParsedBody([leaves], lambda changes: codec.encode(leaves.written(changes)))


def _records(text: str, codec: TextCodec, row: Dialect, bounds: Bounds, mode: Mode) -> ParsedBody:
    records = split_records(text, max_records=bounds.strings)
    each = [walk(Document.parse(record, most=bounds.values), row, bounds, mode) for record in records]

    def encode(changes: Changes) -> bytes:
        edits: dict[int, str] = {}
        for index, leaves in enumerate(each):
            written = leaves.written(changes)
            if written is not leaves.document.source:
                edits[index] = written
        return codec.encode(records.render(edits))

    return ParsedBody(each, encode)


def _text(text: str, codec: TextCodec) -> ParsedBody:
    leaf = Leaf(Kind.TEXT, 0, text)
    return ParsedBody([leaf], lambda changes: codec.encode(apply(text, changes.get(leaf, ()))))


def _word(text: str) -> ParsedBody:
    leaf = Leaf(Kind.WORD, 0, text)
    return ParsedBody([leaf], lambda changes: apply(text, changes.get(leaf, ())).encode("ascii"))


def _binary(data: bytes, filename: str, media_type: str) -> ParsedBody:
    return ParsedBody((), lambda _: data, [UploadFile(data, filename, media_type)])


def _value(text: str, row: Dialect, bounds: Bounds) -> JsonLeaves | None:
    """The leaves of a field's value that is JSON (`f.req`), or None: then it is text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return walk(Document.parse(text, most=bounds.values), row, bounds, Mode.DATA)
    except BadDocument:
        return None


def _form(data: bytes, row: Dialect, bounds: Bounds, keep: frozenset[str], *, query: bool = False) -> ParsedBody:
    form = parse_form(data, max_fields=bounds.strings, query=query)
    parts: list[Leaf | JsonLeaves] = []
    names: dict[int, Leaf] = {}
    values: dict[int, Leaf | JsonLeaves] = {}
    for index, field in enumerate(form.leaves):
        if field.name.lower() in keep:
            continue
        kind = Kind.KEY if not field.name.strip() or _FIELD_NAME.fullmatch(field.name) else Kind.TEXT
        names[index] = Leaf(kind, index, field.name)
        parts.append(names[index])
        if (plan := _value(field.value, row, bounds)) is not None:
            values[index] = plan
        elif field.value.strip():
            values[index] = Leaf(Kind.TEXT, index, field.value)
        if index in values:
            parts.append(values[index])

    def encode(changes: Changes) -> bytes:
        new = {index: _written(value, changes) for index, value in values.items()}
        return form.render(new, {index: _written(leaf, changes) for index, leaf in names.items() if leaf in changes})

    return ParsedBody(parts, encode)


def _written(part: Leaf | JsonLeaves, changes: Changes) -> str:
    return part.written(changes) if isinstance(part, JsonLeaves) else apply(part.text, changes.get(part, ()))


def _multipart(data: bytes, content_type: str, bounds: Bounds) -> ParsedBody:
    form = parse_multipart(data, content_type)
    batch = any(
        part.name == "purpose" and form.body(index).strip() in BATCH_PURPOSES for index, part in enumerate(form.parts)
    )
    parts: list[Leaf | JsonLeaves] = []
    files: list[UploadFile] = []
    bodies: dict[int, ParsedBody] = {}
    headers: dict[int, dict[int, Leaf]] = {}
    for index, part in enumerate(form.parts):
        headers[index] = {number: _parameter(number, told) for number, told in enumerate(part.headers.texts)}
        parts += headers[index].values()
        if part.filename is None and part.name in KEPT_PARTS and _WORD.fullmatch(form.body(index)):
            bodies[index] = _word(form.body(index).decode("ascii"))
        else:
            dialect = "batches" if batch else "files"
            bodies[index] = read_body(
                form.body(index), part.content_type or "", dialect, bounds, filename=part.filename or ""
            )
        parts += bodies[index].parts
        files += bodies[index].files

    return ParsedBody(parts, lambda changes: _multipart_written(form, bodies, headers, changes), files)


def _parameter(number: int, told: HeaderText) -> Leaf:
    """A value in a part's header: a field's name and a media type are words, everything else may have been typed."""
    word = (told.name == "name" and _FIELD_NAME.fullmatch(told.text)) or (not told.name and is_word(told.text))
    return Leaf(Kind.WORD if word or not told.text.strip() else Kind.TEXT, number, told.text)


def _multipart_written(
    form: Multipart, bodies: dict[int, ParsedBody], headers: dict[int, dict[int, Leaf]], changes: Changes
) -> bytes:
    edits: dict[int, PartEdit] = {}
    for index, reading in bodies.items():
        body = reading.encode(changes)
        told = {number: apply(leaf.text, changes[leaf]) for number, leaf in headers[index].items() if leaf in changes}
        changed = body if body != form.body(index) else None
        if changed is not None or told:
            edits[index] = PartEdit(body=changed, texts=told)
    # A preamble or epilogue has no reader; text in it would travel unmasked.
    return form.render(edits, bare=bool(form.preamble.strip() or form.epilogue.strip()))
