"""Documents as their masked text: read in a process of their own, masked like any text, remembered by content.

What is remembered is the masked text under a keyed hash of the file, never the file or what stood in it. In reversible
mode it counts only as long as every value behind its placeholders can still be given back.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from redaction.attachments.classify import read_document
from redaction.attachments.extraction.result import Extracted
from redaction.attachments.mark_views import Found, View, merge, replace_marked, views
from redaction.bounded_cache import BoundedCache
from redaction.errors import NotRedactable
from redaction.placeholders import find_placeholders
from redaction.profiler.protocol import Masking

_MOST, _MOST_BYTES = 512, 32 << 20
_ON_LOOP = 1 << 20  # bytes that are hashed on the event loop
_NAMES = {
    "pdf": "PDF",
    "docx": "Word document",
    "xlsx": "Excel workbook",
    "pptx": "PowerPoint presentation",
    "odt": "OpenDocument text",
    "ods": "OpenDocument spreadsheet",
    "odp": "OpenDocument presentation",
    "rtf": "RTF document",
    "epub": "EPUB book",
    "html": "web page",
    "eml": "mail",
}
# How one finds what a mark means, for a model that has not seen them.
_LEGEND = ((0, "{+inserted+}"), (2, "{-deleted-}"), (4, "^{raised}"), (6, "_{lowered}"), (8, "~~struck out~~"))

type Replacement = Callable[[str, str], str]
# Gives the value behind a tag back, and keeps it for longer; None when it is gone.
type Recall = Callable[[str], str | None]
# Where values stand that somebody has named: (start, end, type).
type KnownPlaces = Callable[[str], Iterable[tuple[int, int, str]]]


@dataclass(frozen=True, slots=True)
class MaskedDocument:
    """The text to send, and the types of what was replaced in it, once for each. The repr shows no text."""

    text: str = field(repr=False)
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document that was read, or is remembered (`done`). The repr shows no text."""

    extracted: Extracted | None = field(default=None, repr=False)
    readings: Sequence[View] = field(default=(), repr=False)
    done: MaskedDocument | None = None
    key: bytes = field(default=b"", repr=False)

    @property
    def texts(self) -> list[str]:
        """What must be masked before `masked`."""
        if self.extracted is None:
            return []
        return [self.extracted.text, *(view.text for view in self.readings)]

    def masked(
        self, maskings: Mapping[str, Masking], replacement: Replacement, known: KnownPlaces | None = None
    ) -> MaskedDocument:
        """The text with everything replaced that was found in any of its readings, behind a line on what it is.

        Raises NotRedactable when a Profiler rewrote the text in a way that cannot be followed into its decorations.
        """
        if self.done is not None or self.extracted is None:
            assert self.done is not None
            return self.done
        extracted, text = self.extracted, self.extracted.text
        first = about(extracted)
        whole = maskings[text]
        inner = [(view, maskings[view.text]) for view in self.readings]
        if not whole.exact:
            if (known is not None and any(known(whole.replacement))) or any(
                masking.spans or not masking.exact for _, masking in inner
            ):
                raise _rewritten()
            return MaskedDocument(first + whole.replacement, tuple(span.type for span in whole.spans) or ("OTHER",))
        found: list[Found] = [(span.start, span.end, span.type, text[span.start : span.end]) for span in whole.spans]
        for view, masking in inner:
            if not masking.exact:
                raise _rewritten()
            for span in masking.spans:
                found.append((*view.place(span.start, span.end), span.type, view.text[span.start : span.end]))
            if known is not None:
                found += [
                    (*view.place(start, end), kind, view.text[start:end]) for start, end, kind in known(view.text)
                ]
        if known is not None:
            found += [(start, end, kind, text[start:end]) for start, end, kind in known(text)]
        places = merge(found)
        return MaskedDocument(
            first + replace_marked(text, extracted.marks, places, replacement), tuple(kind for _, _, kind, _ in places)
        )


def about(extracted: Extracted) -> str:
    """The line that tells the model what it reads, and what it does not."""
    parts = [_NAMES.get(extracted.format, extracted.format)]
    if extracted.unit and extracted.count:
        parts.append(_counted(extracted.count, extracted.unit))
    line = ", ".join(parts) + ", as text"
    if extracted.left_out:
        line += ". Left out: " + ", ".join(_counted(count, word) for word, count in sorted(extracted.left_out.items()))
    codes = {code for _, code in extracted.marks}
    if legend := [words for code, words in _LEGEND if code in codes]:
        line += ". Marks: " + " ".join(legend)
    return f"[{line}]\n\n"


def _counted(count: int, words: str) -> str:
    """`1 page without text`, `2 pages without text`."""
    if count == 1:
        first, space, rest = words.partition(" ")
        words = first.removesuffix("s") + space + (rest.removesuffix("s") if rest == "files" else rest)
    return f"{count} {words}"


def _rewritten() -> NotRedactable:
    return NotRedactable(
        "the Profiler rewrote the text of a document that has tracked changes or raised text: send it as plain text",
        code="faasera_document_rewritten",
    )


class DocumentCache:
    """Masked texts of documents by a keyed hash of their bytes."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._kept = BoundedCache[bytes, MaskedDocument](_MOST, _MOST_BYTES)

    def __repr__(self) -> str:
        return f"DocumentCache({len(self._kept)} documents)"

    def key(self, file: bytes, *about: str) -> bytes:
        """The key of a file under a detector, a policy and whatever else its text depends on."""
        hasher = blake2b(key=self._secret, digest_size=16)
        for part in about:
            hasher.update(len(part).to_bytes(4, "big") + part.encode("utf-8", "surrogatepass"))
        hasher.update(file)
        return hasher.digest()

    def get(self, key: bytes) -> MaskedDocument | None:
        return self._kept.get(key)

    def put(self, key: bytes, masked: MaskedDocument) -> None:
        self._kept.put(key, masked, 4 * len(masked.text))


@dataclass(slots=True)
class DocumentReader:
    """Reads the documents of one request. `identity` names the detector; `recall` is that of reversible mode."""

    cache: DocumentCache
    identity: str
    policy: str
    limit: int
    recall: Recall | None = None
    known: KnownPlaces | None = None

    async def read(self, data: bytes, format_: str) -> DocumentText:
        """The text of a document, or what it was masked to before.

        Raises NotRedactable when it cannot be read (encrypted, broken, no text in it), `TooLarge`, `ProfilerFailed`.
        """
        about = self.identity, self.policy, format_, "plain" if self.recall is None else "tagged"
        if len(data) > _ON_LOOP:
            key = await asyncio.to_thread(self.cache.key, data, *about)
        else:
            key = self.cache.key(data, *about)
        done = self.cache.get(key)
        if done is not None and self._alive(done):
            return DocumentText(done=done, key=key)
        extracted = await read_document(data, format_, max_inflated=self.limit)
        if extracted.kind != "document":
            raise unread(extracted)
        return DocumentText(extracted, views(extracted.text, extracted.marks), None, key)

    def _alive(self, done: MaskedDocument) -> bool:
        """Whether every tagged placeholder can still come back; each is kept for longer by the question."""
        recall = self.recall
        if recall is None:
            return True
        return all(match[2] is None or recall(match[2]) is not None for match in find_placeholders(done.text))

    def remember(self, document: DocumentText, masked: MaskedDocument) -> None:
        if document.done is None:
            self.cache.put(document.key, masked)


def unread(extracted: Extracted) -> NotRedactable:
    """Why a document cannot be sent as text, in words."""
    name = _NAMES.get(extracted.format, "document" if extracted.format == "zip" else f"{extracted.format} file")
    if extracted.kind == "binary":
        return NotRedactable(
            "an archive that is no document cannot be looked into; uploads.other: allow sends it uninspected",
            code="faasera_upload_refused",
        )
    why = f" ({extracted.reason})" if extracted.reason else ""
    state = "encrypted" if extracted.kind == "encrypted" else "unreadable"
    article = "an" if name[0] in "AEIOUaeiou" else "a"
    return NotRedactable(f"{article} {name} is {state} and cannot be sent as text{why}", code=f"faasera_{state}_file")
