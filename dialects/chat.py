"""OpenAI Chat Completions, and what compatible servers made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dialects.base import ALL, Dialect, Mode, Path, Reader, Reading, Turn, at, items, paths, protect
from dialects.document_shapes import Change, Place, kept
from dialects.shared import COMMON, openai_error, plain_dialect
from dialects.shown_turns import of_message, of_messages, of_tools
from dialects.system_prompt import PromptBody

# Strings of a delta that go on, and where they go on: content under the same name, others below an object.
_TEXTS = ("content", "refusal")
_THOUGHTS = ("reasoning_content", "reasoning")
_INNER = (("function_call", "arguments"), ("audio", "transcript"))
_CALL_STRINGS = (("function", "arguments"), ("custom", "input"))


def _read(root: dict[str, Any]) -> Reading:
    """Chunks of chat completions, and legacy text completions."""
    reading = Reading()
    for place, choice in items(root, "choices"):
        index = str(choice.get("index", place[-1]))
        if type(choice.get("text")) is str:
            reading.deltas.append(((*place, "text"), (index, "text")))
        if type(delta := choice.get("delta")) is dict:
            _delta(reading, (*place, "delta"), delta, index)
        if choice.get("finish_reason") is not None:
            reading.ends.append((index,))
    if "error" in root:
        reading.ends.append(ALL)
    return reading


def _delta(reading: Reading, place: Path, delta: dict[str, Any], index: str) -> None:
    for name in _TEXTS:
        if type(delta.get(name)) is str:
            reading.deltas.append(((*place, name), (index, "delta", name)))
    for name in _THOUGHTS:
        if type(delta.get(name)) is str:
            reading.thoughts.append(((*place, name), (index, "delta", name)))
    for owner, name in _INNER:
        if type(inner := delta.get(owner)) is dict:
            if type(tool := inner.get("name")) is str and tool:
                reading.calls.append(((index, "delta", owner), tool))
            if type(inner.get(name)) is str:
                reading.deltas.append(((*place, owner, name), (index, "delta", owner, name)))
    for part_place, part in items(delta, "content"):  # Mistral: content as a list of parts
        if type(part.get("text")) is str:
            reading.deltas.append(((*place, *part_place, "text"), (index, "delta", "content")))
    for call_place, call in items(delta, "tool_calls"):
        number = str(call.get("index", call_place[-1]))
        for path in _CALL_STRINGS:
            if type(tool := at(call, path[0], "name")) is str and tool:
                reading.calls.append(((index, "call", number), tool))
            if type(at(call, *path)) is str:
                reading.deltas.append(((*place, *call_place, *path), (index, "call", number, *path)))


EVENTS = Reader(_read, frozenset({"index"}))


def _document(place: Place, text: str, _is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """`file`, `image_url` and Mistral's `document_url` parts."""
    part = place.object(1)
    nested = place.kind(1) == place.key(1) and place.key(1) in ("file", "image_url", "input_audio", "document_url")
    if nested:
        return [Change(1, {"type": "text", "text": text, **kept(part)})]
    own = place.object(0)
    if place.kind(0) == place.key(0) and place.key(0) in ("image_url", "document_url") and "role" not in own:
        return [Change(0, {"type": "text", "text": text, **kept(own)})]
    return None


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
        *protect(Mode.CIPHER, "data", types="reasoning.encrypted"),
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
    document_part=_document,
)

# Text completions stream the same chunks, but have no system prompt.
COMPLETIONS = plain_dialect(
    "completions", paths("completions complete edits", llm=True), home="openai", events=EVENTS, turns=turns
)
FIM = plain_dialect("fim", paths("fim/completions", anywhere=True, llm=True), events=EVENTS)
