"""The seed's example through both doors of a real mitmdump: what left, what came back."""

from __future__ import annotations

import json
import threading

import pytest

from tests.doors.conftest import World
from tests.support.http1 import answer, stream

BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
MASKED = '{"model":"gpt-4","messages":[{"role":"user","content":"What is [[NAME]]\'s SSN [[SSN]]?"}]}'
HEADERS = {"authorization": "Bearer sk-test-1", "content-type": "application/json"}


def test_the_sentence_leaves_masked_and_nothing_else_changes(world: World, door: str) -> None:
    reply = b'{"id":"x",  "choices":[{"message":{"content":"Hello [[NAME]]"}}]}\n'
    world.llm.script = lambda _: answer(200, reply, headers=[("X-Request-Id", "req_1"), ("openai-version", "2020")])
    with world.client(door) as client:
        response = client.post(world.base(door) + "/v1/chat/completions", content=BODY, headers=HEADERS)
    assert response.status_code == 200
    assert response.content == reply
    assert response.headers["x-request-id"] == "req_1"
    [request] = world.llm.requests
    assert request.body.decode() == MASKED
    assert request.target == "/v1/chat/completions"
    assert request.header("authorization") == "Bearer sk-test-1"
    assert request.header("content-length") == str(len(MASKED))
    assert request.header("host") == f"127.0.0.1:{world.llm.port}"
    assert b"Jane" not in world.raw
    assert b"123-45-6789" not in world.raw


def test_nothing_found_means_the_very_same_bytes(world: World, door: str) -> None:
    body = '{ "model" : "gpt-4",\n\t"n": 1.0, "temperature": 1e-3, "seed": 9007199254740993, "messages": [ {"content":"caf\\u00e9 \\/ ok"} ] }'
    with world.client(door) as client:
        client.post(world.base(door) + "/v1/chat/completions", content=body, headers=HEADERS)
    assert world.llm.requests[0].body.decode() == body


def test_the_first_event_arrives_while_the_upstream_still_sends(world: World, door: str) -> None:
    gate = threading.Event()
    world.llm.script = lambda _: stream(["data: 1\n\n", "data: 2\n\n"], gates=[_set(), gate])
    with (
        world.client(door) as client,
        client.stream("POST", world.base(door) + "/v1/chat/completions", content=BODY, headers=HEADERS) as response,
    ):
        chunks = response.iter_bytes()
        assert next(chunks) == b"data: 1\n\n"
        gate.set()
        assert b"".join(chunks) == b"data: 2\n\n"


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@pytest.mark.parametrize("status", [200, 201, 204, 400, 401, 404, 429, 500, 529])
def test_any_status_comes_back_as_it_is(world: World, door: str, status: int) -> None:
    body = b"" if status == 204 else b'{"error":{"type":"x"}}'
    world.llm.script = lambda _: answer(status, body, headers=[("Retry-After", "7")])
    with world.client(door) as client:
        response = client.post(world.base(door) + "/v1/chat/completions", content=BODY, headers=HEADERS)
    assert (response.status_code, response.content) == (status, body)
    assert response.headers["retry-after"] == "7"


def test_the_log_shows_counts_and_no_text(world: World, door: str) -> None:
    with world.client(door) as client:
        client.post(world.base(door) + "/v1/chat/completions", content=BODY, headers=HEADERS)
    assert world.proxy.wait_for("2 masked: NAME 1, SSN 1")
    for text in ("Jane", "123-45-6789", "sk-test-1"):
        assert text not in world.proxy.log


def test_bad_json_is_refused_in_the_callers_dialect(world: World, door: str) -> None:
    with world.client(door) as client:
        openai = client.post(world.base(door) + "/v1/chat/completions", content=BODY + "}", headers=HEADERS)
        claude = client.post(
            world.base(door, "api.anthropic.com") + "/v1/messages", content='{"a":1,"a":2}', headers=HEADERS
        )
    assert openai.status_code == 400
    assert openai.json()["error"]["code"] == "faasera_bad_json"
    assert openai.headers["x-should-retry"] == "false"
    assert claude.status_code == 400
    assert claude.json()["type"] == "error"
    assert "faasera_duplicate_key" in claude.json()["error"]["message"]
    assert world.llm.requests == []


def test_keep_alive_connections_carry_many_requests(world: World, door: str) -> None:
    with world.client(door) as client:
        for number in range(5):
            body = json.dumps({"messages": [{"role": "user", "content": f"{number}: Jane Doe, SSN 123-45-6789"}]})
            assert (
                client.post(world.base(door) + "/v1/chat/completions", content=body, headers=HEADERS).status_code == 200
            )
    assert len(world.llm.requests) == 5
    assert b"Jane" not in world.raw
