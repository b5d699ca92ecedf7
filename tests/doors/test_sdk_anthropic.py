"""The real Anthropic SDK at both doors."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.http1 import Answer, Request, answer, json_answer
from tests.support.internet import Internet
from tests.support.lazy import Lazy
from tests.support.planted import PLANT
from tests.support.sdk import check, directly, through_proxy

anthropic = Lazy("anthropic")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK retires model names over time

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20).decode()
USER = [{"role": "user", "content": PLANT}]
BASE: dict[str, Any] = {"model": "claude-sonnet-4-5", "max_tokens": 64}
TOOLS = [
    {"name": "mail", "description": PLANT, "input_schema": {"type": "object", "properties": {"to": {"type": "string"}}}}
]
AGENT = [
    *USER,
    {"role": "assistant", "content": [
        {"type": "thinking", "thinking": "The user wants [[NAME]]", "signature": "EqQBCgIYAhIM1gbcDa9GJwZA"},
        {"type": "tool_use", "id": "toolu_1", "name": "mail", "input": {"to": PLANT, "id": PLANT}}]},
    {"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": PLANT}]},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
        {"type": "document", "title": PLANT, "source": {"type": "text", "media_type": "text/plain", "data": PLANT}}]},
]  # fmt: skip
EVENTS: list[tuple[str, Any]] = [
    ("message_start", {"message": {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "c",
                                   "stop_reason": None, "stop_sequence": None,
                                   "usage": {"input_tokens": 1, "output_tokens": 1}}}),
    ("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}),
    ("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": "Hi [[NAME]]"}}),
    ("content_block_stop", {"index": 0}),
    ("message_delta", {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 2}}),
    ("message_stop", {}),
]  # fmt: skip


def script(request: Request) -> Answer:
    if b'"stream":true' in request.body.replace(b" ", b""):
        text = "".join(f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n" for kind, data in EVENTS)
        return answer(200, text.encode(), headers=[("Content-Type", "text/event-stream")])
    message = {"id": "m", "type": "message", "role": "assistant", "content": [{"type": "text", "text": "Hi"}],
               "model": "c", "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}}  # fmt: skip
    return json_answer({**message, "input_tokens": 3, "data": [], "has_more": False})


def streamed(c: Any) -> None:
    with c.messages.stream(**BASE, messages=USER, system=PLANT) as events:
        assert events.get_final_text() == "Hi [[NAME]]"


CALLS: dict[str, Callable[[Any], Any]] = {
    "messages": lambda c: c.messages.create(**BASE, messages=USER, system=PLANT, metadata={"user_id": PLANT}),
    "stream": streamed,
    "agent": lambda c: c.messages.create(
        **BASE, messages=AGENT, tools=TOOLS, thinking={"type": "enabled", "budget_tokens": 1024},
        system=[{"type": "text", "text": PLANT, "cache_control": {"type": "ephemeral"}}]),
    "beta": lambda c: c.beta.messages.create(**BASE, messages=USER, betas=["context-management-2025-06-27"]),
    "count_tokens": lambda c: c.messages.count_tokens(model="c", messages=AGENT, tools=TOOLS),
    "batch": lambda c: c.messages.batches.create(requests=[{"custom_id": "r1", "params": {**BASE, "messages": USER}}]),
    "file": lambda c: c.beta.files.upload(file=("people.txt", io.BytesIO(f"{PLANT}\n".encode()), "text/plain")),
    "models": lambda c: list(c.models.list()),
}  # fmt: skip


def build(base: str) -> Any:
    return anthropic.Anthropic(api_key="sk-ant-test", max_retries=0, **({"base_url": base} if base else {}))


@pytest.mark.parametrize("name", CALLS)
def test_call(internet: Internet, door: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    requests = check(CALLS[name], build, internet, door, monkeypatch, script)
    for request in requests:
        assert request.header("host") == "api.anthropic.com"
        assert "sk-ant-test" in (request.header("x-api-key") or request.header("authorization") or "")


def test_an_error_is_an_anthropic_error(internet: Internet, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    internet.forget()
    directly(monkeypatch)
    if door == "interception":
        through_proxy(internet, monkeypatch)
    client = build(internet.proxy.url if door == "gateway" else "")
    zipped = base64.b64encode(b"\x1f\x8b" + bytes(range(256))).decode()
    part = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": zipped}}
    with pytest.raises(anthropic.UnprocessableEntityError, match=r"uploads\.other"):
        client.messages.create(**BASE, messages=[{"role": "user", "content": [part]}])
    assert internet.llm.requests == []
