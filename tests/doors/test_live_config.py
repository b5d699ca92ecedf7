"""An edited configuration file while the proxy runs, and the end of a proxy behind a balancer."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy

CONFIG = "policies: {default: {recognizers: {PHONE_NUMBER: true}}}\naudit: '%s'\n"
TEXT = "Jane Doe, case CN-123456, SSN 123-45-6789"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    audit = tmp_path_factory.mktemp("audit") / "audit.jsonl"
    with FakeLLM() as llm, Proxy(environ=bases(llm), config=CONFIG % audit) as proxy:
        world = World(proxy, llm)
        world.audit = audit  # type: ignore[attr-defined]
        yield world


def path(world: World) -> Path:
    return world.proxy.home / "mitm-config.yaml"


def swap(world: World, text: str) -> None:
    """An atomic rename, as editors and ConfigMaps do it."""
    new = world.proxy.home / "new.yaml"
    new.write_text(text)
    os.replace(new, path(world))


def sent(world: World) -> str:
    with httpx.Client(trust_env=False) as client:
        body = {"model": "gpt-4", "messages": [{"role": "user", "content": TEXT}]}
        assert client.post(world.proxy.url + "/v1/chat/completions", json=body).status_code == 200
    return world.llm.requests[-1].body.decode()


def events(world: World) -> list[dict[str, str]]:
    lines = map(json.loads, world.audit.read_text().splitlines())  # type: ignore[attr-defined]
    return [line for line in lines if "event" in line]


def page(world: World) -> str:
    with httpx.Client(trust_env=False) as client:
        return client.get(world.proxy.url + "/").text


def test_stricter_at_once_looser_when_asked_and_broken_never(world: World) -> None:
    before = path(world).read_text()
    assert "CN-123456" in sent(world)
    stricter = before.replace("true}}", 'true}, patterns: [{type: CASE_NUMBER, regex: "CN-[0-9]{6}"}]}')
    swap(world, stricter)
    assert world.proxy.wait_for("is in use")
    assert "[[CASE_NUMBER]]" in sent(world)

    swap(world, stricter.replace("PHONE_NUMBER: true", "SSN: false"))
    assert world.proxy.wait_for("waits for SIGHUP")
    assert "[[SSN]]" in sent(world)
    assert "loosens policies" in page(world)

    assert world.proxy.process is not None
    world.proxy.process.send_signal(signal.SIGHUP)
    assert world.proxy.wait_for("is in use", count=2)
    assert "123-45-6789" in sent(world)
    assert "loosens" not in page(world)

    path(world).write_text("limits: {bodys: 1}\n")
    assert world.proxy.wait_for("did you mean body?")
    assert "[[CASE_NUMBER]]" in sent(world)
    assert "cannot be used" in page(world)

    swap(world, stricter)
    assert world.proxy.wait_for("is in use", count=3)
    assert "[[SSN]]" in sent(world)
    assert [event["outcome"] for event in events(world)] == ["used", "held", "used", "refused", "used"]
    assert len({event["now"] for event in events(world)}) == 3
    assert all(event["was"] and event["time"] for event in events(world))


def test_an_option_that_changes_does_not_bring_a_held_file_in(tmp_path: Path) -> None:
    """An edit that waits stays out, whatever else is configured anew."""
    with FakeLLM() as llm, Proxy(environ=bases(llm), config="policies: {strict: {}}\n", tool="mitmweb", args=(
        "--no-web-open-browser", "--set", "web_port=0", "--set", "web_password=pw")) as proxy:  # fmt: skip
        world = World(proxy, llm)
        swap(world, "policies: {strict: {}, default: {recognizers: {SSN: false}}}\n")
        assert proxy.wait_for("waits for SIGHUP")
        proxy_log = len(proxy.log)
        assert proxy_log
        assert "[[SSN]]" in sent(world)


def test_a_file_that_everybody_can_write_stops_the_start() -> None:
    proxy = Proxy(config="{}\n")
    (proxy.home / "mitm-config.yaml").chmod(0o666)
    try:
        proxy.launch()
        assert proxy.wait_exit(180) == 1
        assert "everybody on this machine can write it" in proxy.log
    finally:
        proxy.__exit__()


def test_sigterm_tells_balancers_first_and_serves_on() -> None:
    with FakeLLM() as llm, Proxy(environ=bases(llm)) as proxy, httpx.Client(trust_env=False, timeout=20) as client:
        world = World(proxy, llm)
        assert client.get(proxy.url + "/readyz").json() == {"status": "ready"}
        assert proxy.process is not None
        proxy.process.terminate()
        answers = [client.get(proxy.url + "/readyz") for _ in range(2)]
        assert (answers[-1].status_code, answers[-1].json()) == (503, {"status": "draining"})
        assert client.get(proxy.url + "/livez").status_code == 200
        assert "[[SSN]]" in sent(world)
        assert proxy.wait_exit(60) == 0
