"""Requests as odd clients write them: masked, or refused by mitmproxy itself; never bare."""

from __future__ import annotations

import socket

import pytest

from tests.doors.conftest import World

BODY = '{"messages":[{"role":"user","content":"What is Jane Doe\'s SSN 123-45-6789?"}]}'
LENGTH = f"Content-Length: {len(BODY)}\r\n"
CHUNKED = f"{len(BODY):x}\r\n{BODY}\r\n0\r\n"
CLOSE = "Connection: close\r\n"
# name -> (head and body, whether it gets through). {own} is the gateway's authority.
REQUESTS: dict[str, tuple[str, bool]] = {
    "absolute http": (f"POST http://{{own}}/v1/chat/completions HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "absolute https without CONNECT": (f"POST https://api.openai.com/v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "plain http to a vendor": (f"POST http://api.openai.com/v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "absolute with another Host": (f"POST http://api.openai.com/v1/chat/completions HTTP/1.1\r\nHost: evil.test\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "origin form of a vendor": (f"POST /v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "HTTP/1.0": (f"POST /v1/chat/completions HTTP/1.0\r\nHost: {{own}}\r\n{LENGTH}\r\n{BODY}", True),
    "HTTP/1.0 without a length": (f"POST /v1/chat/completions HTTP/1.0\r\nHost: {{own}}\r\n\r\n{BODY}", False),
    "HTTP/1.0 without Host": (f"POST /v1/chat/completions HTTP/1.0\r\n{LENGTH}\r\n{BODY}", False),
    "chunked": (f"POST /v1/chat/completions HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}Transfer-Encoding: chunked\r\n\r\n{CHUNKED}\r\n", True),
    "chunk extension": (f"POST /v1/chat/completions HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}Transfer-Encoding: chunked\r\n\r\n{len(BODY):x};a=Jane\r\n{BODY}\r\n0\r\n\r\n", True),
    "trailers": (f"POST /v1/chat/completions HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}Transfer-Encoding: chunked\r\nTrailer: x-t\r\n\r\n{CHUNKED}x-t: Jane Doe\r\n\r\n", False),
    "slashes": (f"POST //v1//chat/completions HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "a host in the path": (f"POST //api.evil.test/v1/chat/completions HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "the target itself": (f"POST http://127.0.0.1:{{llm}}/v1/chat/completions HTTP/1.1\r\nHost: x\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "the target in origin form": (f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{{llm}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "the target in a tunnel": (f"CONNECT 127.0.0.1:{{llm}} HTTP/1.1\r\nHost: x\r\n\r\nPOST /forum HTTP/1.1\r\nHost: y.example\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "doubled prefix": (f"POST /v1/v1/chat/completions HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "two content types": (f"POST /v1/chat/completions HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}Content-Type: application/json\r\nContent-Type: image/png\r\n{LENGTH}\r\n{BODY}", True),
    "a wrong content type": (f"POST /v1/chat/completions HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}Content-Type: image/png\r\n{LENGTH}\r\n{BODY}", True),
    "unknown path": (f"POST /v1/new-thing HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "text in a query": (f"POST /v1/chat/completions?user=Jane%20Doe&q=%31%32%33-45-6789 HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "raw UTF-8 in a query": (f"POST /v1/chat/completions?q=\u00e9+Jane+Doe HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "account traffic with a body": (f"GET /api/oauth/profile HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "account traffic with another method": (f"POST /api/oauth/profile HTTP/1.1\r\nHost: {{own}}\r\nX-HTTP-Method-Override: PUT\r\n{CLOSE}{LENGTH}\r\n{BODY}", False),
    "a path parameter": (f"POST /api/oauth/..;/messages HTTP/1.1\r\nHost: {{own}}\r\nanthropic-version: x\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "expect": (f"POST /v1/chat/completions HTTP/1.1\r\nHost: {{own}}\r\nExpect: 100-continue\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "a read with a body": (f"GET /v1/models HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "upper case": (f"POST http://API.OPENAI.COM./v1/chat/completions HTTP/1.1\r\nHost: API.OPENAI.COM.\r\n{CLOSE}{LENGTH}\r\n{BODY}", True),
    "bare LF": (f"POST /v1/chat/completions HTTP/1.1\nHost: {{own}}\n{CLOSE}{LENGTH}\n{BODY}", True),
    "asterisk": (f"OPTIONS * HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", False),
    "userinfo": (f"POST http://api.openai.com@evil.test/v1/chat/completions HTTP/1.1\r\nHost: x\r\n{CLOSE}{LENGTH}\r\n{BODY}", False),
    "a port that is none": (f"POST http://api.openai.com:99999/v1/chat/completions HTTP/1.1\r\nHost: x\r\n{CLOSE}{LENGTH}\r\n{BODY}", False),
    "another scheme": (f"POST ftp://api.openai.com/v1/chat/completions HTTP/1.1\r\nHost: x\r\n{CLOSE}{LENGTH}\r\n{BODY}", False),
    "percent signs in the host": (f"POST http://api%2eopenai%2ecom/v1/chat/completions HTTP/1.1\r\nHost: x\r\n{CLOSE}{LENGTH}\r\n{BODY}", False),
    "full-width dots in the host": (f"POST http://api\uff0eopenai\uff0ecom/v1/chat/completions HTTP/1.1\r\nHost: x\r\n{CLOSE}{LENGTH}\r\n{BODY}", False),
    "an address in the path": (f"POST /v1/users/jane.doe@acme.org HTTP/1.1\r\nHost: {{own}}\r\n{CLOSE}{LENGTH}\r\n{BODY}", False),
    "a nested CONNECT": (f"CONNECT {{own}} HTTP/1.1\r\nHost: {{own}}\r\n\r\nCONNECT 127.0.0.1:{{llm}} HTTP/1.1\r\nHost: x\r\n\r\n\x00{BODY}", False),
    "raw bytes to the proxy": (f"\x00\x01{BODY}\r\n\r\n", False),
    "raw bytes in a tunnel to itself": (f"CONNECT {{own}} HTTP/1.1\r\nHost: {{own}}\r\n\r\n\x00{BODY}", False),
}  # fmt: skip


@pytest.mark.parametrize("name", REQUESTS)
def test_an_odd_request_is_masked_or_not_sent(world: World, name: str) -> None:
    text, through = REQUESTS[name]
    own = f"127.0.0.1:{world.proxy.port}"
    with socket.create_connection(("127.0.0.1", world.proxy.port), 10) as wire:
        wire.settimeout(30 if through else 2)  # what gets through closes the connection behind its answer
        wire.sendall(text.replace("{own}", own).replace("{llm}", str(world.llm.port)).encode())
        answer = b""
        try:
            while data := wire.recv(65536):
                answer += data
        except OSError:
            pass
    assert b"Jane" not in world.raw
    assert b"123-45-6789" not in world.raw
    assert b"evil" not in world.raw
    for canary in ("Jane", "jane.doe"):
        assert canary not in world.proxy.log
    if through:
        answer = answer.removeprefix(b"HTTP/1.1 200 Connection established\r\n\r\n")
        answer = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
        assert b" 200 " in answer.partition(b"\r\n")[0], answer[:300]
        assert len(world.llm.requests) == 1
        assert "[[SSN]]" in world.llm.requests[0].body.decode()
