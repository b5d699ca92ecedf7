"""Who may use the gateway: names, web origins, the key, private destinations."""

from __future__ import annotations

import pytest

from config.routing_settings import GatewaySettings
from routing.decision import RequestView
from routing.gateway_access import (
    OwnNames,
    check_foreign_name,
    cors_headers,
    door_of,
    is_preflight,
    judge_destination,
    judge_origin,
    take_gateway_key,
)
from routing.routing_errors import ForeignOrigin, PrivateDestination, UnknownAuthority

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
    ("headers", "path", "key", "in_path", "left"),
    [
        ([], "/v1/models", None, None, "/v1/models"),
        ([("X-Faasera-Key", "s")], "/v1/models", "s", None, "/v1/models"),
        ([], "/k/s%2Fx/v1/models?a=/k/", None, "s/x", "/v1/models?a=/k/"),
        ([], "/k/s", None, "s", "/"),
        ([], "/k/s?x=1", None, "s", "/?x=1"),
        ([], "/k/s/", None, "s", "/"),
        ([("x-faasera-key", "h")], "/k/s/v1", "h", "s", "/v1"),
        ([], "/k//v1", None, "", "/v1"),
        ([], "/kk/s/v1", None, None, "/kk/s/v1"),
        ([], "/v1/k/s", None, None, "/v1/k/s"),
        ([], "/k/s?x=/y/z", None, "s", "/?x=/y/z"),
    ],
)
def test_gateway_key_is_taken_off(
    headers: list[tuple[str, str]], path: str, key: str | None, in_path: str | None, left: str
) -> None:
    assert take_gateway_key(headers, path) == (key, in_path, left)


@pytest.mark.parametrize(
    ("host", "port", "llm", "door", "known"),
    [
        ("localhost", 8080, False, "gateway", True),
        ("localhost", 80, False, "gateway", True),  # no port at all in the Host header
        ("app.localhost", 3000, False, "gateway", True),
        ("127.0.0.1", 11434, True, "gateway", True),  # a container's port map in front
        ("10.1.2.3", 443, False, "gateway", True),
        ("[2001:db8::5]", 80, False, "gateway", True),
        ("host.docker.internal", 9000, False, "gateway", True),
        ("llm.corp.example", 80, False, "gateway", True),
        ("balancer.corp.example", 80, False, "gateway", False),
        ("rebound.evil.test", 8080, False, "gateway", False),
        ("10.evil.test", 8080, False, "gateway", False),
        ("api.openai.com", 80, True, "interception", True),
    ],
)
def test_the_door_of_an_origin_form(host: str, port: int, llm: bool, door: str, known: bool) -> None:
    assert door_of((host, port), OWN, origin_form=True, llm=llm) == (door, known)


@pytest.mark.parametrize(
    ("host", "port", "door"),
    [
        ("localhost", 8080, "gateway"),
        ("llm.corp.example", 80, "gateway"),
        ("localhost", 3000, "interception"),
        ("10.1.2.3", 443, "interception"),
        ("balancer.corp.example", 80, "interception"),
        ("api.openai.com", 443, "interception"),
    ],
)
def test_the_door_of_an_absolute_form_or_a_tunnel(host: str, port: int, door: str) -> None:
    assert door_of((host, port), OWN, origin_form=False, llm=False) == (door, True)


def call(method: str = "POST", path: str = "/v1/chat/completions", **headers: str) -> RequestView:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return RequestView("gateway", method, "http", "rebound.evil.test", 80, path, pairs, own_name=False)


@pytest.mark.parametrize(
    "view",
    [
        call(authorization="Bearer sk-own"),
        call(x_api_key="sk-own", sec_fetch_mode="cors"),  # Node's fetch
        call("GET", "/v1/models", authorization="Bearer sk-own"),
        call("POST", "/v1beta/models/gemini-2.5-pro:generateContent?key=own"),
        call(api_key="own"),
    ],
)
def test_programs_are_served_under_any_name(view: RequestView) -> None:
    check_foreign_name(view, keyed=False)


@pytest.mark.parametrize(
    "view",
    [
        call(),
        call(authorization=" "),
        call("GET", "/v1/models"),
        call("GET", "/", authorization="Bearer x"),
        call("GET", "/metrics", authorization="Bearer x"),
        call("GET", "/proxy.pac", x_api_key="x"),
        call("POST", "/try", authorization="Bearer x"),
        call(authorization="Bearer x", origin="http://rebound.evil.test"),
        call(authorization="Bearer x", sec_fetch_site="same-origin"),
        call("GET", "/v1/models", authorization="Bearer x", sec_fetch_dest="image"),
        call("POST", "/v1beta/models/gemini-2.5-pro:generateContent?key="),
    ],
)
def test_pages_behind_a_rebound_name_are_not(view: RequestView) -> None:
    with pytest.raises(UnknownAuthority, match=r"gateway\.names"):
        check_foreign_name(view, keyed=False)


def test_the_teams_key_counts_as_a_credential() -> None:
    check_foreign_name(call(), keyed=True)
    with pytest.raises(UnknownAuthority):
        check_foreign_name(call(origin="http://rebound.evil.test"), keyed=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "[::1]", "169.254.169.254", "100.64.0.1"])
def test_private_destinations_are_for_this_machine_only(host: str) -> None:
    judge_destination(host, True)
    with pytest.raises(PrivateDestination):
        judge_destination(host, False)
    judge_destination("api.openai.com", False)
