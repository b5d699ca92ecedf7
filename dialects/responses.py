"""OpenAI Responses: requests, server-sent events and WebSocket messages; Realtime, which has the same events; and
Conversations, which has the same items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from dialects.base import ALL, Channel, Dialect, Mode, Reader, Reading, Turn, at, paths, protect
from dialects.document_shapes import Change, Place, kept
from dialects.shared import COMMON, openai_error, plain_dialect
from dialects.shown_turns import of_contents, of_message, of_tools
from dialects.system_prompt import PromptBody

_ENDS = frozenset(("error", *(f"response.{end}" for end in ("completed", "done", "failed", "incomplete", "cancelled"))))
_PART_IDS = ("content_index", "summary_index", "command_index")


def _read(root: dict[str, Any]) -> Reading:
    """`response.<part>.delta` and `.done`; new parts follow the same pattern."""
    kind = root.get("type")
    if type(kind) is not str:
        return Reading()
    delta = type(root.get("delta")) is str
    if "reasoning" in kind or kind.endswith(("audio.delta", "partial_image")):
        thinks = delta and "reasoning" in kind
        thoughts = [(("delta",), _part(root, kind.removesuffix(".delta")))] if thinks else []
        return Reading(whole=False, thoughts=[*thoughts])
    if kind.endswith(".delta"):
        return Reading([(("delta",), _part(root, kind.removesuffix(".delta")))]) if delta else Reading()
    if kind.endswith("output_item.added"):
        item, name = str(at(root, "item", "type")), at(root, "item", "name")
        return Reading(calls=[(_item(root), name if type(name) is str else item)] if item.endswith("call") else [])
    if kind.endswith("output_item.done"):
        return Reading(ends=[_item(root)])
    if kind in _ENDS:
        return Reading(ends=[ALL])
    if kind.endswith((".done", ".completed")):
        return Reading(ends=[_part(root, kind.rpartition(".")[0])])
    return Reading()


def _item(root: dict[str, Any]) -> Channel:
    item = root.get("output_index")
    return (str(root.get("response_id", "")), str(item if item is not None else root.get("item_id", "")))


def _part(root: dict[str, Any], stem: str) -> Channel:
    return (*_item(root), stem, *(str(root.get(name, "")) for name in _PART_IDS))


EVENTS = Reader(_read)


def _note(body: PromptBody) -> str:
    """Also in a `response.create` message. A stored prompt brings its own instructions: kept."""
    members = body.members(body.root)
    if body.value(members.get("type")) not in (None, "response.create"):
        return body.source
    stored = body.value(members.get("prompt")) is not None and "instructions" not in members
    if "input" not in members or stored:
        return body.source
    return body.into(body.root, "instructions", new=body.quoted, block=body.text_block)


def _realtime_note(body: PromptBody) -> str:
    """The instructions that a client sets for its session."""
    members = body.members(body.root)
    session = members.get("session")
    if body.value(members.get("type")) != "session.update" or session is None:
        return body.source
    place = body.members(session).get("instructions")
    return body.source if place is None else body.at_end_of_string(place)


def _document(place: Place, text: str, _is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """`input_file` and `input_image` parts."""
    if place.kind(0) in ("input_file", "input_image") and place.key(0) in ("file_data", "image_url", "file_url"):
        return [Change(0, {"type": "input_text", "text": text, **kept(place.object(0))})]
    return None


def _turns(doc: dict[str, Any]) -> Iterator[Turn]:
    inner = doc.get("response")
    if isinstance(inner, dict):  # a WebSocket message or the last event of a stream
        doc = inner
    yield from of_tools(doc.get("tools"))
    yield from of_contents("system", doc.get("instructions") if isinstance(doc.get("instructions"), str) else None)
    for role, said in (("user", doc.get("input", doc.get("items"))), ("assistant", doc.get("output"))):
        if isinstance(said, str):
            yield from of_contents(role, said)
        for item in said if isinstance(said, list) else []:
            if isinstance(item, dict) and ("role" in item or item.get("type") in (None, "message")):
                yield from of_message(item, role)
            elif isinstance(item, dict) and str(item.get("type")).endswith("_output"):
                yield from of_contents("tool", item)
            else:
                yield from of_contents("assistant" if isinstance(item, dict) else role, item)


# What is typed or said then travels in a data channel between the client and the vendor, beside any proxy.
WEBRTC = "a WebRTC call would go past this proxy, and so would what is typed in it; use Realtime's WebSocket instead"

RESPONSES = Dialect(
    name="responses",
    paths=paths("responses/**", llm=True),
    google_methods={},
    home="openai",
    prefix=None,
    rules=(
        *protect(Mode.MEDIA, "data", under="input_audio"),
        *protect(Mode.MEDIA, "audio", types="input_audio_buffer.append input_audio output_audio audio"),
        *protect(Mode.MEDIA, "result", types="image_generation_call"),
        *protect(Mode.KEEP_LEAF, "item_id previous_item_id event_id response_ids reasoning_id"),
        *protect(Mode.KEEP_LEAF, "conversation reasoning_effort"),
        *protect(Mode.DATA, "operation action queries"),
        *COMMON,
    ),
    kept_texts=None,
    kept_under=frozenset(),
    kept_fields=frozenset(),
    note=_note,
    events=EVENTS,
    turns=_turns,
    error=openai_error,
    document_part=_document,
)

REALTIME = replace(
    RESPONSES,
    name="realtime",
    paths=(
        # Creating a call; `calls/{id}/accept` and the like are JSON about a call that comes in by telephone.
        *paths("realtime realtime/calls realtimertc/**", methods=("POST",), llm=True, refusal=WEBRTC),
        *paths("realtime/** live/**", llm=True),
    ),
    note=_realtime_note,
)

CONVERSATIONS = plain_dialect("conversations", paths("conversations/**"), home="openai", turns=_turns)
