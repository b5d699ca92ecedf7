"""The body off the flow and back, the head's own refusals, passwords."""

from __future__ import annotations

from base64 import b64encode

import pytest
from mitmproxy import http
from mitmproxy.test import tflow

from addon import flow_edit, request_checks
from addon.flow_view import by_name
from addon.leaving import standing
from config.redaction_settings import Limits
from redaction.errors import BadDocument, BadEncoding, TooLarge

LIMITS = Limits(body=100)


def a_flow(body: bytes = b'{"a":1}', path: str = "/v1/chat/completions", **headers: str) -> http.HTTPFlow:
    flow = tflow.tflow()
    flow.request = http.Request.make(
        "POST", f"http://127.0.0.1:8080{path}", body, {name.replace("_", "-"): value for name, value in headers.items()}
    )
    return flow


def head(flow: http.HTTPFlow) -> dict[str, str]:
    return by_name(flow.request.headers.items(multi=True))


def test_a_parked_flow_holds_no_text_and_goes_nowhere() -> None:
    flow = a_flow(b"secret", content_type="text/plain")
    parked = flow_edit.Parked(flow)
    assert parked.body == b"secret"
    assert flow.request.raw_content == b""
    assert flow.request.host == flow_edit.PARKED_HOST
    assert flow.request.headers["content-length"] == "0"
    assert b"secret" not in repr(flow.get_state()).encode()


@pytest.mark.parametrize("length", ["7", " 7 ", "0007"])
def test_an_untouched_body_keeps_its_framing_to_the_letter(length: str) -> None:
    flow = a_flow()
    flow.request.headers["Content-Length"] = length
    before = flow.request.headers.fields
    parked = flow_edit.Parked(flow)
    assert parked.body is not None
    parked.put_back(parked.body)
    assert flow.request.headers.fields == before
    assert flow.request.host == "127.0.0.1"
    assert flow.request.raw_content == b'{"a":1}'


def test_a_changed_body_has_its_own_length_and_a_chunked_one_stays_chunked() -> None:
    flow = a_flow()
    flow_edit.Parked(flow).put_back(b"longer than before")
    assert flow.request.headers["content-length"] == "18"
    chunked = a_flow()
    del chunked.request.headers["content-length"]
    chunked.request.headers["transfer-encoding"] = "chunked"
    flow_edit.Parked(chunked).put_back(b"other")
    assert chunked.request.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in chunked.request.headers


def test_trailers_do_not_pass() -> None:
    flow = a_flow()
    flow.request.trailers = http.Headers(x_note="Jane Doe")
    flow_edit.Parked(flow).put_back(b"")
    assert flow.request.trailers is None


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"transfer_encoding": "gzip, chunked"}, BadEncoding),
        ({"transfer_encoding": "identity"}, BadEncoding),
        ({"transfer_encoding": "chunked, chunked"}, BadEncoding),
        ({"content_length": "101"}, TooLarge),
        ({"connection": "upgrade", "upgrade": "h2c, TLS/1.0"}, BadDocument),
        ({"connection": "upgrade", "upgrade": "h2c"}, None),
        ({"connection": "keep-alive, Upgrade", "upgrade": "TLS/1.0"}, BadDocument),
        ({"transfer_encoding": " Chunked "}, None),
        ({"content_length": "100"}, None),
        ({"content_length": "\u0662"}, None),
        ({"connection": "Upgrade", "upgrade": "WebSocket"}, None),
        ({"upgrade": "h2c"}, None),
        ({}, None),
    ],
)
def test_what_the_head_forbids(headers: dict[str, str], error: type[Exception] | None) -> None:
    flow = a_flow(b"")
    flow.request.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    if error is None:
        request_checks.check_head(flow, head(flow), LIMITS)
    else:
        with pytest.raises(error):
            request_checks.check_head(flow, head(flow), LIMITS)


def test_an_offer_of_http2_in_the_clear_is_ignored() -> None:
    flow = a_flow(b"")
    flow.request.headers.update({"connection": "keep-alive, Upgrade, HTTP2-Settings", "upgrade": "h2c"})
    flow.request.headers["http2-settings"] = "AAEAAEAA"
    request_checks.check_head(flow, head(flow), LIMITS)
    assert flow.request.headers["connection"] == "keep-alive"
    assert "upgrade" not in flow.request.headers
    assert "http2-settings" not in flow.request.headers
    socket = a_flow(b"")
    socket.request.headers.update({"connection": "Upgrade", "upgrade": "websocket"})
    request_checks.check_head(socket, head(socket), LIMITS)
    assert socket.request.headers["upgrade"] == "websocket"


def test_proxyauths_password_is_hidden_and_its_user_kept() -> None:
    flow = a_flow()
    assert flow_edit.take_passwords(flow) == ("", "")
    flow.metadata["proxyauth"] = ("ann", "secret")
    flow.request.headers["proxy-authorization"] = "Basic " + b64encode(b"who:the:secret").decode()
    assert flow_edit.take_passwords(flow) == ("ann", "the:secret")
    assert flow_edit.take_passwords(flow) == ("ann", "")
    assert "secret" not in repr(flow.get_state())


@pytest.mark.parametrize(
    ("headers", "path", "signed"),
    [
        ({"authorization": "AWS4-HMAC-SHA256 Credential=x"}, "/", True),
        ({"authorization": "Bearer AWS4-x"}, "/", False),
        ({"poe_tag_id": "x"}, "/", True),
        ({}, "/?X-Amz-Signature=x", True),
        ({}, "/?amz=x", False),
    ],
)
def test_signed_requests(headers: dict[str, str], path: str, signed: bool) -> None:
    assert request_checks.is_signed(head(a_flow(**headers)), path) is signed


@pytest.mark.parametrize("change", ["body", "path", "method", "host", "port", "scheme", "header", "trailer", "version"])
def test_every_edit_of_a_paused_flow_is_seen(change: str) -> None:
    flow = a_flow()
    before = standing(flow)
    assert standing(flow) == before
    request = flow.request
    match change:
        case "body":
            request.raw_content = b'{"a":2}'
        case "path":
            request.path += "?q=1"
        case "method":
            request.method = "PUT"
        case "host":
            request.data.host = "evil.test"
        case "port":
            request.data.port = 1
        case "scheme":
            request.data.scheme = b"https"
        case "header":
            request.headers["x"] = "y"
        case "trailer":
            request.trailers = http.Headers(x="y")
        case "version":
            request.http_version = "HTTP/1.0"
    assert standing(flow) != before
