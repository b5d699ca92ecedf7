"""Table: where each dialect keeps its deltas, and which events end them.

A reader looks at one event and names its delta strings (place and channel) and the channels that end with it. A
channel is a tuple; an end is the beginning of one, `()` ends them all. Strings that no reader names are restored one
by one, so a field that a vendor adds tomorrow comes back too, unless it is split. Sources: the vendors' API references.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from redaction.restore.json_edit import Path

type Channel = tuple[str, ...]

ALL: Channel = ()


@dataclass(slots=True)
class Reading:
    """What one event holds. `whole` false: nothing but the deltas may be touched (thinking, audio)."""

    deltas: list[tuple[Path, Channel]] = field(default_factory=list)
    ends: list[Channel] = field(default_factory=list)
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Reader:
    """A row. `keep`: keys below the root that an additional delta event must repeat."""

    read: Callable[[dict[str, Any]], Reading]
    keep: frozenset[str]


def items(value: Any, *path: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The objects of the list at `path`, with their places. Anything else there is no list."""
    found = at(value, *path)
    if type(found) is list:
        for index, item in enumerate(found):
            if type(item) is dict:
                yield (*path, index), item


def at(value: Any, *path: str) -> Any:
    """The value at a path of keys, or None."""
    for key in path:
        value = value.get(key) if type(value) is dict else None
    return value


def _chat(root: dict[str, Any]) -> Reading:
    """OpenAI chat completion chunks, legacy completions, and what compatible servers made of them."""
    reading = Reading()
    for place, choice in items(root, "choices"):
        index = str(choice.get("index", place[-1]))
        for path in _CHAT_STRINGS:
            if type(at(choice, *path)) is str:
                reading.deltas.append(((*place, *path), (index, *path)))
        for part_place, part in items(choice, "delta", "content"):  # Mistral: content as a list of parts
            if type(part.get("text")) is str:
                reading.deltas.append(((*place, *part_place, "text"), (index, "delta", "content")))
        for call_place, call in items(choice, "delta", "tool_calls"):
            number = str(call.get("index", call_place[-1]))
            for path in _CALL_STRINGS:
                if type(at(call, *path)) is str:
                    reading.deltas.append(((*place, *call_place, *path), (index, "call", number, *path)))
        if choice.get("finish_reason") is not None:
            reading.ends.append((index,))
    if "error" in root:
        reading.ends.append(ALL)
    return reading


_CHAT_STRINGS = (
    ("delta", "content"),
    ("delta", "refusal"),
    ("delta", "function_call", "arguments"),
    ("delta", "audio", "transcript"),
    ("text",),
)
_CALL_STRINGS = (("function", "arguments"), ("custom", "input"))


def _responses(root: dict[str, Any]) -> Reading:
    """Responses and Realtime events: `response.<part>.delta` and `.done`; new parts follow the same pattern."""
    kind = root.get("type")
    if type(kind) is not str:
        return Reading()
    if "reasoning" in kind or kind.endswith(("audio.delta", "partial_image")):
        return Reading(whole=False)
    if kind.endswith(".delta"):
        if type(root.get("delta")) is str:
            return Reading([(("delta",), _part(root, kind.removesuffix(".delta")))])
        return Reading()
    if kind.endswith("output_item.done"):
        return Reading(ends=[_item(root)])
    if kind in _RESPONSE_ENDS:
        return Reading(ends=[ALL])
    if kind.endswith((".done", ".completed")):
        return Reading(ends=[_part(root, kind.rpartition(".")[0])])
    return Reading()


_RESPONSE_ENDS = frozenset(
    ("error", *(f"response.{end}" for end in ("completed", "done", "failed", "incomplete", "cancelled")))
)
_PART_IDS = ("content_index", "summary_index", "command_index")


def _item(root: dict[str, Any]) -> Channel:
    item = root.get("output_index")
    return (str(root.get("response_id", "")), str(item if item is not None else root.get("item_id", "")))


def _part(root: dict[str, Any], stem: str) -> Channel:
    return (*_item(root), stem, *(str(root.get(name, "")) for name in _PART_IDS))


def _messages(root: dict[str, Any]) -> Reading:
    """Anthropic messages: content blocks by index, each one ended by its own event."""
    kind, index = root.get("type"), str(root.get("index", ""))
    if kind == "content_block_delta":
        name = _BLOCK_DELTAS.get(str(at(root, "delta", "type")))
        if name is not None and type(at(root, "delta", name)) is str:
            return Reading([(("delta", name), (index,))])
    elif kind == "content_block_start":
        if at(root, "content_block", "type") == "text" and type(at(root, "content_block", "text")) is str:
            return Reading([(("content_block", "text"), (index,))])
    elif kind == "content_block_stop":
        return Reading(ends=[(index,)])
    elif kind == "completion" and type(root.get("completion")) is str:  # the legacy text API
        return Reading([(("completion",), ("completion",))], [ALL] if root.get("stop_reason") is not None else [])
    elif kind in ("message_delta", "message_stop", "error"):
        return Reading(ends=[ALL])
    return Reading()


_BLOCK_DELTAS = {"text_delta": "text", "input_json_delta": "partial_json"}


def _ollama(root: dict[str, Any]) -> Reading:
    """Ollama's /api/chat and /api/generate lines."""
    reading = Reading()
    for path in (("message", "content"), ("response",)):
        if type(at(root, *path)) is str:
            reading.deltas.append((path, path))
    if root.get("done") is True or "error" in root:
        reading.ends.append(ALL)
    return reading


def _cohere(root: dict[str, Any]) -> Reading:
    """Cohere v2 (named events by index) and v1 (`text-generation` lines)."""
    kind, index = str(root.get("type", "")), str(root.get("index", ""))
    if kind.endswith("-delta"):
        deltas = [
            (path, (index, *path)) for path in _COHERE_STRINGS if type(at(root, *(str(step) for step in path))) is str
        ]
        return Reading(list(deltas))
    if root.get("event_type") == "text-generation" and type(root.get("text")) is str:
        return Reading([(("text",), ("text",))], [ALL] if root.get("is_finished") is True else [])
    if kind in ("message-end", "content-end", "tool-call-end") or root.get("event_type") == "stream-end":
        return Reading(ends=[ALL if kind in ("", "message-end") else (index,)])
    return Reading()


_COHERE_STRINGS: tuple[tuple[str, ...], ...] = (
    ("delta", "message", "content", "text"),
    ("delta", "message", "tool_plan"),
    ("delta", "message", "tool_calls", "function", "arguments"),
)


def _generic(root: dict[str, Any]) -> Reading:
    """An event of unknown shape: each string for itself."""
    return Reading()


CHAT = Reader(_chat, frozenset({"index"}))
RESPONSES = Reader(_responses, frozenset())
MESSAGES = Reader(_messages, frozenset({"type"}))
OLLAMA = Reader(_ollama, frozenset({"role"}))
COHERE = Reader(_cohere, frozenset())
GENERIC = Reader(_generic, frozenset())
