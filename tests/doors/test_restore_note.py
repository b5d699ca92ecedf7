"""`restore.note` at both doors: in every request of a dialect that has a system prompt, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import connect

from redaction.restore.note import NOTE
from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy

HEADERS = {"authorization": "Bearer sk-test-1", "x-goog-api-key": "AIzaTest", "x-api-key": "sk-ant-test"}
USER = {"role": "user", "content": "Write to Jane Doe"}
CONTENTS = [{"role": "user", "parts": [{"text": "Write to Jane Doe"}]}]
CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("api.openai.com", "/v1/chat/completions", {"messages": [USER]}),
    ("api.openai.com", "/v1/responses", {"instructions": "Be brief", "input": "Write to Jane Doe"}),
    ("api.anthropic.com", "/v1/messages", {"system": [{"type": "text", "text": "A"}], "messages": [USER]}),
    ("generativelanguage.googleapis.com", "/v1beta/models/g:generateContent", {"contents": CONTENTS}),
    ("", "/api/chat", {"messages": [USER]}),
    ("", "/api/generate", {"prompt": "Write to Jane Doe"}),
]


@pytest.fixture(scope="module")
def noting() -> Iterator[World]:
    with FakeLLM() as llm, Proxy(config="restore: {enabled: true, note: true}", environ=bases(llm)) as proxy:
        yield World(proxy, llm)


@pytest.mark.parametrize(("host", "path", "body"), CASES, ids=[path for _, path, _ in CASES])
def test_every_dialect(noting: World, door: str, host: str, path: str, body: dict[str, Any]) -> None:
    base = noting.base(door, host) if host else noting.proxy.url
    with noting.client(door if host else "gateway") as client:
        client.post(base + path, json=body, headers=HEADERS).raise_for_status()
    request = noting.llm.requests[-1]
    assert request.body.count(json.dumps(NOTE)[1:-1].encode()) == 1
    assert int(request.header("content-length") or 0) == len(request.body)
    assert b"Jane" not in request.body


def test_the_prefix_of_a_conversation_stays_whether_masked_or_not(noting: World) -> None:
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}, USER]
    with noting.client("gateway") as client:
        for count in (1, 3):
            client.post(noting.proxy.url + "/v1/chat/completions", json={"messages": turns[:count]}, headers=HEADERS)
    first, second = (request.json()["messages"] for request in noting.llm.requests[-2:])
    assert first[0] == {"role": "system", "content": NOTE}
    assert second[:2] == first


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/embeddings", {"input": "plain"}),
        ("/v1beta/models/g:countTokens", {"contents": [{"parts": [{"text": "plain"}]}]}),
        ("/v1/chat/completions/c1", {"metadata": {}}),
    ],
)
def test_not_where_there_is_no_system_prompt(noting: World, path: str, body: dict[str, Any]) -> None:
    with noting.client("gateway") as client:
        client.post(noting.proxy.url + path, json=body, headers=HEADERS)
    assert json.loads(noting.llm.requests[-1].body) == body


def test_websocket_responses(noting: World) -> None:
    uri = f"ws://127.0.0.1:{noting.proxy.port}/v1/responses"
    with connect(uri, additional_headers=HEADERS, proxy=None, open_timeout=10) as socket:
        socket.send(json.dumps({"type": "response.create", "input": "Hi"}))
        socket.recv(timeout=10)
    assert json.loads(str(noting.llm.messages[-1]))["instructions"] == NOTE


def test_off_by_default(world: World) -> None:
    with world.client("gateway") as client:
        client.post(world.proxy.url + "/v1/chat/completions", json={"messages": [USER]}, headers=HEADERS)
    assert b"stand for values" not in world.llm.requests[-1].body
