"""Cohere's own API: v2 chat, and what is left of v1."""

from __future__ import annotations

from typing import Any

from dialects.base import ALL, Dialect, Mode, Reader, Reading, at, paths, protect
from dialects.chat import turns
from dialects.shared import COMMON, openai_error
from dialects.system_prompt import PromptBody

_STRINGS: tuple[tuple[str, ...], ...] = (
    ("delta", "message", "content", "text"),
    ("delta", "message", "tool_plan"),
    ("delta", "message", "tool_calls", "function", "arguments"),
)
_CALLS = ("delta", "message", "tool_calls")


def _read(root: dict[str, Any]) -> Reading:
    """Named events by index (v2), and `text-generation` lines (v1)."""
    kind, index = str(root.get("type", "")), str(root.get("index", ""))
    if kind.endswith("-delta"):
        return Reading([(path, (index, *path)) for path in _STRINGS if type(at(root, *path)) is str])
    if kind == "tool-call-start" and type(name := at(root, *_CALLS, "function", "name")) is str:
        return Reading(calls=[((index, *_CALLS), name)])
    if root.get("event_type") == "text-generation" and type(root.get("text")) is str:
        return Reading([(("text",), ("text",))], [ALL] if root.get("is_finished") is True else [])
    if kind in ("message-end", "content-end", "tool-call-end") or root.get("event_type") == "stream-end":
        return Reading(ends=[ALL if kind in ("", "message-end") else (index,)])
    return Reading()


COHERE = Dialect(
    name="cohere",
    paths=(
        *paths("chat", after=("v2",), llm=True),
        *paths("chat generate embed embed-jobs/** classify summarize tokenize detokenize", after=("v1", "v2")),
    ),
    google_methods={},
    home="",
    prefix="asked:v2",
    rules=(
        *protect(Mode.KEEP_LEAF, "connectors"),
        *protect(Mode.KEEP_LEAF, "name", under="call"),
        *protect(Mode.DATA, "data", under="document documents"),
        *protect(Mode.DATA, "parameters outputs", under="tool_results call tool_calls"),
        *protect(Mode.MEDIA, "images"),
        *COMMON,
    ),
    kept_texts=None,
    kept_under=frozenset(),
    kept_fields=frozenset(),
    note=PromptBody.in_messages,
    events=Reader(_read),
    turns=turns,
    error=openai_error,
    document_part=None,
)
