"""One request body in, the same body with every text masked out.

`bytes -> decode -> leaves -> Profiler (cached) -> edits -> bytes`. Nothing is found: the very same bytes go back,
compressed ones too. Anything in doubt raises one of `redaction.errors`; nothing is half done.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from config.redaction_settings import RedactionSettings
from config.routing_settings import ModelMap
from redaction.attachments.decide import Media, judge_media, may_be_picture
from redaction.attachments.document_texts import DocumentCache, DocumentReader
from redaction.attachments.request_documents import RequestDocuments
from redaction.attachments.upload_texts import is_multipart, to_be_read
from redaction.body.codings import DecodedBody, decode_body, encode_body
from redaction.body.leaves import Kind, Leaf
from redaction.body.parse import is_json, read_body, read_query, read_text
from redaction.body.parsed_body import ParsedBody, ReadAgain, Rendered
from redaction.body.walk_bounds import Bounds
from redaction.bounded_cache import BoundedCache
from redaction.budget import MOST_FOUND
from redaction.edits import apply
from redaction.errors import BadEncoding, NotRedactable, RedactionError
from redaction.freed_memory import emptied
from redaction.given_up import GivenUp, left
from redaction.known.known_sources import Known, KnownSources, RememberedKnown
from redaction.known.shown_values import NOTHING_SHOWN, Places, ShownValues
from redaction.mask_service import MaskService, bound
from redaction.payload import Payload, Redacted
from redaction.remembered import Done, Memory, Repeatable
from redaction.replacer import Replacement, Replacer, in_context, plain
from redaction.report import Report
from redaction.restore.note import with_note
from redaction.spans import Span
from redaction.workers import ON_LOOP, SMALL, Workers, workers

# A protected leaf without one of these cannot match a checksum rule.
_SUSPICIOUS = re.compile(r"[0-9@]")
_SHORTEST_FINDING = 7
_REMEMBERED = 20_000
# A body is hashed so many times faster than it is read.
_HASHES = 16


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
        models: ModelMap | None = None,
        replacement: Replacement = plain,
        note: bool = False,
        given_up: GivenUp | None = None,
    ) -> Redacted:
        """Mask a request body. `models` maps the root `model` name; `note` adds the note on placeholders (note.py);
        `given_up` stops the work when the client leaves.

        Raises BadDocument, BadEncoding, TooLarge, NotRedactable or ProfilerFailed.
        """
        if not payload.data:
            return Redacted(payload.data, Report())
        self._look_at_content_type(payload)
        decoded = DecodedBody(payload.data, "identity")
        if payload.content_encoding:
            most = self._settings.limits.inflated
            decoded = await self._threads.run(
                len(payload.data), lambda: decode_body(payload.data, payload.content_encoding, max_inflated=most)
            )
        known = self._known.current() if self._known is not None else None
        memory = self._memory(payload, replacement, known) if is_json(payload.content_type) else None
        place, note = f"whole {models.rows if models else ()!r}", note and not payload.signed
        job = _Job(
            lambda bounds: read_body(decoded.data, payload.content_type, payload.dialect, bounds),
            len(decoded.data), payload, known, models, replacement, note, decoded.data, memory,
        )  # fmt: skip
        again = await self._threads.run(len(decoded.data) // _HASHES, lambda: _again(job, place))
        report, data = again if again is not None else await self._mask(job, given_up, place)
        self._refuse_protected(report, payload.policy)  # of what is remembered too
        if data == decoded.data and decoded.reusable:
            return Redacted(payload.data, report)
        if payload.signed:
            raise NotRedactable(
                f"a signature covers this body and {_counts(report.masked) or 'text'} would have to be masked: the "
                "vendor would refuse it. Use a Bedrock API key (Authorization: Bearer) instead of SigV4 credentials",
                code="faasera_signed_body",
            )
        report.changed = True
        if decoded.encoding != "identity":
            data = await self._threads.run(len(data), lambda: _encode(data, decoded))
        return Redacted(data, report)

    def _memory(self, payload: Payload, replacement: Replacement, known: Known | None) -> Memory | None:
        """What is remembered of bodies under the same conditions; None where it cannot be, or all texts are wanted."""
        repeat = replacement if isinstance(replacement, Repeatable) else None
        if self._settings.before_after or (repeat is None and replacement is not plain):
            return None
        decides = (
            self._secret, self._masker.profiler.identity.encode(), payload.policy.encode("utf-8", "surrogatepass"),
            payload.dialect.encode(), (known.version if known else 0).to_bytes(8, "big"), b"known" if known else b"",
            b"foreign" if payload.foreign else b"", repeat.mark if repeat is not None else b"plain",
            payload.content_type.encode("utf-8", "surrogatepass"),  # its charset says what the bytes are
        )  # fmt: skip
        return Memory(self._masker.cache, decides, repeat.again if repeat is not None else None)

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
        known = self._known.current() if self._known is not None else None
        report, data = await self._mask(
            _Job(lambda bounds: read_query(query, keep, bounds, dialect), len(query), payload, known, None, replacement)
        )
        masked = data.decode("ascii", "surrogateescape")
        report.changed = masked != query
        return masked, report

    async def frame(
        self, message: str | bytes, dialect: str, policy: str, *, replacement: Replacement = plain, note: bool = False,
        foreign: bool = False,
    ) -> tuple[str | bytes, Report]:  # fmt: skip
        """Mask one WebSocket message: JSON by its dialect, other text as one text, binary as a body would be."""
        payload = Payload(b"", dialect, policy, foreign=foreign)
        if isinstance(message, bytes):
            payload = replace(payload, data=message)
            redacted = await self.body(payload, replacement=replacement, note=note)
            return redacted.data, redacted.report
        known = self._known.current() if self._known is not None else None
        read = partial(read_text, message, dialect)
        report, data = await self._mask(_Job(read, len(message), payload, known, None, replacement, note))
        masked = data.decode("utf-8", "surrogatepass")
        report.changed = masked != message
        return masked if report.changed else message, report

    async def _mask(self, job: _Job, given_up: GivenUp | None = None, place: str = "") -> tuple[Report, bytes]:
        """The work as a task of its own where the body is not small: a client that leaves takes it along."""
        stop = GivenUp()
        work = self._masked(job, stop.check, place)
        if given_up is None or job.size <= SMALL:
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

    async def _masked(self, job: _Job, check: Callable[[], None], place: str) -> tuple[Report, bytes]:
        """Read, judge files, mask the texts, write back: each on a thread where the body is not small."""
        # The second time what a new part has shown is remembered with it; where it cannot be, nothing is believed.
        for _ in range(2):
            with suppress(ReadAgain):
                return await self._once(job, check, place)
        assert job.memory is not None
        job.memory.blind = True
        return await self._once(job, check, place)

    async def _once(self, job: _Job, check: Callable[[], None], place: str) -> tuple[Report, bytes]:
        payload, policy, memory, known = job.payload, job.payload.policy, job.memory, job.known
        limits = self._settings.limits
        bounds = Bounds(
            limits.depth, limits.strings, check, everything=bool(known), foreign=payload.foreign, memory=memory
        )
        report = Report()
        if memory is not None:
            memory.mark = NOTHING_SHOWN

        def leaves_of() -> tuple[ParsedBody, list[Leaf]]:
            parsed = job.read(bounds)
            return parsed, list(parsed.leaves)

        parsed, leaves = await self._threads.run(job.size, leaves_of)
        lookup = RememberedKnown(known, self._places, self._secret) if known else None
        media, as_text = Media(), None
        if parsed.files or any(leaf.kind is Kind.MEDIA for leaf in leaves):
            as_text = await self._threads.run(
                len(job.body) if parsed.files else 0, lambda: self._as_text(parsed, job, lookup)
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
        texts = await self._threads.run(job.size, lambda: self._texts(leaves, media))
        result = await self._masker.mask(texts, policy)
        before = sum(piece.done.tally.masked.total() for piece in parsed.pieces if piece.done is not None)
        bound(result.maskings, texts, MOST_FOUND - before)
        report.new, report.cached = result.new, result.cached
        report.profiler_seconds = time.perf_counter() - started if result.new else 0.0
        rename = job.models.get if job.models else None
        strict = partial(self._strict, policy=policy)
        replacer = Replacer(result.maskings, strict, self._contextual, job.replacement, rename, media, lookup)
        replacer.kept = report.changed_texts = [] if self._settings.before_after else None
        media.refuse_documents_with_findings(replacer)

        def write() -> tuple[Rendered, bytes]:
            shown = ShownValues(self._everyday, self._places, self._secret)
            rendered = parsed.render(
                replacer, check, shown, memory, lambda leaf: self._in_protected(leaf, policy, check)
            )
            if memory is not None and (done := rendered.whole) is not None and _edited(job, done) == rendered.source:
                memory.keep(job.body, place, NOTHING_SHOWN, done)
            written, types = media.finish(rendered.source, payload.content_type, replacer)
            rendered.masked.update(types)
            return rendered, with_note(written, payload.dialect) if job.note else written

        rendered, data = await self._threads.run(job.size, write)
        rendered.tally.tell(report)
        report.cached += sum(piece.done.tally.texts for piece in parsed.pieces if piece.done is not None)
        report.model = next((leaf.text for leaf in leaves if leaf.kind is Kind.MODEL), "")
        self._refuse_protected(report, policy)
        if as_text is not None:
            report.documents.update(as_text.outcomes)
        if job.size > ON_LOOP:
            await self._threads.steps(job.size, emptied((leaves, texts, result.maskings, *parsed.holders)))
        return report, data

    def _as_text(self, parsed: ParsedBody, job: _Job, lookup: RememberedKnown | None) -> RequestDocuments | None:
        """Whoever reads the documents of a request, where they are sent as text. `lookup` finds known values."""
        if self._settings.uploads.documents != "text":
            return None
        reader = DocumentReader(
            self._document_texts,
            f"{self._masker.profiler.identity} {job.known.version if job.known else 0}",
            job.payload.policy,
            self._settings.limits.inflated,
            getattr(job.replacement, "recall", None),
            lookup.places if lookup is not None else None,
        )
        uploaded = bool(parsed.files) and is_multipart(job.payload.content_type)
        return RequestDocuments(reader, to_be_read(job.body, job.payload.content_type) if uploaded else frozenset())

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

    def _in_protected(self, leaf: Leaf, policy: str, check: Callable[[], None]) -> Sequence[str]:
        """Types of checksum findings in a leaf that the dialect protects. A word is masked where nothing refuses it."""
        text = leaf.text
        if leaf.kind is Kind.WORD and not self._refuses(policy):
            return ()
        if len(text) < _SHORTEST_FINDING or not _SUSPICIOUS.search(text):
            return ()
        token = policy, hash(text)
        if self._harmless.get(token):
            return ()
        check()
        if spans := self._strict(text, policy=policy):
            return [span.type for span in spans]
        self._harmless.put(token, True)
        return ()

    def _refuses(self, policy: str) -> bool:
        """Whether a policy refuses findings in protected leaves."""
        rules = self._settings.policies.get(policy)
        return rules is not None and rules.protected == "refuse"

    def _refuse_protected(self, report: Report, policy: str) -> None:
        if report.protected and self._refuses(policy):
            raise NotRedactable(
                f"a protected field (an id, a signature or signed text) holds {_counts(report.protected)}, "
                f"and policy {policy!r} says protected: refuse",
                code="faasera_protected_value",
            )


@dataclass(slots=True)
class _Job:
    """One body, query or frame. `body`: its decoded bytes, where they are one."""

    read: Callable[[Bounds], ParsedBody]
    size: int
    payload: Payload
    known: Known | None
    models: ModelMap | None
    replacement: Replacement
    note: bool = False
    body: bytes = b""
    memory: Memory | None = None


def _edited(job: _Job, done: Done) -> bytes:
    """A body in UTF-8 with its edits; of another charset something else."""
    return apply(job.body.decode("utf-8", "replace"), done.edits).encode() if done.edits else job.body


def _again(job: _Job, place: str) -> tuple[Report, bytes] | None:
    """A whole body as it was masked before; None for one that was not."""
    if job.memory is None:
        return None
    done = job.memory.find(job.body, place)
    if done is None:
        return None
    report = Report(cached=done.tally.texts, model=done.model)
    done.tally.tell(report)
    data = _edited(job, done)
    return report, with_note(data, job.payload.dialect) if job.note else data


async def _checked[T](work: Coroutine[Any, Any, T], stop: GivenUp) -> T:
    """The result of some work; threads that do a part of it are told when it is cancelled."""
    try:
        return await work
    except asyncio.CancelledError:
        stop.tell()
        raise


def _counts(found: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in sorted(found.items()))


def _encode(data: bytes, decoded: DecodedBody) -> bytes:
    try:
        return encode_body(data, decoded.encoding)
    except RedactionError:
        raise
    except Exception:  # noqa: BLE001 - a codec's error must not show what it was fed
        raise BadEncoding(f"the masked body cannot be encoded as {decoded.encoding} again") from None
