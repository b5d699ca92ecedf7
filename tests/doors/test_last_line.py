"""What no request hook sees: raw bytes in a CONNECT, names that disagree, tunnels that stay closed."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from tests.doors.conftest import World, bases
from tests.support.certs import Certs, make_certs
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Request
from tests.support.proxy import Proxy
from tests.support.starts import ended, http2_context

BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
CANARY = b"123-45-6789"
# Addresses of this machine that stand for hosts of the table.
INSPECTED, TUNNELLED, REFUSED, OTHER = "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"
CONFIG = f"""
hosts:
  - {{host: {INSPECTED}}}
  - {{host: {TUNNELLED}, mode: tunnel}}
  - {{host: {REFUSED}, mode: refuse}}
"""


class Everywhere(FakeLLM):
    host = "0.0.0.0"


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Certs:
    return make_certs(tmp_path_factory.mktemp("certs"), ("localhost", INSPECTED, TUNNELLED, REFUSED, OTHER))


@pytest.fixture(scope="module")
def tls(certs: Certs) -> Iterator[FakeLLM]:
    with Everywhere(ssl_context=certs.server_context()) as server:
        yield server


@pytest.fixture(scope="module")
def plain() -> Iterator[FakeLLM]:
    with Everywhere() as server:
        server.errors = Ignored()
        yield server


class Ignored(list[BaseException]):
    """Raw bytes are no HTTP: what the server says of them does not matter."""

    def append(self, error: BaseException) -> None:
        pass


@pytest.fixture(scope="module")
def shared(certs: Certs) -> Iterator[World]:
    with (
        FakeLLM() as llm,
        Proxy(
            *(f"ssl_verify_upstream_trusted_ca={certs.ca}", "connection_strategy=eager"),
            environ=bases(llm),
            config=CONFIG,
        ) as proxy,
    ):
        yield World(proxy, llm)


def tunnel(world: World, host: str, port: int) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", world.proxy.port), 10)
    wire.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        data = wire.recv(4096)
        assert data, "closed"
        head += data
    assert head.startswith(b"HTTP/1.1 200"), head
    return wire


def read_all(wire: socket.socket) -> bytes:
    found = b""
    try:
        while data := wire.recv(1 << 16):
            found += data
    except (OSError, TimeoutError):
        pass
    return found


RAW = {
    "NUL first": [b"\x00" + CANARY + b"\n"],
    "ssh": [b"SSH-2.0-" + CANARY + b"\r\n"],
    "CRLF first": [b"\r\n\r\nPOST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n" + CANARY],
    "digit in the method": [b"P0ST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n" + CANARY],
    "one byte, then more": [b"P", b"\x00" + CANARY],
    "two bytes, then more": [b"\x16\x03", CANARY],
    "text": [CANARY + b" is my number\n"],
    "half a TLS hello": [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + CANARY * 50],
    "http2 without TLS": [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + CANARY],
}


@pytest.mark.parametrize("name", RAW)
@pytest.mark.parametrize("where", ["host of the table", "target"])
def test_raw_bytes_never_reach_an_llm_host(world: World, plain: FakeLLM, name: str, where: str) -> None:
    host, port = (INSPECTED, plain.port) if where == "host of the table" else ("127.0.0.1", world.llm.port)
    with tunnel(world, host, port) as wire:
        wire.settimeout(1)  # an unfinished TLS hello gets no answer
        for segment in RAW[name]:
            wire.sendall(segment)
        wire.shutdown(socket.SHUT_WR)
        read_all(wire)
    for server in (plain, world.llm):
        assert CANARY not in b"".join(server.raw)
    assert CANARY.decode() not in world.proxy.log


def test_a_tunnel_alone_dials_nobody(world: World, tls: FakeLLM, certs: Certs) -> None:
    """Although mitmproxy was told to dial at once: a masked request may go elsewhere."""
    before = len(tls.wires) + len(world.llm.wires)
    assert issuer(world, certs, INSPECTED, tls.port, "localhost") == "proxy"
    assert len(tls.wires) + len(world.llm.wires) == before


def test_raw_bytes_to_other_hosts_pass_untouched(world: World, plain: FakeLLM) -> None:
    with tunnel(world, OTHER, plain.port) as wire:
        wire.sendall(b"\x00\x01raw " + b"bytes\r\n\r\n")
        wire.shutdown(socket.SHUT_WR)
        wire.settimeout(5)
        read_all(wire)
        deadline = time.monotonic() + 10
        while b"\x00\x01raw bytes" not in b"".join(plain.raw):
            assert time.monotonic() < deadline
            time.sleep(0.01)


def issuer(world: World, certs: Certs, host: str, port: int, sni: str | None) -> str:
    """Whose certificate a client sees behind a CONNECT: `proxy` or `upstream`."""
    for name, ca in (("upstream", certs.ca), ("proxy", world.proxy.ca_file)):
        context = ssl.create_default_context(cafile=str(ca))
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.check_hostname = False
        with tunnel(world, host, port) as wire:
            try:
                context.wrap_socket(wire, server_hostname=sni).close()
            except ssl.SSLCertVerificationError:
                continue
            return name
    return "neither"


@pytest.mark.parametrize(
    ("host", "sni", "seen"),
    [
        (OTHER, "localhost", "upstream"),
        (OTHER, None, "upstream"),
        (OTHER, "api.openai.com.evil.test", "upstream"),
        (OTHER, "xapi.openai.com", "upstream"),
        (TUNNELLED, "localhost", "upstream"),
        (INSPECTED, "localhost", "proxy"),
        (INSPECTED, None, "proxy"),
        (OTHER, "api.openai.com", "proxy"),
        (OTHER, "API.OpenAI.com", "proxy"),
        (TUNNELLED, "api.openai.com", "proxy"),
        (REFUSED, "localhost", "proxy"),
    ],
)
def test_tls_is_opened_for_llm_hosts_only(
    world: World, certs: Certs, tls: FakeLLM, host: str, sni: str | None, seen: str
) -> None:
    assert issuer(world, certs, host, tls.port, sni) == seen


@pytest.mark.parametrize("cuts", [(), (1, 2, 3, 40)], ids=["whole", "in pieces"])
@pytest.mark.parametrize("version", [b"\x03\x01", b"\x03\x04"], ids=["usual", "record version 3.4"])
def test_a_hello_that_names_a_model_is_never_tunnelled(
    world: World, tls: FakeLLM, version: bytes, cuts: tuple[int, ...]
) -> None:
    """Behind a CONNECT to an address. Our certificate, or the end of the connection: mitmproxy reads 3.1 to 3.3 only."""
    came, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = world.proxy.trust()
    inner = context.wrap_bio(came, out, server_hostname="api.openai.com")
    before = len(tls.wires)
    with tunnel(world, OTHER, tls.port) as wire, suppress(OSError):
        wire.settimeout(10)
        while True:
            try:
                inner.do_handshake()
                break
            except ssl.SSLWantReadError:
                hello = out.read()
                if hello[:1] == b"\x16":
                    hello = hello[:1] + version + hello[3:]
                    for start, end in zip((0, *cuts), (*cuts, len(hello)), strict=True):
                        wire.sendall(hello[start:end])
                        time.sleep(0.03 if cuts else 0)  # a segment each
                data = wire.recv(65536)
                if not data:
                    break
                came.write(data)
    assert len(tls.wires) == before
    assert inner.version() is None or version == b"\x03\x01"


def spoken(world: World, host: str, port: int, sni: str, name: str) -> bytes:
    """The answer to the canary, sent inside TLS with names that may disagree."""
    context = world.proxy.trust()
    context.check_hostname = False
    with tunnel(world, host, port) as wire, context.wrap_socket(wire, server_hostname=sni) as inner:
        inner.settimeout(10)
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\nContent-Length: {len(BODY)}"
        inner.sendall(f"{head}\r\n\r\n{BODY}".encode())
        return read_all(inner)


@pytest.mark.parametrize(
    ("host", "sni", "name"),
    [
        (OTHER, "api.openai.com", "api.openai.com"),
        (OTHER, "api.openai.com", "evil.test"),
        (INSPECTED, "localhost", "evil.test"),
        (INSPECTED, "evil.test", "evil.test"),
        (INSPECTED, "api.openai.com", INSPECTED),
        (TUNNELLED, "api.openai.com", "evil.test"),
    ],
)
def test_names_that_disagree_are_masked_all_the_same(
    world: World, tls: FakeLLM, host: str, sni: str, name: str
) -> None:
    before = len(tls.requests) + len(world.llm.requests)
    answer = spoken(world, host, tls.port, sni, name)
    arrived: list[Request] = tls.requests + world.llm.requests
    assert answer
    for server in (tls, world.llm):
        assert CANARY not in b"".join(server.raw)
        assert b"Jane" not in b"".join(server.raw)
    for request in arrived[before:]:
        assert "[[SSN]]" in request.body.decode()


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("url", ["https://api.openai.com.", "https://API.OPENAI.com", "https://api.openai.com:443"])
def test_every_spelling_of_the_host_is_masked(world: World, url: str, version: int) -> None:
    context = world.proxy.trust() if version == 1 else http2_context(world.proxy.ca_file)
    context.check_hostname = False
    with httpx.Client(trust_env=False, proxy=world.proxy.url, verify=context, http2=version == 2, timeout=20) as client:
        assert client.post(f"{url}/v1/chat/completions", content=BODY).status_code == 200
        foreign = client.post(f"{url}/v1/chat/completions", content=BODY, headers={"host": "evil.test"})
    assert world.llm.requests
    assert b"Jane" not in world.raw
    assert foreign.http_version == ("HTTP/2" if version == 2 else "HTTP/1.1")
    assert all(request.header("host") == f"127.0.0.1:{world.llm.port}" for request in world.llm.requests)


def test_a_refused_host_is_answered_in_its_dialect(world: World, tls: FakeLLM, plain: FakeLLM) -> None:
    before = len(tls.requests)
    answer = spoken(world, REFUSED, tls.port, "localhost", REFUSED)
    assert re.match(rb"HTTP/1.1 400 ", answer)
    assert b"faasera_host_refused" in answer
    with httpx.Client(trust_env=False, proxy=world.proxy.url) as client:
        response = client.post(f"http://{REFUSED}:{plain.port}/v1/chat/completions", content=BODY)
    assert response.json()["error"]["code"] == "faasera_host_refused"
    assert len(tls.requests) == before
    assert CANARY not in b"".join(plain.raw)


def test_many_streams_of_one_http2_connection_are_masked_each(world: World) -> None:
    async def go() -> list[int]:
        async with httpx.AsyncClient(
            trust_env=False, proxy=world.proxy.url, verify=http2_context(world.proxy.ca_file), http2=True, timeout=20
        ) as client:
            calls = [
                client.post("https://api.openai.com/v1/chat/completions", content=BODY.replace("What", f"What {n}"))
                for n in range(20)
            ]
            responses = await asyncio.gather(*calls)
            assert {response.http_version for response in responses} == {"HTTP/2"}
            return [response.status_code for response in responses]

    assert asyncio.run(go()) == [200] * 20
    assert len(world.llm.requests) == 20
    assert b"Jane" not in world.raw


def test_socks_is_not_a_mode() -> None:
    status, log = ended("mode=socks5")
    assert status == 1
    assert "faasera: mode socks5 is untested with this addon" in log


def test_what_is_meant_for_a_proxy_goes_no_further_without_proxyauth_too(world: World) -> None:
    with FakeLLM() as other, world.client("interception") as client:
        for url in (f"{other.url}/page", "https://api.openai.com/v1/chat/completions"):
            assert client.post(url, content=BODY, headers={"proxy-authorization": "Basic c2VjcmV0"}).status_code == 200
        assert other.requests[0].body.decode() == BODY  # not for an LLM: as it is
        for request in (*other.requests, *world.llm.requests):
            assert request.header("proxy-authorization") is None
