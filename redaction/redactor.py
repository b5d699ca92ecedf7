"""One request body in, the same body with every text masked out.

`bytes -> decode -> leaves -> Profiler (cached) -> edits -> bytes`. Nothing is found: the very same bytes go back,
compressed ones too. Anything in doubt raises one of `redaction.errors`; nothing is half done.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, Protocol

from config.redaction_settings import RedactionSettings
from redaction.attachments.decide import Media, judge_media, may_be_picture
from redaction.attachments.document_texts import DocumentCache, DocumentReader
from redaction.attachments.request_documents import RequestDocuments
from redaction.attachments.upload_texts import is_multipart, to_be_read
from redaction.body.codings import DecodedBody, decode_body, encode_body
from redaction.body.json_walk import Bounds
from redaction.body.leaves import Kind, Leaf
from redaction.body.parse import read_body, read_query, read_text
from redaction.body.parsed_body import ParsedBody, ReadAgain, Rendered
from redaction.bounded_cache import BoundedCache
from redaction.document_cache import KnownDocuments
from redaction.errors import BadEncoding, NotRedactable, RedactionError
from redaction.given_up import GivenUp, left
from redaction.known.known_sources import KnownSources, RememberedKnown
from redaction.known.shown_values import Places, ShownValues
from redaction.mask_service import MaskService
from redaction.payload import Payload, Redacted
from redaction.replacer import Replacement, Replacer, in_context, plain
from redaction.report import Report
from redaction.restore.note import with_note
from redaction.spans import Span
from redaction.workers import SMALL, Workers, workers

# A protected leaf without one of these cannot match a checksum rule.
_SUSPICIOUS = re.compile(r"[0-9@]")
_SHORTEST_FINDING = 7
_REMEMBERED = 20_000


class PolicyStrictRules(Protocol):
    """Checksum and format rules for keys, numbers and protected leaves, under the policy of this name."""

    def __call__(self, text: str, policy: str) -> Sequence[Span]: ...


class Redactor:
    """Masks bodies, queries and frames. Stateless but for the cache behind `masker`."""

    def __init__(
        self,
        masker: MaskService,
        strict: PolicyStrictRules,
        settings: RedactionSettings,
        *,
        contextual: bool,
        everyday: Callable[[str], bool] | None = None,
        known: KnownSources | None = None,
        threads: Workers | None = None,
    ) -> None:
        """`contextual`: the Profiler is the embedded one, which is shown a telling key before its value. `everyday`:
        whether a word means something else than a name; without it no part of a name stays known. `known`: values that
        the user knows."""
        self._masker = masker
        self._strict = strict
        self._settings = settings
        self._contextual = contextual
        self._harmless = BoundedCache[tuple[str, int], bool](_REMEMBERED)
        self._documents = KnownDocuments(masker)
        self._document_texts = DocumentCache()
        self._everyday = everyday
        self._known = known
        self._places = BoundedCache[bytes, Places](_REMEMBERED)
        self._secret = secrets.token_bytes(32)
        self._threads = threads or workers()

    def strict(self, text: str, policy: str) -> Sequence[Span]:
        """What checksum and format rules find in a text under this policy: for the head of a request."""
        return self._strict(text, policy=policy)

    async def body(
        self,
        payload: Payload,
        *,
        rename: Callable[[str], str] | None = None,
        replacement: Replacement = plain,
        note: bool = False,
        given_up: GivenUp | None = None,
    ) -> Redacted:
        """Mask a request body. `rename` maps the root `model` name; `note` adds the note on placeholders (note.py);
        `given_up` stops the work when the client leaves.

        Raises BadDocument, BadEncoding, TooLarge, NotRedactable or ProfilerFailed.
        """
        if not payload.data:
            return Redacted(payload.data, Report())
        self._look_at_content_type(payload)
        inflated = self._settings.limits.inflated
        decoded = await self._threads.run(
            len(payload.data),
            lambda: decode_body(payload.data, payload.content_encoding or None, max_inflated=inflated),
        )
        size = len(decoded.data)
        report, data = await self._mask(
            lambda bounds: read_body(decoded.data, payload.content_type, payload.dialect, bounds),
            size,
            payload,
            rename,
            replacement,
            note=note and not payload.signed,
            given_up=given_up,
            body=decoded.data,
        )
        if data == decoded.data and decoded.reusable:
            return Redacted(payload.data, report)
        if payload.signed:
            raise NotRedactable(
                f"a signature covers this body and {_counts(report)} would have to be masked: the vendor would refuse "
                "it. Use a Bedrock API key (Authorization: Bearer) instead of SigV4 credentials",
                code="faasera_signed_body",
            )
        report.changed = True
        return Redacted(await self._threads.run(len(data), lambda: _encode(data, decoded)), report)

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
        report, data = await self._mask(
            lambda bounds: read_query(query, keep, bounds, dialect), len(query), payload, None, replacement
        )
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
        report, data = await self._mask(
            lambda bounds: read_text(message, dialect, bounds), len(message), payload, None, replacement, note=note
        )
        masked = data.decode("utf-8", "surrogatepass")
        report.changed = masked != message
        return masked if report.changed else message, report

    async def _mask(
        self,
        read: Callable[[Bounds], ParsedBody],
        size: int,
        payload: Payload,
        rename: Callable[[str], str] | None,
        replacement: Replacement,
        *,
        note: bool = False,
        given_up: GivenUp | None = None,
        body: bytes = b"",
    ) -> tuple[Report, bytes]:
        """The work as a task of its own where the body is not small: a client that leaves takes it along."""
        stop = GivenUp()
        work = self._masked(read, size, payload, rename, replacement, stop.check, note, body)
        if given_up is None or size <= SMALL:
            return await _checked(work, stop)
        task = asyncio.ensure_future(_checked(work, stop))
        forget = given_up.when(task.cancel)
        try:
            return await task
        except asyncio.CancelledError:
            if given_up.gone and task.cancelled():
                raise left() from None
            task.cancel()
            raise
        finally:
            forget()

    async def _masked(
        self,
        read: Callable[[Bounds], ParsedBody],
        size: int,
        payload: Payload,
        rename: Callable[[str], str] | None,
        replacement: Replacement,
        check: Callable[[], None],
        note: bool,
        body: bytes,
    ) -> tuple[Report, bytes]:
        """Read, judge files, mask the texts, write back: each on a thread where the body is not small."""
        try:
            return await self._once(read, size, payload, rename, replacement, check, note, body, documents=True)
        except ReadAgain:
            return await self._once(read, size, payload, rename, replacement, check, note, body, documents=False)

    async def _once(
        self,
        read: Callable[[Bounds], ParsedBody],
        size: int,
        payload: Payload,
        rename: Callable[[str], str] | None,
        replacement: Replacement,
        check: Callable[[], None],
        note: bool,
        body: bytes,
        *,
        documents: bool,
    ) -> tuple[Report, bytes]:
        """`documents`: whether those that are known to hold nothing are not read again."""
        policy = payload.policy
        limits = self._settings.limits
        known = self._known.current() if self._known is not None else None
        version = known.version if known else 0
        clean = self._documents.known(policy, version) if documents else None
        bounds = Bounds(limits.depth, limits.strings, clean, check, everything=bool(known))
        report = Report()

        def leaves_of() -> tuple[ParsedBody, list[Leaf]]:
            parsed = read(bounds)
            return parsed, list(parsed.leaves)

        parsed, leaves = await self._threads.run(size, leaves_of)
        lookup = RememberedKnown(known, self._places, self._secret) if known else None
        places = lookup.places if lookup is not None else None
        as_text = await self._threads.run(
            len(body) if parsed.files else 0, lambda: self._as_text(parsed, payload, body, replacement, places, version)
        )
        media = await judge_media(
            [leaf for leaf in leaves if leaf.kind is Kind.MEDIA],
            parsed.files,
            self._settings.uploads,
            report,
            limit=limits.inflated,
            bounds=bounds,
            run=self._threads.run,
            as_text=as_text,
            pictures=is_multipart(payload.content_type) or may_be_picture(payload.dialect, payload.content_type),
        )
        started = time.perf_counter()
        texts = await self._threads.run(size, lambda: self._texts(leaves, media))
        result = await self._masker.mask(texts, policy)
        report.new, report.cached = result.new, result.cached
        report.profiler_seconds = time.perf_counter() - started if result.new else 0.0
        strict = partial(self._strict, policy=policy)
        replacer = Replacer(result.maskings, strict, self._contextual, replacement, rename, media, lookup)
        replacer.kept = [] if self._settings.before_after else None
        media.refuse_documents_with_findings(replacer)

        def write() -> tuple[Rendered, bytes]:
            self._look_at_protected(leaves, policy, report, check)
            shown = ShownValues(self._everyday, self._places, self._secret)
            rendered = parsed.render(replacer, check, shown)
            self._documents.remember(parsed.documents, replacer, rendered.changes, policy, version)
            written, types = media.finish(rendered.source, payload.content_type, replacer)
            rendered.masked.update(types)
            return rendered, with_note(written, payload.dialect) if note else written

        rendered, data = await self._threads.run(size, write)
        report.cached += sum(leaf.kind is Kind.KNOWN for leaf in leaves)
        report.model = next((leaf.text for leaf in leaves if leaf.kind is Kind.MODEL), "")
        report.masked = rendered.masked
        if as_text is not None:
            report.documents.update(as_text.outcomes)
        report.left_in_paths = rendered.left
        report.ambiguous = rendered.ambiguous
        report.masked_results = rendered.in_tool_results
        report.changed_texts = replacer.kept or ()
        return report, data

    def _as_text(
        self,
        parsed: ParsedBody,
        payload: Payload,
        body: bytes,
        replacement: Replacement,
        places: Callable[[str], Places] | None,
        version: int,
    ) -> RequestDocuments | None:
        """Whoever reads the documents of a request, where they are sent as text. `body` is decoded; `places` finds
        known values, whose `version` changes when they do."""
        if self._settings.uploads.documents != "text":
            return None
        reader = DocumentReader(
            self._document_texts,
            f"{self._masker.profiler.identity} {version}",
            payload.policy,
            self._settings.limits.inflated,
            getattr(replacement, "recall", None),
            places,
        )
        uploaded = bool(parsed.files) and is_multipart(payload.content_type)
        return RequestDocuments(reader, to_be_read(body, payload.content_type) if uploaded else frozenset())

    def _texts(self, leaves: Iterable[Leaf], media: Media) -> list[str]:
        """Every text that the Profiler must see, as it should see it."""
        texts = [self._view(leaf) for part in (leaves, media.leaves) for leaf in part if leaf.kind is Kind.TEXT]
        return texts + media.texts

    def _view(self, leaf: Leaf) -> str:
        return in_context(leaf.text, leaf.key) if self._contextual else leaf.text

    def _look_at_content_type(self, payload: Payload) -> None:
        """A content type may hold anything, and cannot be masked without breaking the body."""
        told = payload.content_type
        if _SUSPICIOUS.search(told) and self._strict(told, policy=payload.policy):
            raise NotRedactable(
                "the content-type holds a value that would have to be masked: leave it out",
                code="faasera_content_type_with_findings",
            )

    def _look_at_protected(
        self, leaves: Iterable[Leaf], policy: str, report: Report, check: Callable[[], None]
    ) -> None:
        """Count checksum findings in leaves that the dialect protects; a policy may refuse them."""
        rules = self._settings.policies.get(policy)
        refuse = rules is not None and rules.protected == "refuse"
        for leaf in leaves:
            if leaf.kind not in _PROTECTED:
                continue
            report.skipped += 1
            text = leaf.text
            if (leaf.kind is Kind.WORD and not refuse) or len(text) < _SHORTEST_FINDING or not _SUSPICIOUS.search(text):
                continue
            token = policy, hash(text)
            if self._harmless.get(token):
                continue
            check()
            if spans := self._strict(text, policy=policy):
                report.protected.update(span.type for span in spans)
            else:
                self._harmless.put(token, True)
        if report.protected and refuse:
            found = ", ".join(f"{kind} {count}" for kind, count in sorted(report.protected.items()))
            raise NotRedactable(
                f"a protected field (an id, a signature or signed text) holds {found}, and policy {policy!r} says "
                "protected: refuse",
                code="faasera_protected_value",
            )


async def _checked[T](work: Coroutine[Any, Any, T], stop: GivenUp) -> T:
    """The result of some work; threads that do a part of it are told when it is cancelled."""
    try:
        return await work
    except asyncio.CancelledError:
        stop.tell()
        raise


# Leaves that the dialect's table keeps. Of these a WORD is judged and masked when the body is written back.
_PROTECTED = frozenset({Kind.KEPT, Kind.WORD, Kind.MODEL})


def _counts(report: Report) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in sorted(report.masked.items())) or "text"


def _encode(data: bytes, decoded: DecodedBody) -> bytes:
    try:
        return encode_body(data, decoded.encoding)
    except RedactionError:
        raise
    except Exception:  # noqa: BLE001 - a codec's error must not show what it was fed
        raise BadEncoding(f"the masked body cannot be encoded as {decoded.encoding} again") from None
