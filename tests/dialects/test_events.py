"""Readers: what each dialect's events become, and held text before the end, in the shape of the channel's deltas."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dialects.base import EACH_STRING, Reader
from dialects.registry import DIALECTS
from redaction.restore.delta_channels import Channels
from redaction.restore.placeholder_matcher import RestoreCounts

CHAT, RESPONSES, MESSAGES, GEMINI, OLLAMA, COHERE = (
    DIALECTS[name].events for name in ("chat", "responses", "messages", "gemini", "ollama", "cohere")
)
VALUES = {"abcdefg": "Bob"}


def play(reader: Reader, events: list[Any]) -> list[Any]:
    """All events a client gets, the flush at the end of the stream included."""
    channels = Channels(reader, VALUES.get, RestoreCounts())
    out = []
    for event in events:
        extras, source = channels.event(json.dumps(event))
        out += [json.loads(extra.source) for extra in extras] + [json.loads(source)]
    return out + [json.loads(extra.source) for extra in channels.flush()]


def choice(delta: Any, finish: str | None = None, index: int = 0, **more: Any) -> Any:
    return {"id": "c", "created": 1, "choices": [{"index": index, "delta": delta, "finish_reason": finish, **more}]}


def candidate(*parts: Any, **more: Any) -> Any:
    return {"candidates": [{"content": {"parts": list(parts), "role": "model"}, **more}], "modelVersion": "g"}


CALL = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "f", "arguments": "[[NAME_abcdefg"}}


@pytest.mark.parametrize(
    ("reader", "events", "expected"),
    [
        pytest.param(
            CHAT,
            [choice({"role": "assistant", "content": "x ["}, logprobs=None), choice({}, "stop")],
            [
                choice({"role": "assistant", "content": "x "}, logprobs=None),
                choice({"content": "["}, logprobs=None),
                choice({}, "stop"),
            ],
            id="chat: an event of its own, without the role",
        ),
        pytest.param(
            CHAT,
            [choice({"content": "x ["}), choice({"content": "[NAME_abcdefg]"}, "stop")],
            [choice({"content": "x "}), choice({"content": "Bob"}, "stop")],
            id="chat: merged into the event that ends the choice",
        ),
        pytest.param(
            CHAT,
            [choice({"content": "["}, index=1), choice({"content": "y"}), choice({}, "stop"), choice({}, "stop", 1)],
            [
                choice({"content": ""}, index=1),
                choice({"content": "y"}),
                choice({}, "stop"),
                choice({"content": "["}, index=1),
                choice({}, "stop", 1),
            ],
            id="chat: each choice at its own end",
        ),
        pytest.param(
            CHAT,
            [choice({"tool_calls": [CALL]})],
            [
                choice({"tool_calls": [{**CALL, "function": {"name": "f", "arguments": ""}}]}),
                choice({"tool_calls": [{"index": 0, "function": {"arguments": "Bob"}}]}),
            ],
            id="chat: a tool call cut short keeps its id and name once",
        ),
        pytest.param(
            CHAT,
            [choice({"content": "["}), {"error": {"message": "for [[NAME_abcdefg]]"}}],
            [choice({"content": ""}), choice({"content": "["}), {"error": {"message": "for Bob"}}],
            id="chat: before an error",
        ),
        pytest.param(
            CHAT,
            [choice({"content": [{"type": "text", "text": "[[NAME_"}, {"type": "text", "text": "abcdefg]]"}]})],
            [choice({"content": [{"type": "text", "text": ""}, {"type": "text", "text": "Bob"}]})],
            id="chat: content as parts",
        ),
        pytest.param(
            CHAT,
            [{"choices": [{"text": "[[NAME_", "index": 0}]}, {"choices": [{"text": "abcdefg]]", "index": 0}]}],
            [{"choices": [{"text": "", "index": 0}]}, {"choices": [{"text": "Bob", "index": 0}]}],
            id="legacy completions",
        ),
        pytest.param(
            CHAT,
            [choice({"reasoning_content": "[[NAME_abcdefg]]"}), choice({"reasoning": "[[NAME_abcdefg]]"})],
            [choice({"reasoning_content": "[[NAME_abcdefg]]"}), choice({"reasoning": "[[NAME_abcdefg]]"})],
            id="chat: reasoning stays",
        ),
        pytest.param(
            RESPONSES,
            [
                {
                    "type": "response.refusal.delta",
                    "sequence_number": 4,
                    "item_id": "i",
                    "output_index": 0,
                    "delta": "no [",
                },
                {
                    "type": "response.refusal.done",
                    "sequence_number": 5,
                    "item_id": "i",
                    "output_index": 0,
                    "refusal": "no [",
                },
            ],
            [
                {
                    "type": "response.refusal.delta",
                    "sequence_number": 4,
                    "item_id": "i",
                    "output_index": 0,
                    "delta": "no ",
                },
                {
                    "type": "response.refusal.delta",
                    "sequence_number": 4,
                    "item_id": "i",
                    "output_index": 0,
                    "delta": "[",
                },
                {
                    "type": "response.refusal.done",
                    "sequence_number": 5,
                    "item_id": "i",
                    "output_index": 0,
                    "refusal": "no [",
                },
            ],
            id="responses: before the done of the part",
        ),
        pytest.param(
            RESPONSES,
            [
                {
                    "type": "response.custom_tool_call_input.delta",
                    "item_id": "i",
                    "output_index": 1,
                    "delta": "[[NAME_abcdefg",
                },
                {"type": "response.output_text.delta", "item_id": "j", "output_index": 0, "delta": "["},
                {
                    "type": "response.output_item.done",
                    "output_index": 1,
                    "item": {"type": "custom_tool_call", "input": "[[NAME_abcdefg"},
                },
            ],
            [
                {"type": "response.custom_tool_call_input.delta", "item_id": "i", "output_index": 1, "delta": ""},
                {"type": "response.output_text.delta", "item_id": "j", "output_index": 0, "delta": ""},
                {"type": "response.custom_tool_call_input.delta", "item_id": "i", "output_index": 1, "delta": "Bob"},
                {
                    "type": "response.output_item.done",
                    "output_index": 1,
                    "item": {"type": "custom_tool_call", "input": "Bob"},
                },
                {"type": "response.output_text.delta", "item_id": "j", "output_index": 0, "delta": "["},
            ],
            id="responses: before the done of the item, and of that item only",
        ),
        pytest.param(
            RESPONSES,
            [
                {"type": "response.reasoning_summary_text.delta", "delta": "[[NAME_abcdefg]]"},
                {"type": "response.audio.delta", "delta": "[[NAME_abcdefg]]"},
            ],
            [
                {"type": "response.reasoning_summary_text.delta", "delta": "[[NAME_abcdefg]]"},
                {"type": "response.audio.delta", "delta": "[[NAME_abcdefg]]"},
            ],
            id="responses: reasoning and audio stay",
        ),
        pytest.param(
            MESSAGES,
            [
                {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "[[NA"}},
                {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "ME_abcdefg]] ["}},
                {"type": "content_block_stop", "index": 0},
            ],
            [
                {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Bob "}},
                {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "["}},
                {"type": "content_block_stop", "index": 0},
            ],
            id="messages: before the stop of the block",
        ),
        pytest.param(
            MESSAGES,
            [
                {
                    "type": "content_block_delta",
                    "index": 0,
                    "delta": {"type": "thinking_delta", "thinking": "[[NAME_abcdefg]] ["},
                },
                {
                    "type": "content_block_delta",
                    "index": 0,
                    "delta": {"type": "signature_delta", "signature": "[[NAME_abcdefg]]"},
                },
            ],
            [
                {
                    "type": "content_block_delta",
                    "index": 0,
                    "delta": {"type": "thinking_delta", "thinking": "[[NAME_abcdefg]] ["},
                },
                {
                    "type": "content_block_delta",
                    "index": 0,
                    "delta": {"type": "signature_delta", "signature": "[[NAME_abcdefg]]"},
                },
            ],
            id="messages: thinking and signature stay",
        ),
        pytest.param(
            GEMINI,
            [candidate({"text": "x ["}), candidate({"functionCall": {"name": "f", "args": {"a": "[[NAME_abcdefg]]"}}})],
            [
                candidate({"text": "x "}),
                candidate({"text": "["}),
                candidate({"functionCall": {"name": "f", "args": {"a": "Bob"}}}),
            ],
            id="gemini: before a function call",
        ),
        pytest.param(
            GEMINI,
            [
                candidate(
                    {
                        "functionCall": {
                            "id": "1",
                            "name": "f",
                            "partialArgs": [{"jsonPath": "$.a", "stringValue": "[[NAME_", "willContinue": True}],
                        }
                    }
                ),
                candidate(
                    {
                        "functionCall": {
                            "id": "1",
                            "partialArgs": [{"jsonPath": "$.a", "stringValue": "abcdefg", "willContinue": False}],
                        }
                    }
                ),
            ],
            [
                candidate(
                    {
                        "functionCall": {
                            "id": "1",
                            "name": "f",
                            "partialArgs": [{"jsonPath": "$.a", "stringValue": "", "willContinue": True}],
                        }
                    }
                ),
                candidate(
                    {
                        "functionCall": {
                            "id": "1",
                            "partialArgs": [{"jsonPath": "$.a", "stringValue": "Bob", "willContinue": False}],
                        }
                    }
                ),
            ],
            id="gemini: arguments that stream",
        ),
        pytest.param(
            GEMINI,
            [
                {"response": candidate({"text": "[[NAME_"})},
                {"response": candidate({"text": "abcdefg]"}, finishReason="STOP")},
            ],
            [{"response": candidate({"text": ""})}, {"response": candidate({"text": "Bob"}, finishReason="STOP")}],
            id="gemini: wrapped by Code Assist",
        ),
        pytest.param(
            GEMINI,
            [
                {"serverContent": {"modelTurn": {"parts": [{"text": "[[NAME_"}]}}},
                {"serverContent": {"outputTranscription": {"text": "[[NAME_"}}},
                {"serverContent": {"modelTurn": {"parts": [{"text": "abcdefg]"}]}}},
                {"serverContent": {"turnComplete": True}},
            ],
            [
                {"serverContent": {"modelTurn": {"parts": [{"text": ""}]}}},
                {"serverContent": {"outputTranscription": {"text": ""}}},
                {"serverContent": {"modelTurn": {"parts": [{"text": ""}]}}},
                {"serverContent": {"modelTurn": {"parts": [{"text": "Bob"}]}}},
                {"serverContent": {"outputTranscription": {"text": "[[NAME_"}}},
                {"serverContent": {"turnComplete": True}},
            ],
            id="gemini live",
        ),
        pytest.param(
            OLLAMA,
            [
                {"model": "m", "response": "x [", "done": False},
                {"model": "m", "response": "", "done": True, "context": [1]},
            ],
            [
                {"model": "m", "response": "x ", "done": False},
                {"model": "m", "response": "[", "done": True, "context": [1]},
            ],
            id="ollama: merged into the last line",
        ),
        pytest.param(
            COHERE,
            [
                {"event_type": "text-generation", "text": "[[NAME_", "is_finished": False},
                {"event_type": "stream-end", "response": {"text": "[[NAME_abcdefg]]"}},
            ],
            [
                {"event_type": "text-generation", "text": "", "is_finished": False},
                {"event_type": "text-generation", "text": "[[NAME_", "is_finished": False},
                {"event_type": "stream-end", "response": {"text": "Bob"}},
            ],
            id="cohere v1",
        ),
        pytest.param(
            EACH_STRING, [{"new": "[[NAME_abcdefg]]"}, {"new": "["}], [{"new": "Bob"}, {"new": "["}], id="unknown shape"
        ),
    ],
)
def test_events(reader: Reader, events: list[Any], expected: list[Any]) -> None:
    assert play(reader, events) == expected


def test_a_gemini_part_may_be_cut_where_a_thought_stands_between() -> None:
    found = play(
        GEMINI,
        [
            candidate({"text": "[[NAME_"}),
            candidate({"text": "hm [", "thought": True}),
            candidate({"text": "abcdefg]]"}),
        ],
    )
    assert [part["text"] for event in found for part in event["candidates"][0]["content"]["parts"]] == [
        "",
        "hm [",
        "Bob",
    ]
