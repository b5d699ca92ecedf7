"""A client that is not on this machine's loopback: in a network namespace of its own, as a container is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy

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
        with Proxy("listen_host=0.0.0.0", environ=environ) as proxy:
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
        assert status in (0, 400), url  # 0: curl was refused the tunnel
    assert container.llm.requests == []
