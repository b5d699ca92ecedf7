"""Reversible mode at both doors: the model sees tags, the client sees values; off, answers stay to the byte."""

from __future__ import annotations

import gzip
import json
import re
import stat
from collections.abc import Iterator

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM, said
from tests.support.http1 import Answer, Request, answer, stream
from tests.support.proxy import Proxy

TAGGED = re.compile(r"\[\[NAME_[a-z2-7]{7}\]\]")
CHAT = {
    "model": "gpt-4",
    "messages": [{"role": "user", "content": "Write to Jane Doe, key sk-ant-api03-" + "a1B2" * 20}],
}
HEADERS = {"authorization": "Bearer sk-test-1"}


def echo_stream(request: Request) -> Answer:
    """The masked text back, three characters an event."""
    text = said(request)
    events = [
        "data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": text[at : at + 3]}}]}) + "\n\n"
        for at in range(0, len(text), 3)
    ]
    return stream([*events, "data: [DONE]\n\n"])


def echo_body(request: Request) -> Answer:
    return answer(200, json.dumps({"choices": [{"message": {"role": "assistant", "content": said(request)}}]}))


@pytest.fixture(scope="module")
def restoring() -> Iterator[World]:
    with FakeLLM() as llm, Proxy("faasera_restore=true", environ=bases(llm)) as proxy:
        yield World(proxy, llm)


def test_values_come_back_and_secrets_do_not(restoring: World, door: str) -> None:
    restoring.llm.script = echo_body
    with restoring.client(door) as client:
        content = client.post(restoring.base(door) + "/v1/chat/completions", json=CHAT, headers=HEADERS).json()
    text = content["choices"][0]["message"]["content"]
    assert text == "Write to Jane Doe, key [[API_KEY]]"
    assert TAGGED.search(said(restoring.llm.requests[-1]))
    assert b"Jane" not in restoring.raw
    assert b"sk-ant-api03" not in restoring.raw
    assert restoring.llm.requests[-1].header("accept-encoding") == "identity"


def test_streams_are_restored_across_events(restoring: World, door: str) -> None:
    restoring.llm.script = echo_stream
    with (
        restoring.client(door) as client,
        client.stream("POST", restoring.base(door) + "/v1/chat/completions", json=CHAT, headers=HEADERS) as response,
    ):
        lines = [line[6:] for line in response.iter_lines() if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    text = "".join(json.loads(line)["choices"][0]["delta"].get("content", "") for line in lines[:-1])
    assert text == "Write to Jane Doe, key [[API_KEY]]"


def test_compressed_answers_are_decoded(restoring: World) -> None:
    def script(request: Request) -> Answer:
        body = json.dumps({"choices": [{"message": {"content": said(request)}}]}).encode()
        return answer(200, gzip.compress(body), headers=[("Content-Encoding", "gzip")])

    restoring.llm.script = script
    with restoring.client("gateway") as client:
        response = client.post(restoring.proxy.url + "/v1/chat/completions", json=CHAT, headers=HEADERS)
    assert "Jane Doe" in response.text


def test_another_client_gets_no_values(restoring: World) -> None:
    restoring.llm.script = echo_body
    with restoring.client("gateway") as client:
        client.post(restoring.proxy.url + "/v1/chat/completions", json=CHAT, headers=HEADERS)
        stolen = said(restoring.llm.requests[-1])
        ask = {"messages": [{"role": "user", "content": stolen + " and John Smith"}]}
        other = client.post(
            restoring.proxy.url + "/v1/chat/completions", json=ask, headers={"authorization": "Bearer other"}
        )
    assert "Jane" not in other.text
    assert "John Smith" in other.text


def test_same_value_same_tag_and_the_prefix_never_changes(restoring: World) -> None:
    restoring.llm.script = echo_body
    turns = [{"role": "user", "content": "I am Jane Doe"}, {"role": "assistant", "content": "Hello Jane Doe"}]
    with restoring.client("gateway") as client:
        client.post(restoring.proxy.url + "/v1/chat/completions", json={"messages": turns[:1]}, headers=HEADERS)
        client.post(restoring.proxy.url + "/v1/chat/completions", json={"messages": turns}, headers=HEADERS)
    first, second = (request.json()["messages"] for request in restoring.llm.requests[-2:])
    assert second[0] == first[0]
    assert len(set(TAGGED.findall(json.dumps(second)))) == 1


def test_the_key_is_made_private(restoring: World) -> None:
    path = restoring.proxy.confdir / "faasera-restore.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_of_it_is_kept(restoring: World) -> None:
    assert "Jane" not in restoring.proxy.log


def test_off_means_bytes_as_they_came(world: World, door: str) -> None:
    world.llm.script = echo_stream
    with world.client(door) as client:
        response = client.post(world.base(door) + "/v1/chat/completions", json=CHAT, headers=HEADERS)
    assert "[[NAME]]"[:3] in response.text
    assert "Jane" not in response.text
    assert world.llm.requests[0].header("accept-encoding") != "identity"


def test_websocket_messages_are_restored_in_order(restoring: World) -> None:
    """A placeholder split over three events comes back whole, before the event that ends its item."""

    def reply(message: str | bytes) -> list[str]:
        text = json.loads(message)["input"]
        parts = [text[:15], text[15:22], text[22:]]
        deltas = [
            json.dumps(
                {
                    "type": "response.output_text.delta",
                    "item_id": "i",
                    "output_index": 0,
                    "content_index": 0,
                    "delta": part,
                }
            )
            for part in parts
        ]
        return [*deltas, json.dumps({"type": "response.completed", "response": {"output": []}}), '{"type":"after"}']

    restoring.llm.script, restoring.llm.reply = None, reply
    with _responses_socket(restoring) as socket:
        socket.send(json.dumps({"type": "response.create", "input": "Write to Jane Doe"}))
        events = [json.loads(socket.recv(timeout=10))]
        while events[-1]["type"] != "after":
            events.append(json.loads(socket.recv(timeout=10)))
    assert "".join(event.get("delta", "") for event in events) == "Write to Jane Doe"
    assert [event["type"] for event in events[-2:]] == ["response.completed", "after"]
    assert "Jane" not in str(restoring.llm.messages[-1])


def test_a_websocket_that_goes_quiet_inside_a_placeholder_loses_no_text(restoring: World) -> None:
    """Held text goes on by itself: when the server closes the connection, nothing can be sent any more."""

    def reply(message: str | bytes) -> list[str]:
        return [json.dumps({"type": "response.output_text.delta", "output_index": 0, "delta": "so far [[NA"})]

    restoring.llm.script, restoring.llm.reply = None, reply
    with _responses_socket(restoring) as socket:
        socket.send(json.dumps({"type": "response.create", "input": "Write to Jane Doe"}))
        texts = [json.loads(socket.recv(timeout=10))["delta"] for _ in range(2)]
    assert texts == ["so far ", "[[NA"]


def _responses_socket(world: World) -> ClientConnection:
    uri = f"ws://127.0.0.1:{world.proxy.port}/v1/responses"
    return connect(uri, additional_headers=HEADERS, proxy=None, open_timeout=10)
