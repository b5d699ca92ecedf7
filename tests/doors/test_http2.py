"""HTTP/2 to the proxy and to the upstream: masked, trailers taken off, several streams at once."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.support.certs import make_certs
from tests.support.fake_llm import FakeLLM
from tests.support.http2 import Http2LLM, post
from tests.support.proxy import Proxy
from tests.support.starts import http2_context

BODY = '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'


@dataclass
class Pair:
    proxy: Proxy
    llm: Http2LLM


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    certs = make_certs(tmp_path_factory.mktemp("certs"), ("localhost", "127.0.0.1"))
    with Http2LLM(ssl_context=certs.server_context(alpn=("h2",))) as llm:
        environ = {"FAASERA_OPENAI_BASE_URL": f"https://localhost:{llm.port}/v1"}
        with Proxy(f"ssl_verify_upstream_trusted_ca={certs.ca}", environ=environ) as proxy:
            yield Pair(proxy, llm)


@pytest.mark.parametrize("door", ["gateway", "interception"])
@pytest.mark.parametrize("upstream", ["HTTP/2", "HTTP/1.1"])
def test_a_body_of_no_declared_length_and_trailers(pair: Pair, door: str, upstream: str) -> None:
    """The gateway's own port speaks TLS, too. An HTTP/1.1 upstream needs a length."""
    with FakeLLM() as plain, Proxy(environ={"FAASERA_OPENAI_BASE_URL": f"{plain.url}/v1"}) as other:
        proxy = pair.proxy if upstream == "HTTP/2" else other
        wire = socket.create_connection(("127.0.0.1", proxy.port), 10)
        if door == "interception":
            wire.sendall(b"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com\r\n\r\n")
            assert wire.recv(4096).startswith(b"HTTP/1.1 200")
        trust = http2_context(proxy.ca_file)
        trust.check_hostname = False
        name = "localhost" if door == "gateway" else "api.openai.com"
        with trust.wrap_socket(wire, server_hostname=name) as inner:
            assert post(inner, "/v1/chat/completions", BODY.encode(), [("x-note", "Jane Doe 123-45-6789")]) == "200"
        llm = pair.llm if upstream == "HTTP/2" else plain
        assert b"[[SSN]]" in llm.requests[-1].body
        for canary in (b"Jane", b"123-45-6789"):
            assert canary not in b"".join(llm.raw)
            assert canary.decode() not in proxy.log
        if llm is pair.llm:
            assert pair.llm.requests[-1].trailers == []
            pair.llm.requests.clear()


def test_streams_of_an_http2_client_reach_an_http2_upstream_masked(pair: Pair) -> None:
    async def go() -> list[httpx.Response]:
        trust = http2_context(pair.proxy.ca_file)
        async with httpx.AsyncClient(
            trust_env=False, proxy=pair.proxy.url, verify=trust, http2=True, timeout=20
        ) as client:
            url = "https://api.openai.com/v1/chat/completions?who=Jane%20Doe"
            calls = [client.post(url, content=BODY.replace("What", f"{n}: what")) for n in range(10)]
            return await asyncio.gather(*calls)

    responses = asyncio.run(go())
    assert [response.status_code for response in responses] == [200] * 10
    assert [response.text.partition(": what")[0][-1] for response in responses] == list("0123456789")
    assert len(pair.llm.requests) == 10
    for request in pair.llm.requests:
        assert b"Jane" not in request.body
        assert b"[[SSN]]" in request.body
        assert request.header(":authority") == f"localhost:{pair.llm.port}"
        assert "Jane" not in str(request.header(":path"))
        assert request.trailers == []
