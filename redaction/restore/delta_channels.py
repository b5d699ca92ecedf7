"""One matcher per channel of an answer: several choices and tool calls stream side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from dialects.base import ALL, Channel, Path, Reader, string_at
from redaction.body.json_document import Document
from redaction.errors import BadDocument
from redaction.restore.address_guards import ShownText
from redaction.restore.json_edit import edited, filled, pruned
from redaction.restore.placeholder_matcher import Lookup, Matcher, RestoreCounts, forms_for, one_way_types
from redaction.restore.tool_rules import NO_RULES, ToolRules, guard_for, string_restorer

MAX_CHANNELS = 1024  # of one answer at a time; the text of more is restored without looking across events


class Extra(NamedTuple):
    """An additional event: its JSON text, and the framing (an SSE event name line) it had before."""

    source: str
    head: bytes


@dataclass(slots=True)
class _State:
    matcher: Matcher
    small: Any = None  # the last event of the channel, pruned: the shape of an additional delta
    path: Path = ()
    head: bytes = b""


class Channels:
    """Restores the events of one answer, in order."""

    def __init__(self, reader: Reader, lookup: Lookup, counts: RestoreCounts, rules: ToolRules = NO_RULES) -> None:
        self._reader = reader
        self._lookup = lookup
        self._counts = counts
        self._rules = rules
        self._whole = string_restorer(lookup, counts, rules)
        self._states: dict[Channel, _State] = {}
        self._calls: dict[Channel, str] = {}  # beginnings of channels -> the tool whose arguments they are

    @property
    def _may_hold(self) -> re.Pattern[str]:
        return forms_for(self._lookup).may_hold

    @property
    def open(self) -> bool:
        """Whether any channel has begun and not ended."""
        return bool(self._states)

    def event(self, source: str, head: bytes = b"") -> tuple[list[Extra], str]:
        """Events to send before this one (text held for channels that end here), and this one restored.

        A source that is not one JSON object, or that cannot be read in one way, comes back as it is.
        """
        try:
            document = Document.parse(source)
            if type(document.root) is not dict:
                return [], edited(document, {}, self._whole)
            return self._event(document, document.root, head)
        except (BadDocument, RecursionError):
            return [], source

    def flush(self, prefix: Channel = ALL) -> list[Extra]:
        """End channels. What they still held comes back as additional deltas in the shape of their last event."""
        return self._end([prefix], frozenset())

    @property
    def held(self) -> bool:
        """Whether any channel holds text back."""
        return any(state.matcher.held for state in self._states.values())

    def release(self) -> list[Extra]:
        """What the channels hold, as additional deltas. They stay open; what comes next begins a new placeholder."""
        found = [(state, state.matcher.release()) for state in self._states.values() if state.matcher.held]
        return [Extra(filled(state.small, state.path, text), state.head) for state, text in found if text]

    def _event(self, document: Document, root: dict[str, Any], head: bytes) -> tuple[list[Extra], str]:
        reading = self._reader.read(root)
        here = frozenset(channel for _, channel in reading.deltas)
        extras = self._end(reading.ends, here)
        for channel, tool in reading.calls[: MAX_CHANNELS - len(self._calls)]:
            self._calls[channel] = tool
        texts: dict[Path, str] = {}
        changed = False
        last: dict[Channel, Path] = {}
        for path, channel in reading.deltas:
            text = string_at(root, path)
            if text is None:
                continue
            state = self._state(channel)
            if state is None:
                texts[path] = self._whole(text, self._tool(channel))
                continue
            texts[path] = state.matcher.feed(text)
            changed = changed or texts[path] != text
            last[channel] = path
        for channel, path in last.items():
            state = self._states[channel]
            if _ended(channel, reading.ends):
                rest = state.matcher.flush()
                texts[path] += rest
                changed = changed or bool(rest)
                del self._states[channel]
            elif state.matcher.held:
                state.small, state.path = pruned(root, path, self._reader.keep)
                state.head = head
        if not changed and (not reading.whole or self._may_hold.search(document.source) is None):
            return extras, document.source  # nearly every event: nothing to look for string by string
        return extras, edited(document, texts, self._whole if reading.whole else None)

    def _tool(self, channel: Channel) -> str | None:
        """The tool whose arguments a channel is, or None: then it is text for a person."""
        return next((tool for start, tool in self._calls.items() if channel[: len(start)] == start), None)

    def _state(self, channel: Channel) -> _State | None:
        state = self._states.get(channel)
        if state is None and len(self._states) < MAX_CHANNELS:
            tool = self._tool(channel)
            guard = ShownText() if tool is None else guard_for(tool, self._rules)
            one_way = frozenset[str]() if tool is None else one_way_types(self._lookup)
            state = self._states[channel] = _State(Matcher(self._lookup, self._counts, guard=guard, one_way=one_way))
        return state

    def _end(self, prefixes: list[Channel], spared: frozenset[Channel]) -> list[Extra]:
        """Flush and drop the channels under the prefixes. Spared ones have a delta in this event to merge with."""
        if not prefixes:
            return []
        self._calls = {
            start: tool
            for start, tool in self._calls.items()
            if not _ended(start, prefixes) or any(channel[: len(start)] == start for channel in spared)
        }
        extras: list[Extra] = []
        for channel in [channel for channel in self._states if channel not in spared and _ended(channel, prefixes)]:
            state = self._states.pop(channel)
            text = state.matcher.flush()
            if text:
                extras.append(Extra(filled(state.small, state.path, text), state.head))
        return extras


def _ended(channel: Channel, prefixes: list[Channel]) -> bool:
    return any(channel[: len(prefix)] == prefix for prefix in prefixes)
