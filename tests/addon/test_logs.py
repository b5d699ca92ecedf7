"""mitmproxy's own log lines that would show bytes of a connection end before them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import mitmproxy
import pytest
from mitmproxy.test import tflow

from addon import logs
from reporting.record import RequestRecord

SECRET = "Jane Doe 123-45-6789"


@pytest.fixture
def filtered() -> Iterator[None]:
    before = {name: list(logging.getLogger(name).filters) for name in logs.LOGGERS}
    logs.install()
    logs.install()
    yield
    for name, filters in before.items():
        logging.getLogger(name).filters[:] = filters


@pytest.mark.parametrize("name", logs.LOGGERS)
@pytest.mark.parametrize(
    "message",
    [
        f"Client closed connection before completing request headers: {SECRET!r}",
        f"[127.0.0.1:1] Client closed connection before completing request headers: {SECRET!r}",
        f"Received WebSocket ping from client (payload: {SECRET!r})",
        f"Received WebSocket pong from client (payload: {SECRET!r})",
        f"HTTP/1 protocol error: Bad HTTP request line: b'{SECRET}'",
        f"Malformed header: {SECRET}\nmore {SECRET}",
        f"127.0.0.1:1: Invalid header line: b'{SECRET}'",
        f"Unknown HTTP version: b'{SECRET}'",
        f'illegal chunk header: bytearray(b"{SECRET}\\r\\n")',
    ],
)
def test_bytes_are_cut_off(filtered: None, caplog: pytest.LogCaptureFixture, name: str, message: str) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger(name).info(message)
        logging.getLogger(name).info("%s", message)
    assert len(caplog.records) == 2
    assert "Jane" not in caplog.text
    assert caplog.text.count("(bytes not shown)") == 2
    assert sum(isinstance(each, logs.WithoutBytes) for each in logging.getLogger(name).filters) == 1


def test_an_error_of_a_flow_shows_no_bytes() -> None:
    flow = tflow.tflow(err=True)
    assert flow.error is not None
    flow.error.msg = f"HTTP/1 protocol error: illegal chunk header: bytearray(b'{SECRET}')"
    logs.clean_error(flow)
    assert flow.error.msg == "HTTP/1 protocol error (bytes not shown)"
    flow.error.msg = "Connection killed."
    logs.clean_error(flow)
    assert flow.error.msg == "Connection killed."
    logs.clean_error(tflow.tflow())


@pytest.mark.parametrize("message", ["client connect", "server connect 127.0.0.1:1", "Streaming response from x."])
def test_chatter_is_dropped_but_as_a_warning_it_stays(
    filtered: None, caplog: pytest.LogCaptureFixture, message: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("mitmproxy.proxy.server").info(message)
        assert message not in caplog.text
        logging.getLogger("mitmproxy.proxy.server").warning(message)
    assert message in caplog.text


@pytest.mark.parametrize("message", ["error establishing server connection", "clients connect", "Loading script x.py"])
def test_other_lines_stay(filtered: None, caplog: pytest.LogCaptureFixture, message: str) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("mitmproxy.proxy.server").info(message)
    assert message in caplog.text


def test_the_profilers_client_is_quiet(filtered: None) -> None:
    assert logging.getLogger("httpx").level >= logging.WARNING
    assert logging.getLogger("httpcore").level >= logging.WARNING


def test_the_lines_are_still_worded_like_this_in_mitmproxy() -> None:
    """A new mitmproxy may say it otherwise: then the filter must learn it."""
    root = Path(mitmproxy.__file__).parent
    http = (root / "proxy" / "layers" / "http" / "_http1.py").read_text()
    websocket = (root / "proxy" / "layers" / "websocket.py").read_text()
    assert "Client closed connection before completing request headers" in http
    assert re.search(r"Received WebSocket \{\w+", websocket) or "Received WebSocket" in websocket


def test_json_lines_hold_the_fields_of_the_audit_line_and_no_text() -> None:
    line = logging.LogRecord("faasera", logging.INFO, "x.py", 1, "gateway host chat: Jane Doe", (), None)
    line.record = RequestRecord(
        time=1, door="gateway", host="h.example", dialect="chat", outcome="sent", request_id="r1"
    )
    told = json.loads(logs.JsonLines().format(line))
    assert (told["door"], told["outcome"], told["id"], told["level"]) == ("gateway", "sent", "r1", "info")
    assert "Jane" not in str(told)
    plain = logging.LogRecord("mitmproxy", logging.WARNING, "x.py", 1, "Unable to parse: Jane Doe", (), None)
    told = json.loads(logs.JsonLines().format(plain))
    assert set(told) == {"time", "level", "logger", "message"}
    assert "Jane" not in told["message"]
