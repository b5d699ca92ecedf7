"""Connections that break, switch protocols, are shared or end: nothing bare leaves, and everybody gets an answer."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.doors.conftest import World, bases, wire_to
from tests.support.certs import make_certs
from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import FakeProfiler
from tests.support.http1 import answer, hang, hang_up, huge, raw, stream, truncated
from tests.support.proxy import Proxy
from tests.support.servers import until

BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
CANARY = b"123-45-6789"


@pytest.fixture(scope="module")
def shared(profiler: FakeProfiler) -> Iterator[World]:
    environ = {"FAASERA_PROFILER_ENDPOINT": profiler.url}
    with FakeLLM() as llm, Proxy("flow_detail=2", environ={**bases(llm), **environ}) as proxy:
        yield World(proxy, llm)


def post(world: World, door: str, path: str = "/v1/chat/completions", body: str = BODY) -> httpx.Response:
    with world.client(door) as client:
        return client.post(world.base(door) + path, content=body)


def head(world: World, door: str, *lines: str, method: str = "POST") -> bytes:
    host = f"127.0.0.1:{world.proxy.port}" if door == "gateway" else "api.openai.com"
    return "\r\n".join([f"{method} /v1/chat/completions HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode()


def test_a_target_that_is_down_is_named_once_it_failed(world: World, door: str) -> None:
    port = world.llm.port
    world.llm.close()
    try:
        assert post(world, door).status_code == 502
        again = post(world, door)
        assert again.status_code == 502
        assert again.headers["x-faasera-code"] == "faasera_upstream_unreachable"
        assert f"openai (127.0.0.1:{port}) cannot be reached" in again.json()["error"]["message"]
    finally:
        world.llm.start()
    assert world.llm.port == port
    assert post(world, door).status_code == 200


def test_an_upstream_whose_certificate_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    with FakeLLM(ssl_context=make_certs(tmp_path).server_context()) as llm:
        environ = {"FAASERA_OPENAI_BASE_URL": f"https://localhost:{llm.port}/v1"}
        with Proxy(environ=environ) as proxy:
            for door in ("gateway", "interception"):
                assert post(World(proxy, llm), door).status_code == 502
        assert llm.requests == []
        with Proxy("ssl_insecure=true", environ=environ) as proxy, proxy.client() as client:
            assert proxy.wait_for("ssl_insecure: whoever")  # not refused, but said
            assert "ssl_insecure: whoever" in client.get(f"{proxy.url}/").text


def test_no_offer_of_another_protocol_comes_through(world: World, door: str) -> None:
    world.llm.script = lambda _: answer(200, "{}", headers=[("Alt-Svc", 'h3=":443"')])
    assert "alt-svc" not in post(world, door).headers


@pytest.mark.parametrize("fault", ["hang up", "garbage", "truncated"])
def test_an_upstream_that_breaks_ends_in_502_and_not_in_a_bare_retry(world: World, door: str, fault: str) -> None:
    told = {"hang up": hang_up(), "garbage": raw(b"garbage\r\n\r\n"), "truncated": truncated(b'{"half":')}[fault]
    world.llm.script = lambda _: told
    with world.client(door) as client:
        try:
            assert client.post(world.base(door) + "/v1/chat/completions", content=BODY).status_code == 502
        except httpx.RemoteProtocolError:
            assert fault == "truncated"  # its head was passed on already
    assert b"Jane" not in world.raw
    world.llm.script = None
    assert post(world, door).status_code == 200


def test_a_stream_that_is_cut_is_cut_for_the_client_too(world: World, door: str) -> None:
    world.llm.script = lambda _: stream(["data: 1\n\n", "data: 2\n\n"], cut=True)
    got = b""
    with (
        world.client(door) as client,
        client.stream("POST", world.base(door) + "/v1/chat/completions", content=BODY) as response,
    ):
        parts = response.iter_bytes()
        while len(got) < 18:
            got += next(parts)
        with pytest.raises(httpx.RemoteProtocolError):
            next(parts)
    assert got == b"data: 1\n\ndata: 2\n\n"


def test_a_client_that_leaves_in_mid_answer_is_left_by_the_proxy_too(world: World, door: str) -> None:
    now, gate = threading.Event(), threading.Event()
    now.set()
    world.llm.script = lambda _: stream(["data: 1\n\n", "data: 2\n\n"], gates=[now, gate])
    with world.client(door) as client:
        with client.stream("POST", world.base(door) + "/v1/chat/completions", content=BODY) as response:
            assert next(response.iter_bytes()) == b"data: 1\n\n"
        until(lambda: world.llm.wires[-1].ended)
    gate.set()


def test_a_client_that_reads_slowly_fills_no_memory(world: World, door: str) -> None:
    """Nothing of an answer is kept: what the client does not take is not asked of the upstream."""
    world.llm.script = lambda _: huge(96 << 20)
    assert world.proxy.process is not None
    process = psutil.Process(world.proxy.process.pid)
    with (
        world.client(door) as client,
        client.stream("POST", world.base(door) + "/v1/chat/completions", content=BODY) as response,
    ):
        before, parts = process.memory_info().rss, response.iter_raw(1 << 16)
        for _ in range(5):
            next(parts)
            time.sleep(0.1)
        assert process.memory_info().rss - before < 16 << 20


def test_a_client_that_leaves_while_masking_sends_nothing(world: World, profiler: FakeProfiler, door: str) -> None:
    gate, asked = threading.Event(), threading.Event()

    def script(call: object) -> object:
        asked.set()
        return hang(gate, profiler.regular(call))  # type: ignore[arg-type]

    profiler.script = script  # type: ignore[assignment]
    body = BODY.replace("What", f"From the {door}, what")
    with wire_to(world, door) as wire:
        wire.sendall(head(world, door, f"Content-Length: {len(body)}") + body.encode())
        assert asked.wait(10)
    gate.set()
    profiler.script = None
    assert post(world, door).status_code == 200  # the proxy went on
    assert [request.body.decode().count("From the") for request in world.llm.requests] == [0]
    assert b"Jane" not in world.raw


def test_a_client_that_leaves_in_mid_body_sends_nothing(world: World, door: str) -> None:
    with wire_to(world, door) as wire:
        start = head(world, door, f"Content-Length: {len(BODY) + 10}")
        wire.sendall(start.replace(b"completions HTTP", b"completions?who=Jane+Doe HTTP") + BODY.encode())
    assert post(world, door).status_code == 200
    assert len(world.llm.requests) == 1
    assert world.proxy.wait_for("/v1/chat/completions")
    assert "Jane" not in world.proxy.log


def test_pipelined_requests_are_masked_and_answered_in_order(world: World, door: str) -> None:
    world.llm.script = lambda request: answer(200, json.dumps({"n": request.body.decode()[-3:]}))
    bodies = [BODY[:-2] + f',{{"content":"Jane Doe {n}"}}], "n": {n}}}' for n in range(3)]
    with wire_to(world, door) as wire:
        wire.settimeout(10)
        for number, body in enumerate(bodies):
            last = ["Connection: close"] if number == 2 else []
            wire.sendall(head(world, door, *last, f"Content-Length: {len(body)}") + body.encode())
        got = b""
        while data := wire.recv(65536):
            got += data
    assert got.count(b"HTTP/1.1 200") == 3
    assert [got.index(f'" {n}}}"'.encode()) for n in range(3)] == sorted(
        got.index(f'" {n}}}"'.encode()) for n in range(3)
    )
    assert len(world.llm.requests) == 3
    assert b"Jane" not in world.raw


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH", "OPTIONS", "ODD"])
def test_every_method_with_a_body_is_masked(world: World, door: str, method: str) -> None:
    with wire_to(world, door) as wire:
        wire.settimeout(10)
        wire.sendall(
            head(
                world, door, "Connection: close", "Expect: 100-continue", f"Content-Length: {len(BODY)}", method=method
            )
            + BODY.encode()
        )
        got = b""
        while data := wire.recv(65536):
            got += data
    assert b"HTTP/1.1 200" in got
    assert world.llm.requests[0].method == method
    assert b"Jane" not in world.raw


SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %b\r\n\r\n"
UPGRADES = {
    "old WebSocket version": ("websocket", ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 8"]),
    "no version": ("websocket", ["Upgrade: websocket", "Connection: Upgrade"]),
    "other protocol than asked": ("tcp", ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]),
    "without being asked": ("tcp", []),
    "upgrade without connection": ("tcp", ["Upgrade: tcp"]),
}


@pytest.mark.parametrize("name", UPGRADES)
def test_after_a_switch_of_protocols_no_raw_byte_passes(world: World, door: str, name: str) -> None:
    protocol, headers = UPGRADES[name]
    world.llm.script = lambda _: raw(SWITCH % protocol.encode(), close=False)
    with wire_to(world, door) as wire:
        wire.settimeout(5)
        wire.sendall(head(world, door, *headers, "Content-Length: 0"))
        got = wire.recv(65536)
        assert got
        assert b" 101 " not in got
        wire.settimeout(0.2)
        try:
            for _ in range(3):
                wire.sendall(b"\x81\x0b" + CANARY)
                wire.recv(65536)
        except (OSError, ssl.SSLError):
            pass
    assert CANARY not in world.raw


def test_a_shutdown_finishes_what_runs(profiler: FakeProfiler, tmp_path: Path) -> None:
    """At both doors; the audit log has a whole line for each."""
    audit = tmp_path / "audit.jsonl"
    gate, asked = threading.Event(), threading.Semaphore(0)

    def script(call: object) -> object:
        asked.release()
        return hang(gate, profiler.regular(call))  # type: ignore[arg-type]

    with (
        FakeLLM() as llm,
        Proxy(f"faasera_audit={audit}", environ={**bases(llm), "FAASERA_PROFILER_ENDPOINT": profiler.url}) as proxy,
    ):
        world = World(proxy, llm)
        assert post(world, "interception").status_code == 200
        llm.script = lambda _: stream(["data: 1\n\n", "data: 2\n\n"])
        profiler.script = script  # type: ignore[assignment]
        results: dict[str, httpx.Response] = {}

        def go(door: str) -> None:
            results[door] = post(world, door, body=BODY.replace("What", f"At the {door}, what"))

        threads = [threading.Thread(target=go, args=(door,)) for door in ("gateway", "interception")]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert asked.acquire(timeout=10)
        assert proxy.process is not None
        proxy.process.terminate()
        late = threading.Timer(0.3, gate.set)
        late.start()
        for thread in threads:
            thread.join(15)
        profiler.script = None
        assert proxy.wait_exit(15) == 0
        assert {door: response.status_code for door, response in results.items()} == {
            "gateway": 200,
            "interception": 200,
        }
        assert {response.text for response in results.values()} == {"data: 1\n\ndata: 2\n\n"}
        assert b"Jane" not in world.raw
    lines = audit.read_text().splitlines()
    assert len(lines) == 3
    assert {json.loads(line)["outcome"] for line in lines} == {"sent"}
    assert "Jane" not in audit.read_text()
