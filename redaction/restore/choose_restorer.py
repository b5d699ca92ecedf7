"""Which restorer an answer needs. The entry of this package for the response side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from dialects.base import Reader
from dialects.registry import dialect_named
from redaction.body.json_document import Document
from redaction.body.sniff import sniff
from redaction.errors import BadDocument
from redaction.restore.delta_channels import Channels
from redaction.restore.json_array import JsonArrayRestorer
from redaction.restore.message_restorer import FrameRestorer
from redaction.restore.ndjson_stream import NdjsonRestorer
from redaction.restore.placeholder_matcher import Lookup, RestoreCounts, is_empty
from redaction.restore.sse import SseRestorer
from redaction.restore.tool_rules import NO_RULES, ToolRules, string_restorer
from redaction.restore.whole_body import IdentityRestorer, JsonBodyRestorer, TextRestorer

EVENT_LIMIT = 4 * 1024 * 1024  # bytes of one event, line, array element or WebSocket message
BODY_LIMIT = 32 * 1024 * 1024  # bytes of one JSON document: limits.body

_LINES = frozenset(
    f"application/{name}" for name in ("x-ndjson", "ndjson", "jsonl", "x-jsonlines", "json-lines", "stream+json")
)
# Downloads without a type of their own: batch results, files.
_OCTETS = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/binary"})
# Text without a syntax that a value could break (HTML and scripts are not for us to write into).
_TEXTS = frozenset({"text/plain", "text/vtt", "text/srt", "text/markdown", "text/csv", "application/x-subrip"})
_MARK = b"\xef\xbb\xbf"
_TELLING = 512  # bytes that tell text from anything else, where nothing but bytes tells


class Restorer(Protocol):
    """An answer's body on its way to the client. Never raises, never loses a byte of what it does not restore."""

    counts: RestoreCounts

    def feed(self, chunk: bytes) -> bytes:
        """The next decoded bytes from upstream in (no content encoding), bytes for the client out; perhaps none."""
        ...

    def finish(self) -> bytes:
        """The end of the body: what is still to be sent. Called once, also when upstream broke off."""
        ...


@dataclass(frozen=True, slots=True)
class _Answer:
    """What all restorers of one answer need."""

    reader: Reader
    lookup: Lookup
    rules: ToolRules
    event_limit: int
    body_limit: int
    counts: RestoreCounts = field(default_factory=RestoreCounts)

    def channels(self) -> Channels:
        return Channels(self.reader, self.lookup, self.counts, self.rules)

    def events(self) -> Restorer:
        return SseRestorer(self.channels(), self.counts, self.event_limit)

    def lines(self) -> Restorer:
        return NdjsonRestorer(self.channels(), self.counts, self.event_limit)

    def array(self) -> Restorer:
        return JsonArrayRestorer(self.channels(), self.counts, self.event_limit)

    def document(self) -> Restorer:
        return JsonBodyRestorer(string_restorer(self.lookup, self.counts, self.rules), self.counts, self.body_limit)

    def text(self) -> Restorer:
        return TextRestorer(self.lookup, self.counts)


def make_restorer(
    dialect: str,
    content_type: str,
    lookup: Lookup,
    rules: ToolRules = NO_RULES,
    *,
    event_limit: int = EVENT_LIMIT,
    body_limit: int = BODY_LIMIT,
) -> Restorer:
    """The restorer of one answer.

    `dialect` is routing's name, `content_type` the answer's header value ("" when there is none), `lookup` a
    VaultScope or any function from tag to value, `rules` what comes back to which tools. An empty scope gets an
    IdentityRestorer, as does a content type that holds no text. Where JSON is possible, the first bytes decide:
    content types lie. Octets are text only where the format is known and they read as such.
    """
    if is_empty(lookup):
        return IdentityRestorer()
    answer = _Answer(dialect_named(dialect).events, lookup, rules, event_limit, body_limit)
    media = content_type.partition(";")[0].strip().lower()
    if media == "text/event-stream":
        return answer.events()
    if media in _LINES:
        return answer.lines()
    if media in _OCTETS:
        return _Sniffer(answer, octets=True, text=dialect != "unknown")
    if media == "text/plain":
        return _Sniffer(answer, text=True)
    if media == "application/json" or media.endswith("+json"):
        return _Sniffer(answer)
    if media in _TEXTS:
        return answer.text()
    return IdentityRestorer(answer.counts)


def make_frame_restorer(
    dialect: str, lookup: Lookup, rules: ToolRules = NO_RULES, *, limit: int = EVENT_LIMIT
) -> FrameRestorer:
    """The restorer of one WebSocket connection. Make it at the first masked message: the scope fills while it lives."""
    return FrameRestorer(dialect_named(dialect).events, lookup, rules, limit)


class _Sniffer:
    """Waits for the first bytes that tell, then hands over. `text`: what is not JSON may be text. `octets`: it must
    also read as such."""

    def __init__(self, answer: _Answer, *, text: bool = False, octets: bool = False) -> None:
        self.counts = answer.counts
        self._answer, self._text, self._octets = answer, text, octets
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
        if self._octets and start[:1] not in (b"{", b"[") and len(self._head) < _TELLING:
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
            return self._answer.events()
        if start.startswith(b"[") and self._answer.reader.array:
            return self._answer.array()
        if start.startswith(b"{"):
            return _LinesOrDocument(self._answer)
        if start[:1] in (b"[", b'"') and (self._octets or not self._text):
            return self._answer.document()
        if self._text and (not self._octets or sniff(start, "text/plain") in ("text", "form")):
            return self._answer.text()
        return IdentityRestorer(self.counts)


class _LinesOrDocument:
    """JSON that begins with an object: a document, or one object a line (the results of a batch), whatever the content
    type says. Lines are told by a first line that is whole and an object behind it."""

    def __init__(self, answer: _Answer) -> None:
        self.counts = answer.counts
        self._answer = answer
        self._buffer = bytearray()
        self._end = -1  # of the first line, when it is whole
        self._chosen: Restorer | None = None

    def feed(self, chunk: bytes) -> bytes:
        """See `Restorer.feed`."""
        if self._chosen is not None:
            return self._chosen.feed(chunk)
        searched = len(self._buffer)
        self._buffer += chunk
        if self._end < 0:
            self._end = self._buffer.find(b"\n", searched)
            whole = self._end >= 0 and _is_whole(bytes(self._buffer[: self._end]))
            if not whole and (
                self._end >= 0 or len(self._buffer) > min(self._answer.event_limit, self._answer.body_limit)
            ):
                return self._choose(self._answer.document())
        if self._end < 0:
            return b""
        rest = self._buffer[self._end :].lstrip(b" \t\r\n")
        return self._choose(self._answer.lines() if rest.startswith(b"{") else self._answer.document()) if rest else b""

    def finish(self) -> bytes:
        """See `Restorer.finish`."""
        held = self._choose(self._answer.document()) if self._chosen is None else b""
        assert self._chosen is not None
        return held + self._chosen.finish()

    def _choose(self, chosen: Restorer) -> bytes:
        self._chosen = chosen
        held = bytes(self._buffer)
        self._buffer.clear()
        return chosen.feed(held)


def _is_whole(line: bytes) -> bool:
    try:
        Document.parse(line.removeprefix(_MARK).decode())
    except (UnicodeDecodeError, BadDocument, RecursionError):
        return False
    return True


def _is_sse(start: bytes, *, so_far: bool) -> bool:
    names = (b"data:", b"event:", b"id:", b"retry:", b": ")
    return any(name.startswith(start) if so_far else start.startswith(name) for name in names)
