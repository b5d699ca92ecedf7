"""A blocking WebSocket client over the asyncio one.

websockets' own blocking client reads and writes one TLS connection from two threads, and now and then hangs in its
handshake because of it (Python 3.13.0).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from websockets.asyncio.client import connect

SECONDS = 20


class Socket:
    """One connection; a context manager. Every call takes SECONDS at most."""

    def __init__(self, url: str, **more: Any) -> None:
        self._loop = asyncio.new_event_loop()
        try:
            self._socket = self._run(_dial(url, more))
        except BaseException:
            self._loop.close()
            raise

    def _run(self, work: Any) -> Any:
        return self._loop.run_until_complete(asyncio.wait_for(work, SECONDS))

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._run(self._socket.close())
        self._loop.close()

    @property
    def extensions(self) -> list[Any]:
        return list(self._socket.protocol.extensions)

    def send(self, message: str | bytes | Iterable[str]) -> None:
        self._run(self._socket.send(message))

    def recv(self) -> str | bytes:
        received: str | bytes = self._run(self._socket.recv())
        return received

    def ping(self, data: bytes = b"") -> None:
        """A ping, and its pong."""
        waiter = self._run(self._socket.ping(data))
        self._run(waiter)

    def close(self, code: int, reason: str) -> None:
        self._run(self._socket.close(code, reason))


async def _dial(url: str, more: dict[str, Any]) -> Any:
    return await connect(url, **{"max_size": None, "ping_interval": None, **more})
