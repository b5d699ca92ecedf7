"""WebSockets at both doors: client messages masked or dropped, server messages untouched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Opcode

from tests.support.internet import Internet
from tests.support.planted import PLANT, SAMPLES, mask
from tests.support.planted import RESPONSES_BODY as BODY
from tests.support.proxy import Proxy
from tests.support.websocket import Socket

HOSTS = ("api.openai.com", "generativelanguage.googleapis.com", "chatgpt.com", "copilot.microsoft.com",
         "substrate.office.com", "www.perplexity.ai")  # fmt: skip
LIVE = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=AIzaTest"
CODEX = "/backend-api/codex/responses"


@pytest.fixture(scope="module")
def running() -> Iterator[Internet]:
    with Internet(HOSTS, config="limits: {frame: 200kB}\n") as internet:
        yield internet


@pytest.fixture
def internet(running: Internet) -> Internet:
    running.forget()
    running.llm.reply = lambda message: [message]
    return running


def dial(proxy: Proxy, door: str, path: str, host: str = "api.openai.com", **more: Any) -> Socket:
    if door == "gateway":
        return Socket(f"ws://127.0.0.1:{proxy.port}{path}", proxy=None, **more)
    return Socket(f"wss://{host}{path}", proxy=proxy.url, ssl=proxy.trust(), **more)


RESPONSE = {"type": "response.create", **BODY}
EVENTS: list[tuple[str, Any]] = [
    ("/v1/responses", RESPONSE),
    ("/v1/responses", {"type": "response.create", "generate": False, "input": []}),
    ("/v1/realtime?model=gpt-realtime", {"type": "session.update", "event_id": "e1", "session": {
        "instructions": PLANT, "tools": [{"type": "function", "name": "f", "description": PLANT}],
        "audio": {"input": {"transcription": {"prompt": PLANT}}}}}),
    ("/v1/realtime?model=m", {"type": "conversation.item.create", "item": {
        "type": "message", "role": "user", "content": [{"type": "input_text", "text": PLANT},
                                                       {"type": "input_audio", "audio": SAMPLES}]}}),
    ("/v1/realtime?model=m", {"type": "conversation.item.create", "item": {
        "type": "function_call_output", "call_id": "c", "output": json.dumps({"id": PLANT})}}),
    ("/v1/realtime?model=m", {"type": "response.create", "response": {"instructions": PLANT, "input": []}}),
    ("/v1/realtime?model=m", {"type": "input_audio_buffer.append", "audio": SAMPLES}),
    (LIVE, {"setup": {"model": "models/x", "systemInstruction": {"parts": [{"text": PLANT}]}}}),
    (LIVE, {"client_content": {"turns": [{"role": "user", "parts": [{"text": PLANT}]}], "turn_complete": True}}),
    (LIVE, {"realtime_input": {"text": PLANT}}),
    (LIVE, {"realtimeInput": {"audio": {"data": SAMPLES, "mimeType": "audio/pcm;rate=16000"}}}),
    (LIVE, {"tool_response": {"functionResponses": [{"id": "1", "name": "f", "response": {"status": PLANT}}]}}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "event"), EVENTS, ids=range(len(EVENTS)))
def test_messages_are_masked(internet: Internet, door: str, path: str, event: Any) -> None:
    host = HOSTS[1] if path is LIVE else HOSTS[0]
    text = json.dumps(event)
    with dial(internet.proxy, door, path, host) as socket:
        socket.send(text)
        assert socket.recv() == mask(text)
    assert internet.llm.messages == [mask(text)]
    assert internet.llm.requests[0].header("host") == host


FRAMES: list[tuple[str, str, str, str]] = [
    ("chatgpt.com", CODEX, json.dumps(RESPONSE), mask(json.dumps(RESPONSE))),
    ("copilot.microsoft.com", "/c/api/chat", '{"event":"send","content":[{"type":"text","text":"I am Jane Doe"}]}',
     '{"event":"send","content":[{"type":"text","text":"I am [[NAME]]"}]}'),
    ("substrate.office.com", "/m365Copilot/Chathub/x", '{"arguments":[{"message":{"text":"Jane Doe"}}],"type":4}\x1e{"type":6}\x1e',
     '{"arguments":[{"message":{"text":"[[NAME]]"}}],"type":4}\x1e{"type":6}\x1e'),
    ("www.perplexity.ai", "/socket.io/?EIO=4", '421["ask","\\u004aane Doe"]', '421["ask","[[NAME]]"]'),
    ("www.perplexity.ai", "/socket.io/?EIO=4", "2probe", "2probe"),
    ("chatgpt.com", "/ws", "I am Jane Doe", "I am [[NAME]]"),
    ("chatgpt.com", "/ws", '"I am \\u004aane Doe"', '"I am [[NAME]]"'),
    ("chatgpt.com", "/ws", '{"a":"Jane Doe"}\n{"b":1.0}\n', '{"a":"[[NAME]]"}\n{"b":1.0}\n'),
]  # fmt: skip


@pytest.mark.parametrize(("host", "path", "text", "masked"), FRAMES, ids=range(len(FRAMES)))
def test_other_hosts_and_framings(internet: Internet, host: str, path: str, text: str, masked: str) -> None:
    with dial(internet.proxy, "interception", path, host) as socket:
        socket.send(text)
        assert socket.recv() == masked


def test_fragments_are_joined_before_they_are_masked(internet: Internet, door: str) -> None:
    with dial(internet.proxy, door, "/v1/responses") as socket:
        socket.send(['{"input":"I am Ja', "ne D", 'oe"}'])
        assert socket.recv() == '{"input":"I am [[NAME]]"}'
    assert b"".join(frame.data for frame in internet.llm.frames if frame.opcode in (Opcode.TEXT, Opcode.CONT)) == (
        b'{"input":"I am [[NAME]]"}'
    )


def test_compression_is_not_negotiated(internet: Internet, door: str) -> None:
    with dial(internet.proxy, door, "/v1/responses", compression="deflate") as socket:
        assert socket.extensions == []
        socket.send('{"input":"I am Jane Doe"}')
        assert socket.recv() == '{"input":"I am [[NAME]]"}'
    assert internet.llm.requests[0].header("sec-websocket-extensions") is None


def test_binary_json_is_masked(internet: Internet, door: str) -> None:
    with dial(internet.proxy, door, LIVE, HOSTS[1]) as socket:
        socket.send(b'{"realtimeInput": {"text": "I am Jane Doe"}}')
        assert socket.recv() == b'{"realtimeInput": {"text": "I am [[NAME]]"}}'


def test_server_messages_come_as_they_are(internet: Internet, door: str) -> None:
    texts = [
        '{"type": "response.output_text.delta",  "delta": "Jane Doe \\u00e9 [[NAME]]"}',
        "no json {",
        "x" * 300_000,
    ]
    internet.llm.reply = lambda _: [*texts, b"\x00\xff"]
    with dial(internet.proxy, door, "/v1/responses") as socket:
        socket.send('{"type":"response.create"}')
        assert [socket.recv() for _ in range(4)] == [*texts, b"\x00\xff"]


UNMASKABLE: dict[str, tuple[str | bytes, str]] = {
    "duplicate keys": ('{"input": "Jane Doe", "input": "x"}', "faasera_duplicate_key"),
    "broken": ('{"input": "Jane Doe"', "faasera_bad_json"),
    "too big": (json.dumps({"input": "Jane Doe " * 30_000}), "faasera_too_large"),
    "unknown binary": (b"\x00\x01\x02Jane Doe\x00", "faasera_upload_refused"),
}


@pytest.mark.parametrize("name", UNMASKABLE)
def test_what_cannot_be_masked_is_dropped_with_everything_after_it(internet: Internet, door: str, name: str) -> None:
    message, code = UNMASKABLE[name]
    with dial(internet.proxy, door, "/v1/responses") as socket:
        socket.send('{"input": "first"}')
        assert socket.recv() == '{"input": "first"}'
        socket.send(message)
        event = json.loads(socket.recv())
        assert (event["type"], event["error"]["code"]) == ("error", code)
        socket.send('{"input": "I am Jane Doe"}')
        socket.send('{"input": "harmless"}')
        socket.ping()
    assert internet.llm.messages == ['{"input": "first"}']
    assert b"Jane" not in b"".join(frame.data for frame in internet.llm.frames)


def test_ping_pong_and_close_pass(internet: Internet, door: str) -> None:
    """Their payloads have no hook in mitmproxy: README says so."""
    with dial(internet.proxy, door, "/v1/responses") as socket:
        socket.ping(b"alive")
        socket.close(1000, "bye")
    assert internet.llm.messages == []


@pytest.fixture(scope="module")
def refusing() -> Iterator[Internet]:
    with Internet(HOSTS[:1], config="websockets: refuse\n") as internet:
        yield internet


def test_refused_websockets_answer_426_so_that_codex_uses_http(refusing: Internet, door: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        dial(refusing.proxy, door, "/v1/responses")
    response = caught.value.response
    assert response.status_code == 426
    assert json.loads(response.body)["error"]["code"] == "faasera_websockets_refused"
    assert refusing.llm.requests == []
