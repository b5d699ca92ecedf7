"""A fake model behind real SDKs: it repeats the masked text in its dialect's real shapes, split into small pieces."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.support.http1 import Answer, Request, answer, ndjson, sse, stream

# What a value may hold: quotes, a newline, backslashes, an emoji, right-to-left text.
HARD = 'O"Hara\\n 😀\nשלום {x}'
PROMPT = f"Write to Jane Doe and to {HARD} now"
SIGNATURE = "c2lnbmVkLWJ5LXRoZS1tb2RlbA"

type Events = list[dict[str, Any]]


def pieces(text: str, size: int = 5) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def arguments(text: str) -> str:
    """Tool arguments as a model writes them: JSON that quotes the text it was given."""
    return json.dumps({"text": text, "lines": [text]}, ensure_ascii=False)


def thinking(text: str) -> str:
    """Reasoning that names the first placeholder of the text: it must stay as the model wrote it."""
    found = _TAGGED.search(text)
    return f"I must not see {found.group() if found else None} here"


def is_thinking(text: str | None) -> bool:
    """Whether reasoning came back untouched, its placeholder included."""
    return text is not None and _THOUGHT.fullmatch(text) is not None


_TAGGED = re.compile(r"\[\[NAME_[a-z2-7]{7}\]\]")
_THOUGHT = re.compile(rf"I must not see {_TAGGED.pattern} here")


def wants_stream(request: Request) -> bool:
    return b'"stream":true' in request.body.replace(b" ", b"")


def chat(request: Request) -> Answer:
    """OpenAI chat completions: content and one tool call side by side."""
    text = request.json()["messages"][-1]["content"]
    base = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    if not wants_stream(request):
        message = {"role": "assistant", "content": text, "refusal": None, "reasoning_content": thinking(text),
                   "tool_calls": [{"id": "t", "type": "function",
                                   "function": {"name": "f", "arguments": arguments(text)}}]}  # fmt: skip
        whole = {**base, "object": "chat.completion",
                 "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}  # fmt: skip
        return answer(200, json.dumps(whole))

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    def call(part: str) -> dict[str, Any]:
        return {"tool_calls": [{"index": 0, "function": {"arguments": part}}]}

    start = {"tool_calls": [{"index": 0, "id": "t", "type": "function", "function": {"name": "f", "arguments": ""}}]}
    events = [chunk({"role": "assistant", "content": "", "reasoning_content": thinking(text)}), chunk(start)]
    contents, calls = list(pieces(text)), list(pieces(arguments(text), 7))
    for at in range(max(len(contents), len(calls))):
        events += [chunk({"content": part}) for part in contents[at : at + 1]]
        events += [chunk(call(part)) for part in calls[at : at + 1]]
    return sse([*events, chunk({}, "tool_calls"), "[DONE]"])


def response_events(text: str) -> Events:
    """Responses: reasoning with encrypted content, a message, a function call."""
    base = {"id": "r", "object": "response", "created_at": 1, "model": "m", "output": [], "tools": [],
            "parallel_tool_calls": True, "tool_choice": "auto", "status": "in_progress"}  # fmt: skip
    thought = {"type": "reasoning", "id": "rs", "summary": [{"type": "summary_text", "text": thinking(text)}],
               "encrypted_content": thinking(text), "status": "completed"}  # fmt: skip
    part = {"type": "output_text", "text": text, "annotations": []}
    message = {"type": "message", "id": "msg", "role": "assistant", "status": "completed", "content": [part]}
    call = {"type": "function_call", "id": "fc", "call_id": "call", "name": "f", "status": "completed",
            "arguments": arguments(text)}  # fmt: skip
    empty = {**message, "status": "in_progress", "content": []}
    open_call = {**call, "arguments": "", "status": "in_progress"}
    events: Events = [
        {"type": "response.created", "response": base},
        {"type": "response.output_item.added", "output_index": 0, "item": {**thought, "summary": []}},
        {"type": "response.output_item.done", "output_index": 0, "item": thought},
        {"type": "response.output_item.added", "output_index": 1, "item": empty},
        {"type": "response.content_part.added", "item_id": "msg", "output_index": 1, "content_index": 0,
         "part": {**part, "text": ""}},
        *({"type": "response.output_text.delta", "item_id": "msg", "output_index": 1, "content_index": 0,
           "delta": piece, "logprobs": []} for piece in pieces(text)),
        {"type": "response.output_text.done", "item_id": "msg", "output_index": 1, "content_index": 0, "text": text,
         "logprobs": []},
        {"type": "response.content_part.done", "item_id": "msg", "output_index": 1, "content_index": 0, "part": part},
        {"type": "response.output_item.done", "output_index": 1, "item": message},
        {"type": "response.output_item.added", "output_index": 2, "item": open_call},
        *({"type": "response.function_call_arguments.delta", "item_id": "fc", "output_index": 2, "delta": piece}
          for piece in pieces(arguments(text), 6)),
        {"type": "response.function_call_arguments.done", "item_id": "fc", "output_index": 2, "name": "f",
         "arguments": arguments(text)},
        {"type": "response.output_item.done", "output_index": 2, "item": call},
        {"type": "response.completed",
         "response": {**base, "status": "completed", "output": [thought, message, call]}},
    ]  # fmt: skip
    return [{"sequence_number": number, **event} for number, event in enumerate(events)]


def responses(request: Request) -> Answer:
    asked = request.json()["input"]
    text = asked if isinstance(asked, str) else asked[-1]["content"]
    events = response_events(text)
    if not wants_stream(request):
        return answer(200, json.dumps(events[-1]["response"]))
    return stream([f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events])


def message_blocks(text: str) -> Events:
    return [
        {"type": "thinking", "thinking": thinking(text), "signature": SIGNATURE},
        {"type": "redacted_thinking", "data": thinking(text)},
        {"type": "text", "text": text, "citations": None},
        {"type": "tool_use", "id": "toolu_1", "name": "f", "input": json.loads(arguments(text))},
    ]


def messages(request: Request) -> Answer:
    """Anthropic: signed thinking, text, a tool call whose input streams as JSON text."""
    text = request.json()["messages"][-1]["content"]
    blocks = message_blocks(text)
    whole = {"id": "m", "type": "message", "role": "assistant", "model": "c", "content": blocks,
             "stop_reason": "tool_use", "stop_sequence": None,
             "usage": {"input_tokens": 1, "output_tokens": 1}}  # fmt: skip
    if not wants_stream(request):
        return answer(200, json.dumps(whole))
    events: Events = [{"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}]
    for index, block in enumerate(blocks):
        empty, deltas = _block_deltas(block, text)
        events.append({"type": "content_block_start", "index": index, "content_block": empty})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    events += [{"type": "ping"},
               {"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": None},
                "usage": {"output_tokens": 9}},
               {"type": "message_stop"}]  # fmt: skip
    return stream([f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events])


def _block_deltas(block: dict[str, Any], text: str) -> tuple[dict[str, Any], Events]:
    match block["type"]:
        case "thinking":
            thoughts: Events = [{"type": "thinking_delta", "thinking": piece} for piece in pieces(thinking(text))]
            signed = {"type": "signature_delta", "signature": SIGNATURE}
            return {**block, "thinking": "", "signature": ""}, [*thoughts, signed]
        case "text":
            return {**block, "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces(text)]
        case "tool_use":
            parts = ["", *pieces(arguments(text), 6)]
            return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": part} for part in parts]
    return block, []


def gemini(request: Request) -> Answer:
    """generateContent: a thought, text, a function call; SSE, a growing array, or one object."""
    text = request.json()["contents"][-1]["parts"][0]["text"]
    call = {"functionCall": {"name": "f", "args": json.loads(arguments(text))}, "thoughtSignature": SIGNATURE}
    thought = {"text": thinking(text), "thought": True}

    def chunk(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"candidates": [{"index": 0, "content": {"role": "model", "parts": list(parts)}, **more}]}

    if ":streamGenerateContent" not in request.target:
        return answer(200, json.dumps(chunk(thought, {"text": text}, call, finishReason="STOP")))
    chunks = [chunk(thought), *(chunk({"text": piece}) for piece in pieces(text)), chunk(call, finishReason="STOP")]
    if "alt=sse" in request.target:
        return stream([f"data: {json.dumps(each)}\r\n\r\n" for each in chunks])
    parts = ["[" + json.dumps(chunks[0], indent=1), *(",\r\n" + json.dumps(each, indent=1) for each in chunks[1:])]
    return stream([*parts, "\n]\n"], "application/json")


def ollama(request: Request) -> Answer:
    """/api/chat lines, a tool call in the last one but one."""
    text = request.json()["messages"][-1]["content"]
    base = {"model": "m", "created_at": "2026-01-01T00:00:00Z"}
    call = {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"function": {"name": "f", "arguments": {"text": text}}}],
    }
    lines: Events = [
        {**base, "message": {"role": "assistant", "content": "", "thinking": thinking(text)}, "done": False},
        *({**base, "message": {"role": "assistant", "content": piece}, "done": False} for piece in pieces(text)),
        {**base, "message": call, "done": False},
        {**base, "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"},
    ]
    return ndjson(lines)


# Where each of them is asked.
SCRIPTS: dict[str, Callable[[Request], Answer]] = {
    "/chat/completions": chat,
    "/responses": responses,
    "/messages": messages,
    ":generateContent": gemini,
    ":streamGenerateContent": gemini,
    "/api/chat": ollama,
}


def script(request: Request) -> Answer | None:
    path = request.target.partition("?")[0]
    found = next((model for end, model in SCRIPTS.items() if path.endswith(end)), None)
    upgrade = (request.header("upgrade") or "").lower() == "websocket"
    return found(request) if found is not None and not upgrade else None
