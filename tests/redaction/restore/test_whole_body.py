"""Answers that are one document: values where they belong, thinking and signed content as they came."""

from __future__ import annotations

import json
from typing import Any

import pytest

from redaction.restore.choose_restorer import make_restorer
from tests.support.restore_framing import dumps
from tests.support.restore_wires import VALUE, VALUES


@pytest.mark.parametrize(
    ("dialect", "body", "expected"),
    [
        (
            "chat",
            {"choices": [{"message": {"content": "[[NAME_k3f7w2c]]", "reasoning_content": "[[NAME_abcdefg]]"}}]},
            {"choices": [{"message": {"content": VALUE, "reasoning_content": "[[NAME_abcdefg]]"}}]},
        ),
        (
            "chat",
            {"choices": [{"message": {"tool_calls": [{"function": {"arguments": '{"a":"[[NAME_k3f7w2c]]"}'}}]}}]},
            {
                "choices": [
                    {"message": {"tool_calls": [{"function": {"arguments": '{"a":"O\\"Hara\\\\ 😀\\nשלום\\u2028"}'}}]}}
                ]
            },
        ),
        (
            "messages",
            {
                "content": [
                    {"type": "thinking", "thinking": "[[NAME_abcdefg]]", "signature": "[[NAME_abcdefg]]"},
                    {"type": "tool_use", "input": {"reasoning": "[[NAME_abcdefg]]", "[[NAME_abcdefg]]": 1}},
                ]
            },
            {
                "content": [
                    {"type": "thinking", "thinking": "[[NAME_abcdefg]]", "signature": "[[NAME_abcdefg]]"},
                    {"type": "tool_use", "input": {"reasoning": "Bob", "Bob": 1}},
                ]
            },
        ),
        (
            "responses",
            {
                "output": [
                    {
                        "type": "reasoning",
                        "summary": [{"text": "[[NAME_abcdefg]]"}],
                        "encrypted_content": "[[NAME_abcdefg]]",
                    },
                    {"type": "custom_tool_call", "input": "say [[NAME_k3f7w2c]]"},
                ]
            },
            {
                "output": [
                    {
                        "type": "reasoning",
                        "summary": [{"text": "[[NAME_abcdefg]]"}],
                        "encrypted_content": "[[NAME_abcdefg]]",
                    },
                    {"type": "custom_tool_call", "input": f"say {VALUE}"},
                ]
            },
        ),
        (
            "gemini",
            {
                "candidates": [
                    {"content": {"parts": [{"text": "[[NAME_abcdefg]]", "thoughtSignature": "[[NAME_abcdefg]]"}]}}
                ]
            },
            {"candidates": [{"content": {"parts": [{"text": "Bob", "thoughtSignature": "[[NAME_abcdefg]]"}]}}]},
        ),
        (
            "ollama",
            {"message": {"content": "[[NAME_abcdefg]]", "thinking": "[[NAME_abcdefg]]"}},
            {"message": {"content": "Bob", "thinking": "[[NAME_abcdefg]]"}},
        ),
        (
            "nowhere",
            ["[[NAME_abcdefg]]", {"[[NAME_abcdefg]]": 1, "Bob": 2}],
            ["Bob", {"[[NAME_abcdefg]]": 1, "Bob": 2}],
        ),
    ],
)
def test_whole_documents(dialect: str, body: Any, expected: Any) -> None:
    for text in (json.dumps(body, indent=2), dumps(body)):
        raw = text.encode()
        for split in range(0, len(raw), 5):
            restorer = make_restorer(dialect, "application/json", VALUES.get)
            found = restorer.feed(raw[:split]) + restorer.feed(raw[split:]) + restorer.finish()
            assert json.loads(found) == expected


def test_number_spelling_and_untouched_bytes_survive() -> None:
    body = b'\xef\xbb\xbf{ "n": 1e-3, "big": 12345678901234567890, "e": "\\u00e9", "t": "\\u00e9 [[NAME_abcdefg]]" }\n'
    restorer = make_restorer("chat", "application/json", VALUES.get)
    assert restorer.feed(body) + restorer.finish() == body.replace(b"[[NAME_abcdefg]]", b"Bob")


def test_a_body_over_the_limit_passes_at_once() -> None:
    restorer = make_restorer("chat", "application/json", VALUES.get, body_limit=100)
    body = b'{"a":"[[NAME_abcdefg]]' + b"x" * 200 + b'"}'
    assert restorer.feed(body[:50]) == b""
    assert restorer.feed(body[50:150]) == body[:150]
    assert restorer.feed(body[150:]) + restorer.finish() == body[150:]


@pytest.mark.parametrize(
    "body", [b"{", b'{"a":1,"a":"[[NAME_abcdefg]]"}', b'{"a":"\xff [[NAME_abcdefg]]"}', b"[" * 5000, b"", b" "]
)
def test_what_cannot_be_read_passes(body: bytes) -> None:
    restorer = make_restorer("chat", "application/json", VALUES.get)
    assert restorer.feed(body) + restorer.finish() == body


def test_plain_text_streams() -> None:
    raw = "é [[NAME_k3f7w2c]] ".encode() + b"\xff\xfe [x"
    for split in range(len(raw)):
        restorer = make_restorer("audio", "text/vtt", VALUES.get)
        found = restorer.feed(raw[:split]) + restorer.feed(raw[split:]) + restorer.finish()
        assert found == f"é {VALUE} ".encode() + b"\xff\xfe [x"
