"""The doctor's fake upstream: takes every request, keeps what arrived in memory, and answers something harmless."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ANSWER = b'{"object":"doctor"}\n'


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request as it arrived: its head and body, byte for byte. The repr shows neither."""

    head: bytes = field(repr=False)
    body: bytes = field(repr=False)


class FakeUpstream(ThreadingHTTPServer):
    """`arrived`: every request so far."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.arrived: list[Arrived] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, request: Arrived) -> None:
        with self._lock:
            self.arrived.append(request)

    def pop_all(self) -> list[Arrived]:
        """What arrived since the last call."""
        with self._lock:
            taken, self.arrived = self.arrived, []
        return taken


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeUpstream

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        head = "\r\n".join([self.requestline, *(f"{name}: {value}" for name, value in self.headers.items())])
        self.server.take(Arrived(head.encode("utf-8", "surrogateescape"), body))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(_ANSWER)))
        self.end_headers()
        self.wfile.write(_ANSWER)

    do_GET = do_POST = do_PUT = _answer

    def log_message(self, *_: object) -> None:
        """Nothing is printed of a request."""


@contextmanager
def fake_upstream() -> Iterator[FakeUpstream]:
    with FakeUpstream() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
