"""Reversible mode keeps no value: flow file, HAR, audit, log and mitmweb hold tagged placeholders only."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mitmproxy import http
from websockets.sync.client import connect

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Answer, Request
from tests.support.proxy import Proxy
from tests.support.restore_sdk import response_events, script
from tests.support.web import Web

TEXT = "I am John Smith, SSN 517-34-8812, smith.j@bigcorp.com."
CANARIES = (b"John", b"Smith", b"517-34", b"34-8812", b"smith.j", b"bigcorp")
TAGGED = re.compile(rb"\[\[NAME_[a-z2-7]{7}\]\]")
HEADERS = {"authorization": "Bearer sk-own-key-of-the-client", "x-api-key": "sk-own-key-of-the-client"}
BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("api.openai.com", "/v1/chat/completions", {"messages": [{"role": "user", "content": TEXT}]}),
    ("api.openai.com", "/v1/chat/completions", {"stream": True, "messages": [{"role": "user", "content": TEXT}]}),
    ("api.openai.com", "/v1/responses", {"stream": True, "input": TEXT}),
    ("api.anthropic.com", "/v1/messages", {"stream": True, "messages": [{"role": "user", "content": TEXT}]}),
]


def clean(content: bytes) -> bool:
    return not any(canary in content for canary in CANARIES)


def talk(proxy: Proxy) -> None:
    """The same at both doors, and a WebSocket whose answer ends inside a placeholder."""
    for through in (False, True):
        with proxy.client(through=through) as client:
            for host, path, body in BODIES:
                base = f"https://{host}" if through else proxy.url
                answer = client.post(base + path, json=body, headers=HEADERS)
                assert "bigcorp" in answer.text, path
    uri = f"ws://127.0.0.1:{proxy.port}/v1/responses"
    with connect(uri, additional_headers=HEADERS, proxy=None, open_timeout=10) as socket:
        socket.send(json.dumps({"type": "response.create", "input": TEXT}))
        events: list[dict[str, Any]] = [{"type": ""}]
        while events[-1]["type"] != "response.completed":
            events.append(json.loads(socket.recv(timeout=10)))
    deltas = [event["delta"] for event in events if event["type"] == "response.output_text.delta"]
    assert "".join(deltas) == TEXT + " [[NAME_"


def told(request: Request) -> Answer | None:
    return script(request)


def reply(message: str | bytes) -> list[str]:
    return [json.dumps(event) for event in response_events(json.loads(message)["input"] + " [[NAME_")]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    home = tmp_path_factory.mktemp("home")
    options = ["faasera_restore=true", f"hardump={home / 'all.har'}", f"save_stream_file={home / 'flows'}",
               "flow_detail=4", "termlog_verbosity=debug", "dumper_default_contentview=Faasera"]  # fmt: skip
    with FakeLLM(told, reply=reply) as llm:
        with Proxy(*options, environ={**bases(llm), "FAASERA_AUDIT": str(home / "audit.jsonl")}, cwd=home) as proxy:
            talk(proxy)
            assert proxy.wait_for("websocket")
        assert clean(b"".join(llm.raw))
        yield home, proxy.log


def test_files(stored: tuple[Path, str]) -> None:
    home, _ = stored
    names = {path.name for path in home.rglob("*") if path.is_file()}
    assert {"flows", "all.har", "audit.jsonl"} <= names
    for path in home.rglob("*"):
        if path.is_file():
            assert clean(path.read_bytes()), path.name
    for name in ("flows", "all.har"):
        assert TAGGED.search((home / name).read_bytes()), name


def test_flows_hold_what_upstream_saw(stored: tuple[Path, str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from mitmproxy import io as flow_io
    with (stored[0] / "flows").open("rb") as file:
        flows = [flow for flow in flow_io.FlowReader(file).stream() if isinstance(flow, http.HTTPFlow)]
    assert len(flows) == 2 * len(BODIES) + 1
    for flow in flows:
        if flow.websocket is None:
            assert TAGGED.search(flow.request.raw_content or b"")
            assert not flow.response or not flow.response.raw_content
        else:
            assert TAGGED.search(b"".join(message.content for message in flow.websocket.messages))


def test_the_log_at_its_loudest(stored: tuple[Path, str]) -> None:
    assert clean(stored[1].encode())
    assert "restored " in stored[1]


def test_audit_counts(stored: tuple[Path, str]) -> None:
    lines = [json.loads(line) for line in (stored[0] / "audit.jsonl").read_text().splitlines()]
    assert sum(line.get("restored", 0) > 0 for line in lines) == 2 * len(BODIES)


def test_mitmweb() -> None:
    with FakeLLM(told, reply=reply) as llm, Web("faasera_restore=true", environ=bases(llm)) as web:
        world = World(web, llm)
        talk(web)
        flows = web.flows()
        assert len(flows) >= 2 * len(BODIES)
        dump = web.api.get("/flows/dump").content
        assert TAGGED.search(dump)
        assert clean(dump)
        for flow in flows:
            for part in ("request", "response", "messages"):
                assert clean(web.api.get(f"/flows/{flow['id']}/{part}/content.data").content)
                assert clean(web.api.get(f"/flows/{flow['id']}/{part}/content/Faasera.json").content)
        assert clean(web.api.get("/events").content)
        assert clean(world.raw)
