"""Beside other people's scripts and mitmproxy's own features: nothing bare at the upstream, in a file or in the log."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from mitmproxy import http
from mitmproxy import io as flow_io
from mitmproxy.test import tflow

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import ADDON, ROOT, Proxy

BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
CANARIES = (b"Jane", b"123-45-6789", b"jane.doe@acme.org")
MEDDLING = ROOT / "tests" / "support" / "meddling.py"
FEATURES = (
    ("modify_body", r"/~hq x-feature..modify-body/\[\[SSN\]\]/123-45-6789"),
    ("modify_headers", "/~q & ~hq x-feature..modify-headers/X-Note/My SSN is 123-45-6789"),
    ("block_list", "/~hq x-feature..block/444"),
    ("map_remote", "|~hq x-feature..map-host|https?://[^/]+|https://elsewhere.example"),
)


@dataclass
class Beside(World):
    """A proxy with a meddling script and mitmproxy's own features on; `folder` is where it writes."""

    folder: Path


@pytest.fixture(scope="module", params=["script behind", "script in front"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    folder = tmp_path_factory.mktemp("kept")
    first, second = (ADDON, MEDDLING) if request.param == "script behind" else (MEDDLING, ADDON)
    options = [f"{name}={value}" for name, value in FEATURES]
    options += ["stickyauth=.*", "stickycookie=.*", "anticache=true", "anticomp=true", "flow_detail=3"]
    args = ("-s", str(second), "-w", str(folder / "all.flows"))
    with (
        FakeLLM() as llm,
        Proxy(*options, f"hardump={folder / 'all.har'}", environ=bases(llm), addon=first, args=args) as proxy,
    ):
        yield Beside(proxy, llm, folder)
    for kept in (proxy.log.encode(), *(path.read_bytes() for path in folder.iterdir())):
        assert kept
        for canary in CANARIES:
            assert canary not in kept


# What is asked for -> the status, 0 for no answer (mitmproxy does not always close what a script kills); whether anything goes upstream.
MEDDLED: dict[str, tuple[int, bool]] = {
    "kill at the head": (0, False),
    "answer at the head": (418, False),
    "copy at the head": (200, True),
    "kill": (0, False),
    "answer": (418, False),
    "copy": (200, True),
    "take the answer off": (400, False),
    "block": (0, False),
    "modify-body": (200, True),
    "modify-headers": (200, True),
    "map-host": (200, True),
}


@pytest.mark.parametrize("what", MEDDLED)
def test_whatever_they_do(world: World, door: str, what: str) -> None:
    status, sent = MEDDLED[what]
    body = BODY + "}" if what == "take the answer off" else BODY
    headers = {
        "x-meddle": what,
        "x-feature": what,
        "x-title": "of jane.doe@acme.org",
        "content-type": "application/json",
    }
    found = 0
    with suppress(httpx.TransportError), world.client(door, timeout=2.0 if status == 0 else 20.0) as client:
        found = client.post(
            world.base(door) + "/v1/chat/completions?note=Jane+Doe", content=body, headers=headers
        ).status_code
    assert found == status
    assert bool(world.llm.requests) is sent
    for canary in CANARIES:
        assert canary not in world.raw
    for request in world.llm.requests:
        assert request.body.decode().count("[[SSN]]") == 1
        assert request.header("x-title") == "of [[EMAIL_ADDRESS]]"
        assert request.header("accept-encoding") == "identity"
        if what == "modify-headers":
            assert request.header("x-note") == "My SSN is [[SSN]]"


def test_a_sticky_key_stays_with_its_vendor(world: World) -> None:
    key = "sk-proj-Zq8vR2nT5wX1yB4cD7fG0hJ3"
    with world.client("gateway") as client:
        for path, headers in (
            ("chat/completions", {"authorization": f"Bearer {key}"}),
            ("messages", {}),
            ("models", {}),
        ):
            assert client.post(f"{world.proxy.url}/v1/{path}", content=BODY, headers=headers).status_code == 200
    assert [request.header("authorization") for request in world.llm.requests] == [
        f"Bearer {key}",
        None,
        f"Bearer {key}",
    ]


def record(path: Path, url: str) -> None:
    """A flow file of somebody who had no addon."""
    with path.open("wb") as file:
        for number in range(3):
            request = http.Request.make("POST", url, f"{BODY[:-2]}, {number}]}}", {"x-title": "jane.doe@acme.org"})
            flow_io.FlowWriter(file).add(tflow.tflow(req=request, resp=True))


def test_a_file_that_is_only_read_stays_as_it_is(tmp_path: Path) -> None:
    recorded, kept = tmp_path / "recorded", tmp_path / "kept"
    record(recorded, "https://api.openai.com/v1/chat/completions?note=Jane+Doe")
    args = ("-r", str(recorded), "-w", str(kept), "--set", "keepserving=true")
    with Proxy("flow_detail=2", args=args) as proxy:
        assert proxy.wait_for("200 OK", count=3)
    for path in (recorded, kept):
        with path.open("rb") as file:
            flows = [flow for flow in flow_io.FlowReader(file).stream() if isinstance(flow, http.HTTPFlow)]
        assert [flow.request.path.partition("?")[2] for flow in flows] == ["note=Jane+Doe"] * 3
        assert [flow.request.headers["x-title"] for flow in flows] == ["jane.doe@acme.org"] * 3
        assert all("Jane" in (flow.request.text or "") for flow in flows)


@pytest.mark.parametrize("url", ["https://api.openai.com/v1/chat/completions", "http://{target}/v1/chat/completions"])
def test_requests_of_a_file_are_replayed_masked(tmp_path: Path, url: str) -> None:
    """The file is its owner's, what is written anew holds placeholders."""
    with FakeLLM() as llm:
        recorded, kept = tmp_path / "recorded", tmp_path / "kept"
        record(recorded, url.format(target=f"127.0.0.1:{llm.port}") + "?note=Jane+Doe")
        with Proxy("flow_detail=3", environ=bases(llm), args=("-C", str(recorded), "-w", str(kept))) as proxy:
            assert proxy.wait_for("masked: ", count=3)
        assert len(llm.requests) == 3
        for canary in CANARIES:
            assert canary not in b"".join(llm.raw)
            assert canary not in kept.read_bytes()
            assert canary not in proxy.log.encode()
        assert b"[[SSN]]" in kept.read_bytes()


def test_requests_before_and_while_it_starts() -> None:
    """From before the port is open, also with connections that mitmproxy would dial at once."""
    with FakeLLM() as llm:
        proxy = Proxy("connection_strategy=eager", environ=bases(llm))
        started, answered = threading.Event(), threading.Semaphore(0)

        def go(target: str) -> None:
            head = f"POST {target}/v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{llm.port}\r\nConnection: close\r\n"
            while not started.is_set():
                with suppress(OSError), socket.create_connection(("127.0.0.1", proxy.port), 5) as wire:
                    wire.sendall(f"{head}Content-Length: {len(BODY)}\r\n\r\n{BODY}".encode())
                    if wire.recv(65536).startswith(b"HTTP/1.1 200"):
                        answered.release()

        threads = [threading.Thread(target=go, args=(target,)) for target in ("", f"http://127.0.0.1:{llm.port}")]
        for thread in threads:
            thread.start()
        try:
            with proxy:
                assert all(answered.acquire(timeout=20) for _ in range(10))
                started.set()
                for thread in threads:
                    thread.join(15)
        finally:
            started.set()
        assert len(llm.requests) >= 10
        assert b"Jane" not in b"".join(llm.raw)


@pytest.mark.parametrize(("door", "error"), [("gateway", "exit"), ("interception", "interrupt")])
def test_an_error_that_ends_the_proxy_sends_nothing(door: str, error: str) -> None:
    with FakeLLM() as llm:
        script = str(ROOT / "tests" / "support" / "faults.py")
        proxy = Proxy(environ=bases(llm), args=("-s", script))
        with proxy, World(proxy, llm).client(door) as client:
            url = World(proxy, llm).base(door) + "/v1/chat/completions"
            with suppress(httpx.TransportError):
                client.post(url, content=BODY, headers={"x-fault": f"mask:{error}"})
            proxy.wait_exit(10)
        assert b"Jane" not in b"".join(llm.raw)
        assert "Jane" not in proxy.log
