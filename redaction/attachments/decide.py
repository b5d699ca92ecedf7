"""Files in a request, judged by their content: what is masked in place, sent as text, passed uninspected or refused.

text                    masked in place (also inside base64 and data URLs)
document (pdf, docx...) inline, or uploaded to be read: its masked text takes its place (uploads.documents: text);
                        scan: its text is masked for a look: nothing found, it goes unchanged; else 422
image, audio            pass, counted as not inspected (settings `uploads`); never where no upload is
encrypted, unreadable   422
anything else           422 unless `uploads.other: allow`

What is refused in an older turn or in a tool's result becomes `[[BLOCKED_FILE]]`.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import quote

from config.redaction_settings import Uploads
from redaction.attachments.classify import FileVerdict, extract_document, inspect_file
from redaction.attachments.open_inline import InlineFile, inline_bytes, open_inline
from redaction.attachments.request_documents import RequestDocuments
from redaction.attachments.reshape import FileText, Markers
from redaction.attachments.upload_file import UploadFile
from redaction.body.leaves import REPLACEABLE, Kind, Leaf
from redaction.body.walk_bounds import Bounds
from redaction.edits import Edit, apply
from redaction.errors import NotRedactable, TooLarge
from redaction.placeholders import BLOCKED_FILE, placeholder
from redaction.replacer import NOTHING, Replaced, Replacer, masked_text
from redaction.report import Report

_IN_LABEL = "/;=+.-_!*'()~:@&$"
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}\Z", re.ASCII)


@dataclass(slots=True)
class Media:
    """The files of one request. `texts` and `leaves` must be masked before `replaced` and
    `refuse_documents_with_findings`."""

    texts: list[str] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    inline: dict[str, InlineFile | None] = field(default_factory=dict)
    as_text: RequestDocuments | None = None
    markers: Markers = field(default_factory=Markers)

    def __repr__(self) -> str:
        return f"Media({len(self.inline)} inline, {len(self.documents)} documents)"

    def replaced(self, replacer: Replacer, leaf: Leaf) -> Replaced:
        """What becomes of a leaf that may hold a file; one that holds none is plain text."""
        payload = leaf.text
        found = self.inline[payload]
        if found is None:
            return replacer.text(payload)
        if found.refused is not None:
            marker = self.markers.add(FileText(placeholder(BLOCKED_FILE), plain=True))
            return Replaced([(0, len(payload), marker)], (BLOCKED_FILE,))
        if self.as_text is not None and self.as_text.holds(payload):
            return self._as_text(self.as_text, replacer, leaf, found)
        return self._in_place(replacer, payload, found)

    def _as_text(self, documents: RequestDocuments, replacer: Replacer, leaf: Leaf, found: InlineFile) -> Replaced:
        """A marker in the place of a document; a text that was a document too (a web page) may stay what it was."""
        stem, ending = split_name(leaf.about[1])
        name = masked_text(replacer, stem)[0] + ending if stem.strip() else ""
        otherwise = ""
        if found.verdict.kind == "text":
            otherwise = apply(leaf.text, self._in_place(replacer, leaf.text, found).edits)
        text, types = documents.text_of(leaf.text, replacer.maskings, replacer.replacement)
        text, more = replacer.without_shown(text)
        if name:
            text = f"[file: {name}]\n{text}"
        marker = self.markers.add(FileText(text, found.head, found.coded, otherwise=otherwise))
        return Replaced([(0, len(leaf.text), marker)], [*types, *more])

    def finish(self, data: bytes, content_type: str, replacer: Replacer) -> tuple[bytes, Sequence[str]]:
        """The written body with texts in the place of documents, and the types masked in those that were uploaded.

        Raises NotRedactable where no text can be put.
        """
        types: list[str] = []
        if self.as_text is not None:
            data = self.as_text.put_uploads(data, content_type, replacer.maskings, replacer.replacement, types)
        return self.markers.put_in(data), types

    def _in_place(self, replacer: Replacer, payload: str, found: InlineFile) -> Replaced:
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
                rendered = found.json.render(replace(replacer, media=None), shown=replacer.shown)
                masked = rendered.source.decode("utf-8", "surrogatepass")
                types += rendered.masked.elements()
            else:
                masked, done = masked_text(replacer, verdict.text)
                masked, more = replacer.without_shown(masked)
                types += (*done.types, *more)
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


def split_name(filename: str) -> tuple[str, str]:
    """A file's name and its ending: a name of a person must not seem to go on in it."""
    match = _ENDING.search(filename)
    return (filename[: match.start()], match.group()) if match else (filename, "")


def _is_page(found: InlineFile, media_type: str) -> bool:
    """Whether a text file is a web page that was sent as one."""
    told = media_type or found.head.partition(":")[2]
    return told.lower().startswith(("text/html", "application/xhtml"))


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
    as_text: RequestDocuments | None = None,
    pictures: bool = True,
) -> Media:
    """Look at every file of a request. `leaves` are those strings that may hold one.

    `limit` bounds a decoded file in bytes, `bounds` the walk of one that is JSON; `run` does work of a size
    elsewhere. `as_text` reads documents that are replaced by their text. `pictures`: a body that is one file may be
    a picture or a sound here.

    Raises NotRedactable, BadEncoding, TooLarge or ProfilerFailed (too many documents wait); for a leaf in an older
    turn or a tool's result the file is replaced instead of the first and the last.
    """
    media = Media(as_text=as_text)
    leaves = list(leaves)
    distinct: dict[str, Leaf] = {}
    for leaf in leaves:
        distinct.setdefault(leaf.text, leaf)

    def open_all() -> dict[str, InlineFile | None]:
        return {payload: _open_safely(leaf, limit, bounds) for payload, leaf in distinct.items()}

    media.inline = await run(sum(map(len, distinct)), open_all) if distinct else {}
    for leaf in distinct.values():
        await _look(leaf, settings, report, media, limit, run)
    for leaf in leaves:
        found = media.inline[leaf.text]
        if as_text is not None and found is not None:
            media.texts.append(split_name(leaf.about[1])[0])
        if found is not None and found.refused is not None and not leaf.where & REPLACEABLE:
            raise found.refused
    for file in files:
        verdict = inspect_file(file.data, media_type=file.media_type or None)
        if verdict.kind == "document" and as_text is not None and as_text.wants(file.data):
            media.texts += await as_text.read_upload(file.data, verdict.format)
            continue
        if verdict.kind in ("image", "audio") and not pictures:
            verdict = FileVerdict("binary", verdict.format)
        await _judge(verdict, file.data, settings, report, media, limit)
    media.texts += media.documents
    return media


def _open_safely(leaf: Leaf, limit: int, bounds: Bounds) -> InlineFile | None:
    bounds.check()
    try:
        return open_inline(leaf.text, leaf.about[0], limit, bounds)
    except (NotRedactable, TooLarge) as error:
        return _refused_file(error)


def _refused_file(error: NotRedactable | TooLarge) -> InlineFile:
    return InlineFile(FileVerdict("unreadable", "refused"), refused=error)


async def _look(leaf: Leaf, settings: Uploads, report: Report, media: Media, limit: int, run: Run) -> None:
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
        if media.as_text is not None and _is_page(found, leaf.about[0]):
            data = await run(len(payload), lambda: inline_bytes(payload, limit))
            with suppress(NotRedactable, TooLarge):  # a page that cannot be read is masked as it stands
                media.texts += await media.as_text.read_inline(payload, data, "html")
    else:
        try:
            data = await run(len(payload), lambda: inline_bytes(payload, limit))
            if media.as_text is not None and found.verdict.kind == "document":
                media.texts += await media.as_text.read_inline(payload, data, found.verdict.format)
            else:
                await _judge(found.verdict, data, settings, report, media, limit)
        except (NotRedactable, TooLarge) as error:
            if found.verdict.kind == "document" and not found.head and leaf.about == ("", ""):
                # Nothing but its form says that this word is a file, and nobody can open it.
                media.inline[payload] = None
                media.texts.append(payload)
                return
            media.inline[payload] = _refused_file(error)


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
    """Whether a body that is one file may be a picture or a sound. A JSON endpoint takes none, gRPC never."""
    label = content_type.partition(";")[0].strip().lower()
    if label.startswith(("application/grpc", "application/connect", "application/proto", "application/x-proto")):
        return False
    return dialect in _UPLOADS or (dialect == "unknown" and label.startswith(("image/", "audio/")))
