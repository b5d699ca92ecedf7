"""Who may use the proxy, for what, and whose credentials go where."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.doors.conftest import World, bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy

BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
KEY = "gateway-key-1234567890"
PASSWORD = "password-of-proxyauth"
APP = "https://app.example"
CONFIG = f"""
gateway: {{names: [llm.corp.example], origins: ['{APP}'], path_keys: true}}
target: claude
"""


def outside() -> str | None:
    """An address of this machine that is not loopback, or None. No packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.254", 9))
            address = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if address.startswith("127.") else address


OUTSIDE = outside()


@dataclass
class Open(World):
    """A proxy that others can reach: `proxyauth` at one door, a gateway key at the other."""

    kept: Path


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    kept = tmp_path_factory.mktemp("kept") / "all.flows"
    with (
        FakeLLM() as llm,
        Proxy(
            "block_global=false",
            environ={**bases(llm), "FAASERA_GATEWAY_KEY": KEY},
            config=CONFIG,
            args=("--listen-host", "0.0.0.0", "--proxyauth", f"ann:{PASSWORD}", "-w", str(kept)),
        ) as proxy,
    ):
        yield Open(proxy, llm, kept)
    written = kept.read_bytes()
    for secret in (PASSWORD, KEY, base64.b64encode(f"ann:{PASSWORD}".encode()).decode(), "Jane", "123-45-6789"):
        assert secret not in proxy.log
        assert secret.encode() not in written


needs_outside = pytest.mark.skipif(OUTSIDE is None, reason="this machine has no address but loopback")
AUTH = "Basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()


def gateway(world: World, address: str | None = None, path: str = "/v1/messages", **headers: str) -> httpx.Response:
    """The gateway door. proxyauth asks there, too."""
    with httpx.Client(trust_env=False, timeout=10) as client:
        return client.post(
            f"http://{address or '127.0.0.1'}:{world.proxy.port}{path}",
            content=BODY,
            headers={"proxy-authorization": AUTH, "host": f"127.0.0.1:{world.proxy.port}", **headers},
        )


def through(
    world: World, url: str, address: str = "127.0.0.1", auth: str | None = AUTH, **headers: str
) -> httpx.Response:
    proxy = httpx.Proxy(f"http://{address}:{world.proxy.port}", headers={"proxy-authorization": auth} if auth else None)
    with httpx.Client(trust_env=False, timeout=10, proxy=proxy, verify=world.proxy.trust()) as client:
        content = "no matter" if url.endswith("/page") else BODY  # what is not for an LLM is kept as it is
        return client.post(url, content=content, headers=headers)


@needs_outside
def test_the_gateway_asks_other_machines_for_its_key(world: Open) -> None:
    assert OUTSIDE is not None
    for given in ({}, {"x-faasera-key": "wrong"}, {"x-faasera-key": KEY + "x"}, {"authorization": "Bearer sk-other"}):
        refused = gateway(world, OUTSIDE, **given)
        assert refused.status_code == 400
        assert refused.headers["x-faasera-code"] == "faasera_gateway_closed"
    assert world.llm.requests == []
    assert gateway(world, OUTSIDE, **{"x-faasera-key": KEY}).status_code == 200
    assert gateway(world, OUTSIDE, path=f"/k/{KEY}/v1/messages").status_code == 200
    assert KEY.encode() not in world.raw
    assert [request.target for request in world.llm.requests] == ["/v1/messages", "/v1/messages"]
    assert b"Jane" not in world.raw


def test_loopback_needs_no_key_and_a_given_one_is_taken_off(world: Open) -> None:
    assert gateway(world).status_code == 200
    assert gateway(world, **{"x-faasera-key": KEY}).status_code == 200
    assert KEY.encode() not in world.raw


def test_without_proxyauth_nobody_gets_in_and_nothing_stays(world: Open) -> None:
    wrong = "Basic " + base64.b64encode(b"ann:" + PASSWORD[:-1].encode()).decode()
    with httpx.Client(trust_env=False) as client:
        for auth in (None, wrong):
            headers = {"proxy-authorization": auth} if auth else {}
            response = client.post(f"{world.proxy.url}/v1/messages?q=Jane+Doe", content=BODY, headers=headers)
            assert response.status_code == 407
    with pytest.raises(httpx.ProxyError, match="407"):
        through(world, "https://api.openai.com/v1/chat/completions", auth=None)
    assert world.raw == b""


def test_proxy_authorization_never_goes_upstream(world: Open) -> None:
    assert gateway(world).status_code == 200
    assert through(world, "https://api.anthropic.com/v1/messages").status_code == 200
    with FakeLLM() as other:
        assert through(world, f"{other.url}/page").status_code == 200
        assert other.requests[0].header("proxy-authorization") is None
    assert all(request.header("proxy-authorization") is None for request in world.llm.requests)
    assert PASSWORD.encode() not in world.raw


@needs_outside
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.0.0.1",
        "169.254.169.254",
        "127.1",
        "2130706433",
        "[64:ff9b::7f00:1]",
        "[::127.0.0.1]",
    ],
)
def test_other_machines_reach_no_private_address(world: Open, host: str) -> None:
    assert OUTSIDE is not None
    with FakeLLM() as inside:
        for path in ("/page", "/v1/chat/completions"):
            response = through(world, f"http://{host}:{inside.port}{path}", OUTSIDE)
            assert response.status_code == 400
            if not host.startswith("["):  # mitmproxy refuses those itself
                assert response.headers["x-faasera-code"] == "faasera_private_destination"
        assert inside.wires == []


@needs_outside
def test_a_name_that_resolves_to_a_private_address_is_no_way_in(world: Open) -> None:
    assert OUTSIDE is not None
    name = loopback_name()
    with FakeLLM() as inside:
        for path in ("/page", "/v1/chat/completions"):
            assert through(world, f"http://{name}:{inside.port}{path}", OUTSIDE).status_code == 502
        assert inside.wires == []


def loopback_name() -> str:
    """A name of the hosts file, other than localhost, that means this machine."""
    for line in Path("/etc/hosts").read_text().splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        for name in names:
            if address == "127.0.0.1" and "localhost" not in name:
                return name
    pytest.skip("the hosts file has no other name for 127.0.0.1")


def test_a_rebound_name_does_not_lead_in(world: Open) -> None:
    name = "rebound.evil.test"
    for path in ("/v1/chat/completions", "/", "/metrics"):
        response = gateway(world, path=path, host=f"{name}:{world.proxy.port}")
        assert response.status_code == 400
        assert response.headers["x-faasera-code"] == "faasera_unknown_authority"
    assert world.raw == b""
    assert gateway(world, host="llm.corp.example").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:3000"},
        {"origin": APP + ".evil.test"},
        {"origin": APP.upper() + ":444"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/v1/messages", "/", "/metrics", "/healthz"])
def test_foreign_pages_are_refused(world: Open, headers: dict[str, str], path: str) -> None:
    response = gateway(world, path=path, **headers)
    assert response.status_code == 400
    assert response.headers["x-faasera-code"] == "faasera_foreign_origin"
    assert "access-control-allow-origin" not in response.headers
    assert world.raw == b""


def test_a_foreign_page_is_refused_before_its_body_is_there(world: Open) -> None:
    """With the head alone: the answer is set before the body is read, and no part of it is kept."""
    with socket.create_connection(("127.0.0.1", world.proxy.port), 5) as wire:
        head = (
            f"POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:{world.proxy.port}\r\nOrigin: https://evil.example\r\n"
            f"Proxy-Authorization: {AUTH}\r\nContent-Length: {len(BODY)}\r\n\r\n"
        )
        wire.sendall(head.encode() + BODY.encode())
        assert b"faasera_foreign_origin" in wire.recv(65536)
    assert world.raw == b""


def test_listed_origins_get_cors_answers_on_errors_too(world: Open) -> None:
    assert gateway(world, origin=APP).headers["access-control-allow-origin"] == APP
    with httpx.Client(trust_env=False) as client:
        url = f"{world.proxy.url}/v1/messages"
        bad = client.post(url, content=BODY + "}", headers={"origin": APP, "proxy-authorization": AUTH})
        assert bad.status_code == 400
        assert bad.headers["access-control-allow-origin"] == APP
        asked = {"origin": APP, "access-control-request-method": "POST", "access-control-request-headers": "x-api-key"}
        before = len(world.llm.requests)
        preflight = client.options(url, headers={**asked, "proxy-authorization": AUTH})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "x-api-key"
    assert len(world.llm.requests) == before


def test_credentials_stay_with_their_vendor(world: Open) -> None:
    """Interception with a change of vendor: everything that could be a credential of the old host is dropped."""
    credentials = {
        "authorization": "Bearer sk-proj-oldoldoldoldoldold",
        "cookie": "session=oldoldold",
        "x-api-key": "oldoldoldkey",
        "api-key": "oldoldoldkey",
        "x-goog-api-key": "AIzaoldoldold",
        "openai-organization": "org-oldoldold",
    }
    response = through(world, "https://api.openai.com/v1/chat/completions?key=AIzaoldoldold", **credentials)
    assert response.status_code in (200, 400)
    assert b"oldold" not in world.raw
    assert gateway(world, **{"x-faasera-key": KEY}, authorization="Bearer sk-proj-oldoldold").status_code in (200, 400)
    assert through(world, "https://api.anthropic.com/v1/messages", **{"x-faasera-key": KEY}).status_code == 200
    assert KEY.encode() not in world.raw
    assert b"oldold" not in world.raw
    own = through(world, "https://api.anthropic.com/v1/messages", **{"x-api-key": "sk-ant-mine"})
    assert own.status_code == 200
    assert world.llm.requests[-1].header("x-api-key") == "sk-ant-mine"
