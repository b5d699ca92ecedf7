"""Behind a corporate proxy (`mode upstream:`): LLM traffic is masked on its way through it, what is local never asks it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.doors.conftest import World
from tests.support.certs import Certs, make_certs
from tests.support.corporate import CorporateProxy
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy

BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
CANARY = b"123-45-6789"
CONFIG = """
targets:
  house: {base_url: 'http://llm.house.example', speaks: [embeddings], exclusive: true}
hosts: [{host: tunnelled.example, mode: tunnel}, {host: refused.example, mode: refuse}]
"""


@dataclass
class Office(World):
    """`llm` is the vendor behind the corporate proxy (TLS); `ollama` runs on this machine."""

    corporate: CorporateProxy
    ollama: FakeLLM


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Certs:
    return make_certs(tmp_path_factory.mktemp("certs"), ("api.openai.com", "tunnelled.example", "other.example"))


@pytest.fixture(scope="module")
def office(certs: Certs) -> Iterator[Office]:
    with FakeLLM(ssl_context=certs.server_context()) as llm, FakeLLM() as ollama, CorporateProxy(llm.port) as corporate:
        options = (
            "upstream_auth=corp:secret",
            f"mode=upstream:{corporate.url}",
            f"ssl_verify_upstream_trusted_ca={certs.ca}",
        )
        with Proxy(*options, environ={"FAASERA_LOCAL_BASE_URL": ollama.url}, config=CONFIG) as proxy:
            yield Office(proxy, llm, corporate, ollama)


@pytest.fixture(autouse=True)
def clean(office: Office) -> None:
    office.corporate.asked.clear()
    office.corporate.heads.clear()
    for server in (office.llm, office.ollama):
        server.requests.clear()


@pytest.mark.parametrize("door", ["gateway", "interception"])
def test_the_vendor_is_reached_through_it_and_masked(office: Office, door: str) -> None:
    with office.client(door) as client:
        response = client.post(office.base(door) + "/v1/chat/completions", content=BODY)
    assert response.status_code == 200
    assert office.corporate.asked in (["CONNECT api.openai.com:443"], [])
    assert office.llm.requests[0].body.decode().count("[[SSN]]") == 1
    assert office.llm.requests[0].header("proxy-authorization") is None  # its password stays with it
    assert b"Jane" not in office.raw + b"".join(office.corporate.raw)


@pytest.mark.parametrize("door", ["gateway", "interception"])
def test_what_is_local_or_exclusive_never_asks_it(office: Office, door: str) -> None:
    with office.client(door) as client:
        base = office.proxy.url if door == "gateway" else office.ollama.url
        assert client.post(base + "/api/chat", content=BODY).status_code == 200
        if door == "gateway":
            # No such name here, so the house's own model cannot be reached: all the same it is not asked of others.
            assert client.post(base + "/v1/embeddings", content='{"input":"Jane Doe"}').status_code in (200, 502)
    assert len(office.ollama.requests) == 1
    assert not any("127.0.0.1" in asked or "house" in asked for asked in office.corporate.asked)
    assert b"Jane" not in b"".join(office.corporate.raw)


@pytest.mark.parametrize("data", [b"\x00" + CANARY, b"SSH-2.0-" + CANARY + b"\r\n", CANARY + b" is mine\n"])
def test_raw_bytes_to_the_vendor_do_not_pass(office: Office, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", office.proxy.port), 5) as wire:
        wire.settimeout(2)
        wire.sendall(b"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com:443\r\n\r\n")
        try:
            assert wire.recv(4096)
            wire.sendall(data)
            wire.shutdown(socket.SHUT_WR)
            while wire.recv(4096):
                pass
        except OSError:
            pass
    assert CANARY not in office.raw + b"".join(office.corporate.raw)
    assert "CONNECT api.openai.com:443" not in office.corporate.asked


@pytest.mark.parametrize("host", ["tunnelled.example", "other.example"])
def test_tunnels_stay_closed_through_it(office: Office, certs: Certs, host: str) -> None:
    context = ssl.create_default_context(cafile=str(certs.ca))
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    with httpx.Client(trust_env=False, proxy=office.proxy.url, verify=context, timeout=10) as client:
        assert client.post(f"https://{host}/page", content="as it is").status_code == 200
    assert office.llm.requests[-1].body == b"as it is"
    assert office.corporate.asked == [f"CONNECT {host}:443"]


def test_a_refused_host_is_not_asked_of_it(office: Office) -> None:
    with office.client("interception") as client:
        response = client.post("https://refused.example/v1/chat/completions", content=BODY)
    assert response.headers["x-faasera-code"] == "faasera_host_refused"
    assert office.corporate.asked == []


def test_plain_http_with_an_llm_path_is_masked_through_it(office: Office) -> None:
    with office.client("interception") as client, FakeLLM() as plain:
        office.corporate.leads_to, before = plain.port, office.corporate.leads_to
        try:
            response = client.post("http://unknown.example/v1/chat/completions", content=BODY)
        finally:
            office.corporate.leads_to = before
        assert response.status_code == 200
        assert b"Jane" not in b"".join(plain.raw)
        assert "[[SSN]]" in plain.requests[0].body.decode()
    assert office.corporate.asked == ["POST http://unknown.example/v1/chat/completions"]


def test_plain_http_carries_the_password_of_the_corporate_proxy_and_not_the_clients(office: Office) -> None:
    with office.client("interception") as client, FakeLLM() as plain:
        office.corporate.leads_to, before = plain.port, office.corporate.leads_to
        try:
            for path in ("/page", "/v1/chat/completions"):
                url = f"http://unknown.example{path}"
                assert client.post(url, content="{}", headers={"proxy-authorization": "Basic bWluZQ=="}).is_success
        finally:
            office.corporate.leads_to = before
        assert [request.all("proxy-authorization") for request in plain.requests] == [["Basic Y29ycDpzZWNyZXQ="]] * 2
    with office.client("interception") as client:
        assert client.post("https://api.openai.com/v1/chat/completions", content="{}").status_code == 200
        assert client.post(office.ollama.url + "/api/chat", content="{}").status_code == 200
    assert office.llm.requests[-1].header("proxy-authorization") is None
    assert office.ollama.requests[-1].header("proxy-authorization") is None
