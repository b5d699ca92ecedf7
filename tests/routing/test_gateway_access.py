"""Who may use the gateway: names, web origins, the key, private destinations."""

from __future__ import annotations

import pytest

from config.routing_settings import GatewaySettings
from config.secret import Secret
from routing.decision import RequestView
from routing.gateway_access import (
    OwnNames,
    authorize_gateway,
    cors_headers,
    is_preflight,
    judge_destination,
    judge_origin,
    take_gateway_key,
)
from routing.routing_errors import ForeignOrigin, GatewayClosed, PrivateDestination

OWN = OwnNames.of(GatewaySettings(names=("llm.corp.example",), origins=("https://app.example",)), {8080})


@pytest.mark.parametrize(
    ("host", "port", "own"),
    [
        ("127.0.0.1", 8080, True),
        ("localhost", 8080, True),
        ("LocalHost.", 8080, True),
        ("[::1]", 8080, True),
        ("127.8.8.8", 8080, True),
        ("host.docker.internal", 8080, True),
        ("llm.corp.example", 443, True),
        ("LLM.corp.example.", 8080, True),
        ("127.0.0.1", 8081, False),
        ("localhost", 11434, False),
        ("host.docker.internal", 11434, False),
        ("192.168.1.2", 8080, False),
        ("localhost.evil.test", 8080, False),
        ("x.llm.corp.example", 443, False),
        ("evil.test", 8080, False),
    ],
)
def test_door(host: str, port: int, own: bool) -> None:
    assert ((host, port) in OWN) is own


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ([], None),
        ([("sec-fetch-site", "same-origin")], None),
        ([("sec-fetch-site", "none")], None),
        ([("Origin", "https://app.example")], "https://app.example"),
        ([("origin", "HTTPS://App.example"), ("sec-fetch-site", "cross-site")], "HTTPS://App.example"),
        ([("origin", "http://127.0.0.1:8080")], "http://127.0.0.1:8080"),
        ([("origin", "http://[::1]:8080")], "http://[::1]:8080"),
        ([("origin", "https://llm.corp.example")], "https://llm.corp.example"),
    ],
)
def test_allowed_origin(headers: list[tuple[str, str]], origin: str | None) -> None:
    assert judge_origin(headers, OWN) == origin


@pytest.mark.parametrize(
    "headers",
    [
        [("Origin", "https://evil.test")],
        [("origin", "null")],
        [("origin", "")],
        [("origin", "http://localhost:3000")],
        [("origin", "http://app.example")],
        [("origin", "https://app.example.evil.test")],
        [("origin", "https://app.example:444")],
        [("origin", "https://app.example/")],
        [("origin", "http://127.0.0.1:8080.evil.test")],
        [("origin", "http://127.0.0.1:8080@evil.test")],
        [("origin", "chrome-extension://127.0.0.1:8080")],
        [("origin", "http://[bad")],
        [("origin", "https://app.example"), ("origin", "https://evil.test")],
        [("Sec-Fetch-Site", "Cross-Site")],
    ],
)
def test_foreign_origin(headers: list[tuple[str, str]]) -> None:
    with pytest.raises(ForeignOrigin) as caught:
        judge_origin(headers, OWN)
    assert "evil" not in str(caught.value)
    assert caught.value.status == 400


def test_cors() -> None:
    assert cors_headers(None) == ()
    plain = dict(cors_headers("https://app.example"))
    assert plain["access-control-allow-origin"] == "https://app.example"
    assert plain["vary"] == "Origin"
    asked = [
        ("Origin", "https://app.example"),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization, x-stainless-os"),
        ("Access-Control-Request-Private-Network", "true"),
    ]
    assert is_preflight("OPTIONS", asked)
    assert not is_preflight("POST", asked)
    assert not is_preflight("OPTIONS", asked[:1])
    answer = dict(cors_headers("https://app.example", asked))
    assert "POST" in answer["access-control-allow-methods"]
    assert answer["access-control-allow-headers"] == "authorization, x-stainless-os"
    assert answer["access-control-allow-private-network"] == "true"
    assert "access-control-allow-credentials" not in answer


@pytest.mark.parametrize(
    ("headers", "path", "key", "left"),
    [
        ([], "/v1/models", None, "/v1/models"),
        ([("X-Faasera-Key", "s")], "/v1/models", "s", "/v1/models"),
        ([], "/k/s%2Fx/v1/models?a=/k/", "s/x", "/v1/models?a=/k/"),
        ([], "/k/s", "s", "/"),
        ([], "/k/s?x=1", "s", "/?x=1"),
        ([], "/k/s/", "s", "/"),
        ([("x-faasera-key", "h")], "/k/s/v1", "h", "/v1"),
        ([], "/k//v1", "", "/v1"),
        ([], "/kk/s/v1", None, "/kk/s/v1"),
        ([], "/v1/k/s", None, "/v1/k/s"),
        ([], "/k/s?x=/y/z", "s", "/?x=/y/z"),
    ],
)
def test_gateway_key_is_taken_off(headers: list[tuple[str, str]], path: str, key: str | None, left: str) -> None:
    assert take_gateway_key(headers, path) == (key, left)


def enter(loopback: bool, given: str | None, expected: Secret) -> None:
    view = RequestView("gateway", "GET", "http", "127.0.0.1", 8080, "/", client_loopback=loopback)
    authorize_gateway(view, given, expected, OWN)


@pytest.mark.parametrize("given", [None, "", "wrong", "secre", "secrett", "sécret"])
def test_gateway_stays_closed(given: str | None) -> None:
    for expected in (Secret("secret"), Secret("")):
        with pytest.raises(GatewayClosed) as caught:
            enter(False, given, expected)
        assert "secret" not in str(caught.value).lower().replace("faasera", "")
    enter(True, given, Secret("secret"))


def test_gateway_key_opens() -> None:
    enter(False, "secret", Secret("secret"))
    with pytest.raises(GatewayClosed):
        enter(False, "", Secret(""))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "[::1]", "169.254.169.254", "100.64.0.1"])
def test_private_destinations_are_for_this_machine_only(host: str) -> None:
    judge_destination(host, True)
    with pytest.raises(PrivateDestination):
        judge_destination(host, False)
    judge_destination("api.openai.com", False)
