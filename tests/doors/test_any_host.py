"""The gateway under any Host, requests that come back, bodies without an end: on raw sockets."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import psutil
import pytest

from tests.doors.conftest import World, bases, wire_to
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy, free_port

BODY = b'{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
OWN = "Authorization: Bearer sk-of-the-client"
MIB = 1 << 20


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    with FakeLLM() as llm:
        environ = {**bases(llm), "FAASERA_OPENAI_API_KEY": "sk-fill-in-key"}
        with Proxy(environ=environ, config="limits: {body: 2MiB}\n") as proxy:
            yield World(proxy, llm)


def read_answer(wire: socket.socket) -> bytes:
    """One answer with its body, or what came before the connection ended."""
    answer = b""
    while True:
        head, _, body = answer.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if b"\r\n\r\n" in answer and length and len(body) >= int(length[1]):
            return answer
        try:
            got = wire.recv(65536)
        except ConnectionResetError:
            return answer
        if not got:
            return answer
        answer += got


def ask(world: World, host: str, *headers: str, path: str = "/v1/chat/completions", body: bytes | None = BODY) -> bytes:
    """The answer to a request in origin form with the Host header `host`."""
    method = "GET" if body is None else "POST"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    with socket.create_connection(("127.0.0.1", world.proxy.port), 10) as wire:
        wire.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""))
        return read_answer(wire)


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "localhost:1", "[::1]", "10.20.30.40:443", "192.168.0.9", "host.docker.internal"]
)
def test_an_address_or_a_loopback_name_is_the_gateway_on_any_port(world: World, host: str) -> None:
    assert status(ask(world, host)) == 200
    [request] = world.llm.requests
    assert "What is [[NAME]]'s SSN [[SSN]]?" in request.body.decode()
    assert request.header("authorization") == "Bearer sk-fill-in-key"
    assert status(ask(world, host, path="/metrics", body=None)) == 200


def test_another_name_is_an_api_for_the_clients_own_key(world: World) -> None:
    assert status(ask(world, "llm.balancer.example", OWN)) == 200
    assert world.llm.requests[-1].header("authorization") == "Bearer sk-of-the-client"
    assert "[[SSN]]" in world.llm.requests[-1].body.decode()
    assert status(ask(world, "llm.balancer.example", OWN, path="/v1/models", body=None)) == 200


@pytest.mark.parametrize(
    ("headers", "path", "body"),
    [
        ((), "/v1/chat/completions", BODY),
        ((), "/v1/models", None),
        ((OWN,), "/", None),
        ((OWN,), "/metrics", None),
        ((OWN,), "/proxy.pac", None),
        ((OWN,), "/ca.pem", None),
        ((OWN, "Origin: http://rebound.evil.test"), "/v1/chat/completions", BODY),
        ((OWN, "Sec-Fetch-Site: same-origin"), "/v1/models", None),
        ((OWN, "Sec-Fetch-Dest: image"), "/v1/models", None),
        (("Upgrade: websocket", "Connection: Upgrade"), "/v1/realtime", None),
    ],
)
def test_and_nothing_else(world: World, headers: tuple[str, ...], path: str, body: bytes | None) -> None:
    answer = ask(world, "rebound.evil.test", *headers, path=path, body=body)
    assert status(answer) == 400
    assert b"faasera_unknown_authority" in answer
    assert b"gateway.names" in answer
    assert b"sk-fill-in-key" not in world.raw
    assert world.llm.requests == []


@pytest.mark.parametrize("page", ["/livez", "/readyz", "/healthz"])
def test_probes_answer_under_any_name(world: World, page: str) -> None:
    assert status(ask(world, "whatever.example", path=page, body=None)) == 200
    assert b"configuration" not in ask(world, "whatever.example", path=page, body=None)


def test_by_default_only_this_machine_can_connect(world: World) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.254", 9))  # no packet is sent
        own = str(probe.getsockname()[0])
    if own.startswith("127."):
        pytest.skip("this machine has no address but loopback")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((own, world.proxy.port), 5)


def test_a_check_without_a_host_is_answered(world: World) -> None:
    """As HAProxy's `option httpchk` and old tools send it."""
    for path, code in (("/livez", b"200"), ("/readyz", b"200")):
        with socket.create_connection(("127.0.0.1", world.proxy.port), 10) as wire:
            wire.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            assert read_answer(wire).split(b" ", 2)[1] == code


@pytest.mark.parametrize("path", ["/favicon.ico", "/robots.txt?x=1"])
def test_what_browsers_ask_for_by_themselves_is_not_there(world: World, path: str) -> None:
    answer = ask(world, "localhost", path=path, body=None)
    assert status(answer) == 404
    assert b"faasera_" not in answer
    assert status(ask(world, "rebound.evil.test", path=path, body=None)) == 400
    assert world.llm.requests == []


@pytest.mark.parametrize(
    "page", ["/", "/livez", "/healthz", "/metrics", "/proxy.pac", "/ca.pem", "/try", "/v1/nothing"]
)
def test_head_sends_no_body(world: World, page: str) -> None:
    """Otherwise the next answer on the connection is misread."""
    with socket.create_connection(("127.0.0.1", world.proxy.port), 10) as wire:
        for path, host in ((page, "localhost"), ("/livez", "localhost"), (page, "refused.example")):
            wire.sendall(f"HEAD {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n".encode())
        wire.shutdown(socket.SHUT_WR)
        answer = b""
        while got := wire.recv(65536):
            answer += got
    heads = [part for part in answer.split(b"\r\n\r\n") if part]
    assert all(head.startswith(b"HTTP/1.1 ") for head in heads), answer


def test_who_sent_a_request_is_told_to_no_vendor(world: World) -> None:
    sent = ("Baggage: user=jane", "Traceparent: 00-1-2-01", "X-Request-Id: 7", "X-B3-TraceId: 1")
    assert status(ask(world, "localhost", *sent)) == 200
    names = {name.lower() for name, _ in world.llm.requests[-1].headers}
    assert not names & {"baggage", "traceparent", "x-b3-traceid"}
    assert "x-request-id" in names


def test_a_request_from_another_proxy_on_this_machine_is_a_strangers(world: World) -> None:
    for header in ("X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-Real-IP: ::1", "Via: 1.1 nginx"):
        answer = ask(world, "localhost", header)
        assert status(answer) == 400
        assert b"faasera_gateway_closed" in answer
    assert world.llm.requests == []


def test_a_request_that_comes_back_ends() -> None:
    """A base URL that leads back through a name in front of the proxy: within two passes, in words."""
    config = (
        "gateway: {names: [front.example]}\ntargets: {front: {base_url: 'http://%s', speaks: [chat]}}\ntarget: front\n"
    )
    with FakeLLM() as llm:
        port = llm.url.rpartition(":")[2]

        with Proxy(config=config % f"127.0.0.1:{port}") as proxy:
            world = World(proxy, llm)
            assert status(ask(world, "localhost")) == 200
            [mark] = [value for name, value in llm.requests[0].headers if name.lower() == "x-faasera-loop"]
            answer = ask(world, "front.example", f"X-Faasera-Loop: {mark}")
            assert status(answer) == 508
            assert b"base_url" in answer
            assert b"front.example" in answer
            other = mark[:-1] + ("0" if mark[-1] != "0" else "1")
            assert status(ask(world, "front.example", f"X-Faasera-Loop: {other}")) == 200
            assert [value for name, value in llm.requests[-1].headers if name.lower() == "x-faasera-loop"] == [
                f"{other}, {mark}"
            ]


def test_a_ring_of_proxies_with_keys_of_their_own_ends() -> None:
    """A laptop's proxy behind a team's that leads back to it: each knows its own mark among the others."""
    ports = [free_port() for _ in range(3)]
    with ExitStack() as stack:
        proxies = [
            stack.enter_context(Proxy(environ={"FAASERA_OPENAI_BASE_URL": f"http://127.0.0.1:{after}/v1"}, port=port))
            for port, after in zip(ports, ports[1:] + ports[:1], strict=True)
        ]
        answer = ask(World(proxies[0], FakeLLM()), "localhost", OWN)
        assert status(answer) == 508
        assert b"base_url" in answer
        passes = sum(proxy.log.count("gateway 127.0.0.1") for proxy in proxies)
        assert passes <= 4  # the fourth is the one that ends it


def peak(world: World) -> int:
    """The process's memory in bytes."""
    assert world.proxy.process is not None
    return int(psutil.Process(world.proxy.process.pid).memory_info().rss)


def chunk(size: int) -> bytes:
    return b"%x\r\n%s\r\n" % (size, b"x" * size)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        (("Transfer-Encoding: chunked",), b"faasera_body_too_large"),
        (("Transfer-Encoding: chunked", "X-Forwarded-For: 192.0.2.1"), b"faasera_gateway_closed"),
        (("Transfer-Encoding: chunked", "Origin: https://evil.example"), b"faasera_foreign_origin"),
        ((f"Content-Length: {99 * MIB}",), b"faasera_body_too_large"),
    ],
)
def test_a_body_without_an_end_is_answered_and_cut_off(world: World, headers: tuple[str, ...], code: bytes) -> None:
    head = "\r\n".join(("POST /v1/chat/completions HTTP/1.1", "Host: localhost", *headers, "", ""))
    before = peak(world)
    with socket.create_connection(("127.0.0.1", world.proxy.port), 10) as wire:
        wire.sendall(head.encode())
        sent = 0
        try:
            for _ in range(64):
                wire.sendall(chunk(MIB))
                sent += 1
        except OSError:
            pass
        assert code in read_answer(wire)
    assert sent < 64
    assert peak(world) - before < 24 * MIB
    assert world.llm.requests == []


def test_a_refused_small_body_leaves_the_connection_usable(world: World) -> None:
    head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", world.proxy.port), 10) as wire:
        wire.sendall(f"{head}Origin: https://evil.example\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY)
        assert status(read_answer(wire)) == 400
        wire.sendall(f"{head}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY)
        assert status(read_answer(wire)) == 200


def test_a_head_without_an_end_is_cut_off(world: World, door: str) -> None:
    before = peak(world)
    with wire_to(world, door) as wire:
        wire.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX: ")
        with pytest.raises(OSError, match=r"."):
            wire.sendall(b"a" * (64 * MIB))
    assert peak(world) - before < 24 * MIB
