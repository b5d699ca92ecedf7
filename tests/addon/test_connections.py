"""Which connections may be dialled: approved ones, other people's, and the proxy's own by another name."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from mitmproxy import connection
from mitmproxy.options import Options
from mitmproxy.proxy import mode_specs, server_hooks
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import HttpLayer, ServerTLSLayer, TCPLayer

from addon import connections
from addon.admission import Admission
from addon.connections import NOWHERE, Connections
from config.configuration import read_document
from routing.router import RouterState

LAN = ("192.0.2.9", 5555)
HOME = ("127.0.0.1", 5555)


@pytest.fixture
def guard() -> Connections:
    settings = read_document({"hosts": [{"host": "tunnelled.example", "mode": "tunnel"}]}).routing
    return Connections(RouterState.of(settings, (8080,)), Admission(), lambda *_: None)


def client(peername: tuple[str, int] = HOME, mode: str = "regular", started: float = 1.0) -> connection.Client:
    return connection.Client(
        peername=peername,
        sockname=("127.0.0.1", 8080),
        timestamp_start=started,
        proxy_mode=mode_specs.ProxyMode.parse(mode),
    )


def dial(
    guard: Connections,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    port: int = 443,
    resolves: str = "8.8.8.8",
    **who: Any,
) -> str | None:
    async def addresses(host: str, port: int) -> list[str]:
        return [resolves]

    monkeypatch.setattr(connections, "_addresses", addresses)
    server = connection.Server(address=(host, port))
    data = server_hooks.ServerConnectionHookData(client=who.pop("by", None) or client(**who), server=server)
    asyncio.run(guard.server_connect(data))
    return server.error


@pytest.mark.parametrize(
    ("host", "port", "open_"),
    [
        ("api.openai.com", 443, False),
        ("API.OPENAI.COM.", 443, False),
        ("tunnelled.example", 443, False),
        ("faasera-parked.invalid", 443, False),
        ("x.invalid", 80, False),
        ("localhost", 11434, False),
        ("127.0.0.1", 11434, False),
        ("example.org", 443, True),
        ("api.openai.com.evil.test", 443, True),
        ("localhost", 3000, True),
    ],
)
def test_an_llm_host_needs_a_masked_request(
    guard: Connections, monkeypatch: pytest.MonkeyPatch, host: str, port: int, open_: bool
) -> None:
    assert (dial(guard, monkeypatch, host, port) is None) is open_


def test_an_approval_is_for_one_client_and_one_destination(guard: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = client(started=1.0), client(started=2.0)
    guard.approve(one, "API.openai.com.", 443)
    assert dial(guard, monkeypatch, "api.openai.com", by=one) is None
    assert dial(guard, monkeypatch, "api.openai.com", by=one.copy()) is None  # a replay's copy
    assert dial(guard, monkeypatch, "api.openai.com", by=other)
    assert dial(guard, monkeypatch, "api.openai.com", 8443, by=one)
    assert dial(guard, monkeypatch, "api.anthropic.com", by=one)
    guard.client_left(one)
    assert dial(guard, monkeypatch, "api.openai.com", by=one)


def test_parked_requests_are_never_approved(guard: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    one = client()
    guard.approve(one, "faasera-parked.invalid", 443)
    assert dial(guard, monkeypatch, "faasera-parked.invalid", by=one)


@pytest.mark.parametrize("approved", [True, False])
def test_a_rebound_name_is_not_dialled_even_if_approved(
    guard: Connections, monkeypatch: pytest.MonkeyPatch, approved: bool
) -> None:
    one = client()
    if approved:
        guard.approve(one, "evil.test", 8080)
    assert "leads back" in str(dial(guard, monkeypatch, "evil.test", 8080, "127.0.0.1", by=one))
    assert dial(guard, monkeypatch, "evil.test", 8080, "8.8.8.8", by=one) is None
    assert dial(guard, monkeypatch, "evil.test", 8081, "127.0.0.1", by=one) is None


@pytest.mark.parametrize("resolves", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1"])
@pytest.mark.parametrize("approved", [True, False])
def test_others_reach_no_private_address_by_name(
    guard: Connections, monkeypatch: pytest.MonkeyPatch, resolves: str, approved: bool
) -> None:
    one = client(LAN)
    if approved:
        guard.approve(one, "intranet.evil.test", 443)
    assert "private" in str(dial(guard, monkeypatch, "intranet.evil.test", resolves=resolves, by=one))
    assert dial(guard, monkeypatch, "intranet.evil.test", resolves=resolves) is None  # this machine may
    assert dial(guard, monkeypatch, "example.org", resolves="8.8.8.8", by=one) is None


def test_a_configured_target_may_be_private_for_others_too(guard: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    one = client(LAN)
    guard.approve(one, "localhost", 11434)
    assert dial(guard, monkeypatch, "localhost", 11434, "127.0.0.1", by=one) is None


def test_the_corporate_proxy_itself_may_be_dialled_by_all(guard: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    mode = "upstream:http://proxy.corp.internal:3128"
    for peer in (HOME, LAN):
        assert dial(guard, monkeypatch, "proxy.corp.internal", 3128, "10.0.0.1", peername=peer, mode=mode) is None
    assert dial(guard, monkeypatch, "proxy.corp.internal", 3128, "10.0.0.1", peername=LAN)


@pytest.mark.parametrize(
    ("host", "approved", "asked"),
    [
        ("api.openai.com", False, NOWHERE),
        ("api.openai.com", True, b"api.openai.com:443"),
        ("faasera-parked.invalid", False, NOWHERE),
        ("example.org", False, b"example.org:443"),
        ("tunnelled.example", False, b"tunnelled.example:443"),
    ],
)
def test_what_is_asked_of_the_corporate_proxy(guard: Connections, host: str, approved: bool, asked: bytes) -> None:
    one = client()
    if approved:
        guard.approve(one, host, 443)
    request = SimpleNamespace(host=host, port=443, data=SimpleNamespace(authority=f"{host}:443".encode()))
    flow: Any = SimpleNamespace(request=request, client_conn=one)
    guard.connect_upstream(flow)
    assert request.data.authority == asked


@pytest.mark.parametrize(
    ("address", "sni", "refused"),
    [
        (("api.openai.com", 443), None, True),
        (("8.8.8.8", 443), "api.openai.com", True),
        (("localhost", 11434), None, True),
        (("tunnelled.example", 443), None, False),
        (("example.org", 22), None, False),
        (None, None, False),
    ],
)
def test_raw_bytes(guard: Connections, address: tuple[str, int] | None, sni: str | None, refused: bool) -> None:
    one = client()
    one.sni = sni
    flow: Any = SimpleNamespace(client_conn=one, server_conn=connection.Server(address=address))
    assert guard.may_not_carry_raw(flow) is refused


def test_a_refusal_of_ours_is_no_failure_of_the_destination(guard: Connections) -> None:
    async def go() -> bool:
        server = connection.Server(address=("127.0.0.1", 1))
        server.error = "faasera: refused here"
        guard.server_failed(server_hooks.ServerConnectionHookData(client=client(), server=server))
        assert await guard.reachable("127.0.0.1", 1)
        server.error = "Connect call failed"
        guard.server_failed(server_hooks.ServerConnectionHookData(client=client(), server=server))
        return await guard.reachable("127.0.0.1", 1)

    assert asyncio.run(go()) is False


def test_what_is_remembered_is_bounded(guard: Connections) -> None:
    for number in range(connections._MOST_CLIENTS + 50):
        guard.approve(client(started=float(number)), "example.org", 443)
    for number in range(300):
        server = connection.Server(address=(f"h{number}.example", 443))
        guard.server_failed(server_hooks.ServerConnectionHookData(client=client(), server=server))
    assert len(guard._approved) == connections._MOST_CLIENTS
    assert len(guard.failed) == 256


@pytest.mark.parametrize(
    ("address", "sni", "as_http"),
    [
        (("api.openai.com", 443), None, True),
        (("203.0.113.9", 443), "api.openai.com", True),
        (("tunnelled.example", 443), None, False),
        (("ssh.example", 22), None, False),
        (None, None, False),
    ],
)
def test_raw_bytes_to_an_llm_host_are_read_as_http(
    guard: Connections, address: tuple[str, int] | None, sni: str | None, as_http: bool
) -> None:
    asked = client()
    asked.sni = sni
    context = Context(asked, Options())
    context.server = connection.Server(address=address)
    nextlayer: Any = SimpleNamespace(
        context=context, layer=TCPLayer(context), data_client=lambda: b"GET", data_server=bytes
    )
    guard.next_layer(nextlayer)
    assert isinstance(nextlayer.layer, HttpLayer) is as_http


@pytest.mark.parametrize(
    ("data", "waits", "opens"),
    [
        (b"\x16", True, False),
        (b"\x16\x03", True, False),
        (b"\x16\x03\x04", False, True),
        (b"\x16\x03\x7f\x01\x00", False, True),
        (b"\x17\x03\x03", False, False),
        (b"\x16\x02\x01", False, False),
        (b"SSH-2.0\r\n", False, False),
        (b"", False, False),
        (b"P", True, False),
        (b"\r\n", True, False),
        (b"\nM-SEARCH /v1/x HTT", True, False),
        (b"0032git-upload-pack /x\0host=", False, False),
        (b"<?xml", False, False),
        (b"version\r\n", False, False),
    ],
)
def test_what_comes_in_pieces_or_of_an_odd_version_is_not_raw(
    guard: Connections, data: bytes, waits: bool, opens: bool
) -> None:
    nextlayer = raw_tunnel(data)
    guard.next_layer(nextlayer)
    assert (nextlayer.layer is None) is waits
    assert isinstance(nextlayer.layer, ServerTLSLayer) is opens


def raw_tunnel(data: bytes, greeting: bytes = b"") -> Any:
    context = Context(client(), Options())
    context.server = connection.Server(address=("203.0.113.9", 443))
    return SimpleNamespace(
        context=context, layer=TCPLayer(context), data_client=lambda: data, data_server=lambda: greeting
    )


@pytest.mark.parametrize(
    ("data", "greeting", "as_http"),
    [
        (b"\r\n\r\nPOST /v1/x HTTP/1.1\r\n", b"", True),
        (b"M-SEARCH /v1/x HTTP/1.1\r\n", b"", True),
        (b"EHLO mail.example\r\n", b"220 ready\r\n", False),
        (b"USER", b"220 ready\r\n", False),
        (b"git-upload-pack /x HTTPS\r\n", b"", False),
    ],
)
def test_what_a_server_would_read_as_a_request_is_one(
    guard: Connections, data: bytes, greeting: bytes, as_http: bool
) -> None:
    nextlayer = raw_tunnel(data, greeting)
    guard.next_layer(nextlayer)
    assert isinstance(nextlayer.layer, HttpLayer if as_http else TCPLayer)


def test_a_tunnel_that_was_judged_stays_one(guard: Connections) -> None:
    context = Context(client(), Options())
    context.server = connection.Server(address=("203.0.113.9", 443))
    layer = TCPLayer(context, ignore=True)
    nextlayer: Any = SimpleNamespace(context=context, layer=layer, data_client=lambda: b"\x16", data_server=bytes)
    guard.next_layer(nextlayer)
    assert nextlayer.layer is layer
