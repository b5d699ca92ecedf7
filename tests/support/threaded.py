"""A server on port 0 with its own thread and event loop, so that sync and async tests use it alike."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"


class Wire:
    """One connection. A pump reads all the time, so `raw` holds every byte that arrived, answered or not."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self.reader = reader
        self.writer = writer
        self.number = number
        self.raw = bytearray()
        self.buffer = bytearray()
        self.ended = False
        self._news = asyncio.Event()

    async def pump(self) -> None:
        try:
            while data := await self.reader.read(1 << 16):
                self.raw += data
                self.buffer += data
                self._news.set()
        except (OSError, ssl.SSLError):
            pass
        finally:
            self.ended = True
            self._news.set()

    async def more(self) -> bool:
        """Wait for bytes that are not looked at yet; False at the end of the connection."""
        if self.ended:
            return False
        self._news.clear()
        await self._news.wait()
        return bool(self.buffer) or not self.ended

    async def until(self, mark: bytes) -> bytes | None:
        """Bytes up to and with `mark`; None when the connection ends before."""
        searched = 0
        while (at := self.buffer.find(mark, max(0, searched - len(mark)))) < 0:
            searched = len(self.buffer)
            if not await self.more() or (self.ended and searched == len(self.buffer)):
                return None
        return self._take(at + len(mark))

    async def exactly(self, size: int) -> bytes | None:
        while len(self.buffer) < size:
            have = len(self.buffer)
            if not await self.more() or (self.ended and have == len(self.buffer)):
                return None
        return self._take(size)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def _take(self, size: int) -> bytes:
        taken = bytes(self.buffer[:size])
        del self.buffer[:size]
        return taken


async def wait_for(event: threading.Event | None) -> None:
    """Wait for a test's event without holding a thread."""
    while event is not None and not event.is_set():
        await asyncio.sleep(0.002)


class ThreadedServer:
    """Runs `serve(wire)` for each connection. An exception in a handler fails the test at `close`."""

    host = HOST  # "0.0.0.0" in a subclass answers to all of 127.0.0.0/8

    def __init__(self, *, ssl_context: ssl.SSLContext | None = None) -> None:
        self.ssl_context = ssl_context
        self.port = 0
        self.wires: list[Wire] = []
        self.errors: list[BaseException] = []
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, wire: Wire) -> None:
        raise NotImplementedError

    @property
    def url(self) -> str:
        return f"{'https' if self.ssl_context else 'http'}://{HOST}:{self.port}"

    @property
    def raw(self) -> list[bytes]:
        """All bytes received so far, a row a connection."""
        return [bytes(wire.raw) for wire in list(self.wires)]

    def start(self) -> Self:
        self._ready.clear()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)
        self._thread.start()
        assert self._ready.wait(10), "the server did not start"
        return self

    def close(self) -> None:
        """Stop listening and cut every connection. The port stays free: later calls are refused."""
        if self._thread is None:
            return
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the server did not stop"
        self._thread = None
        if self.errors:
            raise self.errors[0]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except BaseException:
            if error is None:
                raise

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        # A refused handshake is a matter for the test's client, not for stderr.
        self._loop.set_exception_handler(lambda loop, context: None)
        server = await asyncio.start_server(self._connected, self.host, self.port, ssl=self.ssl_context)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for wire in self.wires:
            wire.writer.transport.abort()
        await asyncio.sleep(0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = Wire(reader, writer, len(self.wires))
        self.wires.append(wire)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        pump = asyncio.create_task(wire.pump())
        try:
            await self.serve(wire)
        except (ConnectionError, ssl.SSLError, asyncio.CancelledError):
            pass  # the client went away, or the server closes
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.errors.append(error)
        finally:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
            self._tasks.discard(task)
            try:
                writer.close()
                await asyncio.wait_for(writer.wait_closed(), 1)
            except (OSError, ssl.SSLError, TimeoutError, asyncio.CancelledError):
                writer.transport.abort()
