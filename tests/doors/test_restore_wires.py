"""Reversible mode on the wire: every framing, every content encoding, every place where a stream can be cut."""

from __future__ import annotations

import gzip
import http.client
import json
import zlib
from collections.abc import Callable, Iterator

import brotli
import httpx
import pytest
import zstandard
from websockets.sync.client import connect

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM, said
from tests.support.fake_profiler import NAMES, FakeProfiler
from tests.support.http1 import Answer, Request, answer, raw, stream
from tests.support.proxy import Proxy
from tests.support.restore_sdk import HARD, PROMPT, arguments, is_thinking, response_events, script
from tests.support.starts import http2_context

HEADERS = {"authorization": "Bearer sk-test-1"}
CHAT = {"model": "m", "messages": [{"role": "user", "content": PROMPT}]}
PERSONAL = (b"Jane", b"Hara", "שלום".encode(), b"\\u05e9")


@pytest.fixture(scope="module")
def running() -> Iterator[World]:
    with (
        FakeProfiler(names={**NAMES, HARD: "[[OTHER]]"}) as profiler,
        FakeLLM() as llm,
        Proxy("faasera_restore=true", f"faasera_profiler={profiler.url}", environ=bases(llm)) as proxy,
    ):
        yield World(proxy, llm)


@pytest.fixture
def restoring(running: World) -> Iterator[World]:
    running.llm.script = script
    yield running
    assert not [word for word in PERSONAL if word in running.raw]


def test_gemini_growing_array(restoring: World, door: str) -> None:
    url = restoring.base(door, "generativelanguage.googleapis.com") + "/v1beta/models/g:streamGenerateContent"
    body = {"contents": [{"role": "user", "parts": [{"text": PROMPT}]}]}
    with restoring.client(door) as client:
        response = client.post(url, json=body, headers={"x-goog-api-key": "AIzaTest"})
    parts = [part for chunk in response.json() for part in chunk["candidates"][0]["content"]["parts"]]
    assert "".join(part["text"] for part in parts[1:] if "text" in part) == PROMPT
    assert is_thinking(parts[0]["text"])
    assert parts[-1]["functionCall"]["args"] == json.loads(arguments(PROMPT))


def test_ollama_lines(restoring: World) -> None:
    with restoring.client("gateway") as client:
        response = client.post(restoring.proxy.url + "/api/chat", json=CHAT)
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert "".join(line["message"]["content"] for line in lines) == PROMPT
    assert is_thinking(lines[0]["message"]["thinking"])
    assert lines[-2]["message"]["tool_calls"][0]["function"]["arguments"] == {"text": PROMPT}
    assert lines[-1]["done"] is True


@pytest.mark.parametrize("tool", [False, True], ids=["text", "tool arguments"])
def test_websocket_responses(restoring: World, door: str, tool: bool) -> None:
    def reply(message: str | bytes) -> list[str]:
        return [json.dumps(event) for event in response_events(json.loads(message)["input"])]

    restoring.llm.script, restoring.llm.reply = None, reply
    more: dict[str, object] = {"proxy": None}
    uri = f"ws://127.0.0.1:{restoring.proxy.port}/v1/responses"
    if door == "interception":  # plain: the fake upstream of this file speaks no TLS
        uri = f"ws://127.0.0.1:{restoring.llm.port}/v1/responses"
        more = {"proxy": restoring.proxy.url}
    with connect(uri, additional_headers=HEADERS, open_timeout=10, **more) as socket:  # type: ignore[arg-type]
        socket.send(json.dumps({"type": "response.create", "input": PROMPT}))
        events = [json.loads(socket.recv(timeout=10))]
        while events[-1]["type"] != "response.completed":
            events.append(json.loads(socket.recv(timeout=10)))
    thought, message, call = events[-1]["response"]["output"]
    assert is_thinking(thought["encrypted_content"])
    assert is_thinking(thought["summary"][0]["text"])
    if tool:
        kind, end = "response.function_call_arguments.delta", call["arguments"]
        assert json.loads(end) == json.loads(arguments(PROMPT))
    else:
        kind, end = "response.output_text.delta", message["content"][0]["text"]
        assert end == PROMPT
    assert "".join(event["delta"] for event in events if event["type"] == kind) == end


def _deflate(data: bytes, wbits: int) -> bytes:
    coder = zlib.compressobj(wbits=wbits)
    return coder.compress(data) + coder.flush()


CODINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("gzip", lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:])),
    ("deflate", zlib.compress),
    ("deflate", lambda data: _deflate(data, -15)),
    ("br", brotli.compress),
    ("zstd", zstandard.compress),
    ("zstd", lambda data: zstandard.compress(data[:99]) + zstandard.compress(data[99:])),
]


@pytest.mark.parametrize("split", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize(("coding", "pack"), CODINGS, ids=[f"{at} {name}" for at, (name, _) in enumerate(CODINGS)])
def test_codings(restoring: World, coding: str, pack: Callable[[bytes], bytes], split: bool) -> None:
    """An upstream that compresses although it was asked not to."""

    def told(request: Request) -> Answer:
        assert request.header("accept-encoding") == "identity"
        text = said(request)
        if not split:
            body = pack(json.dumps({"choices": [{"message": {"content": text}}]}).encode())
            return answer(200, body, headers=[("Content-Encoding", coding)])
        data = pack(b"".join(events(text, 4)))
        return stream([bytes([byte]) for byte in data], headers=[("Content-Encoding", coding)])

    restoring.llm.script = told
    with restoring.client("gateway") as client:
        response = client.post(restoring.proxy.url + "/v1/chat/completions", json=CHAT, headers=HEADERS)
    assert "content-encoding" not in response.headers
    assert (content(response.text) if split else response.json()["choices"][0]["message"]["content"]) == PROMPT


@pytest.mark.parametrize("broken", [b"\x1f\x8b\x08\x00no gzip at all", gzip.compress(b"{}" * 999)[:-9]])
def test_an_answer_that_does_not_decode_is_cut_off(restoring: World, broken: bytes) -> None:
    restoring.llm.script = lambda _: answer(200, broken, headers=[("Content-Encoding", "gzip")])
    with restoring.client("gateway") as client, pytest.raises(httpx.RemoteProtocolError):
        client.post(restoring.proxy.url + "/v1/chat/completions", json=CHAT, headers=HEADERS)
    assert "crashed" not in restoring.proxy.log


def test_an_unknown_coding_passes_untouched(restoring: World) -> None:
    restoring.llm.script = lambda _: answer(200, b"\x00\x01[[", headers=[("Content-Encoding", "xz")])
    with restoring.client("gateway") as client:
        response = client.post(restoring.proxy.url + "/v1/chat/completions", json=CHAT, headers=HEADERS)
    assert response.content == b"\x00\x01[["
    assert response.headers["content-encoding"] == "xz"


def events(text: str, size: int) -> list[bytes]:
    return [
        *(
            b"data: "
            + json.dumps({"choices": [{"index": 0, "delta": {"content": text[at : at + size]}}]}).encode()
            + b"\n\n"
            for at in range(0, len(text), size)
        ),
        b"data: [DONE]\n\n",
    ]


def content(body: str) -> str:
    lines = [line[6:] for line in body.splitlines() if line.startswith("data: ")]
    assert lines.pop() == "[DONE]"
    return "".join(json.loads(line)["choices"][0]["delta"]["content"] for line in lines)


def test_cut_at_every_byte(restoring: World) -> None:
    """Two chunks, cut at every byte of the event that holds a placeholder whose bracket is written as an escape."""
    cut = 0

    def told(request: Request) -> Answer:
        body = b"".join(events(said(request)[:30], 30)).replace(b"[[", b"\\u005b[")
        return stream([body[: cut + 1], body[cut + 1 :]])

    restoring.llm.script = told
    connection = http.client.HTTPConnection("127.0.0.1", restoring.proxy.port, timeout=20)
    size = 90
    for cut in range(size):
        connection.request("POST", "/v1/chat/completions", json.dumps(CHAT), HEADERS)
        answered = connection.getresponse().read()
        assert content(answered.decode()).startswith("Write to Jane Doe and"), cut
    connection.close()


def test_what_models_do_to_placeholders(restoring: World) -> None:
    def told(request: Request) -> Answer:
        tag = said(request).partition("[[")[2].partition("]]")[0]
        name = f"[[{tag}]]"
        sloppy = (
            f"**{name}** `{name}` [[{tag} [{tag}] [[ {tag.upper()} ]] [[**{tag}**]]\n```\n{name}\n``` \\[\\[{tag}\\]\\]"
        )
        return answer(200, json.dumps({"choices": [{"message": {"content": sloppy}}]}))

    restoring.llm.script = told
    with restoring.client("gateway") as client:
        response = client.post(restoring.proxy.url + "/v1/chat/completions", json=CHAT, headers=HEADERS)
    text = response.json()["choices"][0]["message"]["content"]
    name = "Jane Doe"
    assert text == f"**{name}** `{name}` {name} {name} {name} {name}\n```\n{name}\n``` {name}"


def test_head_and_bodiless_answers(restoring: World) -> None:
    sent = {
        "/v1/models/head": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n",
        "/v1/models/204": b"HTTP/1.1 204 No Content\r\nETag: x\r\n\r\n",
        "/v1/models/304": b'HTTP/1.1 304 Not Modified\r\nContent-Type: application/json\r\nETag: "x"\r\n\r\n',
        "/v1/models/206": b"HTTP/1.1 206 Partial Content\r\nContent-Type: application/json\r\n"
        b'Content-Range: bytes 0-3/9\r\nContent-Length: 4\r\n\r\n["[[',
    }
    with restoring.client("gateway") as client:
        client.post(restoring.proxy.url + "/v1/chat/completions", json=CHAT, headers=HEADERS)  # something to restore
        restoring.llm.script = lambda request: raw(sent[request.target], close=False)
        for path in (*sent, *sent):
            method = "HEAD" if path.endswith("head") else "GET"
            response = client.request(method, restoring.proxy.url + path, headers=HEADERS)
            assert "transfer-encoding" not in response.headers
            assert response.headers.get("etag", "x") in ("x", '"x"')
            assert response.content == (b'["[[' if path.endswith("206") else b"")
            if method == "HEAD":
                assert response.headers["content-length"] == "5"


@pytest.mark.parametrize(("door", "http2"), [("gateway", False), ("interception", False), ("interception", True)])
def test_framing_and_the_next_request_on_the_connection(restoring: World, door: str, http2: bool) -> None:
    ports: set[int] = set()
    through = http2_context(restoring.proxy.ca_file) if http2 else restoring.proxy.trust()
    proxy = restoring.proxy.url if door == "interception" else None
    with httpx.Client(trust_env=False, proxy=proxy, verify=through, http2=http2, timeout=20) as client:
        for told in (script, lambda request: answer(200, json.dumps({"text": said(request)})), script):
            restoring.llm.script = told
            response = client.post(restoring.base(door) + "/v1/chat/completions", json=CHAT, headers=HEADERS)
            assert response.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
            assert "content-length" not in response.headers
            assert (response.headers.get("transfer-encoding") == "chunked") is not http2
            assert "Jane Doe" in response.text
            assert "Hara" in response.text
            ports.add(response.extensions["network_stream"].get_extra_info("client_addr")[1])
    assert len(ports) == 1


def test_http_1_0_ends_with_the_connection(restoring: World) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", restoring.proxy.port, timeout=20)
    connection._http_vsn, connection._http_vsn_str = 10, "HTTP/1.0"  # type: ignore[attr-defined]
    connection.request(
        "POST", "/v1/chat/completions", json.dumps(CHAT), {**HEADERS, "host": f"127.0.0.1:{restoring.proxy.port}"}
    )
    response = connection.getresponse()
    assert response.getheader("transfer-encoding") is None
    assert json.loads(response.read())["choices"][0]["message"]["content"] == PROMPT
    connection.close()


def test_upstream_breaks_off_and_the_client_sees_it(restoring: World) -> None:
    restoring.llm.script = lambda request: stream(events(said(request), 4)[:9], cut=True)
    with restoring.client("gateway") as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(restoring.proxy.url + "/v1/chat/completions", json=CHAT, headers=HEADERS)
        restoring.llm.script = script
        again = client.post(restoring.proxy.url + "/v1/chat/completions", json=CHAT, headers=HEADERS)
    assert again.json()["choices"][0]["message"]["content"] == PROMPT


def test_a_client_that_leaves_stops_nothing(restoring: World) -> None:
    restoring.llm.script = lambda request: stream(events(said(request) * 50, 4))
    with (
        restoring.client("gateway") as client,
        client.stream("POST", restoring.proxy.url + "/v1/chat/completions", json=CHAT, headers=HEADERS) as response,
    ):
        next(response.iter_bytes())
    restoring.llm.script = script
    with restoring.client("gateway") as client:
        again = client.post(restoring.proxy.url + "/v1/chat/completions", json=CHAT, headers=HEADERS)
    assert again.json()["choices"][0]["message"]["content"] == PROMPT
    assert "crashed" not in restoring.proxy.log
