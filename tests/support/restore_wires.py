"""Answers of every dialect for the tests of restore: deltas -> bytes, and bytes -> what a client adds up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.support.restore_framing import Event, array, ndjson, ndjson_values, sse, sse_values

VALUE = 'O"Hara\\ 😀\nשלום\u2028'
VALUES = {"k3f7w2c": VALUE, "abcdefg": "Bob"}
TEXT = "Dear **[[NAME_k3f7w2c]]**, [NAME_abcdefg] and [[NAME_zzzzzzz]] é [x"
ARGUMENTS = '{"to": "[[NAME_k3f7w2c]]", "cc": ["\\u005b\\u005bNAME_abcdefg]]"], "é": 1e-3}'

type Texts = dict[str, str]  # channel -> text


# Each dialect: deltas -> events (with begin and end), and events -> texts.


def chat_delta(channel: str, text: str) -> Event:
    choice, _, call = channel.partition("/")
    delta = {"tool_calls": [{"index": int(call), "function": {"arguments": text}}]} if call else {"content": text}
    return "", {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": int(choice), "delta": delta, "finish_reason": None}],
    }


def chat(deltas: list[tuple[str, str]]) -> list[Event]:
    ends = sorted({channel.partition("/")[0] for channel, _ in deltas})
    tail: list[Event] = [
        ("", {"id": "c1", "choices": [{"index": int(end), "delta": {}, "finish_reason": "stop"}]}) for end in ends
    ]
    usage: Event = ("", {"id": "c1", "choices": [], "usage": {"total_tokens": 9}})
    return [*(chat_delta(*delta) for delta in deltas), *tail, usage]


def chat_texts(values: list[Any]) -> Texts:
    found: Texts = {}
    finished: set[str] = set()
    for value in values:
        for choice in value["choices"]:
            name = str(choice["index"])
            if choice.get("finish_reason"):
                finished.add(name)
            assert name not in finished or not choice["delta"].get("content")
            if "content" in choice["delta"]:
                found[name] = found.get(name, "") + choice["delta"]["content"]
            for call in choice["delta"].get("tool_calls", ()):
                assert name not in finished
                key = f"{name}/{call['index']}"
                found[key] = found.get(key, "") + call["function"]["arguments"]
    return found


def responses(deltas: list[tuple[str, str]]) -> list[Event]:
    events: list[Any] = []
    whole: Texts = {}
    for channel, text in deltas:
        stem = "function_call_arguments" if "/" in channel else "output_text"
        item = channel.replace("/", "")
        whole[channel] = whole.get(channel, "") + text
        events.append(
            {
                "type": f"response.{stem}.delta",
                "sequence_number": len(events),
                "item_id": item,
                "output_index": int(item),
                "content_index": 0,
                "delta": text,
                "logprobs": [],
            }
        )
    for channel, text in whole.items():
        stem, field = ("function_call_arguments", "arguments") if "/" in channel else ("output_text", "text")
        item = channel.replace("/", "")
        events.append(
            {
                "type": f"response.{stem}.done",
                "item_id": item,
                "output_index": int(item),
                "content_index": 0,
                field: text,
            }
        )
        events.append(
            {
                "type": "response.output_item.done",
                "output_index": int(item),
                "item": {"type": "message", "content": [{"type": "output_text", "text": text}]},
            }
        )
    events.append(
        {
            "type": "response.completed",
            "response": {
                "id": "r",
                "output": [
                    {"type": "message", "content": [{"type": "output_text", "text": text}]} for text in whole.values()
                ],
            },
        }
    )
    return [(event["type"], event) for event in events]


def responses_texts(values: list[Any]) -> Texts:
    found: Texts = {}
    for value in values:
        kind = value["type"]
        item = value.get("item_id", "")
        channel = f"{item[0]}/{item[1:]}" if "arguments" in kind and item else item
        if kind.endswith(".delta"):
            found[channel] = found.get(channel, "") + value["delta"]
        elif kind.endswith(("text.done", "arguments.done")):
            assert value.get("text", value.get("arguments")) == found[channel]  # as the deltas said
        elif kind == "response.completed":
            assert [item["content"][0]["text"] for item in value["response"]["output"]] == list(found.values())
    return found


def messages(deltas: list[tuple[str, str]]) -> list[Event]:
    order = list(dict.fromkeys(channel for channel, _ in deltas))
    events: list[Any] = [{"type": "message_start", "message": {"id": "m", "content": []}}]
    for index, channel in enumerate(order):
        block = (
            {"type": "tool_use", "id": "t", "name": "f", "input": {}}
            if "/" in channel
            else {"type": "text", "text": ""}
        )
        events.append({"type": "content_block_start", "index": index, "content_block": block})
    for channel, text in deltas:
        delta = (
            {"type": "input_json_delta", "partial_json": text}
            if "/" in channel
            else {"type": "text_delta", "text": text}
        )
        events.append({"type": "content_block_delta", "index": order.index(channel), "delta": delta})
    events += [{"type": "content_block_stop", "index": index} for index in range(len(order))]
    events += [
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"},
    ]
    return [(event["type"], event) for event in events]


def messages_texts(values: list[Any]) -> Texts:
    found: Texts = {}
    names: dict[int, str] = {}
    stopped: set[int] = set()
    for value in values:
        if value["type"] == "content_block_start":
            names[value["index"]] = value["content_block"]["type"]
        elif value["type"] == "content_block_delta":
            assert value["index"] not in stopped
            delta = value["delta"]
            assert (delta["type"] == "text_delta") == (names[value["index"]] == "text")
            found[str(value["index"])] = found.get(str(value["index"]), "") + delta.get(
                "text", delta.get("partial_json", "")
            )
        elif value["type"] == "content_block_stop":
            stopped.add(value["index"])
    return found


def gemini(deltas: list[tuple[str, str]]) -> list[Event]:
    events: list[Event] = []
    for channel, text in deltas:
        parts = [{"text": "[[NAME_abcdefg]]", "thought": True}, {"text": text}]
        events.append(
            (
                "",
                {
                    "candidates": [{"content": {"parts": parts, "role": "model"}, "index": int(channel)}],
                    "modelVersion": "g",
                },
            )
        )
    for channel in sorted({channel for channel, _ in deltas}):
        call = {"functionCall": {"name": "f", "args": {"to": "[[NAME_k3f7w2c]]", "[[NAME_abcdefg]]": [1e-3]}}}
        events.append(
            (
                "",
                {
                    "candidates": [
                        {"content": {"parts": [call], "role": "model"}, "finishReason": "STOP", "index": int(channel)}
                    ],
                    "usageMetadata": {"totalTokenCount": 3},
                },
            )
        )
    return events


def gemini_texts(values: list[Any]) -> Texts:
    found: Texts = {}
    for value in values:
        for candidate in value["candidates"]:
            name = str(candidate["index"])
            assert f"{name} call" not in found  # the call is the last part
            for part in candidate["content"]["parts"]:
                if part.get("thought"):
                    assert part["text"] == "[[NAME_abcdefg]]"
                elif "text" in part:
                    found[name] = found.get(name, "") + part["text"]
                else:
                    found[f"{name} call"] = json.dumps(part["functionCall"]["args"])
    assert {text for name, text in found.items() if name.endswith("call")} <= {json.dumps({"to": VALUE, "Bob": [1e-3]})}
    return {name: text for name, text in found.items() if not name.endswith("call")}


def ollama(deltas: list[tuple[str, str]]) -> list[Event]:
    events: list[Event] = [
        (
            "",
            {
                "model": "m",
                "message": {"role": "assistant", "content": text, "thinking": "[[NAME_abcdefg]]"},
                "done": False,
            },
        )
        for _, text in deltas
    ]
    call = {"function": {"name": "f", "arguments": {"to": "[[NAME_k3f7w2c]]"}}}
    events.insert(
        len(events) // 2,
        ("", {"model": "m", "message": {"role": "assistant", "content": "", "tool_calls": [call]}, "done": False}),
    )
    return [
        *events,
        (
            "",
            {
                "model": "m",
                "message": {"role": "assistant", "content": ""},
                "done": True,
                "done_reason": "stop",
                "context": [1, 2],
            },
        ),
    ]


def ollama_texts(values: list[Any]) -> Texts:
    assert [value["done"] for value in values].index(True) == len(values) - 1
    for value in values:
        assert value["message"].get("thinking", "[[NAME_abcdefg]]") == "[[NAME_abcdefg]]"
        for call in value["message"].get("tool_calls", ()):
            assert call["function"]["arguments"] == {"to": VALUE}
    return {"0": "".join(value["message"]["content"] for value in values)}


def cohere(deltas: list[tuple[str, str]]) -> list[Event]:
    events: list[Any] = [
        {"type": "content-delta", "index": int(channel), "delta": {"message": {"content": {"text": text}}}}
        for channel, text in deltas
    ]
    events += [{"type": "content-end", "index": int(channel)} for channel in sorted({channel for channel, _ in deltas})]
    return [
        (event["type"], event) for event in (*events, {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}})
    ]


def cohere_texts(values: list[Any]) -> Texts:
    found: Texts = {}
    for value in values:
        if value["type"] == "content-delta":
            found[str(value["index"])] = (
                found.get(str(value["index"]), "") + value["delta"]["message"]["content"]["text"]
            )
    return found


@dataclass(frozen=True)
class Wire:
    dialect: str
    content_type: str
    channels: tuple[str, ...]  # `0` is text, `0/1` tool arguments
    events: Callable[[list[tuple[str, str]]], list[Event]]
    frame: Callable[[Iterable[Event]], bytes]
    values: Callable[[bytes], list[Any]]
    texts: Callable[[list[Any]], Texts]

    def body(self, deltas: list[tuple[str, str]]) -> bytes:
        return self.frame(self.events(deltas))

    def result(self, body: bytes) -> Texts:
        return self.texts(self.values(body))


WIRES = {
    "chat": Wire(
        "chat",
        "text/event-stream; charset=utf-8",
        ("0", "0/0", "0/1", "1"),
        chat,
        lambda e: sse(e, "data: [DONE]\n\n"),
        sse_values,
        chat_texts,
    ),
    "chat-crlf": Wire(
        "chat",
        "text/event-stream",
        ("0", "1"),
        chat,
        lambda e: sse(e, "data: [DONE]\r\n\r\n", "\r\n"),
        sse_values,
        chat_texts,
    ),
    "chat-cr": Wire(
        "chat",
        "text/event-stream",
        ("0", "0/0"),
        chat,
        lambda e: sse(e, "data: [DONE]\r\r", "\r"),
        sse_values,
        chat_texts,
    ),
    "responses": Wire("responses", "text/event-stream", ("0", "0/1", "1"), responses, sse, sse_values, responses_texts),
    "messages": Wire("messages", "text/event-stream", ("0", "0/1", "1"), messages, sse, sse_values, messages_texts),
    "gemini-sse": Wire("gemini", "text/event-stream", ("0", "1"), gemini, sse, sse_values, gemini_texts),
    "gemini-array": Wire(
        "gemini", "application/json; charset=UTF-8", ("0", "1"), gemini, array, json.loads, gemini_texts
    ),
    "ollama": Wire("ollama", "application/x-ndjson", ("0",), ollama, ndjson, ndjson_values, ollama_texts),
    "cohere": Wire("cohere", "text/event-stream", ("0", "1"), cohere, sse, sse_values, cohere_texts),
    "mislabelled": Wire("chat", "text/plain", ("0",), chat, sse, sse_values, chat_texts),
}
