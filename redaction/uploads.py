"""Files in a request, judged by their content: what is masked in place, scanned, passed uninspected or refused.

text                    masked in place (also inside base64 and data URLs)
document (pdf, docx...) its text is extracted and masked for a look: nothing found, it goes unchanged; else 422
image, audio            pass, counted as not inspected (settings `uploads`)
encrypted, unreadable   422
anything else           422 unless `uploads.other: allow`
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from redaction.document import Edit
from redaction.errors import BadEncoding, NotRedactable
from redaction.files import (
    FileVerdict,
    data_url_bytes,
    extract_document,
    inspect_file,
    parse_data_url,
    sniff_base64,
)
from redaction.marking import Marks
from redaction.report import Report
from redaction.settings import Uploads

# This much of a base64 text tells an image or a sound; the rest of it need not be decoded.
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class UploadFile:
    """A file that stands as bytes in the body: a part of a multipart form, or the whole body."""

    data: bytes = field(repr=False)
    filename: str = field(default="", repr=False)
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class _Inline:
    """An inline file: its verdict, and how to write new bytes back into the string (None: it never changes)."""

    verdict: FileVerdict
    head: str = field(default="", repr=False)
    coded: bool = True


@dataclass(slots=True)
class Media:
    """The files of one request. `texts` must be masked before `edits` and `refuse_documents_with_findings`."""

    texts: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    inline: dict[str, _Inline | None] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Media({len(self.inline)} inline, {len(self.documents)} documents)"

    def edits(self, marks: Marks, payload: str) -> list[Edit]:
        """Edits of a leaf that may hold a file; one that holds none is plain text."""
        found = self.inline[payload]
        if found is None:
            return marks.text_edits(payload)
        verdict = found.verdict
        if verdict.kind != "text" or verdict.text is None or verdict.codec is None:
            return []
        masked = marks.masked_text(verdict.text)
        if masked == verdict.text:
            return []
        data = verdict.codec.encode(masked)
        coded = base64.b64encode(data).decode() if found.coded else quote(data)
        return [(0, len(payload), found.head + coded)]

    def refuse_documents_with_findings(self, marks: Marks) -> None:
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


async def judge_media(
    leaves: Iterable[tuple[str, str, str]],
    files: Iterable[UploadFile],
    settings: Uploads,
    report: Report,
    *,
    limit: int,
) -> Media:
    """Look at every file of a request. `leaves` are (payload, media type, filename) of strings that may hold one.

    `limit` bounds a decoded file in bytes. Raises NotRedactable, BadEncoding or TooLarge.
    """
    media = Media()
    for payload, media_type, filename in leaves:
        if payload in media.inline:
            continue
        found = _open(payload, media_type, filename, limit)
        media.inline[payload] = found
        if found is None:
            if payload.strip():
                media.texts.append(payload)
        elif found.verdict.kind == "text":
            media.texts.append(found.verdict.text or "")
        else:
            await _judge(found.verdict, _bytes(payload, limit), settings, report, media, limit)
    for file in files:
        verdict = inspect_file(file.data, filename=file.filename or None, media_type=file.media_type or None)
        await _judge(verdict, file.data, settings, report, media, limit)
    media.texts += media.documents
    return media


def _open(payload: str, media_type: str, filename: str, limit: int) -> _Inline | None:
    url = parse_data_url(payload)
    if url is not None:
        media_type, coded, body = url
        head = payload[: len(payload) - len(body)]
    else:
        coded, body, head = True, payload, ""
    if coded and len(body) > _HEAD:
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
    return _Inline(inspect_file(data, filename=filename or None, media_type=media_type or None), head, coded)


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
