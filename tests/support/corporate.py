"""A corporate proxy on a socket: notes every CONNECT and absolute URL, and leads all of them to one server."""

from __future__ import annotations

import asyncio

from tests.support.threaded import ThreadedServer, Wire


class CorporateProxy(ThreadedServer):
    """`asked` is what it was asked for: `CONNECT host:port` or `POST http://...`."""

    def __init__(self, leads_to: int) -> None:
        super().__init__()
        self.leads_to = leads_to
        self.asked: list[str] = []
        self.heads: list[bytes] = []

    async def serve(self, wire: Wire) -> None:
        head = await wire.until(b"\r\n\r\n")
        if head is None:
            return
        method, target, _ = head.decode("latin-1").split(" ", 2)
        self.asked.append(f"{method} {target}")
        self.heads.append(head)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.leads_to)
        if method == "CONNECT":
            await wire.send(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            writer.write(head)

        async def back() -> None:
            while data := await reader.read(65536):
                await wire.send(data)
            wire.writer.close()

        returning = asyncio.create_task(back())
        try:
            while wire.buffer or await wire.more():
                data = bytes(wire.buffer)
                wire.buffer.clear()
                writer.write(data)
                await writer.drain()
        finally:
            returning.cancel()
            writer.close()
