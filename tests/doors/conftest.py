"""One proxy for all tests that need no configuration of their own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import FakeProfiler
from tests.support.internet import Internet
from tests.support.proxy import Proxy
from tests.support.sdk import VENDORS


@dataclass
class World:
    """A running proxy whose four targets are one fake upstream."""

    proxy: Proxy
    llm: FakeLLM

    @property
    def raw(self) -> bytes:
        """Every byte that arrived upstream."""
        return b"".join(self.llm.raw)

    def client(self, door: str, **more: object) -> httpx.Client:
        """A client of a door: `gateway` or `interception`."""
        return self.proxy.client(through=door == "interception", **more)  # type: ignore[arg-type]

    def base(self, door: str, host: str = "api.openai.com") -> str:
        return self.proxy.url if door == "gateway" else f"https://{host}"


def bases(llm: FakeLLM) -> dict[str, str]:
    """The environment that makes `llm` every target."""
    return {
        "FAASERA_OPENAI_BASE_URL": f"{llm.url}/v1",
        "FAASERA_CLAUDE_BASE_URL": llm.url,
        "FAASERA_GEMINI_BASE_URL": llm.url,
        "FAASERA_LOCAL_BASE_URL": llm.url,
    }


@pytest.fixture(scope="session")
def shared() -> Iterator[World]:
    with FakeLLM() as llm, Proxy(environ=bases(llm)) as proxy:
        yield World(proxy, llm)


@pytest.fixture
def world(shared: World) -> World:
    """The shared proxy, its upstream's memory emptied."""
    shared.llm.script = None
    shared.llm.requests.clear()
    for wire in shared.llm.wires:
        wire.raw.clear()
    shared.llm.messages.clear()
    shared.llm.frames.clear()
    return shared


@pytest.fixture(params=["gateway", "interception"])
def door(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def profiler() -> Iterator[FakeProfiler]:
    """A Profiler service."""
    with FakeProfiler() as profiler:
        yield profiler


@pytest.fixture(scope="module")
def internet() -> Iterator[Internet]:
    """The vendors' hosts, and a proxy in front of them."""
    with Internet(VENDORS) as running:
        yield running


def wire_to(world: World, door: str) -> socket.socket:
    """A raw connection to the LLM: straight to the gateway, or TLS behind a CONNECT."""
    wire = socket.create_connection(("127.0.0.1", world.proxy.port), 10)
    if door == "gateway":
        return wire
    wire.sendall(b"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com:443\r\n\r\n")
    assert wire.recv(4096).startswith(b"HTTP/1.1 200")
    return world.proxy.trust().wrap_socket(wire, server_hostname="api.openai.com")
