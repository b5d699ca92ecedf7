"""The planted table through both doors of a real mitmdump: what the upstream's socket received, host by host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Request
from tests.support.internet import Internet
from tests.support.planted import PLANT, Planted
from tests.support.planted_table import ALL

HEADERS = {"content-type": "application/json"}
# Who a gateway request goes to, by its dialect.
LOCAL = {"ollama"}


@pytest.fixture(scope="module")
def internet() -> Iterator[Internet]:
    with Internet(sorted({case.host for case in ALL})) as running:
        yield running


def sent(internet: Internet, case: Planted, door: str) -> tuple[Request, FakeLLM]:
    internet.forget()
    llm = internet.local if door == "gateway" and case.dialect in LOCAL else internet.llm
    base = internet.proxy.url if door == "gateway" else f"https://{case.host}"
    with internet.proxy.client(through=door == "interception") as client:
        response = client.post(base + case.path, content=case.body, headers=HEADERS)
    assert response.status_code == 200, response.text
    [request] = llm.requests
    return request, llm


@pytest.mark.parametrize("case", ALL, ids=repr)
def test_interception(internet: Internet, case: Planted) -> None:
    request, _ = sent(internet, case, "interception")
    assert request.body.decode() == case.masked
    assert request.header("host") == case.host
    assert request.target == case.path
    assert internet.tunnel.asked in ([f"{case.host}:443"], [])  # [] on a connection that is open already


@pytest.mark.parametrize("case", [case for case in ALL if case.gateway], ids=repr)
def test_gateway(internet: Internet, case: Planted) -> None:
    request, _ = sent(internet, case, "gateway")
    assert request.body.decode() == case.masked
    assert PLANT not in request.body.decode()
