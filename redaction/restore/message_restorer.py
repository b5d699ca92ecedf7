"""WebSocket text messages: one event each (Responses, Realtime, Gemini Live)."""

from __future__ import annotations

from dialects.base import Reader
from redaction.restore.delta_channels import Channels
from redaction.restore.placeholder_matcher import Lookup, RestoreCounts, is_empty
from redaction.restore.tool_rules import ToolRules


class FrameRestorer:
    """Restores the messages from the server on one connection, in order."""

    def __init__(self, reader: Reader, lookup: Lookup, rules: ToolRules, limit: int) -> None:
        self.counts = RestoreCounts()
        self._lookup = lookup
        self._limit = limit
        self._channels = Channels(reader, lookup, self.counts, rules)

    def message(self, content: bytes) -> list[bytes]:
        """The messages to deliver in place of one: additional deltas first, the message itself last.

        `content` is the whole message in UTF-8. What is not one JSON value, or is over `limit` bytes, comes back
        as the very same bytes.
        """
        if is_empty(self._lookup) and not self._channels.open:
            return [content]
        if len(content) > self._limit:
            return [content]
        try:
            source = content.decode("utf-8")
        except UnicodeDecodeError:
            return [content]
        extras, new = self._channels.event(source)
        messages = [extra.source.encode("utf-8", "surrogatepass") for extra in extras]
        return [*messages, content if new == source else new.encode("utf-8", "surrogatepass")]

    @property
    def held(self) -> bool:
        """Whether text of an earlier message is still held back."""
        return self._channels.held

    def release(self) -> list[bytes]:
        """When the server says nothing more: what is held back, as additional messages."""
        return [extra.source.encode("utf-8", "surrogatepass") for extra in self._channels.release()]
