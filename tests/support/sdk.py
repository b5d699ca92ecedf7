"""Real SDKs at both doors, each call compared with what the same call sends without a proxy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Answer, Request, json_answer, sse
from tests.support.internet import Internet
from tests.support.planted import MASKED, PLANT

VENDORS = ("api.openai.com", "api.anthropic.com", "generativelanguage.googleapis.com")
_BOUNDARY = re.compile(rb"boundary=\"?([^\";\r\n]+)")
_PERSONAL = (b"Jane", b"Doe", b"123-45-6789")


def through_proxy(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that README tells a user to set for the interception door."""
    monkeypatch.setenv("HTTPS_PROXY", internet.proxy.url)
    monkeypatch.setenv("SSL_CERT_FILE", str(internet.proxy.ca_file))
    monkeypatch.setenv("NO_PROXY", "")


def directly(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def body(request: Request) -> Any:
    """What a request says, without what an SDK draws at random."""
    if found := _BOUNDARY.search((request.header("content-type") or "").encode()):
        return request.body.replace(found[1], b"BOUNDARY")
    return request.body


def compare(plain: list[Request], proxied: list[Request]) -> None:
    """The same requests, but for what was masked in their bodies."""
    assert plain
    assert [(r.method, r.target.split("?")[0].split("/")[-1]) for r in plain] == [
        (r.method, r.target.split("?")[0].split("/")[-1]) for r in proxied
    ]
    for before, after in zip(plain, proxied, strict=True):
        assert body(after) == body(before).replace(PLANT.encode(), MASKED.encode())
        for word in _PERSONAL:
            assert word not in after.body
            assert word not in after.head


def check(
    call: Callable[[Any], Any],
    build: Callable[[str], Any],
    internet: Internet,
    door: str,
    monkeypatch: pytest.MonkeyPatch,
    script: Callable[[Request], Answer | None],
) -> list[Request]:
    """Run `call` with a client of `build(base URL)`, without and with the proxy. "" is the SDK's own base URL."""
    with FakeLLM(script) as alone:
        directly(monkeypatch)
        call(build(alone.url))
        plain = list(alone.requests)
    internet.forget()
    internet.llm.script = script
    if door == "gateway":
        call(build(internet.proxy.url))
    else:
        through_proxy(internet, monkeypatch)
        call(build(""))
    compare(plain, internet.llm.requests)
    raw = b"".join(internet.llm.raw)
    assert not any(word in raw for word in _PERSONAL)
    return internet.llm.requests


def openai_script(request: Request) -> Answer | None:
    """Answers that an SDK can read: a stream where one was asked for."""
    if (request.header("upgrade") or "").lower() == "websocket":
        return None
    asked = request.body
    if b'"stream":true' in asked.replace(b" ", b""):
        if request.target.endswith("/responses"):
            return sse(
                [
                    {"type": "response.output_text.delta", "item_id": "i", "output_index": 0, "content_index": 0,
                     "delta": "Hi", "sequence_number": 1, "logprobs": []},
                ]
            )  # fmt: skip
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        return sse([{**chunk, "choices": [{"index": 0, "delta": {"content": "Hi [[NAME]]"}}]}, "[DONE]"])
    message = {"role": "assistant", "content": "Hi [[NAME]]"}
    return json_answer(
        {"id": "x", "object": "list", "created": 1, "model": "m", "data": [], "output": [], "results": [],
         "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "text": "Hi"}
    )  # fmt: skip


def dump(value: Any) -> str:
    return json.dumps(value)
