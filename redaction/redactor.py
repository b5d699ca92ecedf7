"""One request body in, the same body with every text masked out.

`bytes -> decode -> documents -> leaves -> Profiler (cached) -> documents -> bytes`. Nothing is found: the very same
bytes go back, compressed ones too. Anything in doubt raises one of `redaction.errors`; nothing is half done.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from config.redaction_settings import RedactionSettings
from redaction.attachments.decide import judge_media, may_be_picture
from redaction.attachments.document_texts import DocumentCache, DocumentReader
from redaction.attachments.request_documents import RequestDocuments
from redaction.attachments.upload_texts import is_multipart, to_be_read
from redaction.body.codings import DecodedBody, decode_body, encode_body
from redaction.body.json_leaves import JsonLeaves
from redaction.body.json_walk import Bounds
from redaction.body.parse import ParsedBody, read_body, read_query, read_text
from redaction.document_cache import KnownDocuments
from redaction.errors import BadEncoding, NotRedactable, RedactionError
from redaction.mask_service import MaskService
from redaction.replacer import Replacement, Replacer, StrictRules, in_context, plain
from redaction.report import Report
from redaction.restore.note import with_note

# Above this many bytes a body is decoded, parsed and written in a worker thread, so that other flows go on.
OFF_LOOP = 1 << 20
# A protected leaf without one of these cannot match a checksum rule.
_SUSPICIOUS = re.compile(r"[0-9@]")
_SHORTEST_FINDING = 7
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Payload:
    """A request body as the client sent it. `signed`: a signature covers the bytes (SigV4), so no edit may happen."""

    data: bytes
    dialect: str
    policy: str
    content_type: str = ""
    content_encoding: str = ""
    signed: bool = False

    def __repr__(self) -> str:
        return f"Payload({len(self.data)} bytes, {self.dialect})"


@dataclass(frozen=True, slots=True)
class Redacted:
    """The body to send. `data is payload.data` when nothing was found."""

    data: bytes
    report: Report

    def __repr__(self) -> str:
        return f"Redacted({len(self.data)} bytes, changed={self.report.changed})"


class Redactor:
    """Masks bodies, queries and frames. Stateless but for the cache behind `masker`."""

    def __init__(
        self, masker: MaskService, strict: StrictRules, settings: RedactionSettings, *, contextual: bool
    ) -> None:
        """`contextual`: the Profiler is the embedded one, which is shown a telling key before its value."""
        self._masker = masker
        self._strict = strict
        self._settings = settings
        self._contextual = contextual
        self._bounds = Bounds(settings.limits.depth, settings.limits.strings)
        self._harmless: set[int] = set()
        self._documents = KnownDocuments(masker)
        self._texts = DocumentCache()

    async def body(
        self,
        payload: Payload,
        *,
        rename: Callable[[str], str] | None = None,
        replacement: Replacement = plain,
        note: bool = False,
    ) -> Redacted:
        """Mask a request body. `rename` maps the root `model` name; `note` adds the note on placeholders (note.py).

        Raises BadDocument, BadEncoding, TooLarge, NotRedactable or ProfilerFailed.
        """
        if not payload.data:
            return Redacted(payload.data, Report())
        inflated = self._settings.limits.inflated
        decoded = await _maybe_thread(
            len(payload.data),
            lambda: decode_body(payload.data, payload.content_encoding or None, max_inflated=inflated),
        )
        bounds = self._bounds
        if replacement is plain and len(decoded.data) <= OFF_LOOP:  # the cache belongs to the event loop
            bounds = replace(bounds, known=self._documents.known(payload.policy))
        reading = await _maybe_thread(
            len(decoded.data), lambda: read_body(decoded.data, payload.content_type, payload.dialect, bounds)
        )
        report, data = await self._mask(reading, len(decoded.data), payload, rename, replacement, decoded.data)
        if note and not payload.signed:
            data = with_note(data, payload.dialect)
        if data == decoded.data and decoded.reusable:
            return Redacted(payload.data, report)
        if payload.signed:
            raise NotRedactable(
                f"a signature covers this body and {_counts(report)} would have to be masked: the vendor would refuse "
                "it. Use a Bedrock API key (Authorization: Bearer) instead of SigV4 credentials",
                code="faasera_signed_body",
            )
        report.changed = True
        return Redacted(await _maybe_thread(len(data), lambda: _encode(data, decoded)), report)

    async def query(
        self,
        query: str,
        policy: str,
        keep: frozenset[str],
        *,
        dialect: str = "unknown",
        replacement: Replacement = plain,
    ) -> tuple[str, Report]:
        """Mask the values of a query string; the parameters in `keep` (credentials) and those of the protocol stay."""
        if not query:
            return query, Report()
        payload = Payload(b"", "unknown", policy)
        reading = read_query(query, keep, self._bounds, dialect)
        report, data = await self._mask(reading, len(query), payload, None, replacement)
        masked = data.decode("ascii", "surrogateescape")
        report.changed = masked != query
        return masked, report

    async def frame(
        self, message: str | bytes, dialect: str, policy: str, *, replacement: Replacement = plain, note: bool = False
    ) -> tuple[str | bytes, Report]:
        """Mask one WebSocket message: JSON by its dialect, other text as one text, binary as a body would be."""
        payload = Payload(b"", dialect, policy)
        if isinstance(message, bytes):
            redacted = await self.body(Payload(message, dialect, policy), replacement=replacement, note=note)
            return redacted.data, redacted.report
        reading = await _maybe_thread(len(message), lambda: read_text(message, dialect, self._bounds))
        report, data = await self._mask(reading, len(message), payload, None, replacement)
        if note:
            data = with_note(data, dialect)
        masked = data.decode("utf-8", "surrogatepass")
        report.changed = masked != message
        return masked if report.changed else message, report

    async def _mask(
        self,
        reading: ParsedBody,
        size: int,
        payload: Payload,
        rename: Callable[[str], str] | None,
        replacement: Replacement,
        body: bytes = b"",
    ) -> tuple[Report, bytes]:
        report = Report()
        plans = [plan for root in reading.plans for plan in root.every()]
        as_text = self._as_text(reading, payload, body, replacement)
        media = await judge_media(
            [item[1:] for plan in plans for item in plan.media],
            reading.files,
            self._settings.uploads,
            report,
            limit=self._settings.limits.inflated,
            bounds=self._bounds,
            as_text=as_text,
            pictures=is_multipart(payload.content_type) or may_be_picture(payload.dialect, payload.content_type),
        )
        plans += media.plans
        texts = [self._view(text, key) for plan in plans for _, text, key in plan.texts]
        texts += reading.texts
        texts += media.texts
        started = time.perf_counter()
        result = await self._masker.mask(texts, payload.policy)
        report.new, report.cached = result.new, result.cached
        report.profiler_seconds = time.perf_counter() - started if result.new else 0.0
        marks = Replacer(result.maskings, self._strict, self._contextual, replacement)
        media.refuse_documents_with_findings(marks)
        self._look_at_protected(plans, payload.policy, report)
        for root in reading.plans:
            if root.model is not None:
                report.model = root.model[1]
                break

        def write() -> bytes:
            data = reading.render(marks, media, rename)
            return (
                data
                if as_text is None
                else as_text.finish(data, payload.content_type, marks.maskings, replacement, marks.masked.update)
            )

        data = await _maybe_thread(size, write)
        if as_text is not None:
            report.documents.update(as_text.outcomes)
        for plan in plans:
            report.cached += len(plan.known)
            for _, masking in plan.known:
                marks.masked.update(span.type for span in masking.spans)
                marks.left += masking.left
        if replacement is plain and size <= OFF_LOOP:  # above it nobody asks, and keeping it would take the loop's time
            self._documents.remember(reading.plans, marks, payload.policy)
        report.masked = marks.masked
        report.left_in_paths = marks.left
        report.ambiguous = marks.ambiguous
        report.masked_results = sum(root.masked_results for root in reading.plans)
        return report, data

    def _as_text(
        self, reading: ParsedBody, payload: Payload, body: bytes, replacement: Replacement
    ) -> RequestDocuments | None:
        """Whoever reads the documents of a request, where they are sent as text."""
        if self._settings.uploads.documents != "text":
            return None
        recall = getattr(replacement, "recall", None)
        reader = DocumentReader(
            self._texts, self._masker.profiler.identity, payload.policy, self._settings.limits.inflated, recall
        )
        uploaded = bool(reading.files) and is_multipart(payload.content_type)
        return RequestDocuments(reader, to_be_read(body, payload.content_type) if uploaded else frozenset())

    def _view(self, text: str, key: str) -> str:
        return in_context(text, key) if self._contextual else text

    def _look_at_protected(self, plans: Iterable[JsonLeaves], policy: str, report: Report) -> None:
        """Count checksum findings in leaves that the dialect protects; a policy may refuse them."""
        for plan in plans:
            report.skipped += len(plan.kept)
            for text in plan.kept:
                if len(text) < _SHORTEST_FINDING or not _SUSPICIOUS.search(text):
                    continue
                token = hash(text)
                if token in self._harmless:
                    continue
                spans = self._strict(text)
                if spans:
                    report.protected.update(span.type for span in spans)
                elif len(self._harmless) < _REMEMBERED:
                    self._harmless.add(token)
        rules = self._settings.policies.get(policy)
        if report.protected and rules is not None and rules.protected == "refuse":
            found = ", ".join(f"{kind} {count}" for kind, count in sorted(report.protected.items()))
            raise NotRedactable(
                f"a protected field (an id, a signature or signed text) holds {found}, and policy {policy!r} says "
                "protected: refuse",
                code="faasera_protected_value",
            )


def _counts(report: Report) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in sorted(report.masked.items())) or "text"


def _encode(data: bytes, decoded: DecodedBody) -> bytes:
    try:
        return encode_body(data, decoded.encoding)
    except RedactionError:
        raise
    except Exception:  # noqa: BLE001 - a codec's error must not show what it was fed
        raise BadEncoding(f"the masked body cannot be encoded as {decoded.encoding} again") from None


async def _maybe_thread[T](size: int, work: Callable[[], T]) -> T:
    return await asyncio.to_thread(work) if size > OFF_LOOP else work()
