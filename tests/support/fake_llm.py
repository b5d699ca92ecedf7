"""An LLM upstream on a real socket: records every byte, answers by script, echoes WebSocket messages.

    with FakeLLM(lambda request: sse([{"delta": "Hi"}, "[DONE]"])) as llm:
        ...
        assert b"123-45-6789" not in b"".join(llm.raw)

`script(request)` returns an answer of `tests.support.http1`, or None for a JSON echo of the request.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import DATA_OPCODES, Frame, Opcode
from websockets.http11 import Request as HandshakeRequest
from websockets.server import ServerProtocol

from tests.support.http1 import Answer, Request, json_answer, read_request
from tests.support.threaded import ThreadedServer, Wire

Script = Callable[[Request], Answer | None]
Message = str | bytes


@dataclass(frozen=True)
class Received:
    """A WebSocket frame as it came (inflated, unmasked)."""

    connection: int
    opcode: int
    data: bytes
    fin: bool


def said(request: Request) -> str:
    """The text of the last message of a chat that arrived."""
    return str(request.json()["messages"][-1]["content"])


def echo(request: Request) -> Answer:
    """What arrived, as JSON: method, target, headers (pairs) and body (text)."""
    return json_answer(
        {
            "object": "echo",
            "method": request.method,
            "target": request.target,
            "headers": request.headers,
            "body": request.body.decode("utf-8", "replace"),
        }
    )


class FakeLLM(ThreadedServer):
    """`requests` in order of arrival, `raw` bytes per connection, `frames` and `messages` of WebSockets."""

    def __init__(
        self,
        script: Script | None = None,
        *,
        ssl_context: ssl.SSLContext | None = None,
        reply: Callable[[Message], Sequence[Message]] = lambda message: [message],
        deflate: bool = True,
        subprotocols: Sequence[str] = (),
    ) -> None:
        super().__init__(ssl_context=ssl_context)
        self.script = script
        self.reply = reply
        self.deflate = deflate
        self.subprotocols = subprotocols
        self.requests: list[Request] = []
        self.frames: list[Received] = []
        self.messages: list[Message] = []

    async def serve(self, wire: Wire) -> None:
        while request := await read_request(wire):
            self.requests.append(request)
            told = self.script(request) if self.script else None
            if told is None and (request.header("upgrade") or "").lower() == "websocket":
                await self._websocket(wire, request)
                return
            if not await (told or echo(request))(wire):
                return

    async def _websocket(self, wire: Wire, request: Request) -> None:
        protocol = ServerProtocol(
            extensions=[ServerPerMessageDeflateFactory()] if self.deflate else None,
            subprotocols=self.subprotocols or None,  # type: ignore[arg-type]
            select_subprotocol=(lambda protocol, offered: offered[0] if offered else None)
            if not self.subprotocols
            else None,
            max_size=None,
        )
        protocol.receive_data(request.head)
        parts: list[bytes] = []
        kind = Opcode.TEXT
        while True:
            for event in protocol.events_received():
                if isinstance(event, HandshakeRequest):
                    protocol.send_response(protocol.accept(event))
                elif isinstance(event, Frame):
                    self.frames.append(Received(wire.number, event.opcode, bytes(event.data), event.fin))
                    if event.opcode not in DATA_OPCODES:
                        continue
                    if event.opcode is not Opcode.CONT:
                        kind, parts = event.opcode, []
                    parts.append(bytes(event.data))
                    if event.fin:
                        self._answer(protocol, kind, b"".join(parts))
            for data in protocol.data_to_send():
                if data:
                    await wire.send(data)
            if protocol.close_expected() and (wire.ended or not protocol.data_to_send()):
                return
            while not wire.buffer:
                if not await wire.more():
                    return
            data = bytes(wire.buffer)
            wire.buffer.clear()
            protocol.receive_data(data)

    def _answer(self, protocol: ServerProtocol, kind: Opcode, data: bytes) -> None:
        message: Message = data.decode() if kind is Opcode.TEXT else data
        self.messages.append(message)
        for reply in self.reply(message):
            if isinstance(reply, str):
                protocol.send_text(reply.encode())
            else:
                protocol.send_binary(reply)
