"""Whatever the Profiler service does, at either door: 503, and nothing of the request upstream or where a redirect leads."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest

from addon.canary import CANARY_TEXT
from tests.doors.conftest import World, bases
from tests.redaction.profiler.test_http_faults import faults
from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import Call, FakeProfiler
from tests.support.http1 import Answer, hang, json_answer
from tests.support.proxy import Proxy

BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
SLOW = {"hang", "drip", "drip in the head"}


@pytest.fixture(scope="module")
def shared(profiler: FakeProfiler) -> Iterator[World]:
    environ = {"FAASERA_PROFILER_ENDPOINT": profiler.url}
    config = "profiler: {deadline: 500ms, request_deadline: 1s}\n"
    with FakeLLM() as llm, Proxy(environ={**bases(llm), **environ}, config=config) as proxy:
        yield World(proxy, llm)
    assert "Jane" not in proxy.log


def ask(world: World, client: httpx.Client, door: str, body: str = BODY) -> httpx.Response:
    return client.post(world.base(door) + "/v1/chat/completions?note=Jane+Doe", content=body)


def test_every_fault_ends_in_503(world: World, profiler: FakeProfiler, door: str) -> None:
    """One text all the time: the breaker opens for faults over different ones."""
    with FakeLLM() as elsewhere, world.client(door) as client:
        for name, told, code in faults(f"{elsewhere.url}/api/profile-mask/default"):
            if name in SLOW and door == "interception":
                continue  # each takes its deadline; the deadline is the same at both doors
            profiler.script = lambda call, told=told: told if call.text != CANARY_TEXT else None  # type: ignore[misc]
            response = ask(world, client, door)
            assert response.status_code == 503, name
            assert response.headers["x-faasera-code"] == f"faasera_profiler_{code}", name
        assert elsewhere.requests == []
    profiler.script = None
    assert b"Jane" not in world.raw
    assert b"123-45-6789" not in world.raw


def test_one_that_masks_nothing_gets_no_text_through(door: str) -> None:
    """It answers each text with itself: a wrong policy's name, an echo server."""
    with (
        FakeProfiler(lambda call: json_answer({"replacement": call.text})) as echo,
        FakeLLM() as llm,
        Proxy(environ={**bases(llm), "FAASERA_PROFILER_ENDPOINT": echo.url}) as proxy,
        World(proxy, llm).client(door) as client,
    ):
        response = ask(World(proxy, llm), client, door)
        assert response.headers["x-faasera-code"] == "faasera_profiler_masks_nothing"
        assert llm.requests == []


def test_a_slow_profiler_holds_its_own_request_only(profiler: FakeProfiler, door: str) -> None:
    gate, asked = threading.Event(), threading.Event()

    def script(call: Call) -> Answer | None:
        if call.text is None or "slow" not in call.text:
            return None
        asked.set()
        return hang(gate, profiler.regular(call))

    profiler.script = script
    with FakeLLM() as llm, Proxy(environ={**bases(llm), "FAASERA_PROFILER_ENDPOINT": profiler.url}) as proxy:
        world, found = World(proxy, llm), []

        def go() -> None:
            with world.client(door) as client:
                found.append(ask(world, client, door, BODY.replace("What", "A slow one: what")).status_code)

        slow = threading.Thread(target=go)
        slow.start()
        assert asked.wait(10)
        for other in ("gateway", "interception"):
            with world.client(other) as client:
                assert ask(world, client, other).status_code == 200
        assert found == []
        gate.set()
        slow.join(15)
        assert found == [200]
    profiler.script = None
    assert b"Jane" not in b"".join(llm.raw)
