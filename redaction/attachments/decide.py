"""Files in a request, judged by their content: what is masked in place, scanned, passed uninspected or refused.

text                    masked in place (also inside base64 and data URLs)
document (pdf, docx...) inline, or uploaded to be read: its masked text takes its place (uploads.documents: text);
                        scan: its text is masked for a look: nothing found, it goes unchanged; else 422
image, audio            pass, counted as not inspected (settings `uploads`); never where no upload is
encrypted, unreadable   422
anything else           422 unless `uploads.other: allow`
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

from config.redaction_settings import Uploads
from dialects.protected import Mode, dialect_named
from redaction.attachments.classify import (
    FileVerdict,
    data_url_bytes,
    extract_document,
    inspect_file,
    parse_data_url,
    sniff_base64,
)
from redaction.attachments.request_documents import RequestDocuments
from redaction.attachments.reshape import FileText
from redaction.body.json_document import Document, Edit, apply
from redaction.body.json_leaves import JsonLeaves
from redaction.body.json_walk import Bounds, walk
from redaction.body.ndjson import split_records
from redaction.errors import BadDocument, BadEncoding, NotRedactable
from redaction.replacer import Replacer
from redaction.report import Report

# This much of a base64 text tells an image or a sound; the rest of it need not be looked at.
_HEAD = 4096
# Shorter base64 without a known format is a word: `Deutschland1` decodes, too.
_SHORTEST_FILE = 64
# Encoders break base64 into lines of 64 or 76 characters.
_SHORTEST_LINE = 32
_PLAIN_LABEL = re.compile(r"[a-z]*(?:/[a-z0-9.+-]{1,40})?(?:;charset=[a-z0-9-]{1,20})?(?:;base64)?", re.I | re.ASCII)
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}\Z", re.ASCII)
_IN_LABEL = "/;=+.-_!*'()~:@&$"
# How fields name raw samples, which have no format that their bytes would tell.
_SAMPLES = ("audio/", "pcm", "g711", "mulaw", "alaw", "opus")


@dataclass(frozen=True, slots=True)
class UploadFile:
    """A file that stands as bytes in the body: a part of a multipart form, or the whole body."""

    data: bytes = field(repr=False)
    filename: str = field(default="", repr=False)
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class _Inline:
    """An inline file: its verdict, and how to write new bytes back into the string.

    `label`: what stands before the payload of a data URL, decoded, if that is more than a type and a charset (a name).
    `loose`: blanks stand in the base64 where no encoder puts them; it may be words that happen to decode.
    """

    verdict: FileVerdict
    head: str = field(default="", repr=False)
    coded: bool = True
    json: _Json | None = None
    label: str = field(default="", repr=False)
    loose: bool = False


@dataclass(frozen=True, slots=True)
class _Json:
    """A text file that is JSON, or lines of it: its escapes hide text from a Profiler that sees the file as one."""

    plans: list[JsonLeaves]
    render: Callable[[list[str]], str] = field(repr=False)

    @classmethod
    def read(cls, text: str, bounds: Bounds) -> _Json | None:
        if text.lstrip()[:1] not in ("{", "["):
            return None
        try:
            return cls([_walked(text, bounds)], lambda edited: edited[0])
        except BadDocument:
            pass
        try:
            records = split_records(text, max_records=bounds.strings)
            plans = [_walked(record, bounds) for record in records]
        except (BadDocument, NotRedactable):
            return None
        return cls(plans, lambda edited: records.render(dict(enumerate(edited))))


def _walked(text: str, bounds: Bounds) -> JsonLeaves:
    return walk(Document.parse(text), dialect_named("unknown"), bounds, Mode.DATA)


@dataclass(slots=True)
class Media:
    """The files of one request. `texts` must be masked before `edits` and `refuse_documents_with_findings`."""

    texts: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    inline: dict[str, _Inline | None] = field(default_factory=dict)
    as_text: RequestDocuments | None = None
    plans: list[JsonLeaves] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Media({len(self.inline)} inline, {len(self.documents)} documents)"

    def edits(self, marks: Replacer, payload: str, filename: str = "") -> list[Edit]:
        """Edits of a leaf that may hold a file; one that holds none is plain text."""
        found = self.inline[payload]
        if found is None:
            return marks.text_edits(payload)
        if self.as_text is not None and self.as_text.holds(payload):
            return self._document(marks, payload, filename, found)
        return self._in_place(marks, payload, found)

    def _document(self, marks: Replacer, payload: str, filename: str, found: _Inline) -> list[Edit]:
        """A marker in the place of a document; a text that was a document too (a web page) may stay what it was."""
        assert self.as_text is not None
        stem, ending = split_name(filename)
        name = marks.masked_text(stem) + ending if stem.strip() else ""
        otherwise = ""
        if found.verdict.kind == "text":
            counted = marks.masked.copy()
            otherwise = apply(payload, self._in_place(marks, payload, found))
            marks.masked = counted
        file = FileText("", found.head, found.coded, otherwise=otherwise)
        marker, types = self.as_text.marker(payload, name, file, marks.maskings, marks.replacement)
        marks.masked.update(types)
        return [(0, len(payload), marker)]

    def _in_place(self, marks: Replacer, payload: str, found: _Inline) -> list[Edit]:
        if found.loose and (edits := marks.text_edits(payload)):
            return edits
        head, edits = found.head, []
        if found.label and (label := marks.masked_text(found.label)) != found.label:
            head = f"data:{quote(label, safe=_IN_LABEL)},"
            edits = [(0, len(found.head), head)]
        verdict = found.verdict
        if verdict.kind != "text" or verdict.text is None or verdict.codec is None:
            return edits
        masked = _masked_json(found.json, marks) if found.json is not None else marks.masked_text(verdict.text)
        if masked == verdict.text:
            return edits
        data = verdict.codec.encode(masked)
        coded = _base64_like(payload[len(found.head) :], data) if found.coded else quote(data)
        return [(0, len(payload), head + coded)]

    def refuse_documents_with_findings(self, marks: Replacer) -> None:
        """Raises NotRedactable, with counts per type, for a document whose text would have to be masked."""
        counts: Counter[str] = Counter()
        for text in self.documents:
            counts.update(span.type for span in marks.maskings[text].spans)
            if marks.maskings[text].replacement != text and not counts:
                counts["OTHER"] += 1
        if counts:
            found = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
            raise NotRedactable(
                f"an uploaded document holds {found}, and a document cannot be masked in place: remove them, or paste "
                "its text instead (uploads.documents)",
                code="faasera_document_with_findings",
            )


def split_name(filename: str) -> tuple[str, str]:
    """A file's name and its ending: a name of a person must not seem to go on in it."""
    match = _ENDING.search(filename)
    return (filename[: match.start()], match.group()) if match else (filename, "")


def _is_page(found: _Inline, media_type: str) -> bool:
    """Whether a text file is a web page that was sent as one."""
    told = media_type or found.head.partition(":")[2]
    return told.lower().startswith(("text/html", "application/xhtml")) and bool(found.head or media_type)


def _base64_like(old: str, data: bytes) -> str:
    """`data` in base64, in the alphabet of `old`."""
    return (base64.urlsafe_b64encode if "-" in old or "_" in old else base64.b64encode)(data).decode()


def _masked_json(json: _Json, marks: Replacer) -> str:
    def media_edits(payload: str, _media_type: str, _filename: str) -> list[Edit]:
        return marks.text_edits(payload)  # a file in a file in a file is text

    return json.render(
        [plan.render(marks.text_edits, marks.key_edits, marks.number_edit, media_edits) for plan in json.plans]
    )


async def judge_media(
    leaves: Iterable[tuple[str, str, str]],
    files: Iterable[UploadFile],
    settings: Uploads,
    report: Report,
    *,
    limit: int,
    bounds: Bounds,
    as_text: RequestDocuments | None = None,
    pictures: bool = True,
) -> Media:
    """Look at every file of a request. `leaves` are (payload, media type, filename) of strings that may hold one.

    `limit` bounds a decoded file in bytes, `bounds` the walk of one that is JSON. `as_text` reads documents that are
    replaced by their text. `pictures`: a body that is one file may be a picture or a sound here.

    Raises NotRedactable, BadEncoding, TooLarge or ProfilerFailed (too many documents wait).
    """
    media = Media(as_text=as_text)
    for payload, media_type, filename in leaves:
        if as_text is not None:
            media.texts.append(split_name(filename)[0])
        if payload in media.inline:
            continue
        found = _open(payload, media_type, filename, limit, bounds)
        media.inline[payload] = found
        if found is None:
            if payload.strip():
                media.texts.append(payload)
            continue
        media.texts += [text for text, seen in ((found.label, found.label), (payload, found.loose)) if seen]
        if found.json is not None:
            inner = [plan for root in found.json.plans for plan in root.every()]
            media.plans += inner
            media.texts += [text for plan in inner for _, text, _, _ in plan.media]
        elif found.verdict.kind == "text":
            media.texts.append(found.verdict.text or "")
            if as_text is not None and _is_page(found, media_type):
                with suppress(NotRedactable):  # a page without text is masked as it stands
                    media.texts += await as_text.read_inline(payload, _bytes(payload, limit), "html")
        elif found.verdict.kind == "document" and as_text is not None:
            media.texts += await as_text.read_inline(payload, _bytes(payload, limit), found.verdict.format)
        else:
            await _judge(found.verdict, _bytes(payload, limit), settings, report, media, limit)
    for file in files:
        verdict = inspect_file(file.data, filename=file.filename or None, media_type=file.media_type or None)
        if verdict.kind == "document" and as_text is not None and as_text.wants(file.data):
            media.texts += await as_text.read_upload(file.data, verdict.format)
            continue
        if verdict.kind in ("image", "audio") and not pictures:
            verdict = FileVerdict("binary", verdict.format)
        await _judge(verdict, file.data, settings, report, media, limit)
    media.texts += media.documents
    return media


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
    json = _Json.read(verdict.text, bounds) if verdict.text is not None else None
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
            report.documents["allowed"] += 1
            return
        report.documents["scanned"] += 1
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


# Wire formats whose whole body may be a file: blobs of uploads, speech to be written down, pictures to be classified.
_UPLOADS = frozenset({"files", "uploads", "audio", "images", "videos", "ocr", "hf"})


def may_be_picture(dialect: str, content_type: str) -> bool:
    """Whether a body that is one file may be a picture or a sound. A JSON endpoint takes none, gRPC and Connect never."""
    label = content_type.partition(";")[0].strip().lower()
    if label.startswith(("application/grpc", "application/connect", "application/proto", "application/x-proto")):
        return False
    return dialect in _UPLOADS or (dialect == "unknown" and label.startswith(("image/", "audio/")))
