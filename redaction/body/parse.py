"""A decoded body as documents, texts and files, whatever its shape, and the way back to bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from dialects.protected import Dialect, Mode, dialect_named
from redaction.attachments.decide import Media, UploadFile
from redaction.body.charset import TextCodec, charset_of, decode_text
from redaction.body.form import Leaf, parse_form
from redaction.body.json_document import Document, Edit
from redaction.body.json_leaves import JsonLeaves
from redaction.body.json_walk import Bounds, walk
from redaction.body.multipart import PartEdit, parse_multipart
from redaction.body.ndjson import split_records
from redaction.body.sniff import sniff
from redaction.errors import BadDocument
from redaction.replacer import Replacer

type Rename = Callable[[str], str] | None
type Render = Callable[[Replacer, Media, Rename], bytes]

# Form and query fields that are protocol, not text, where Google's web applications are spoken to: anti-forgery and
# request ids. Elsewhere a field of that name is anyone's.
KEPT_FIELDS: dict[str, frozenset[str]] = {
    "web-gemini": frozenset(
        {
            "at",
            "f.sid",
            "bl",
            "hl",
            "_reqid",
            "rt",
            "soc-app",
            "soc-platform",
            "soc-device",
            "rpcids",
        }
    ),
}
# Form fields of multipart uploads that the API defines, where they hold one word.
KEPT_PARTS = frozenset({"model", "purpose", "language", "response_format", "size", "quality", "n", "temperature"})
_WORD = re.compile(rb"\s*[\w.:/@+-]{1,100}\s*", re.ASCII)
# The name of a field of a form. Anything else in its place was typed: `curl -d 'a prompt'` sends it as a name.
_FIELD_NAME = re.compile(r"[\w.\[\]$:-]+", re.ASCII)
# Uploads with one of these purposes are request bodies line by line; any other JSON file is the user's own.
BATCH_PURPOSES = frozenset({b"batch", b"fine-tune"})
# Whole bodies that are a file: JSON in them is the user's own, no key name protects anything.
_FILES = frozenset({"files"})


@dataclass(slots=True)
class ParsedBody:
    """What stands in a body. `texts` stand outside documents; `render` writes everything back."""

    render: Render
    plans: list[JsonLeaves] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    files: list[UploadFile] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"ParsedBody({len(self.plans)} documents, {len(self.texts)} texts, {len(self.files)} files)"

    def take(self, other: ParsedBody) -> None:
        """Count the leaves of a part in."""
        self.plans += other.plans
        self.texts += other.texts
        self.files += other.files


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
        return ParsedBody(lambda *_: data, files=[UploadFile(data, filename, content_type)])
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
            return _form(data, row, bounds, KEPT_FIELDS.get(dialect, frozenset()))
        case "multipart":
            return _multipart(data, content_type, bounds)
        case "text" | "sse":
            text, codec = decode_text(data, charset_of(content_type))
            return _text(text, codec)
        case "binary":
            return ParsedBody(lambda *_: data, files=[UploadFile(data, filename, content_type)])
    return ParsedBody(lambda *_: data)


def read_query(query: str, keep: frozenset[str], bounds: Bounds, dialect: str = "unknown") -> ParsedBody:
    """Read a query string (ASCII, without `?`); the parameters named in `keep` (lower case) are not text."""
    keep |= KEPT_FIELDS.get(dialect, frozenset())
    return _form(query.encode("ascii", "surrogateescape"), dialect_named(dialect), bounds, keep, query=True)


def read_text(message: str, dialect: str, bounds: Bounds) -> ParsedBody:
    """Read a WebSocket text message: JSON, records of JSON (SignalR, lines), JSON behind a packet number (Socket.IO),
    or one text. Its bytes are UTF-8 with surrogates kept."""
    row = dialect_named(dialect)
    codec = _WebSocketText("utf-8")
    if packet := _PACKET.match(message):
        try:
            return _json(
                message[packet.end() :], _WebSocketText("utf-8", packet.group().encode()), row, bounds, Mode.DATA
            )
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


class _WebSocketText(TextCodec):
    def encode(self, text: str) -> bytes:
        return self.mark + text.encode("utf-8", "surrogatepass")


def _quick(data: bytes, content_type: str, row: Dialect, bounds: Bounds, mode: Mode) -> ParsedBody | None:
    """The common case, one JSON text in UTF-8, without looking at the bytes twice."""
    if not content_type.lower().startswith("application/json") or charset_of(content_type) not in (None, "utf-8"):
        return None
    try:
        text = data.decode()
        document = Document.parse(text)
    except UnicodeDecodeError:
        return None
    except BadDocument as error:
        if error.code == "faasera_bad_json":
            return None  # several records, or another charset
        raise
    return _planned(walk(document, row, bounds, mode), TextCodec("utf-8"))


def _json(text: str, codec: TextCodec, row: Dialect, bounds: Bounds, mode: Mode) -> ParsedBody:
    return _planned(walk(Document.parse(text), row, bounds, mode), codec)


def _planned(plan: JsonLeaves, codec: TextCodec) -> ParsedBody:
    def render(marks: Replacer, media: Media, rename: Rename) -> bytes:
        return codec.encode(render_plan(plan, marks, media, rename))

    return ParsedBody(render, plans=[plan])


def render_plan(plan: JsonLeaves, marks: Replacer, media: Media, rename: Rename) -> str:
    """The source of a plan with everything masked that must be."""
    model = rename(plan.model[1]) if rename is not None and plan.model is not None else None

    def media_edits(payload: str, _media_type: str, filename: str) -> list[Edit]:
        return media.edits(marks, payload, filename)

    return plan.render(marks.text_edits, marks.key_edits, marks.number_edit, media_edits, model)


def _records(text: str, codec: TextCodec, row: Dialect, bounds: Bounds, mode: Mode) -> ParsedBody:
    records = split_records(text, max_records=bounds.strings)
    plans = [walk(Document.parse(record), row, bounds, mode) for record in records]

    def render(marks: Replacer, media: Media, rename: Rename) -> bytes:
        edits: dict[int, str] = {}
        for index, plan in enumerate(plans):
            masked = render_plan(plan, marks, media, rename)
            if masked is not plan.document.source:
                edits[index] = masked
        return codec.encode(records.render(edits))

    return ParsedBody(render, plans=list(plans))


def _text(text: str, codec: TextCodec) -> ParsedBody:
    def render(marks: Replacer, _media: Media, _rename: Rename) -> bytes:
        return codec.encode(marks.masked_text(text))

    return ParsedBody(render, texts=[text])


def _value(text: str, row: Dialect, bounds: Bounds) -> JsonLeaves | None:
    """The plan of a field's value that is JSON (`f.req`), or None: then it is text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return walk(Document.parse(text), row, bounds, Mode.DATA)
    except BadDocument:
        return None


def _form(data: bytes, row: Dialect, bounds: Bounds, keep: frozenset[str], *, query: bool = False) -> ParsedBody:
    form = parse_form(data, max_fields=bounds.strings, query=query)
    plans: dict[int, JsonLeaves] = {}
    texts: dict[int, str] = {}
    typed: dict[int, str] = {}
    for index, leaf in enumerate(form.leaves):
        if _is_kept(leaf, keep):
            continue
        if leaf.name.strip() and not _FIELD_NAME.fullmatch(leaf.name):
            typed[index] = leaf.name
        if (plan := _value(leaf.value, row, bounds)) is not None:
            plans[index] = plan
        elif leaf.value.strip():
            texts[index] = leaf.value

    def render(marks: Replacer, media: Media, _rename: Rename) -> bytes:
        values = {index: marks.masked_text(text) for index, text in texts.items()}
        values |= {index: render_plan(plan, marks, media, None) for index, plan in plans.items()}
        names: dict[int, str] = {}
        for index, leaf in enumerate(form.leaves):
            names[index] = marks.masked_text(leaf.name) if index in typed else marks.masked_key(leaf.name)
        return form.render(values, names)

    return ParsedBody(render, plans=list(plans.values()), texts=[*texts.values(), *typed.values()])


def _is_kept(leaf: Leaf, keep: frozenset[str]) -> bool:
    return leaf.name.lower() in keep


def _multipart(data: bytes, content_type: str, bounds: Bounds) -> ParsedBody:
    form = parse_multipart(data, content_type)
    batch = any(
        part.name == "purpose" and form.body(index).strip() in BATCH_PURPOSES for index, part in enumerate(form.parts)
    )
    readings: dict[int, ParsedBody] = {}
    names: dict[int, str] = {}
    for index, part in enumerate(form.parts):
        if part.filename is None and part.name in KEPT_PARTS and _WORD.fullmatch(form.body(index)):
            continue
        dialect = "batches" if batch else "files"
        readings[index] = read_body(
            form.body(index), part.content_type or "", dialect, bounds, filename=part.filename or ""
        )
        if part.filename and part.filename.strip():
            names[index] = part.filename

    def render(marks: Replacer, media: Media, _rename: Rename) -> bytes:
        edits: dict[int, PartEdit] = {}
        for index, reading in readings.items():
            body = reading.render(marks, media, None)
            filename = marks.masked_text(names[index]) if index in names else None
            changed = body if body != form.body(index) else None
            renamed = filename if filename != names.get(index) else None
            name = marks.masked_key(form.parts[index].name or "")
            field_name = name if name != (form.parts[index].name or "") else None
            if changed is not None or renamed is not None or field_name is not None:
                edits[index] = PartEdit(body=changed, name=field_name, filename=renamed)
        # A preamble or epilogue has no reader; text in it would travel unmasked.
        return form.render(edits, bare=bool(form.preamble.strip() or form.epilogue.strip()))

    reading = ParsedBody(render, texts=list(names.values()))
    for part_reading in readings.values():
        reading.take(part_reading)
    return reading
