"""No answer of a target leads the client past this proxy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mitmproxy import http

from addon.lead_back import lead_back, lead_past
from routing.decision import RequestView, Route

VIEW = RequestView("gateway", "POST", "http", "127.0.0.1", 8080, "/v1/chat/completions", authority="127.0.0.1:8080")
ROUTE = Route("forward", "chat", "openai", "https", "llm.example", 443, "/v1/chat/completions")
OWN = "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("status", "name", "value", "becomes"),
    [
        (307, "location", "https://llm.example/v1/chat/completions/", f"{OWN}/v1/chat/completions/"),
        (308, "Location", "http://LLM.example./v1/x?a=1", f"{OWN}/v1/x?a=1"),
        (307, "location", "/v1/chat/completions/", f"{OWN}/v1/chat/completions/"),
        (307, "location", "//llm.example/v1/x", f"{OWN}/v1/x"),
        (201, "content-location", "https://llm.example/v1/files/1", f"{OWN}/v1/files/1"),
        (200, "x-goog-upload-url", "https://llm.example/upload/1?k=2", f"{OWN}/upload/1?k=2"),
        (202, "operation-location", "https://llm.example/operations/1", f"{OWN}/operations/1"),
        (200, "refresh", "0; url=https://llm.example/v1/x", f"0; url={OWN}/v1/x"),
        (200, "link", "<https://llm.example/v1/x?page=2>; rel=next", f"<{OWN}/v1/x?page=2>; rel=next"),
        (200, "link", "<https://docs.example/x>; rel=help", "<https://docs.example/x>; rel=help"),
        (200, "X-Goog-Upload-URL", "HTTPS://llm.example/upload/1", f"{OWN}/upload/1"),
        (200, "x-goog-upload-url", "//llm.example/upload/1", f"{OWN}/upload/1"),
        (201, "location", "https://other.example/things/1", "https://other.example/things/1"),
        (303, "location", "https://other.example/jobs/1", "https://other.example/jobs/1"),
        (200, "x-docs", "https://docs.example/errors", "https://docs.example/errors"),
        (302, "location", "https://login.example/", "https://login.example/"),
        (200, "x-note", "llm.example", "llm.example"),
    ],
)
def test_what_leads_to_the_target_leads_to_the_gateway(status: int, name: str, value: str, becomes: str) -> None:
    response = http.Response.make(status, b"", {name: value})
    assert lead_back(response, VIEW, ROUTE) == ""
    assert response.headers[name] == becomes


PLACES = [
    (307, "https://other.example/v1/chat/completions", "other.example"),
    (308, "//other.example/x", "other.example"),
    (300, "https://other.example/x", "other.example"),
    (307, "https://llm.example:8443/x", "llm.example"),
    (307, "https://llm.example.evil.test/", "llm.example.evil.test"),
    (307, "https://[broken/", "an address that cannot be read"),
    # Browsers and Node go to other.example, the rest to llm.example.
    *(
        (307, location, "an address that cannot be read")
        for location in (
            "\\\\other.example/x", "/\\other.example/x", "///other.example/x", "https:///other.example/x",
            "https:\\\\other.example/x", "https://other.example\\@llm.example/", "/\t\\other.example/x",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("status", "location", "host"), PLACES)
def test_a_body_is_not_sent_elsewhere(status: int, location: str, host: str) -> None:
    response = http.Response.make(status, b"", {"location": location})
    assert lead_back(response, VIEW, ROUTE) == host
    assert lead_past(response, VIEW, ROUTE, lambda host, _: host == "read.example") == host


def test_a_client_that_comes_back_to_this_proxy_may_be_sent_to_what_it_reads() -> None:
    response = http.Response.make(307, b"", {"location": "https://read.example/x", "alt-svc": 'h3=":443"'})
    assert lead_past(response, VIEW, ROUTE, lambda host, port: (host, port) == ("read.example", 443)) == ""
    assert "alt-svc" not in response.headers


@pytest.mark.parametrize(
    ("method", "path", "status", "name", "refused"),
    [
        ("PUT", "/v1/files/1", 301, "location", True),
        ("PATCH", "/v1/x", 302, "location", True),
        ("POST", "/v1/x", 302, "location", False),
        ("GET", "/v1/files/1/content", 302, "location", False),
        ("POST", "/upload/v1beta/files", 200, "location", True),
        ("POST", "/v1/x", 201, "location", False),
        ("POST", "/v1/x", 200, "x-goog-upload-url", True),
        ("POST", "/v1/x", 200, "x-goog-upload-control-url", True),
    ],
)
def test_who_sends_a_body_there(method: str, path: str, status: int, name: str, *, refused: bool) -> None:
    view = replace(VIEW, method=method, path=path)
    response = http.Response.make(status, b"", {name: "https://other.example/x"})
    assert lead_back(response, view, ROUTE) == ("other.example" if refused else "")


def test_who_named_no_host_is_told_none() -> None:
    response = http.Response.make(307, b"", {"location": "https://llm.example/v1/x/"})
    assert lead_back(response, replace(VIEW, authority=None), ROUTE) == ""
    assert response.headers["location"] == "/v1/x/"


def test_no_offer_of_quic_is_passed_on() -> None:
    response = http.Response.make(200, b"", {"alt-svc": 'h3=":443"'})
    assert lead_back(response, VIEW, ROUTE) == ""
    assert "alt-svc" not in response.headers
