"""The PAC file obeyed by a real browser: the LLM host comes to the proxy, no other host does.

The server comes first among the fixtures: the browser must be gone before the server waits for its connections.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import pytest

from reporting.pac import CONTENT_TYPE, proxy_pac

pytestmark = [pytest.mark.needs_tool("chromium"), pytest.mark.slow]


class Handler(BaseHTTPRequestHandler):
    """The stand-in of the proxy: serves the PAC file, and answers every absolute URL as the LLM host would."""

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        if self.path == "/proxy.pac":
            body, kind = proxy_pac(["llm.test", "*.llm.test"], "127.0.0.1", self.server.server_port), CONTENT_TYPE  # type: ignore[attr-defined]
        else:
            body, kind = b"<title>by the proxy</title>", "text/html"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def proxy() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.seen = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_only_the_llm_host_comes_to_the_proxy(proxy: ThreadingHTTPServer, browse: Callable[..., Any]) -> None:
    pac = f"http://127.0.0.1:{proxy.server_port}/proxy.pac"
    # Direct ways end at once: no name resolves.
    page = browse(f"--proxy-pac-url={pac}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")

    def title(url: str) -> str:
        page.call("Page.navigate", url=url)
        page.wait("Page.loadEventFired")
        return str(page.js("document.title"))

    assert title("http://api.llm.test/chat") == "by the proxy"
    assert title("http://LLM.test/") == "by the proxy"
    for other in ("http://llm.test.evil.test/", "http://example.test/", "http://xllm.test/"):
        assert title(other) != "by the proxy"
    seen = proxy.seen  # type: ignore[attr-defined]
    assert {path for path in seen if "favicon" not in path} == {
        "/proxy.pac",
        "http://api.llm.test/chat",
        "http://llm.test/",
    }


def test_when_the_proxy_is_gone_the_llm_host_cannot_be_reached(
    proxy: ThreadingHTTPServer, browse: Callable[..., Any]
) -> None:
    pac = proxy_pac(["llm.test"], "127.0.0.1", 1).decode()  # nothing listens there
    here = f"127.0.0.1:{proxy.server_port}"
    page = browse(
        f"--proxy-pac-url=data:{CONTENT_TYPE},{quote(pac)}",
        # A direct way would be open, and end at our server.
        f"--host-resolver-rules=MAP llm.test {here}, MAP other.test {here}",
    )
    assert page.call("Page.navigate", url="http://other.test/other").get("errorText") is None
    assert page.call("Page.navigate", url="http://llm.test/llm")["errorText"] == "net::ERR_PROXY_CONNECTION_FAILED"
    assert [path for path in proxy.seen if "favicon" not in path] == ["/other"]  # type: ignore[attr-defined]
