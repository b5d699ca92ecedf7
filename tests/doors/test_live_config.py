"""An edited configuration file while the proxy runs, and the end of a proxy behind a balancer."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy
from tests.support.servers import until
from tests.support.websocket import Socket

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


@pytest.mark.parametrize(("place", "mode", "words"), [
    ("mitm-config.yaml", 0o666, "everybody on this machine can write it"),
    (".", 0o777, "everybody on this machine can put another in its place"),
])  # fmt: skip
def test_a_file_that_everybody_can_write_or_replace_stops_the_start(place: str, mode: int, words: str) -> None:
    proxy = Proxy(config="{}\n")
    (proxy.home / place).chmod(mode)
    try:
        proxy.launch()
        assert proxy.wait_exit(180) == 1
        assert words in proxy.log
    finally:
        proxy.__exit__()


def test_a_configmap_that_is_swapped_counts_as_an_edit(tmp_path: Path) -> None:
    """Kubernetes: the file is a link into `..data`, itself a link to a folder that is swapped."""
    for name, text in (
        ("one", "{}\n"),
        ("two", 'policies: {default: {patterns: [{type: CASE_NUMBER, regex: "CN-[0-9]{6}"}]}}\n'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "team.yaml").write_text(text)
    (tmp_path / "..data").symlink_to("one")
    (tmp_path / "team.yaml").symlink_to("..data/team.yaml")
    with FakeLLM() as llm, Proxy(environ={**bases(llm), "FAASERA_CONFIG": str(tmp_path / "team.yaml")}) as proxy:
        world = World(proxy, llm)
        assert "CN-123456" in sent(world)
        (tmp_path / "..new").symlink_to("two")
        os.replace(tmp_path / "..new", tmp_path / "..data")
        assert proxy.wait_for("is in use")
        assert "[[CASE_NUMBER]]" in sent(world)


def test_what_a_revoked_key_opened_ends(tmp_path: Path) -> None:
    keys = {name: f"key-of-{name}-for-this-test" for name in ("ann", "bob")}
    rows = [f"{name}: {sha256(key.encode()).hexdigest()}" for name, key in keys.items()]
    config = "gateway: {loopback: key, keys: {ROWS}}\n"

    with (
        FakeLLM() as llm,
        Proxy(environ=bases(llm), config=config.replace("ROWS", ", ".join(rows))) as proxy,
    ):
        tunnels = {name: tunnel(proxy, key) for name, key in keys.items()}
        clients = {name: httpx.Client(trust_env=False, proxy=httpx.Proxy(proxy.url, auth=("x", key)), verify=proxy.trust())
                   for name, key in keys.items()}  # fmt: skip
        url, body = "https://api.openai.com/v1/chat/completions", {"model": "gpt-4", "messages": []}
        for client in clients.values():
            assert client.post(url, json=body).status_code == 200
        with Socket(
            f"ws://127.0.0.1:{proxy.port}/v1/realtime", additional_headers={"x-faasera-key": keys["ann"]}
        ) as socket:
            socket.send('{"type":"x"}')
            assert socket.recv()
            swap(World(proxy, llm), config.replace("ROWS", rows[1]))
            assert proxy.wait_for("is in use")
            with pytest.raises(ConnectionClosed):
                socket.recv()
        assert tunnels["ann"].recv(1) == b""
        with pytest.raises(httpx.ProxyError, match="407"):
            clients["ann"].post(url, json=body)
        assert clients["bob"].post(url, json=body).status_code == 200
        tunnels["bob"].settimeout(0.5)
        with pytest.raises(TimeoutError):
            tunnels["bob"].recv(1)
        for each in (*clients.values(), *tunnels.values()):
            each.close()


def tunnel(proxy: Proxy, key: str) -> socket.socket:
    """A CONNECT to what is no model."""
    wire = socket.create_connection(("127.0.0.1", proxy.port), 10)
    auth = base64.b64encode(f"x:{key}".encode()).decode()
    wire.sendall(f"CONNECT site.example:443 HTTP/1.1\r\nProxy-Authorization: Basic {auth}\r\n\r\n".encode())
    assert b" 200 " in wire.recv(65536)
    return wire


def test_sigterm_tells_balancers_first_and_serves_on() -> None:
    with FakeLLM() as llm, Proxy(environ=bases(llm)) as proxy, httpx.Client(trust_env=False, timeout=20) as client:
        world = World(proxy, llm)
        assert client.get(proxy.url + "/readyz").json() == {"status": "ready"}
        assert proxy.process is not None
        proxy.process.terminate()
        until(lambda: client.get(proxy.url + "/readyz").json() == {"status": "draining"})
        assert client.get(proxy.url + "/readyz").status_code == 503
        assert client.get(proxy.url + "/livez").status_code == 200
        assert "[[SSN]]" in sent(world)
        assert proxy.wait_exit(60) == 0
