"""mitmweb over its own API: paused flows, edits, replays, options; and what it keeps."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import Call as Asked
from tests.support.fake_profiler import FakeProfiler
from tests.support.http1 import Answer, hang
from tests.support.proxy import ROOT
from tests.support.web import Web
from tests.support.websocket import Socket

TEXT = "What is Jane Doe's SSN 123-45-6789?"
MASKED = "What is [[NAME]]'s SSN [[SSN]]?"
TYPED = "Ask typed.by.operator@example.com about SSN 219-09-9998"
TYPED_MASKED = "Ask [[EMAIL_ADDRESS]] about SSN [[SSN]]"
KEY, GATEWAY_KEY = "sk-proj-Zq8vR2nT5wX1yB4cD7fG0hJ3", "a-key-of-the-team-0123456789"
FAULTS, MEDDLING = (ROOT / "tests" / "support" / name for name in ("faults.py", "meddling.py"))
CANARIES = (b"Jane", b"123-45-6789", b"typed.by.operator", b"219-09-9998")


def chat(text: str) -> str:
    return f'{{"model":"gpt-4","messages":[{{"role":"user","content":"{text}"}}]}}'


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def shared(files: Path) -> Iterator[World]:
    with (
        FakeLLM() as llm,
        Web(
            f"hardump={files / 'all.har'}",
            environ=bases(llm),
            args=("-s", str(FAULTS), "-s", str(MEDDLING), "-w", str(files / "all.flows")),
        ) as web,
    ):
        yield World(web, llm)
    for kept in (web.log.encode(), *(path.read_bytes() for path in files.iterdir())):
        assert kept
        for canary in CANARIES:
            assert canary not in kept


@pytest.fixture
def web(world: World) -> Web:
    assert isinstance(world.proxy, Web)
    world.proxy.set(intercept="")
    world.proxy.api.post("/clear")
    return world.proxy


class Call(threading.Thread):
    """A request that may be held."""

    def __init__(
        self,
        world: World,
        door: str,
        text: str = TEXT,
        query: str = "",
        *,
        path: str = "/v1/chat/completions",
        headers: dict[str, str] = {},
    ) -> None:
        super().__init__()
        self.response: httpx.Response | None = None
        self._url, self._headers = world.base(door) + path + query, headers
        self._client, self._text = world.client(door), text
        self.start()

    def run(self) -> None:
        with self._client as client:
            self.response = client.post(self._url, content=chat(self._text), headers=self._headers)

    def status(self) -> int:
        self.join(15)
        assert self.response is not None
        return self.response.status_code


def kept_nowhere(web: Web, *more: bytes) -> None:
    for page in ("/flows", "/flows/dump", "/events", "/state", "/options"):
        shown = web.api.get(page).content
        for canary in (*CANARIES, *more):
            assert canary not in shown, page


def test_nothing_is_shown_while_it_is_masked(world: World, web: Web, door: str) -> None:
    """Neither to who asks nor in what every open page is sent at once: no text, and no key before the request is sent."""
    told: list[str] = []
    gate, asked = threading.Event(), threading.Event()

    def script(call: Asked) -> Answer:
        asked.set()
        return hang(gate, profiler.regular(call))

    headers = {"x-title": "for 123-45-6789", "slug": "Jane Doe.txt", "authorization": f"Bearer {KEY}"}
    path = f"/k/{GATEWAY_KEY}/v1/chat/completions" if door == "gateway" else "/v1/chat/completions"
    with FakeProfiler() as profiler, connect(web.feed, additional_headers=web.feed_headers, proxy=None) as feed:
        assert web.set(faasera_profiler=profiler.url).status_code == 200
        try:
            profiler.script = script
            call = Call(world, door, f"At the {door}: {TEXT}", "?note=Jane%20Doe", path=path, headers=headers)
            assert asked.wait(10)
            kept_nowhere(web, KEY.encode(), GATEWAY_KEY.encode())
            assert httpx.get(f"http://127.0.0.1:{web.web_port}/flows", trust_env=False).status_code == 403
            while not any("flows/add" in each for each in told):
                told.append(str(feed.recv(timeout=10)))
            with suppress(TimeoutError):
                while True:
                    told.append(str(feed.recv(timeout=0.2)))
            gate.set()
            assert call.status() == 200
        finally:
            gate.set()
            assert web.set(faasera_profiler="").status_code == 200
    for canary in (*CANARIES, KEY.encode(), GATEWAY_KEY.encode()):
        assert canary.decode() not in "".join(told)
    [request] = world.llm.requests
    assert request.header("authorization") == f"Bearer {KEY}"
    assert request.header("x-title") == "for [[SSN]]"
    assert request.target == "/v1/chat/completions?note=%5B%5BNAME%5D%5D"
    assert b"Jane" not in world.raw


def test_what_another_addon_answered_shows_nothing_while_it_is_paused(world: World, web: Web, door: str) -> None:
    """As mitmproxy's own 407 does, at the head: it is paused all the same."""
    web.set(intercept="~m POST")
    call = Call(world, door, query="?note=Jane%20Doe", headers={"x-meddle": "answer at the head"})
    flow = web.wait_flow(lambda flow: flow["intercepted"])
    assert web.body(flow) == ""
    kept_nowhere(web)
    web.set(intercept="")
    web.do(flow, "resume")
    assert call.status() == 418
    assert world.raw == b""


def test_a_paused_flow_shows_placeholders_and_an_edit_is_masked(world: World, web: Web, door: str) -> None:
    web.set(intercept="~q & ~m POST")
    call = Call(world, door, query="?note=Jane%20Doe&ssn=123-45-6789")
    flow = web.wait_flow(lambda flow: flow["intercepted"])
    assert web.body(flow) == chat(MASKED)
    assert "Jane" not in flow["request"]["path"]
    kept_nowhere(web)
    web.edit(flow, content=chat(f"{MASKED} {TYPED}"))
    web.do(flow, "resume")
    assert call.status() == 200
    [request] = world.llm.requests
    assert request.body.decode() == chat(f"{MASKED} {TYPED_MASKED}")
    assert b"123-45" not in world.raw
    kept_nowhere(web)


def test_a_query_typed_into_a_paused_flow_is_masked(world: World, web: Web, door: str) -> None:
    web.set(intercept="~q & ~m POST")
    call = Call(world, door)
    flow = web.wait_flow(lambda flow: flow["intercepted"])
    web.edit(flow, path="/v1/chat/completions?who=typed.by.operator@example.com")
    web.do(flow, "resume")
    assert call.status() == 200
    assert b"typed.by" not in world.raw
    assert world.llm.requests[0].target.startswith("/v1/chat/completions?who=")
    kept_nowhere(web)


def test_other_traffic_pointed_at_an_llm_while_paused_is_masked(world: World, web: Web) -> None:
    web.set(intercept="~q & ~m POST")
    with FakeLLM() as other:
        results: list[int] = []

        def go() -> None:
            with httpx.Client(proxy=world.proxy.url, trust_env=False, timeout=20) as client:
                results.append(
                    client.post(f"{other.url}/forum/post", content=chat("mail forum.user@example.com")).status_code
                )

        thread = threading.Thread(target=go)
        thread.start()
        flow = web.wait_flow(lambda flow: flow["intercepted"])
        web.edit(flow, port=world.llm.port, path="/v1/chat/completions")
        web.do(flow, "resume")
        thread.join(15)
        assert results == [200]
        assert other.requests == []
    [request] = world.llm.requests
    assert request.body.decode() == chat("mail [[EMAIL_ADDRESS]]")


def test_a_replay_masks_again_and_not_twice(world: World, web: Web, door: str) -> None:
    assert Call(world, door).status() == 200
    flow = web.wait_flow(lambda flow: flow.get("response") is not None and flow["request"]["method"] == "POST")
    web.do(flow, "replay")
    wait_requests(world, 2)
    web.wait_flow(lambda now: now["id"] == flow["id"] and now["is_replay"] == "request" and now["response"] is not None)
    web.edit(flow, content=chat(f"{MASKED} {TYPED}"))
    refused = web.log.count("Can't replay live flow")
    web.do(flow, "replay")
    while web.wait_for("Can't replay live flow", 0.2, refused + 1):  # mitmproxy has not ended the last one yet
        refused += 1
        web.do(flow, "replay")
    wait_requests(world, 3)
    bodies = [request.body.decode() for request in world.llm.requests]
    assert bodies == [chat(MASKED), chat(MASKED), chat(f"{MASKED} {TYPED_MASKED}")]
    assert {request.target for request in world.llm.requests} == {"/v1/chat/completions"}
    web.wait_flow(lambda flow: flow.get("response") is not None)
    kept_nowhere(web)


def wait_requests(world: World, count: int) -> None:
    deadline = time.monotonic() + 10
    while len(world.llm.requests) < count:
        assert time.monotonic() < deadline, world.proxy.log[-2000:]
        time.sleep(0.02)


def test_the_target_switched_in_the_options_takes_the_next_request(world: World, web: Web, door: str) -> None:
    before = len(world.llm.requests)
    assert web.set(faasera_target="claude").status_code == 200
    try:
        assert Call(world, door).status() in (200, 400)
        taken = world.llm.requests[before:]
        assert all(request.header("authorization") is None for request in taken)
        assert web.set(faasera_target="openai").status_code == 200
        assert Call(world, door).status() == 200
    finally:
        assert web.set(faasera_target="").status_code == 200
    assert b"Jane" not in world.raw


@pytest.mark.parametrize(
    "options",
    [
        {"stream_large_bodies": "1"},
        {"ignore_hosts": ["openai"]},
        {"allow_hosts": ["nothing"]},
        {"tcp_hosts": ["openai"]},
        {"udp_hosts": ["openai"]},
        {"proxy_debug": True},
        {"validate_inbound_headers": False},
        {"websocket": False},
        {"mode": ["socks5"]},
        {"faasera_target": "nonsense"},
        {"faasera_profiler": "not a url"},
        {"faasera_config": "/no/such/file.yaml"},
    ],
    ids=lambda options: next(iter(options)),
)
def test_a_setting_under_which_text_could_pass_is_rolled_back(
    world: World, web: Web, options: dict[str, object]
) -> None:
    before = web.api.get("/options").json()
    response = web.set(**options)
    assert response.status_code == 400
    assert "faasera" in response.text
    [name] = options
    assert web.api.get("/options").json()[name]["value"] == before[name]["value"]
    assert wait_open(world, "gateway")  # a mode that is rolled back lets mitmproxy listen anew
    assert b"Jane" not in world.raw


@pytest.mark.parametrize("error", ["value", "recursion", "halt"])
def test_an_option_whose_check_fails_is_rolled_back(world: World, web: Web, door: str, error: str) -> None:
    """mitmproxy takes an option back for its own OptionsError only."""
    with world.client("gateway") as arming:
        arming.get(world.proxy.url + "/healthz", headers={"x-arm": f"configure:{error}"})
    response = web.set(faasera_policy="strict")
    assert response.status_code == 400
    assert "Jane" not in response.text
    assert web.api.get("/options").json()["faasera_policy"]["value"] == ""
    assert Call(world, door).status() == 200  # and disarms
    assert b"Jane" not in world.raw


def test_the_script_taken_off_the_list_closes_the_doors(world: World, web: Web) -> None:
    scripts = web.api.get("/options").json()["scripts"]["value"]
    assert web.set(scripts=[]).status_code == 200
    for door in ("gateway", "interception"):
        call = Call(world, door)
        assert call.status() == 503
        assert call.response is not None
        assert call.response.headers["x-faasera-code"] == "faasera_addon_missing"
    assert world.raw == b""
    kept_nowhere(web)
    assert web.set(scripts=scripts).status_code == 200
    for door in ("gateway", "interception"):
        assert wait_open(world, door)
    assert b"Jane" not in world.raw


def wait_open(world: World, door: str) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError), world.client(door) as client:
            if client.post(world.base(door) + "/v1/chat/completions", content=chat(TEXT)).status_code == 200:
                return True
        time.sleep(0.05)
    return False


def test_an_open_websocket_keeps_up_with_the_options(world: World, web: Web) -> None:
    def ask(socket: Socket, number: int) -> None:
        socket.send(chat(f"{number}: {TEXT}"))
        assert socket.recv() == chat(f"{number}: {MASKED}")

    with FakeProfiler() as profiler, Socket(f"ws://127.0.0.1:{web.port}/v1/realtime?model=m", proxy=None) as socket:
        ask(socket, 1)
        assert web.set(faasera_profiler=profiler.url, faasera_policy="strict").status_code == 200
        try:
            ask(socket, 2)
            assert [call.policy for call in profiler.calls] == ["strict"]
        finally:
            assert web.set(faasera_profiler="", faasera_policy="").status_code == 200
        ask(socket, 3)  # the Profiler of before is closed
        assert len(profiler.calls) == 1
    assert b"Jane" not in world.raw
