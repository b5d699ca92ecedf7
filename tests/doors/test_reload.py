"""The script is saved broken, emptied, deleted, re-created, touched: nothing leaves bare, and it comes back by itself."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import FakeProfiler
from tests.support.http1 import hang
from tests.support.proxy import ADDON, ROOT, Proxy

BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'


def linked(folder: Path) -> Path:
    """A copy of the entry script whose packages are the project's."""
    for package in ("addon", "config", "dialects", "redaction", "routing", "reporting"):
        (folder / package).symlink_to(ROOT / package)
    return Path(shutil.copy(ADDON, folder / ADDON.name))


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return linked(tmp_path_factory.mktemp("addon"))


@pytest.fixture(scope="module")
def shared(script: Path, profiler: FakeProfiler) -> Iterator[World]:
    with (
        FakeLLM() as llm,
        Proxy(environ={**bases(llm), "FAASERA_PROFILER_ENDPOINT": profiler.url}, addon=script) as proxy,
    ):
        yield World(proxy, llm)


def code(world: World, door: str, client: httpx.Client) -> str:
    response = client.post(world.base(door) + "/v1/chat/completions", content=BODY)
    return "200" if response.status_code == 200 else f"{response.status_code} {response.headers['x-faasera-code']}"


def until(true: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def save(script: Path, text: str) -> None:
    script.write_text(text)
    stat = script.stat()  # mitmproxy reloads for a later time stamp only
    os.utime(script, (stat.st_atime, stat.st_mtime + save.count))
    save.count += 2


save.count = 2  # type: ignore[attr-defined]


def breaks(how: str, script: Path) -> None:
    match how:
        case "syntax error":
            save(script, "def load(:\n")
        case "import error":
            save(script, "import no_such_module_anywhere\n")
        case "emptied":
            save(script, "")
        case "raises in load":
            save(script, "def load(loader):\n    raise ValueError('no')\n")
        case "deleted":
            script.unlink()


@pytest.mark.parametrize("how", ["syntax error", "import error", "emptied", "raises in load", "deleted"])
def test_without_its_script_nothing_leaves_and_it_comes_back(world: World, script: Path, how: str) -> None:
    good = ADDON.read_text()
    with world.client("gateway") as gateway, world.client("interception") as proxied:
        clients = {"gateway": gateway, "interception": proxied}
        assert {code(world, door, clients[door]) for door in clients} == {"200"}
        breaks(how, script)
        for door, client in clients.items():
            until(lambda door=door, client=client: code(world, door, client) == "503 faasera_addon_missing")  # type: ignore[misc]
        world.llm.requests.clear()
        assert {code(world, door, clients[door]) for door in clients} == {"503 faasera_addon_missing"}
        assert world.llm.requests == []
        save(script, good)
        for door, client in clients.items():
            until(lambda door=door, client=client: code(world, door, client) == "200")  # type: ignore[misc]
    assert b"Jane" not in world.raw
    assert b"123-45-6789" not in world.raw


@pytest.mark.parametrize("hook", ["configure(updated)", "requestheaders(flow)", "request(flow)"])
def test_a_script_whose_hooks_raise_sends_nothing_bare(world: World, script: Path, hook: str) -> None:
    loads = world.proxy.log.count("Loading script")
    save(script, f"{ADDON.read_text()}\n\ndef {hook}:\n    raise ValueError('no')\n")
    assert world.proxy.wait_for("Loading script", count=loads + 1)
    for door in ("gateway", "interception"):
        with world.client(door) as client:
            until(lambda door=door, client=client: code(world, door, client) == "200")  # type: ignore[misc]
    save(script, ADDON.read_text())
    assert world.proxy.wait_for("Loading script", count=loads + 2)
    assert b"Jane" not in world.raw
    assert world.llm.requests


def test_a_reload_in_mid_flight_does_not_disturb_the_request(
    world: World, script: Path, profiler: FakeProfiler, door: str
) -> None:
    gate = threading.Event()
    seen = len(profiler.calls)
    profiler.script = lambda call: hang(gate, profiler.regular(call))
    loads = world.proxy.log.count("Loading script")
    results: list[httpx.Response] = []
    body = BODY.replace("What", f"At the {door} door, what")

    def go() -> None:
        with world.client(door) as client:
            results.append(client.post(world.base(door) + "/v1/chat/completions", content=body))

    thread = threading.Thread(target=go)
    thread.start()
    until(lambda: len(profiler.calls) > seen)
    save(script, ADDON.read_text())
    assert world.proxy.wait_for("Loading script", count=loads + 1)
    gate.set()
    thread.join(15)
    profiler.script = None
    assert [response.status_code for response in results] == [200]
    assert b"Jane" not in world.raw
    assert world.llm.requests[-1].json()["messages"][0]["content"].endswith("[[NAME]]'s SSN [[SSN]]?")
