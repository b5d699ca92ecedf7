"""The internet on loopback: a corporate proxy that tunnels every host to one fake LLM behind TLS.

mitmproxy in `upstream` mode then reaches any host of the table by its real name and checks its certificate, and the
test sees the bytes that would have reached the vendor.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from tests.support.certs import make_certs
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy
from tests.support.threaded import HOST, ThreadedServer, Wire


class Tunnel(ThreadedServer):
    """Answers CONNECT and pipes to one port, whatever host was asked for. `asked` are the authorities."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._to = port
        self.asked: list[str] = []

    async def serve(self, wire: Wire) -> None:
        head = await wire.until(b"\r\n\r\n")
        if head is None:
            return
        self.asked.append(head.split()[1].decode())
        reader, writer = await asyncio.open_connection(HOST, self._to)
        await wire.send(b"HTTP/1.1 200 OK\r\n\r\n")
        back = asyncio.create_task(_pump(reader, wire))
        try:
            while True:
                while not wire.buffer:
                    if not await wire.more():
                        return
                writer.write(bytes(wire.buffer))
                wire.buffer.clear()
                await writer.drain()
        finally:
            back.cancel()
            writer.close()


async def _pump(reader: asyncio.StreamReader, wire: Wire) -> None:
    with suppress(OSError):
        while data := await reader.read(1 << 16):
            await wire.send(data)
        wire.writer.write_eof()


class Internet:
    """`llm` behind every host of `hosts`, and a running proxy in front. Raises what the servers raised."""

    def __init__(self, hosts: Iterable[str], *options: str, config: str | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory()
        certs = make_certs(Path(self._folder.name), tuple(hosts))
        self.llm = FakeLLM(ssl_context=certs.server_context())
        self._options = (*options, f"ssl_verify_upstream_trusted_ca={certs.ca}")
        self._config = config

    def __enter__(self) -> Internet:
        self.llm.start()
        self.tunnel = Tunnel(self.llm.port).start()
        self.local = FakeLLM().start()
        self.proxy = Proxy(
            *self._options,
            environ={"FAASERA_LOCAL_BASE_URL": self.local.url},
            config=self._config,
            args=("--mode", f"upstream:{self.tunnel.url}"),
        )
        self.proxy.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.proxy.__exit__(kind, error, trace)
        self.tunnel.close()
        self.llm.close()
        self.local.close()
        self._folder.cleanup()

    def forget(self) -> None:
        """Empty every memory."""
        self.tunnel.asked.clear()
        for llm in (self.llm, self.local):
            llm.script = None
            llm.requests.clear()
            llm.messages.clear()
            llm.frames.clear()
            for wire in llm.wires:
                wire.raw.clear()
