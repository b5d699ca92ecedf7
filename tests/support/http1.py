"""HTTP/1.1 over a raw connection: requests as they came, answers exactly as told, misbehaviour included."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.threaded import Wire, wait_for

# Writes an answer; True when the connection may be used again.
Answer = Callable[[Wire], Awaitable[bool]]


@dataclass(frozen=True)
class Request:
    """A request as read from the wire: target and headers byte for byte, body without its framing."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int
    head: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """The first value of a header, without regard to case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def json(self) -> Any:
        return json.loads(self.body)


async def read_request(wire: Wire) -> Request | None:
    """The next request of a connection; None at its end. Bodies by length or chunked."""
    head = await wire.until(b"\r\n\r\n")
    if head is None:
        return None
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    names = {name.lower(): value for name, value in headers}
    if names.get("expect", "").lower() == "100-continue":
        await wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    body: bytes | None
    if "chunked" in names.get("transfer-encoding", "").lower():
        body = await _read_chunks(wire)
    else:
        body = await wire.exactly(int(names.get("content-length", "0")))
    if body is None:
        return None
    return Request(method, target, headers, body, wire.number, head)


async def _read_chunks(wire: Wire) -> bytes | None:
    body = b""
    while True:
        line = await wire.until(b"\r\n")
        if line is None:
            return None
        size = int(line.split(b";")[0], 16)
        if size == 0:
            while (line := await wire.until(b"\r\n")) not in (b"\r\n", None):
                pass  # trailers
            return body if line else None
        data = await wire.exactly(size + 2)
        if data is None:
            return None
        body += data[:-2]


def head(status: int, headers: Sequence[tuple[str, str]] = (), reason: str = "Told") -> bytes:
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def answer(
    status: int = 200,
    body: bytes | str = b"",
    content_type: str = "application/json",
    headers: Sequence[tuple[str, str]] = (),
    *,
    gate: threading.Event | None = None,
    close: bool = False,
    silent_close: bool = False,
) -> Answer:
    """A whole answer, after `gate`. `close` says so in a header; `silent_close` closes without a word (stale)."""
    payload = body.encode() if isinstance(body, str) else body
    fields = [("Content-Type", content_type), ("Content-Length", str(len(payload))), *headers]
    if close:
        fields.append(("Connection", "close"))

    async def write(wire: Wire) -> bool:
        await wait_for(gate)
        await wire.send(head(status, fields) + payload)
        return not (close or silent_close)

    return write


def json_answer(value: Any, status: int = 200, **more: Any) -> Answer:
    return answer(status, json.dumps(value), **more)


def raw(data: bytes, *, close: bool = True) -> Answer:
    """Exactly these bytes, then the end of the connection."""

    async def write(wire: Wire) -> bool:
        await wire.send(data)
        return not close

    return write


def hang_up() -> Answer:
    """Close without a byte."""
    return raw(b"")


def truncated(body: bytes = b'{"replacement": "half') -> Answer:
    """A body that ends before its announced length."""
    return raw(head(200, [("Content-Type", "application/json"), ("Content-Length", str(len(body) + 50))]) + body)


def hang(event: threading.Event, then: Answer | None = None) -> Answer:
    """Nothing until `event`; then `then`, or the end of the connection."""

    async def write(wire: Wire) -> bool:
        await wait_for(event)
        return await then(wire) if then else False

    return write


def drip(body: bytes, every: float = 0.02, *, whole_head: bool = True) -> Answer:
    """One byte at a time, `every` seconds: no read time-out ever fires."""
    start = head(200, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])

    async def write(wire: Wire) -> bool:
        if whole_head:
            await wire.send(start)
        for byte in body if whole_head else start + body:
            await wire.send(bytes([byte]))
            await asyncio.sleep(every)
        return True

    return write


def huge(size: int = 300 << 20, *, announced: bool = False, content_type: str = "application/json") -> Answer:
    """`size` bytes in chunks (or with a length): never held in memory here."""

    async def write(wire: Wire) -> bool:
        fields = [("Content-Type", content_type)]
        fields.append(("Content-Length", str(size)) if announced else ("Transfer-Encoding", "chunked"))
        await wire.send(head(200, fields))
        block = b"a" * (1 << 16)
        for _ in range(size >> 16):
            await wire.send(block if announced else b"10000\r\n" + block + b"\r\n")
        if not announced:
            await wire.send(b"0\r\n\r\n")
        return True

    return write


def gzipped(body: bytes, **more: Any) -> Answer:
    return answer(200, gzip.compress(body), headers=[("Content-Encoding", "gzip")], **more)


def redirect(location: str, status: int = 302) -> Answer:
    return answer(status, b"", headers=[("Location", location)])


def stream(
    parts: Sequence[bytes | str],
    content_type: str = "text/event-stream",
    *,
    gates: Sequence[threading.Event] = (),
    status: int = 200,
    headers: Sequence[tuple[str, str]] = (),
    cut: bool = False,
) -> Answer:
    """A chunked answer: part i is sent when gates[i] (if there is one) is set; `cut` ends it in mid-stream."""

    async def write(wire: Wire) -> bool:
        fields = [("Content-Type", content_type), ("Transfer-Encoding", "chunked"), *headers]
        await wire.send(head(status, fields))
        for number, part in enumerate(parts):
            await wait_for(gates[number] if number < len(gates) else None)
            data = part.encode() if isinstance(part, str) else part
            await wire.send(b"%x\r\n%b\r\n" % (len(data), data))
        if not cut:
            await wire.send(b"0\r\n\r\n")
        return not cut

    return write


def sse(events: Sequence[Any], **more: Any) -> Answer:
    """Server-sent events: each a JSON value, or text taken as it is (`data: ` is added, `[DONE]` is text)."""
    parts = [f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n" for event in events]
    return stream(parts, "text/event-stream", **more)


def ndjson(values: Sequence[Any], **more: Any) -> Answer:
    return stream([json.dumps(value) + "\n" for value in values], "application/x-ndjson", **more)
