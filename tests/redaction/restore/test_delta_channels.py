"""Channels: bounded, and what they cannot read comes back as it was."""

from __future__ import annotations

import json

import pytest

from dialects.base import ALL, Reader, Reading
from dialects.chat import EVENTS as CHAT
from dialects.registry import DIALECTS
from redaction.restore.delta_channels import MAX_CHANNELS, Channels
from redaction.restore.placeholder_matcher import RestoreCounts
from redaction.restore.tool_rules import ToolRules

VALUES = {"abcdefg": "Bob"}


def test_numbers_keep_their_spelling_in_an_additional_event() -> None:
    channels = Channels(CHAT, VALUES.get, RestoreCounts())
    channels.event(
        '{"created":1.50e3,"n":12345678901234567890,"t":true,"choices":[{"index":0,"delta":{"content":"["}}]}'
    )
    assert (
        channels.flush()[0].source
        == '{"created":1.50e3,"n":12345678901234567890,"t":true,"choices":[{"index":0,"delta":{"content":"["}}]}'
    )


def test_what_cannot_be_read_comes_back() -> None:
    channels = Channels(CHAT, VALUES.get, RestoreCounts())
    for source in ("{", '{"a":1,"a":"[[NAME_abcdefg]]"}', '{"a":NaN}', "[" * 100_000):
        assert channels.event(source) == ([], source)


def test_channels_are_bounded() -> None:
    channels = Channels(CHAT, VALUES.get, RestoreCounts())
    for index in range(MAX_CHANNELS + 5):
        _, source = channels.event(
            json.dumps({"choices": [{"index": index, "delta": {"content": "[[NAME_abcdefg]] ["}}]})
        )
        assert json.loads(source)["choices"][0]["delta"]["content"] == ("Bob " if index < MAX_CHANNELS else "Bob [")
    assert len(channels.flush()) == MAX_CHANNELS
    assert not channels.open


def test_a_reader_that_is_wrong_breaks_no_answer() -> None:
    wrong = Reader(lambda root: Reading([(("a", 0, "b"), ("x",)), (("n",), ("y",))], [ALL]), frozenset())
    channels = Channels(wrong, VALUES.get, RestoreCounts())
    assert channels.event('{"a":"[[NAME_abcdefg]]","n":1}') == ([], '{"a":"Bob","n":1}')


ADDRESS = "https://x.example/[[NAME_abcdefg]]"


def _chat_call(name: str, text: str) -> list[object]:
    def call(function: object) -> object:
        return {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": function}]}}]}

    return [call({"name": name, "arguments": ""}), *(call({"arguments": part}) for part in (text[:20], text[20:]))]


def _messages_call(name: str, text: str) -> list[object]:
    block = {"type": "tool_use", "id": "t", "name": name, "input": {}}
    deltas = [{"type": "input_json_delta", "partial_json": part} for part in (text[:20], text[20:])]
    return [
        {"type": "content_block_start", "index": 1, "content_block": block},
        *({"type": "content_block_delta", "index": 1, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 1},
    ]


def _responses_call(name: str, text: str) -> list[object]:
    item = {"type": "function_call", "name": name, "arguments": ""}
    kind = "response.function_call_arguments.delta"
    return [
        {"type": "response.output_item.added", "output_index": 2, "item": item},
        *({"type": kind, "output_index": 2, "item_id": "i", "delta": part} for part in (text[:20], text[20:])),
        {"type": "response.output_item.done", "output_index": 2, "item": {**item, "arguments": text}},
    ]


def _cohere_call(name: str, text: str) -> list[object]:
    def call(kind: str, function: object) -> object:
        return {"type": kind, "index": 0, "delta": {"message": {"tool_calls": {"function": function}}}}

    deltas = (call("tool-call-delta", {"arguments": part}) for part in (text[:20], text[20:]))
    return [call("tool-call-start", {"name": name, "arguments": ""}), *deltas, {"type": "tool-call-end", "index": 0}]


def _gemini_call(name: str, text: str) -> list[object]:
    call = {"functionCall": {"name": name, "args": json.loads(text)}}
    return [{"candidates": [{"content": {"parts": [call]}, "index": 0, "finishReason": "STOP"}]}]


CALLS = {
    "chat": _chat_call,
    "messages": _messages_call,
    "responses": _responses_call,
    "cohere": _cohere_call,
    "gemini": _gemini_call,
}


@pytest.mark.parametrize("dialect", sorted(CALLS))
@pytest.mark.parametrize(
    ("tool", "rules", "address_back", "name_back"),
    [
        ("write_file", {}, True, True),
        ("web_fetch", {}, False, True),
        ("anything", {}, False, True),
        ("web_fetch", {"web_*": "all"}, True, True),
        ("write_file", {"write_file": "none"}, False, False),
    ],
)
def test_arguments_come_back_as_their_tool_needs(
    dialect: str, tool: str, rules: ToolRules, address_back: bool, name_back: bool
) -> None:
    channels = Channels(DIALECTS[dialect].events, VALUES.get, RestoreCounts(), rules)
    text = json.dumps({"to": ADDRESS, "who": "[[NAME_abcdefg]]"})
    out = []
    for event in CALLS[dialect](tool, text):
        extras, source = channels.event(json.dumps(event))
        out += [extra.source for extra in extras] + [source]
    out += [extra.source for extra in channels.flush()]
    told = "".join(out)
    assert ("ample/Bob" in told) == address_back
    assert (told.count("Bob") > told.count("ample/Bob")) == name_back


def test_an_ended_call_says_nothing_of_the_next_channel() -> None:
    channels = Channels(DIALECTS["messages"].events, VALUES.get, RestoreCounts())
    for event in _messages_call("write_file", '{"a": 1}'):
        channels.event(json.dumps(event))
    text = {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": f"![x]({ADDRESS})"}}
    assert channels.event(json.dumps(text))[1] == json.dumps(text)
