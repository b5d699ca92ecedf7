"""Which restorer an answer needs. The entry of this package for the response side."""

from __future__ import annotations

from typing import Protocol

from redaction.restore.delta_channels import Channels
from redaction.restore.json_array import JsonArrayRestorer
from redaction.restore.message_restorer import FrameRestorer
from redaction.restore.ndjson_stream import NdjsonRestorer
from redaction.restore.placeholder_matcher import Lookup, RestoreCounts, is_empty
from redaction.restore.reader_gemini import GEMINI
from redaction.restore.readers import CHAT, COHERE, GENERIC, MESSAGES, OLLAMA, RESPONSES, Reader
from redaction.restore.sse import SseRestorer
from redaction.restore.whole_body import IdentityRestorer, JsonBodyRestorer, TextRestorer

EVENT_LIMIT = 4 * 1024 * 1024  # bytes of one event, line, array element or WebSocket message
BODY_LIMIT = 32 * 1024 * 1024  # bytes of one JSON document: limits.body

# The dialect names that routing gives; others are read event by event.
READERS: dict[str, Reader] = {
    "chat": CHAT,
    "completions": CHAT,
    "fim": CHAT,
    "responses": RESPONSES,
    "realtime": RESPONSES,
    "messages": MESSAGES,
    "bedrock-invoke": MESSAGES,
    "web-claude": MESSAGES,  # claude.ai streams the API's own events
    "gemini": GEMINI,
    "ollama": OLLAMA,
    "cohere": COHERE,
}
_LINES = frozenset(
    f"application/{name}" for name in ("x-ndjson", "ndjson", "jsonl", "x-jsonlines", "json-lines", "stream+json")
)
# Text without a syntax that a value could break (HTML and scripts are not for us to write into).
_TEXTS = frozenset({"text/plain", "text/vtt", "text/srt", "text/markdown", "text/csv", "application/x-subrip"})
_MARK = b"\xef\xbb\xbf"


class Restorer(Protocol):
    """An answer's body on its way to the client. Never raises, never loses a byte of what it does not restore."""

    counts: RestoreCounts

    def feed(self, chunk: bytes) -> bytes:
        """The next decoded bytes from upstream in (no content encoding), bytes for the client out; perhaps none."""
        ...

    def finish(self) -> bytes:
        """The end of the body: what is still to be sent. Called once, also when upstream broke off."""
        ...


def make_restorer(
    dialect: str, content_type: str, lookup: Lookup, *, event_limit: int = EVENT_LIMIT, body_limit: int = BODY_LIMIT
) -> Restorer:
    """The restorer of one answer.

    `dialect` is routing's name, `content_type` the answer's header value ("" when there is none), `lookup` a
    VaultScope or any function from tag to value. An empty scope gets an IdentityRestorer,
    as does a content type that holds no text. Where JSON is possible, the first bytes decide: content types lie.
    """
    if is_empty(lookup):
        return IdentityRestorer()
    counts = RestoreCounts()
    reader = READERS.get(dialect, GENERIC)
    media = content_type.partition(";")[0].strip().lower()
    if media == "text/event-stream":
        return SseRestorer(Channels(reader, lookup, counts), counts, event_limit)
    if media in _LINES:
        return NdjsonRestorer(Channels(reader, lookup, counts), counts, event_limit)
    if media in ("", "application/octet-stream", "text/plain", "application/json") or media.endswith("+json"):
        return _Sniffer(reader, media, lookup, counts, event_limit, body_limit)
    if media in _TEXTS:
        return TextRestorer(lookup, counts)
    return IdentityRestorer(counts)


def make_frame_restorer(dialect: str, lookup: Lookup, *, limit: int = EVENT_LIMIT) -> FrameRestorer:
    """The restorer of one WebSocket connection. Make it at the first masked message: the scope fills while it lives."""
    return FrameRestorer(READERS.get(dialect), lookup, limit)


class _Sniffer:
    """Waits for the first bytes that tell, then hands over."""

    def __init__(
        self, reader: Reader, media: str, lookup: Lookup, counts: RestoreCounts, event_limit: int, body_limit: int
    ) -> None:
        self.counts = counts
        self._reader, self._media, self._lookup = reader, media, lookup
        self._event_limit, self._body_limit = event_limit, body_limit
        self._head = b""
        self._chosen: Restorer | None = None

    def feed(self, chunk: bytes) -> bytes:
        """See `Restorer.feed`."""
        if self._chosen is not None:
            return self._chosen.feed(chunk)
        self._head += chunk
        start = self._head.removeprefix(_MARK).lstrip(b" \t\r\n")
        # 7 bytes tell `data:` and `event:` apart from text; blanks are not waited for without end
        undecided = not start or _MARK.startswith(self._head) or (len(start) < 7 and _is_sse(start, so_far=True))
        if undecided and len(self._head) < 1024:
            return b""
        self._chosen = self._choose(start)
        head, self._head = self._head, b""
        return self._chosen.feed(head)

    def finish(self) -> bytes:
        """See `Restorer.finish`."""
        if self._chosen is not None:
            return self._chosen.finish()
        chosen = self._choose(self._head.removeprefix(_MARK).lstrip(b" \t\r\n"))
        return chosen.feed(self._head) + chosen.finish()

    def _choose(self, start: bytes) -> Restorer:
        if _is_sse(start, so_far=False):
            return SseRestorer(Channels(self._reader, self._lookup, self.counts), self.counts, self._event_limit)
        if start.startswith(b"[") and self._reader is GEMINI:
            return JsonArrayRestorer(Channels(self._reader, self._lookup, self.counts), self.counts, self._event_limit)
        if start[:1] in ((b"{",) if self._media == "text/plain" else (b"{", b"[", b'"')):
            return JsonBodyRestorer(self._lookup, self.counts, self._body_limit)
        if self._media == "text/plain":
            return TextRestorer(self._lookup, self.counts)
        return IdentityRestorer(self.counts)


def _is_sse(start: bytes, *, so_far: bool) -> bool:
    names = (b"data:", b"event:", b"id:", b"retry:", b": ")
    return any(name.startswith(start) if so_far else start.startswith(name) for name in names)
