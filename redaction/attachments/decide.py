"""Files in a request, judged by their content: what is masked in place, scanned, passed uninspected or refused.

text                    masked in place (also inside base64 and data URLs)
document (pdf, docx...) its text is extracted and masked for a look: nothing found, it goes unchanged; else 422
image, audio            pass, counted as not inspected (settings `uploads`)
encrypted, unreadable   422
anything else           422 unless `uploads.other: allow`
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import quote, unquote

from config.redaction_settings import Uploads
from dialects.base import Mode
from dialects.registry import dialect_named
from redaction.attachments.classify import (
    FileVerdict,
    data_url_bytes,
    extract_document,
    inspect_file,
    parse_data_url,
    sniff_base64,
)
from redaction.attachments.upload_file import UploadFile
from redaction.body.json_document import Document
from redaction.body.json_leaves import Changes, JsonLeaves
from redaction.body.json_walk import Bounds, walk
from redaction.body.leaves import REPLACEABLE, Kind, Leaf
from redaction.body.ndjson import split_records
from redaction.body.parsed_body import ParsedBody
from redaction.edits import Edit
from redaction.errors import BadDocument, BadEncoding, NotRedactable, TooLarge
from redaction.placeholders import BLOCKED_FILE, placeholder
from redaction.replacer import NOTHING, Replaced, Replacer, masked_text
from redaction.report import Report

# This much of a base64 text tells an image or a sound; the rest of it need not be looked at.
_HEAD = 4096
# Shorter base64 without a known format is a word: `Deutschland1` decodes, too.
_SHORTEST_FILE = 64
# Encoders break base64 into lines of 64 or 76 characters.
_SHORTEST_LINE = 32
_PLAIN_LABEL = re.compile(r"[a-z]*(?:/[a-z0-9.+-]{1,40})?(?:;charset=[a-z0-9-]{1,20})?(?:;base64)?", re.I | re.ASCII)
_IN_LABEL = "/;=+.-_!*'()~:@&$"
# How fields name raw samples, which have no format that their bytes would tell.
_SAMPLES = ("audio/", "pcm", "g711", "mulaw", "alaw", "opus")


@dataclass(frozen=True, slots=True)
class _Inline:
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


@dataclass(slots=True)
class Media:
    """The files of one request. `texts` and `leaves` must be masked before `replaced` and
    `refuse_documents_with_findings`."""

    texts: list[str] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    inline: dict[str, _Inline | None] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Media({len(self.inline)} inline, {len(self.documents)} documents)"

    def replaced(self, replacer: Replacer, leaf: Leaf) -> Replaced:
        """What becomes of a leaf that may hold a file; one that holds none is plain text."""
        payload = leaf.text
        found = self.inline[payload]
        if found is None:
            return replacer.text(payload)
        if found.refused is not None:
            return Replaced([(0, len(payload), placeholder(BLOCKED_FILE))], (BLOCKED_FILE,))
        if found.loose and (done := replacer.text(payload)).edits:
            return done
        head, types = found.head, [""][:0]
        edits: list[Edit] = []
        if found.label:
            label, done = masked_text(replacer, found.label)
            if label != found.label:
                head = f"data:{quote(label, safe=_IN_LABEL)},"
                types += done.types
                edits = [(0, len(found.head), head)]
        verdict = found.verdict
        if verdict.kind == "text" and verdict.text is not None and verdict.codec is not None:
            if found.json is not None:
                rendered = found.json.render(replace(replacer, media=None))
                masked = rendered.source.decode("utf-8", "surrogatepass")
                types += rendered.masked.elements()
            else:
                masked, done = masked_text(replacer, verdict.text)
                types += done.types
            if masked != verdict.text:
                data = verdict.codec.encode(masked)
                coded = _base64_like(payload[len(found.head) :], data) if found.coded else quote(data)
                edits = [(0, len(payload), head + coded)]
        return Replaced(edits, types) if edits else NOTHING

    def refuse_documents_with_findings(self, replacer: Replacer) -> None:
        """Raises NotRedactable, with counts per type, for a document whose text would have to be masked."""
        counts: Counter[str] = Counter()
        for text in self.documents:
            counts.update(span.type for span in replacer.maskings[text].spans)
            if replacer.maskings[text].replacement != text and not counts:
                counts["OTHER"] += 1
        if counts:
            found = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
            raise NotRedactable(
                f"an uploaded document holds {found}, and a document cannot be masked in place: remove them, or paste "
                "its text instead (uploads.documents)",
                code="faasera_document_with_findings",
            )


def _base64_like(old: str, data: bytes) -> str:
    """`data` in base64, in the alphabet of `old`."""
    return (base64.urlsafe_b64encode if "-" in old or "_" in old else base64.b64encode)(data).decode()


class Run(Protocol):
    """Does work of a size (characters or bytes) where it holds nobody up."""

    async def __call__[T](self, size: int, work: Callable[[], T]) -> T: ...


async def _at_once[T](size: int, work: Callable[[], T]) -> T:
    return work()


async def judge_media(
    leaves: Iterable[Leaf],
    files: Iterable[UploadFile],
    settings: Uploads,
    report: Report,
    *,
    limit: int,
    bounds: Bounds,
    run: Run = _at_once,
) -> Media:
    """Look at every file of a request. `leaves` are those strings that may hold one.

    `limit` bounds a decoded file in bytes, `bounds` the walk of one that is JSON; `run` does work of a size elsewhere.

    Raises NotRedactable, BadEncoding or TooLarge; for a leaf in an older turn or a tool's result the file is replaced
    instead of the first and the last.
    """
    media = Media()
    leaves = list(leaves)
    distinct: dict[str, Leaf] = {}
    for leaf in leaves:
        distinct.setdefault(leaf.text, leaf)

    def open_all() -> dict[str, _Inline | None]:
        return {payload: _open_safely(leaf, limit, bounds) for payload, leaf in distinct.items()}

    media.inline = await run(sum(map(len, distinct)), open_all) if distinct else {}
    for leaf in distinct.values():
        await _look(leaf, settings, report, media, limit)
    for leaf in leaves:
        found = media.inline[leaf.text]
        if found is not None and found.refused is not None and not leaf.where & REPLACEABLE:
            raise found.refused
    for file in files:
        verdict = inspect_file(file.data, filename=file.filename or None, media_type=file.media_type or None)
        await _judge(verdict, file.data, settings, report, media, limit)
    media.texts += media.documents
    return media


def _open_safely(leaf: Leaf, limit: int, bounds: Bounds) -> _Inline | None:
    bounds.check()
    try:
        return _open(leaf.text, *leaf.about, limit, bounds)
    except (NotRedactable, TooLarge) as error:
        return _refused_file(error)


def _refused_file(error: NotRedactable | TooLarge) -> _Inline:
    return _Inline(FileVerdict("unreadable", "refused"), refused=error)


async def _look(leaf: Leaf, settings: Uploads, report: Report, media: Media, limit: int) -> None:
    """Count a file, or note what of it must be masked."""
    payload = leaf.text
    found = media.inline[payload]
    if found is None:
        if payload.strip():
            media.texts.append(payload)
        return
    if found.refused is not None:
        return
    media.texts += [text for text, seen in ((found.label, found.label), (payload, found.loose)) if seen]
    if found.json is not None:
        inner = list(found.json.leaves)
        media.leaves += inner
        media.texts += [inside.text for inside in inner if inside.kind is Kind.MEDIA]
    elif found.verdict.kind == "text":
        media.texts.append(found.verdict.text or "")
    else:
        try:
            await _judge(found.verdict, _bytes(payload, limit), settings, report, media, limit)
        except (NotRedactable, TooLarge) as error:
            media.inline[payload] = _refused_file(error)


def _open(payload: str, media_type: str, filename: str, limit: int, bounds: Bounds) -> _Inline | None:
    found = _opened(payload, media_type, filename, limit, bounds)
    if found is None:
        return None
    url = parse_data_url(payload)
    body = url[2] if url is not None else payload
    head = payload[: len(payload) - len(body)]
    return replace(found, head=head, label=_label(head), loose=found.coded and _is_loose(body))


def _opened(payload: str, media_type: str, filename: str, limit: int, bounds: Bounds) -> _Inline | None:
    url = parse_data_url(payload)
    if url is not None:
        media_type, coded, body = url
        if not coded and "%" not in body:
            return None  # the text stands there as it is
    else:
        coded, body = True, payload
    if coded and len(body) > _HEAD and _is_strict_base64(body):
        start = sniff_base64(body[:_HEAD], minimum=0)
        if start is not None and (verdict := inspect_file(start)).kind in ("image", "audio"):
            return _Inline(verdict)
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
    verdict = inspect_file(data, filename=filename or None, media_type=charset)
    if verdict.kind in ("binary", "unreadable") and verdict.format.startswith("unknown"):
        if media_type.lower().startswith(_SAMPLES):
            return _Inline(FileVerdict("audio", "samples"))
        if url is None and len(body) < _SHORTEST_FILE:
            return None
    json = _read_json(verdict.text, bounds) if verdict.text is not None else None
    return _Inline(verdict, coded=coded, json=json)


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


def _is_strict_base64(text: str) -> bool:
    try:
        binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return False
    return True


def _bytes(payload: str, limit: int) -> bytes:
    url = parse_data_url(payload)
    if url is not None:
        return data_url_bytes(url[1], url[2], limit=limit)
    return sniff_base64(payload, minimum=0, limit=limit) or b""


async def _judge(
    verdict: FileVerdict, data: bytes, settings: Uploads, report: Report, media: Media, limit: int
) -> None:
    kind = verdict.kind
    if kind in ("image", "audio"):
        if getattr(settings, _SETTING[kind]) == "block":
            raise _refused(f"{kind} files are refused", f"uploads.{_SETTING[kind]}")
        report.not_inspected[kind] += 1
    elif kind == "document":
        if settings.documents == "block":
            raise _refused("documents are refused", "uploads.documents")
        if settings.documents == "allow":
            report.not_inspected["document"] += 1
            return
        read = await extract_document(data, verdict, max_inflated=limit)
        if read.kind != "document":
            await _judge(read, data, settings, report, media, limit)
            return
        if read.images or read.scanned:
            report.not_inspected["image"] += max(read.images, 1)
        if read.text and read.text.strip():
            media.documents.append(read.text)
    elif kind in ("encrypted", "unreadable"):
        detail = f" ({verdict.reason})" if verdict.reason else ""
        raise NotRedactable(
            f"an uploaded {verdict.format} file is {kind} and cannot be looked into{detail}",
            code=f"faasera_{kind}_file",
        )
    elif settings.other == "block":
        raise _refused(f"files of this kind ({verdict.format}) cannot be looked into", "uploads.other")
    else:
        report.not_inspected[kind] += 1


_SETTING = {"image": "images", "audio": "audio"}


def _refused(what: str, setting: str) -> NotRedactable:
    return NotRedactable(f"{what}; {setting}: allow sends them uninspected", code="faasera_upload_refused")
