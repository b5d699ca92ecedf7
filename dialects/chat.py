"""OpenAI Chat Completions, and what compatible servers made of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dialects.base import ALL, Dialect, Mode, Reader, Reading, Turn, at, items, paths, protect
from dialects.shared import COMMON, openai_error, plain_dialect
from dialects.shown_turns import of_message, of_messages, of_tools
from dialects.system_prompt import PromptBody

_STRINGS = (
    ("delta", "content"),
    ("delta", "refusal"),
    ("delta", "function_call", "arguments"),
    ("delta", "audio", "transcript"),
    ("text",),
)
_CALL_STRINGS = (("function", "arguments"), ("custom", "input"))
_THOUGHTS = (("delta", "reasoning_content"), ("delta", "reasoning"))


def _read(root: dict[str, Any]) -> Reading:
    """Chunks of chat completions, and legacy text completions."""
    reading = Reading()
    for place, choice in items(root, "choices"):
        index = str(choice.get("index", place[-1]))
        for path in _STRINGS:
            if type(at(choice, *path)) is str:
                reading.deltas.append(((*place, *path), (index, *path)))
        for path in _THOUGHTS:
            if type(at(choice, *path)) is str:
                reading.thoughts.append(((*place, *path), (index, *path)))
        for part_place, part in items(choice, "delta", "content"):  # Mistral: content as a list of parts
            if type(part.get("text")) is str:
                reading.deltas.append(((*place, *part_place, "text"), (index, "delta", "content")))
        if type(name := at(choice, "delta", "function_call", "name")) is str and name:
            reading.calls.append(((index, "delta", "function_call"), name))
        for call_place, call in items(choice, "delta", "tool_calls"):
            number = str(call.get("index", call_place[-1]))
            for path in _CALL_STRINGS:
                if type(name := at(call, path[0], "name")) is str and name:
                    reading.calls.append(((index, "call", number), name))
                if type(at(call, *path)) is str:
                    reading.deltas.append(((*place, *call_place, *path), (index, "call", number, *path)))
        if choice.get("finish_reason") is not None:
            reading.ends.append((index,))
    if "error" in root:
        reading.ends.append(ALL)
    return reading


EVENTS = Reader(_read, frozenset({"index"}))


def turns(doc: dict[str, Any]) -> Iterator[Turn]:
    yield from of_tools(doc.get("tools"))
    yield from of_messages(doc.get("messages"))
    for choice in doc["choices"] if isinstance(doc.get("choices"), list) else []:
        if isinstance(choice, dict):
            yield from of_message(choice.get("message", choice.get("text")), "assistant")


CHAT = Dialect(
    name="chat",
    paths=(
        *paths("chat/completions/** async/chat/completions/**", anywhere=True, llm=True),
        *paths("agents/completions"),
    ),
    # Vertex AI: Mistral and others behind rawPredict take this shape; those of Anthropic are `messages`.
    google_methods={},
    home="openai",
    prefix=None,
    rules=(
        *protect(Mode.SEALED, "data", types="reasoning.encrypted"),
        *protect(Mode.MEDIA, "data", under="input_audio"),
        *protect(Mode.DATA, "data", under="document documents"),
        *protect(Mode.KEEP_LEAF, "name", under="custom"),
        *protect(Mode.SEALED, "grammar lark regex", under="format custom grammar"),
        *protect(Mode.DATA, "parameters outputs", under="tool_results call"),
        *COMMON,
    ),
    kept_texts=None,
    kept_under=frozenset(),
    kept_fields=frozenset(),
    note=PromptBody.in_messages,
    events=EVENTS,
    turns=turns,
    error=openai_error,
    document_part=None,
)

# Text completions stream the same chunks, but have no system prompt.
COMPLETIONS = plain_dialect(
    "completions", paths("completions complete edits", llm=True), home="openai", events=EVENTS, turns=turns
)
FIM = plain_dialect("fim", paths("fim/completions", anywhere=True, llm=True), events=EVENTS)
