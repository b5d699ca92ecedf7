"""A client that is not on this machine's loopback: in a network namespace of its own, as a container is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doors.conftest import World, bases
from tests.support.certs import make_certs
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy

CONFIG = "insecure: true\ngateway: {path_keys: true}\n"
KEY = "a-gateway-key-of-this-test"
BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
SPACE, HERE, THERE = f"faasera-{os.getpid()}", "10.213.7.1", "10.213.7.2"


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=10)


@pytest.fixture(scope="module")
def namespace() -> Iterator[str]:
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("curl"):
        pytest.skip("needs root, iproute2 and curl")
    try:
        ip("netns", "add", SPACE)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("network namespaces cannot be made here")
    try:
        ip("link", "add", "faasera0", "type", "veth", "peer", "name", "faasera1", "netns", SPACE)
        ip("addr", "add", f"{HERE}/24", "dev", "faasera0")
        ip("link", "set", "faasera0", "up")
        ip("-n", SPACE, "addr", "add", f"{THERE}/24", "dev", "faasera1")
        ip("-n", SPACE, "link", "set", "faasera1", "up")
        yield SPACE
    except (OSError, subprocess.SubprocessError):
        pytest.skip("network namespaces cannot be set up here")
    finally:
        ip("netns", "del", SPACE)


@pytest.fixture(scope="module")
def container(namespace: str) -> Iterator[World]:
    with FakeLLM() as llm:
        environ = {**bases(llm), "FAASERA_GATEWAY_KEY": KEY}
        with Proxy("listen_host=0.0.0.0", environ=environ, config=CONFIG) as proxy:
            yield World(proxy, llm)


def curl(world: World, url: str, *more: str) -> tuple[int, str]:
    """Status and body of a request from inside the namespace."""
    name = f"host.docker.internal:{world.proxy.port}:{HERE}"
    command = [
        "ip",
        "netns",
        "exec",
        SPACE,
        "curl",
        "-sS",
        "--max-time",
        "15",
        "--resolve",
        name,
        "-w",
        "\n%{http_code}",
    ]
    done = subprocess.run([*command, *more, url], capture_output=True, text=True, timeout=30)
    body, _, status = done.stdout.rpartition("\n")
    return int(status or 0), body


def post(world: World, path: str, *more: str) -> tuple[int, str]:
    url = f"http://host.docker.internal:{world.proxy.port}{path}"
    return curl(world, url, "-H", "content-type: application/json", "-d", BODY, *more)


@pytest.mark.parametrize("by", ["path", "header"])
def test_with_the_key_the_gateway_is_open_and_masks(container: World, by: str) -> None:
    container.llm.requests.clear()
    if by == "path":
        status, _ = post(container, f"/k/{KEY}/v1/chat/completions")
    else:
        status, _ = post(container, "/v1/chat/completions", "-H", f"X-Faasera-Key: {KEY}")
    assert status == 200
    [request] = container.llm.requests
    assert request.target == "/v1/chat/completions"
    assert "What is [[NAME]]'s SSN [[SSN]]?" in request.body.decode()
    assert KEY.encode() not in container.raw
    assert KEY not in container.proxy.log


def test_the_proxy_password_opens_the_other_door(container: World) -> None:
    container.llm.requests.clear()
    proxy = f"http://{HERE}:{container.proxy.port}"
    more = (
        "--proxy",
        proxy,
        "--proxy-user",
        f"anybody:{KEY}",
        "-k",
        "-H",
        "content-type: application/json",
        "-d",
        BODY,
    )
    status, _ = curl(container, "https://api.openai.com/v1/chat/completions", *more)
    assert status == 200
    assert "What is [[NAME]]'s SSN [[SSN]]?" in container.llm.requests[0].body.decode()
    status, _ = curl(container, "http://127.0.0.1:1/", "--proxy", proxy, "--proxy-user", f"anybody:{KEY}")
    assert status == 400  # private addresses of this machine stay closed
    assert KEY.encode() not in container.raw
    assert KEY not in container.proxy.log


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/k/wrong/v1/chat/completions", "/metrics", "/"])
def test_without_it_nothing_is_open(container: World, path: str) -> None:
    container.llm.requests.clear()
    status, body = post(container, path)
    assert status == 400
    assert "faasera_gateway_closed" in body
    assert container.llm.requests == []


def test_the_other_door_stays_closed(container: World) -> None:
    container.llm.requests.clear()
    proxy = f"http://{HERE}:{container.proxy.port}"
    for url in ("https://api.openai.com/v1/models", "http://127.0.0.1:1/", "http://example.org/"):
        status, _ = curl(container, url, "--proxy", proxy, "-k")
        assert status in (0, 407), url  # 0: curl was refused the tunnel
    assert container.llm.requests == []


@pytest.fixture(scope="module")
def plain(namespace: str) -> Iterator[World]:
    """A proxy that others can reach, with a key and nothing that keeps their text from being read on the way."""
    with (
        FakeLLM() as llm,
        Proxy("listen_host=0.0.0.0", environ={**bases(llm), "FAASERA_GATEWAY_KEY": KEY}) as proxy,
    ):
        yield World(proxy, llm)


def test_plain_text_of_other_machines_is_refused_even_with_the_key(plain: World) -> None:
    assert "clients of other machines are refused" in plain.proxy.log
    status, body = post(plain, "/v1/chat/completions", "-H", f"X-Faasera-Key: {KEY}")
    assert (status, "faasera_plain_text" in body, "listen.tls" in body) == (400, True, True)
    for page in ("livez", "readyz", "healthz"):
        status, body = curl(plain, f"http://host.docker.internal:{plain.proxy.port}/{page}")
        assert status == 200
        assert set(json.loads(body)) == {"status"}
    assert plain.llm.requests == []


def test_tls_of_its_own(namespace: str, tmp_path: Path) -> None:
    """`listen.tls`: the operator's certificate at the port, both doors behind it."""
    certs = make_certs(tmp_path, ("llm.corp.example",))
    config = (
        f"listen: {{tls: {{cert: {certs.server}, key: {certs.server_key}}}}}\ngateway: {{names: [llm.corp.example]}}\n"
    )
    environ = {"FAASERA_GATEWAY_KEY": KEY}
    with FakeLLM() as llm, Proxy("listen_host=0.0.0.0", environ={**bases(llm), **environ}, config=config) as proxy:
        world = World(proxy, llm)
        more = ("--cacert", str(certs.ca), "--resolve", f"llm.corp.example:{proxy.port}:{HERE}")
        url = f"https://llm.corp.example:{proxy.port}/v1/chat/completions"
        sent = ("-H", "content-type: application/json", "-d", BODY, "-H", f"X-Faasera-Key: {KEY}")
        assert curl(world, url, *more, *sent)[0] == 200
        assert "[[SSN]]" in llm.requests[0].body.decode()
        status, body = post(world, "/v1/chat/completions", "-H", f"X-Faasera-Key: {KEY}")
        assert (status, "faasera_plain_text" in body) == (400, True)
