"""Whatever a step of the proxy raises, at either door: an answer, and not a byte of the request upstream."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from websockets.sync.client import connect

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.faults import ERRORS
from tests.support.proxy import ROOT, Proxy

BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
FAULTS = ROOT / "tests" / "support" / "faults.py"


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """`flow_detail=3` prints every body and message: what it prints must be masked, too."""
    with FakeLLM() as llm, Proxy("flow_detail=3", environ=bases(llm), args=("-s", str(FAULTS))) as proxy:
        yield World(proxy, llm)
    for text in ("Jane", "123-45-6789"):
        assert text not in proxy.log
    assert "[[NAME]]" in proxy.log


def post(world: World, door: str, client: httpx.Client | None = None, **headers: str) -> httpx.Response:
    """With a client of its own, as a new connection would come, unless one is given."""
    if client is None:
        with world.client(door) as own:
            return post(world, door, own, **headers)
    return client.post(
        world.base(door) + "/v1/chat/completions?note=Jane+Doe",
        content=BODY,
        headers={"content-type": "application/json", **headers},
    )


@pytest.mark.parametrize("step", ["arrive", "mask", "redact", "send"])
def test_a_step_that_raises_is_answered_and_sends_nothing(world: World, door: str, step: str) -> None:
    with world.client(door) as client:
        for error in ERRORS:
            response = post(world, door, client, **{"x-fault": f"{step}:{error}"})
            assert response.status_code == 503, error
            assert response.headers["x-faasera-code"] == "faasera_internal_error"
            assert response.headers["retry-after"]
            assert world.raw == b""
        for coding in ("rot13", "utf-16", "gzip"):  # that mitmproxy cannot put on an empty body
            headers = {"x-fault": f"{step}:value", "content-encoding": coding}
            assert post(world, door, client, **headers).status_code in (503, 415)
            assert world.raw == b""
        assert post(world, door, client).status_code == 200  # the connection lives on
    assert "Jane" not in world.proxy.log
    assert "123-45-6789" not in world.proxy.log


@pytest.mark.parametrize("step", ["mask", "redact"])
def test_where_the_way_out_of_an_error_fails_too_nothing_is_dialled(world: World, door: str, step: str) -> None:
    """The request is parked at a name that is never dialled: what mitmproxy then sends goes nowhere."""
    before = len(world.llm.wires)
    response = post(world, door, **{"x-arm": "fail:halt", "x-fault": f"{step}:value"})
    assert response.status_code == 502
    assert len(world.llm.wires) == before
    assert post(world, door).status_code == 200  # disarmed


@pytest.mark.parametrize("step", ["starts", "ends"])
def test_a_fault_while_the_answer_passes_leaves_the_answer(world: World, door: str, step: str) -> None:
    with world.client(door) as client:
        for error in ("value", "halt"):
            response = post(world, door, client, **{"x-fault": f"{step}:{error}"})
            assert response.status_code == 200
            assert b"Jane" not in world.raw
            assert "[[NAME]]" in response.text


def test_a_fault_at_the_dial_opens_no_connection(world: World, door: str) -> None:
    before = len(world.llm.wires)
    with world.client(door) as client:
        for error in ERRORS:
            assert post(world, door, client, **{"x-arm": f"dial:{error}"}).status_code == 502, error
        assert len(world.llm.wires) == before
        assert post(world, door, client).status_code == 200  # disarmed


@pytest.mark.parametrize("error", ["value", "halt"])
@pytest.mark.parametrize("step", ["hello", "layer"])
def test_a_fault_below_http_still_masks(world: World, door: str, step: str, error: str) -> None:
    with world.client("gateway") as arming:
        arming.get(world.proxy.url + "/healthz", headers={"x-arm": f"{step}:{error}"})
    response = post(world, door)
    assert response.status_code == 200
    assert b"Jane" not in world.raw
    assert world.llm.requests


def test_a_fault_at_connect_refuses_the_tunnel(world: World) -> None:
    with socket.create_connection(("127.0.0.1", world.proxy.port), 10) as wire:
        wire.sendall(b"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com\r\nX-Fault: connect:value\r\n\r\n")
        assert wire.recv(4096).startswith(b"HTTP/1.1 503")
    assert world.raw == b""


def test_a_script_that_streams_or_edits_or_retargets_changes_nothing_of_the_promise(world: World, door: str) -> None:
    with world.client(door) as client, FakeLLM() as other:
        assert post(world, door, client, **{"x-stream": "1"}).status_code == 200
        assert post(world, door, client, **{"x-append": "1"}).status_code == 200
        mapped = httpx.post(
            f"{other.url}/forum",
            content=BODY,
            headers={"x-map-remote": str(world.llm.port)},
            proxy=world.proxy.url,
            trust_env=False,
        )
        assert mapped.status_code == 200
        assert other.requests == []
    assert [request.body.decode().count("[[SSN]]") for request in world.llm.requests] == [1, 2, 1]
    assert b"Jane" not in world.raw


@pytest.mark.parametrize("error", ["", *ERRORS])
def test_a_websocket_message_that_cannot_be_masked_is_dropped(world: World, door: str, error: str) -> None:
    headers = {"x-fault": f"frame:{error}"} if error else {}
    if door == "gateway":
        opening = connect(
            f"ws://127.0.0.1:{world.proxy.port}/v1/realtime", proxy=None, additional_headers=headers, open_timeout=10
        )
    else:
        opening = connect(
            "wss://api.openai.com/v1/realtime",
            proxy=world.proxy.url,
            ssl=world.proxy.trust(),
            additional_headers=headers,
            open_timeout=10,
        )
    with opening as wire:
        wire.send('{"type":"x","text":"Jane Doe, SSN 123-45-6789"}')
        if not error:
            assert wire.recv(timeout=10) == '{"type":"x","text":"[[NAME]], SSN [[SSN]]"}'
        else:
            assert "faasera_internal_error" in str(wire.recv(timeout=10))
    until_closed(world)
    assert all("Jane" not in str(message) for message in world.llm.messages)
    assert bool(world.llm.messages) is not bool(error)


def until_closed(world: World) -> None:
    """Everything that was sent has arrived once the connection is at its end."""
    deadline = time.monotonic() + 10
    while not all(wire.ended for wire in world.llm.wires[-1:]) and time.monotonic() < deadline:
        time.sleep(0.01)
