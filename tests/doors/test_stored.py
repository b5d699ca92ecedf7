"""Everything that is stored or shown of real requests, searched for what people typed: it is nowhere."""

from __future__ import annotations

import json
import re
import socket
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from mitmproxy import http

from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Answer, Request, json_answer
from tests.support.proxy import Proxy

NAME, SSN, KEY, MAIL = "John Smith", "517-34-8812", "sk-proj-Zq8vR2nT5wX1yB4cD7fG0hJ3kL6mP9sA", "smith.j@bigcorp.com"
OWN_KEY = "sk-own-key-of-the-client"
CANARIES = ("John", "Smith", SSN, "517348812", KEY, KEY[8:], MAIL, "bigcorp")
TEXT = f"I am {NAME}, SSN {SSN}, {MAIL}, key {KEY}."
CHAT = {"model": "gpt-4", "messages": [{"role": "user", "content": TEXT}]}
BODIES: list[tuple[str, str, object]] = [
    ("api.openai.com", "/v1/chat/completions", CHAT),
    ("api.openai.com", f"/v1/chat/completions?user={NAME}", CHAT),
    ("api.openai.com", "/v1/responses", {"model": "gpt-4", "input": TEXT}),
    ("api.anthropic.com", "/v1/messages", {"model": "claude", "max_tokens": 1, "system": TEXT, **CHAT}),
    (
        "generativelanguage.googleapis.com",
        "/v1beta/models/g:generateContent",
        {"contents": [{"parts": [{"text": TEXT}]}]},
    ),
    ("api.openai.com", "/v1/some/new/path", {"anything": {"k": [TEXT]}}),
]
BROKEN = (
    '{"model": "gpt-4", "messages": [{"content": "' + TEXT,
    '{"a": "' + TEXT + '"}}',
    '{"a": 1, "a": "' + TEXT + '"}',
)


def fails_once(request: Request) -> Answer | None:
    return json_answer({"error": "no"}, 500) if request.target.endswith("/responses") else None


@dataclass
class Stored:
    """What a proxy left behind after `done`: its log, its pages as last seen, and its files."""

    log: str
    pages: dict[str, bytes]
    home: Path
    raw: bytes

    def files(self) -> list[Path]:
        return [path for path in self.home.rglob("*") if path.is_file() and "confdir" not in path.parts]

    def flows(self) -> list[http.HTTPFlow]:
        with warnings.catch_warnings():  # its flow filters use an old spelling of pyparsing
            warnings.simplefilter("ignore", DeprecationWarning)
            from mitmproxy import io as flow_io
        with (self.home / "flows").open("rb") as file:
            return [flow for flow in flow_io.FlowReader(file).stream() if isinstance(flow, http.HTTPFlow)]


def unreadable(proxy: Proxy, request: str) -> None:
    """What mitmproxy itself cannot read, and says so."""
    with socket.create_connection(("127.0.0.1", proxy.port), 10) as wire:
        wire.settimeout(10)
        wire.sendall(request.replace("{own}", f"127.0.0.1:{proxy.port}").encode())
        with suppress(OSError):
            while wire.recv(65536):
                pass


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    home = tmp_path_factory.mktemp("home")
    options = [f"hardump={home / 'all.har'}", f"save_stream_file={home / 'flows'}", "flow_detail=4",
               "termlog_verbosity=debug", "dumper_default_contentview=Faasera"]  # fmt: skip
    with FakeLLM(fails_once) as llm:
        environ = {**bases(llm), "FAASERA_AUDIT": str(home / "audit.jsonl")}
        with Proxy(*options, environ=environ, cwd=home) as proxy:
            headers = {"authorization": f"Bearer {OWN_KEY}", "x-api-key": OWN_KEY, "x-goog-api-key": OWN_KEY}
            for through in (False, True):
                with proxy.client(through=through) as client:
                    for host, path, body in BODIES:
                        base = f"https://{host}" if through else proxy.url
                        client.post(base + path, json=body, headers=headers)
                    for broken in BROKEN:
                        base = "https://api.openai.com" if through else proxy.url
                        told = client.post(base + "/v1/chat/completions", content=broken, headers=headers)
                        assert told.status_code >= 400
            unreadable(
                proxy,
                f"POST /v1/chat/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: {{own}}\r\n\r\n{TEXT}\r\n",
            )
            unreadable(proxy, f"POST /v1/chat/completions HTTP/1.1\r\nHost: {{own}}\r\n{TEXT}\r\n\r\n")
            with proxy.client() as client:
                pages = {
                    page: client.get(proxy.url + page).content for page in ("/", "/metrics", "/healthz", "/proxy.pac")
                }
        yield Stored(proxy.log, pages, home, b"".join(llm.raw))


def test_everything_was_sent_masked(stored: Stored) -> None:
    assert stored.raw.count(b"[[SSN]]") >= 12
    for canary in CANARIES:
        assert canary.encode() not in stored.raw, canary


def test_no_file_holds_what_was_typed(stored: Stored) -> None:
    names = {path.name for path in stored.files()}
    assert {"flows", "all.har", "audit.jsonl"} <= names
    for path in stored.files():
        content = path.read_bytes()
        for canary in CANARIES:
            assert canary.encode() not in content, (path.name, canary)


@pytest.mark.parametrize("page", ["/", "/metrics", "/healthz", "/proxy.pac"])
def test_no_page_holds_what_was_typed(stored: Stored, page: str) -> None:
    text = stored.pages[page].decode()
    assert text
    for canary in (*CANARIES, OWN_KEY):
        assert canary not in text, canary


def test_the_log_at_its_loudest_holds_nothing(stored: Stored) -> None:
    assert stored.log.count(" masked: ") >= 10
    for canary in CANARIES:
        assert canary not in stored.log, canary


def test_flows_in_a_file_have_comment_marker_and_placeholders(stored: Stored) -> None:
    flows = stored.flows()
    assert len(flows) == 2 * (len(BODIES) + len(BROKEN)) + 4 + 1
    by_kind: dict[str, list[http.HTTPFlow]] = {}
    for flow in flows:
        by_kind.setdefault(str(flow.metadata.get("faasera", {}).get("outcome", "page")), []).append(flow)
    assert {kind: len(found) for kind, found in by_kind.items()} == {
        "sent": 2 * len(BODIES), "blocked": 2 * len(BROKEN), "page": 4 + 1,  # the unreadable one broke before it was known
    }  # fmt: skip
    for flow in by_kind["sent"]:
        assert re.match(
            r"\d+ masked: (\w+ \d+(, )?)+ - \d+ texts?(, \d+ cached)? - [\d.]+ ms - default", flow.comment
        ), flow.comment
        assert "[[SSN]]" in (flow.request.get_text() or "")
    for flow in by_kind["blocked"]:
        assert re.match(r"blocked 400 faasera_(bad_json|duplicate_key)", flow.comment)
        assert flow.request.raw_content == b""
    markers = {kind: {flow.marked for flow in found} for kind, found in by_kind.items()}
    assert len(markers["sent"]) == len(markers["blocked"]) == 1
    assert markers["sent"] != markers["blocked"]
    assert all(markers["sent"] | markers["blocked"])


def test_a_har_file_can_be_read_and_shows_placeholders(stored: Stored) -> None:
    entries = json.loads((stored.home / "all.har").read_text())["log"]["entries"]
    texts = [entry["request"].get("postData", {}).get("text") or "" for entry in entries]
    assert sum("[[SSN]]" in text for text in texts) == 2 * len(BODIES)


def test_mitmdump_shows_the_conversation_with_our_view(stored: Stored) -> None:
    assert re.search(r"(?m)^\s*# Faasera - request as it left - chat", stored.log)
    assert "I am «[[NAME]]», SSN «[[SSN]]»" in stored.log
