"""The fakes other tests trust: they record every byte, misbehave as told, and give their own errors away."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from tests.support.certs import make_certs
from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import FakeProfiler
from tests.support.http1 import Answer, Request, huge, json_answer, ndjson, sse, stream


def test_the_profiler_masks_and_records() -> None:
    with FakeProfiler() as fake, httpx.Client(trust_env=False) as client:
        answer = client.post(f"{fake.url}/api/profile-mask/a%2Fb", json={"value": "Jane Doe, 123-45-6789"})
        assert answer.json() == {"replacement": "[[NAME]], [[SSN]]"}
        assert (fake.calls[0].policy, fake.texts) == ("a/b", ["Jane Doe, 123-45-6789"])
        assert client.get(fake.url).status_code == 404
        assert client.post(f"{fake.url}/api/profile-mask/p", json={"value": 7}).status_code == 400
        assert client.post(f"{fake.url}/api/profile-mask/p", content=b"{").status_code == 400


def test_the_llm_echoes_and_records_each_byte() -> None:
    with FakeLLM() as llm, httpx.Client(trust_env=False) as client:
        body = client.post(f"{llm.url}/v1/chat?x=1", content=b"\x00hi", headers={"X-A": "1"}).json()
        assert (body["method"], body["target"], body["body"]) == ("POST", "/v1/chat?x=1", "\x00hi")
        client.post(llm.url, content=iter([b"two ", b"parts"]))
        assert [request.body for request in llm.requests] == [b"\x00hi", b"two parts"]
        assert llm.requests[0].header("x-a") == "1"
        assert len(llm.raw) == 1
        assert llm.raw[0].startswith(b"POST /v1/chat?x=1 HTTP/1.1\r\n")
        assert llm.raw[0].endswith(b"5\r\nparts\r\n0\r\n\r\n")


def test_bytes_are_recorded_that_no_request_was_made_of() -> None:
    with FakeLLM() as llm:
        with socket.create_connection(("127.0.0.1", llm.port)) as plain:
            plain.sendall(b"POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\nhalf")
            plain.shutdown(socket.SHUT_WR)
            assert plain.recv(10) == b""
        assert llm.raw[0].endswith(b"half")
        assert not llm.requests


def test_events_come_when_they_are_released() -> None:
    gates = [threading.Event(), threading.Event(), threading.Event()]
    with (
        FakeLLM(lambda request: sse([{"n": 1}, "[DONE]"], gates=gates)) as llm,
        httpx.Client(trust_env=False) as client,
        client.stream("POST", llm.url) as answer,
    ):
        assert answer.headers["content-type"] == "text/event-stream"
        lines = answer.iter_lines()
        gates[0].set()
        assert next(lines) == 'data: {"n": 1}'
        gates[1].set()
        assert list(lines) == ["", "data: [DONE]", ""]


@pytest.mark.parametrize(
    ("told", "expected"), [(ndjson([{"a": 1}, 2]), b'{"a": 1}\n2\n'), (json_answer([1], 418), b"[1]")]
)
def test_other_answers(told: Answer, expected: bytes) -> None:
    with FakeLLM(lambda request: told) as llm, httpx.Client(trust_env=False) as client:
        assert client.get(llm.url).content == expected


def test_cut_in_mid_stream() -> None:
    with (
        FakeLLM(lambda request: stream(["a", "b"], cut=True)) as llm,
        httpx.Client(trust_env=False) as client,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        client.get(llm.url)


@pytest.mark.parametrize("announced", [True, False])
def test_large_answers(announced: bool) -> None:
    with FakeLLM(lambda request: huge(8 << 20, announced=announced)) as llm, httpx.Client(trust_env=False) as client:
        assert len(client.get(llm.url).content) == 8 << 20


def test_websocket_frames_and_messages() -> None:
    with FakeLLM(reply=lambda message: [message, b"more"]) as llm:
        with connect(f"ws://127.0.0.1:{llm.port}/v1/realtime", proxy=None) as websocket:
            websocket.send("héllo")
            assert [websocket.recv(), websocket.recv()] == ["héllo", b"more"]
            websocket.send(["two ", "parts"])
            assert [websocket.recv(), websocket.recv()] == ["two parts", b"more"]
            websocket.ping().wait(5)
        assert llm.messages == ["héllo", "two parts"]
        assert b"".join(frame.data for frame in llm.frames if frame.opcode in (0, 1)) == "héllotwo parts".encode()
        assert llm.requests[0].target == "/v1/realtime"


def test_tls(tmp_path: Path) -> None:
    certs = make_certs(tmp_path)
    trusting = ssl.create_default_context(cafile=str(certs.ca))
    with FakeLLM(ssl_context=certs.server_context()) as llm:
        with httpx.Client(trust_env=False, verify=trusting) as client:
            assert client.post(llm.url, content=b"x").json()["body"] == "x"
        with httpx.Client(trust_env=False) as client, pytest.raises(httpx.ConnectError):
            client.get(llm.url)
        assert llm.raw[0].startswith(b"POST / ")


def test_close_ends_what_hangs_and_refuses_what_comes() -> None:
    async def go() -> None:
        with FakeLLM(lambda request: sse([1], gates=[threading.Event()])) as llm:
            async with httpx.AsyncClient(trust_env=False) as client:
                hanging = asyncio.create_task(client.get(llm.url))
                while not llm.requests:
                    await asyncio.sleep(0.002)
                llm.close()
                with pytest.raises(httpx.RemoteProtocolError):
                    await hanging
                with pytest.raises(httpx.ConnectError):
                    await client.get(llm.url)

    asyncio.run(go())


def test_an_error_in_a_script_fails_the_test() -> None:
    def script(request: Request) -> Answer | None:
        raise LookupError("wrong script")

    with (
        pytest.raises(LookupError, match="wrong script"),
        FakeLLM(script) as llm,
        httpx.Client(trust_env=False) as client,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        client.get(llm.url)


def test_a_restarted_server_keeps_its_port() -> None:
    llm = FakeLLM().start()
    port = llm.port
    llm.close()
    with llm:
        assert llm.port == port
        with httpx.Client(trust_env=False) as client:
            assert json.loads(client.get(llm.url).content)["object"] == "echo"
