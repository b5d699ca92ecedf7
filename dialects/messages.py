"""Anthropic Messages, at its own API, at Bedrock's InvokeModel (`bedrock.py`), and at Vertex AI's rawPredict."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dialects.base import ALL, Dialect, Mode, Reader, Reading, Turn, at, paths, protect
from dialects.document_shapes import Change, Place, kept
from dialects.shared import COMMON, needs_a_person
from dialects.shown_turns import of_contents, of_message, of_messages, of_tools
from dialects.system_prompt import PromptBody

_BLOCK_DELTAS = {"text_delta": "text", "input_json_delta": "partial_json"}


def _read(root: dict[str, Any]) -> Reading:
    """Content blocks by index, each one ended by its own event."""
    kind, index = root.get("type"), str(root.get("index", ""))
    if kind == "content_block_delta":
        name = _BLOCK_DELTAS.get(str(at(root, "delta", "type")))
        if name is not None and type(at(root, "delta", name)) is str:
            return Reading([(("delta", name), (index,))])
        if type(at(root, "delta", "thinking")) is str:
            return Reading(thoughts=[(("delta", "thinking"), (index,))])
    elif kind == "content_block_start":
        block, name = str(at(root, "content_block", "type")), at(root, "content_block", "name")
        if block == "text" and type(at(root, "content_block", "text")) is str:
            return Reading([(("content_block", "text"), (index,))])
        if block.endswith("tool_use") and type(name) is str:
            return Reading(calls=[((index,), name)])
    elif kind == "content_block_stop":
        return Reading(ends=[(index,)])
    elif kind == "completion" and type(root.get("completion")) is str:  # the legacy text API
        return Reading([(("completion",), ("completion",))], [ALL] if root.get("stop_reason") is not None else [])
    elif kind in ("message_delta", "message_stop", "error"):
        return Reading(ends=[ALL])
    return Reading()


EVENTS = Reader(_read, frozenset({"type"}))


def note(body: PromptBody) -> str:
    """`system`: behind its last block, so in front of no billing header and inside no cached prefix."""
    if "messages" not in body.members(body.root):
        return body.source
    return body.into(body.root, "system", new=body.quoted, block=body.text_block)


def _document(place: Place, text: str, _is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """`document` keeps its title, context, citations and cache_control; only its source changes."""
    if place.key(0) != "data" or place.kind(0) != "base64" or place.key(1) != "source":
        return None
    if place.kind(1) == "document":
        return [Change(0, {"type": "text", "media_type": "text/plain", "data": text})]
    return [Change(1, {"type": "text", "text": text, **kept(place.object(1))})]


def turns(doc: dict[str, Any]) -> Iterator[Turn]:
    yield from of_tools(doc.get("tools"))
    yield from of_contents("system", doc.get("system"))
    yield from of_messages(doc.get("messages"))
    if "content" in doc:
        yield from of_message(doc, "assistant")


# Claude Code tries an overloaded_error again for minutes, whatever `x-should-retry` says (2.1.197, tried).
_ERROR_TYPES = {400: "invalid_request_error", 413: "request_too_large", 503: "overloaded_error"}


def error(status: int, code: str, message: str) -> Any:
    """`{"type": "error", "error": {"type", "message"}}`: Anthropic's API reference."""
    kind = _ERROR_TYPES.get(status, "invalid_request_error" if status < 500 else "api_error")
    kind = "api_error" if needs_a_person(code) else kind
    return {"type": "error", "error": {"type": kind, "message": message, "code": code}}


MESSAGES = Dialect(
    name="messages",
    paths=paths("messages/**", llm=True),
    google_methods={"rawpredict": True, "streamrawpredict": True},
    home="claude",
    prefix="v1",
    rules=(
        # Signed by the model, or encrypted. The signature covers these fields: whatever else stands there is text.
        *protect(Mode.SEALED, "thinking", types="thinking", beside="signature"),
        *protect(Mode.CIPHER, "data", types="redacted_thinking"),
        *protect(Mode.DATA, "input", types="tool_use server_tool_use mcp_tool_use"),
        *protect(Mode.KEEP_LEAF, "container"),
        *protect(Mode.KEEP_LEAF, "anthropic_version anthropic_beta"),
        *COMMON,
    ),
    # Claude Code's first system block carries a hash over the body (CLIProxyAPI#2517): `key=value;` pairs, no prose.
    kept_texts=re.compile(r"x-anthropic-billing-header:(?: ?[\w.-]{1,40}=[\w.:/+=-]{0,80};?){1,12} ?"),
    kept_under=frozenset({"system"}),
    kept_fields=frozenset(),
    note=note,
    events=EVENTS,
    turns=turns,
    error=error,
    document_part=_document,
)
