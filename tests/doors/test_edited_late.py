"""What an operator types in mitmweb where nobody looks for text: while the upstream is dialled, and in odd fields."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.support.certs import make_certs
from tests.support.fake_llm import FakeLLM
from tests.support.http2 import Http2LLM
from tests.support.starts import http2_context
from tests.support.threaded import HOST, ThreadedServer, Wire, wait_for
from tests.support.web import Web

BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
TYPED = "Ask typed.by.operator@example.com, SSN 219-09-9998"
CANARIES = (b"Jane", b"123-45-6789", b"typed.by", b"219-09-9998")


class Slow(ThreadedServer):
    """Passes bytes on once the gate is open: a dial that takes its time."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.gate, self.came, self._to = threading.Event(), threading.Event(), port

    async def serve(self, wire: Wire) -> None:
        self.came.set()
        await wait_for(self.gate)
        reader, writer = await asyncio.open_connection(HOST, self._to)
        back = asyncio.create_task(self._back(reader, wire))
        with suppress(OSError):
            while wire.buffer or await wire.more():
                writer.write(bytes(wire.buffer))
                wire.buffer.clear()
                await writer.drain()
        back.cancel()
        writer.close()

    async def _back(self, reader: asyncio.StreamReader, wire: Wire) -> None:
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                await wire.send(data)


@dataclass
class Late:
    web: Web
    slow: Slow
    llm: FakeLLM | Http2LLM

    def ask(self, door: str) -> threading.Thread:
        """A request with connections of its own, under way."""

        def go() -> None:
            with self.client(door) as client:
                base = self.web.url if door == "gateway" else "https://api.openai.com"
                client.post(base + "/v1/chat/completions", content=BODY)

        thread = threading.Thread(target=go)
        thread.start()
        return thread

    def client(self, door: str) -> httpx.Client:
        """HTTP/2 where the upstream speaks it."""
        if isinstance(self.llm, FakeLLM):
            return self.web.client(through=door == "interception")
        trust = http2_context(self.web.ca_file)
        return httpx.Client(trust_env=False, proxy=self.web.url, verify=trust, http2=True, timeout=20)

    def edited(self, door: str, when: str, edit: dict[str, Any]) -> list[bytes]:
        """The bodies that arrive of a request that is edited so; nothing typed has arrived."""
        self.llm.requests.clear()
        for wire in self.llm.wires:
            wire.raw.clear()
        self.slow.came.clear()
        self.slow.gate.clear()
        self.web.api.post("/clear")
        self.web.set(intercept="~q & ~m POST" if when == "paused" else "")
        thread = self.ask(door)
        assert when == "paused" or self.slow.came.wait(10)
        flow = self.web.wait_flow(lambda flow: flow["intercepted"] is (when == "paused"))
        self.web.edit(flow, **edit)
        if when == "paused":
            self.web.do(flow, "resume")
        self.slow.gate.set()
        thread.join(15)
        told = repr(self.llm.requests).encode() + b"".join(self.llm.raw)
        for canary in CANARIES:
            assert canary not in told
        return [request.body for request in self.llm.requests]


@pytest.fixture(scope="module")
def late(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Late]:
    certs = make_certs(tmp_path_factory.mktemp("certs"), ("localhost",))
    kind, alpn = (FakeLLM, ()) if request.param == "HTTP/1.1" else (Http2LLM, ("h2",))
    with kind(ssl_context=certs.server_context(alpn=alpn)) as llm, Slow(llm.port) as slow:
        environ = {"FAASERA_OPENAI_BASE_URL": f"https://localhost:{slow.port}/v1"}
        with Web(f"ssl_verify_upstream_trusted_ca={certs.ca}", environ=environ) as web:
            yield Late(web, slow, llm)


# What is typed -> how the flow is edited, and whether anything is sent after a pause.
EDITS: dict[str, tuple[dict[str, Any], bool]] = {
    "body": ({"content": BODY.replace("What", TYPED)}, True),
    "query": ({"path": f"/v1/chat/completions?q={TYPED.split()[1]}"}, True),
    "header": ({"headers": [["content-type", "application/json"], ["x-note", TYPED]]}, True),
    "trailers": ({"trailers": [["x-note", TYPED]]}, True),
    "method": ({"method": "219-09-9998"}, False),
    "version": ({"http_version": f"HTTP/1.1 {TYPED}"}, True),
    "host header": ({"headers": [["host", "219-09-9998.example"], ["content-type", "application/json"]]}, True),
    "a wrong length": ({"headers": [["content-length", "3"]]}, True),
    "a coding": ({"headers": [["transfer-encoding", "gzip, chunked"]]}, False),
}


DOORS = ("gateway", "interception")
# Every edit at one door while paused and at the other while dialled; a body at both, and HTTP/2 where it differs.
CASES = [
    *(("HTTP/1.1", name, "paused", DOORS[at % 2]) for at, name in enumerate(EDITS)),
    *(("HTTP/1.1", name, "dialled", DOORS[1 - at % 2]) for at, name in enumerate(EDITS)),
    *(("HTTP/1.1", "body", when, door) for when, door in (("paused", DOORS[1]), ("dialled", DOORS[0]))),
    *(("HTTP/2", name, when, DOORS[1]) for name in ("body", "trailers") for when in ("paused", "dialled")),
]


@pytest.mark.parametrize(("late", "name", "when", "door"), CASES, indirect=["late"])
def test_what_is_typed_never_arrives(late: Late, name: str, when: str, door: str) -> None:
    edit, sent = EDITS[name]
    bodies = late.edited(door, when, edit)
    if when == "dialled":  # what was masked last is what goes
        assert [body.count(b"[[SSN]]") for body in bodies] == [1]
    else:
        assert [body.count(b"[[SSN]]") for body in bodies] == ([2 if name == "body" else 1] if sent else [])
