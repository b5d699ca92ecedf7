"""Every limit, and every body that two parsers would read differently: refused in the caller's dialect, nothing sent."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import zlib
from collections.abc import Iterator

import httpx
import psutil
import pytest

from tests.doors.conftest import World, bases, wire_to
from tests.support.bombs import CODINGS, MIB, bomb
from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import FakeProfiler
from tests.support.http1 import hang
from tests.support.proxy import Proxy

CANARY = "123-45-6789"
BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"My SSN is 123-45-6789"}]}'
CONFIG = """
mitmproxy: {body_size_limit: 8m}
limits: {body: 1MiB, inflated: 4MiB, depth: 50, strings: 1000, frame: 2KiB, queue: 2}
"""


@pytest.fixture(scope="module")
def shared(profiler: FakeProfiler) -> Iterator[World]:
    environ = {"FAASERA_PROFILER_ENDPOINT": profiler.url}
    with FakeLLM() as llm, Proxy(environ={**bases(llm), **environ}, config=CONFIG) as proxy:
        yield World(proxy, llm)


@pytest.fixture(scope="module")
def clients(shared: World) -> Iterator[dict[str, httpx.Client]]:
    with shared.client("gateway") as gateway, shared.client("interception") as interception:
        yield {"gateway": gateway, "interception": interception}


def send(world: World, client: httpx.Client, door: str, content: object, **headers: str) -> httpx.Response:
    return client.post(
        world.base(door) + "/v1/chat/completions",
        content=content,  # type: ignore[arg-type]
        headers={"content-type": "application/json", **headers},
    )


def chunks(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), 1 << 16):
        yield data[at : at + (1 << 16)]


def content(text: str) -> bytes:
    return json.dumps({"messages": [{"role": "user", "content": text}]}).encode()


BIG = content(CANARY + "a" * MIB)
NESTED = 100_000
OVER: dict[str, tuple[int, str, bytes, dict[str, str]]] = {
    "body": (413, "faasera_body_too_large", BIG, {}),
    "inflated": (413, "", gzip.compress(content(CANARY + "a" * (5 * MIB))), {"content-encoding": "gzip"}),
    "depth": (400, "", b'{"messages":' + b"[" * 60 + b'"123-45-6789"' + b"]" * 60 + b"}", {}),
    "nesting 100000": (400, "", b'{"messages":' + b"[" * NESTED + b"]" * NESTED + b"}", {}),
    "nested objects": (400, "", b'{"a":' * NESTED + b"1" + b"}" * NESTED, {}),
    "strings": (422, "", json.dumps({"messages": [{"content": [{"text": f"{CANARY} {n}"} for n in range(1001)]}]}).encode(), {}),
    "duplicate keys": (400, "faasera_duplicate_key", b'{"messages":"123-45-6789","messages":[]}', {}),
    "escaped duplicate": (400, "", b'{"messages":"123-45-6789","\\u006dessages":[]}', {}),
    "NaN": (400, "", b'{"temperature":NaN,"messages":"123-45-6789"}', {}),
    "Infinity": (400, "", b'{"temperature":-Infinity,"messages":"123-45-6789"}', {}),
    "trailing value": (400, "", BODY.encode() + b" {}", {}),
    "trailing comma": (400, "", b'{"messages":["123-45-6789",]}', {}),
    "comment": (400, "", b'{"messages":["123-45-6789"]/* c */}', {}),
    "single quotes": (400, "", b"{'messages':'123-45-6789'}", {}),
    "raw control": (400, "", b'{"messages":"123-45-6789\x01"}', {}),
    "invalid utf-8": (0, "", b'{"messages":"123-45-6789 \xff\xfe"}', {}),
    "two gzip members": (0, "", gzip.compress(b'{"a":1,') + gzip.compress(b'"messages":"123-45-6789"}'), {"content-encoding": "gzip"}),
    "gzip and more": (415, "", gzip.compress(BODY.encode()) + b"123-45-6789", {"content-encoding": "gzip"}),
    "cut gzip": (415, "", gzip.compress(BODY.encode())[:-9], {"content-encoding": "gzip"}),
    "deflate and more": (415, "", zlib.compress(BODY.encode()) + b"123-45-6789", {"content-encoding": "deflate"}),
    "plain as gzip": (415, "", BODY.encode(), {"content-encoding": "gzip"}),
    "unknown encoding": (415, "", BODY.encode(), {"content-encoding": "x-odd"}),
    "a Python codec": (415, "", BODY.encode(), {"content-encoding": "rot13"}),
    "hex": (415, "", BODY.encode().hex().encode(), {"content-encoding": "hex"}),
    "odd charset": (0, "", BODY.encode("utf-7"), {"content-type": "application/json; charset=utf-7"}),
}  # fmt: skip


@pytest.mark.parametrize("name", OVER)
def test_over_a_limit_or_ambiguous_is_refused(
    world: World, door: str, clients: dict[str, httpx.Client], name: str
) -> None:
    status, code, body, headers = OVER[name]
    response = send(world, clients[door], door, body, **headers)
    if status:
        assert response.status_code == status, response.text
        assert response.headers["x-faasera-code"] == (code or response.headers["x-faasera-code"])
        assert response.headers["x-should-retry"] == "false"
        assert response.json()["error"]["code"].startswith("faasera_")
        assert world.llm.requests == []
    assert CANARY.encode() not in world.raw
    assert CANARY not in response.text.replace("[[SSN]]", "")
    assert send(world, clients[door], door, BODY).status_code == 200  # the others keep flowing
    assert CANARY not in world.proxy.log


def test_a_chunked_body_over_the_limit_is_refused_too(
    world: World, door: str, clients: dict[str, httpx.Client]
) -> None:
    response = send(world, clients[door], door, chunks(BIG))
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "faasera_body_too_large"
    assert world.raw == b""


def host_of(world: World, door: str) -> str:
    return f"127.0.0.1:{world.proxy.port}" if door == "gateway" else "api.openai.com"


def test_a_declared_length_over_the_limit_is_refused_at_the_head(world: World, door: str) -> None:
    for sent in (b"", b"{", b"{" * 100_000):
        with wire_to(world, door) as wire:
            wire.settimeout(5)
            head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host_of(world, door)}\r\n"
            wire.sendall(f"{head}Content-Type: application/json\r\nContent-Length: {2 * MIB}\r\n\r\n".encode() + sent)
            got = wire.recv(65536)
            assert got.startswith(b"HTTP/1.1 413")
            assert b"faasera_body_too_large" in got
    assert world.raw == b""


def test_a_body_without_end_is_cut_off(world: World, door: str) -> None:
    """Ten times the limit: mitmproxy itself ends it, and does not keep what came."""
    process = psutil.Process(world.proxy.process.pid) if world.proxy.process else None
    assert process is not None
    before = process.memory_info().rss
    with wire_to(world, door) as wire:
        wire.settimeout(2)
        wire.sendall(
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host_of(world, door)}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        block = b"10000\r\n" + b"a" * 65536 + b"\r\n"
        sent = 0
        try:
            while sent < 64 * MIB:
                wire.sendall(block)
                sent += 65536
        except OSError:
            pass
        assert sent < 32 * MIB
        assert b" 413 " in wire.recv(4096)
    assert process.memory_info().rss - before < 64 * MIB
    assert world.raw == b""


CHUNKED = "Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("begins", "goes_on"),
    [
        ("X: ", b"a" * 1000),
        ("", b"X: a\r\n" * 100),
        (f"{CHUNKED}1;", b"a" * 1000),
        (f"{CHUNKED}2\r\n{{}}\r\n0\r\n", b"X: a\r\n" * 100),
        ("Content-Length: 2\r\n\r\n{}", b"POST / HTTP/1.1\r\n" + b"a" * 1000),
    ],
    ids=["a header", "headers", "an extension of a chunk", "trailers", "requests behind one that waits"],
)
def test_what_has_no_end_is_cut_off(world: World, begins: str, goes_on: bytes) -> None:
    answer_now = threading.Event()
    world.llm.script = lambda _: hang(answer_now)
    with socket.create_connection(("127.0.0.1", world.proxy.port), timeout=20) as wire:
        wire.sendall(f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n{begins}".encode())
        with pytest.raises(OSError, match=r"reset|pipe"):
            wire.sendall(goes_on * (24 * MIB // len(goes_on)))
    answer_now.set()


@pytest.mark.parametrize("encoding", CODINGS)
def test_a_bomb_stops_at_the_bound(world: World, clients: dict[str, httpx.Client], encoding: str) -> None:
    assert world.proxy.process is not None
    process = psutil.Process(world.proxy.process.pid)
    packed = bomb(encoding, 300)
    assert len(packed) < MIB
    before = process.memory_info().rss
    most = before
    done = threading.Event()

    def look() -> None:
        nonlocal most
        while not done.wait(0.005):
            most = max(most, process.memory_info().rss)

    watcher = threading.Thread(target=look)
    watcher.start()
    response = send(world, clients["gateway"], "gateway", packed, **{"content-encoding": encoding})
    done.set()
    watcher.join()
    assert response.status_code == 413
    assert most - before < 64 * MIB
    assert world.raw == b""


def test_a_full_queue_turns_away_and_says_when_to_come_back(
    world: World, profiler: FakeProfiler, clients: dict[str, httpx.Client]
) -> None:
    gate = threading.Event()
    waiting = threading.Semaphore(0)

    def script(call: object) -> object:
        waiting.release()
        return hang(gate, profiler.regular(call))  # type: ignore[arg-type]

    profiler.script = script  # type: ignore[assignment]
    results: list[int] = []

    def go(number: int) -> None:
        with world.client("gateway") as client:
            results.append(send(world, client, "gateway", content(f"caller {number}: {CANARY}")).status_code)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert waiting.acquire(timeout=10)
    for door, client in clients.items():
        response = send(world, client, door, content(f"one too many at {door}: {CANARY}"))
        assert response.status_code == 503
        assert response.headers["x-faasera-code"] == "faasera_queue_full"
        assert response.headers["retry-after"] == "1"
        assert "x-should-retry" not in response.headers
    gate.set()
    for thread in threads:
        thread.join(15)
    profiler.script = None
    assert results == [200, 200]
    assert CANARY.encode() not in world.raw


HEADS = {
    "CL and TE": "Content-Length: 20\r\nTransfer-Encoding: chunked\r\n",
    "two CL": "Content-Length: 20\r\nContent-Length: 30\r\n",
    "signed CL": "Content-Length: +20\r\n",
    "odd TE": "Transfer-Encoding: gzip, chunked\r\n",
    "xchunked": "Transfer-Encoding: xchunked\r\n",
    "identity": "Transfer-Encoding: identity\r\n",
    "TE with a tab": "Transfer-Encoding:\tchunked\r\nContent-Length: 5\r\n",
    "two hosts": "Host: evil.test\r\nContent-Length: 20\r\n",
    "folded": "X-A: b\r\n c\r\nContent-Length: 20\r\n",
    "space before colon": "Content-Length : 20\r\n",
    "odd upgrade": "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n",
}


@pytest.mark.parametrize("name", HEADS)
def test_heads_that_could_be_read_in_two_ways_are_refused(world: World, door: str, name: str) -> None:
    with wire_to(world, door) as wire:
        wire.settimeout(1)
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host_of(world, door)}\r\n{HEADS[name]}\r\n"
        wire.sendall(head.encode() + b'22\r\n{"messages":"123-45-6789"}        \r\n0\r\n\r\n')
        answer = b""
        try:
            while data := wire.recv(65536):
                answer += data
        except OSError:
            pass
    assert CANARY.encode() not in world.raw
    assert world.llm.requests == []
    assert not answer.startswith(b"HTTP/1.1 2"), answer[:200]
    assert CANARY.encode() not in answer


def test_an_offer_of_h2c_is_answered_in_http1_and_masked(world: World) -> None:
    """As Java's HttpClient sends it to every plain address."""
    body = content(f"SSN {CANARY}")
    with socket.create_connection(("127.0.0.1", world.proxy.port), 10) as wire:
        wire.settimeout(10)
        wire.sendall(
            f"POST /v1/chat/completions HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: {len(body)}\r\n"
            f"Host: localhost:{world.proxy.port}\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n"
            "Upgrade: h2c\r\nContent-Type: application/json\r\n\r\n".encode()
            + body
        )
        assert wire.recv(65536).startswith(b"HTTP/1.1 200")
    assert b"[[SSN]]" in world.llm.requests[0].body
    assert CANARY.encode() not in world.raw
    assert world.llm.requests[0].header("upgrade") is None


def test_numbers_and_surrogates_survive_as_spelled(world: World, door: str, clients: dict[str, httpx.Client]) -> None:
    odd = b'{"seed":' + b"9" * 5000 + b',"x":1e999,"y":-0.0,"z":"\\ud800","messages":[{"content":"a\\/b"}]}'
    assert send(world, clients[door], door, odd).status_code == 200
    assert world.llm.requests[0].body == odd
