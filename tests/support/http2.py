"""An LLM that speaks HTTP/2 only: notes requests (headers, body, trailers) and answers with their body. And a client
that sends what httpx does not: a body of no declared length, and trailers."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events

from tests.support.threaded import ThreadedServer, Wire


@dataclass
class Http2Request:
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    trailers: list[tuple[str, str]] = field(default_factory=list)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


class Http2LLM(ThreadedServer):
    """Give it an `ssl_context` whose ALPN is h2."""

    def __init__(self, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.requests: list[Http2Request] = []

    async def serve(self, wire: Wire) -> None:
        protocol = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        protocol.initiate_connection()
        streams: dict[int, Http2Request] = {}
        await wire.send(protocol.data_to_send())
        while wire.buffer or await wire.more():
            data = bytes(wire.buffer)
            wire.buffer.clear()
            for event in protocol.receive_data(data):
                match event:
                    case h2.events.RequestReceived(stream_id=int(stream), headers=list(headers)):
                        streams[stream] = Http2Request([(str(name), str(value)) for name, value in headers])
                    case h2.events.TrailersReceived(stream_id=int(stream), headers=list(headers)):
                        streams[stream].trailers = [(str(name), str(value)) for name, value in headers]
                    case h2.events.DataReceived(stream_id=int(stream), data=bytes(part)):
                        streams[stream].body += part
                        protocol.acknowledge_received_data(event.flow_controlled_length or 0, stream)
                    case h2.events.StreamEnded(stream_id=int(stream)):
                        request = streams.pop(stream)
                        self.requests.append(request)
                        protocol.send_headers(stream, [(":status", "200"), ("content-type", "application/json")])
                        protocol.send_data(stream, request.body, end_stream=True)
                    case h2.events.ConnectionTerminated():
                        return
            await wire.send(protocol.data_to_send())


def post(wire: ssl.SSLSocket, path: str, body: bytes, trailers: list[tuple[str, str]]) -> str:
    """The status of a POST on a connection of its own."""
    protocol = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    protocol.initiate_connection()
    authority = wire.server_hostname or "localhost"
    head = {":method": "POST", ":scheme": "https", ":authority": authority, ":path": path}
    protocol.send_headers(1, [*head.items(), ("content-type", "application/json")])
    protocol.send_data(1, body)
    protocol.send_headers(1, trailers, end_stream=True)
    wire.sendall(protocol.data_to_send())
    status = ""
    while data := wire.recv(65536):
        for event in protocol.receive_data(data):
            match event:
                case h2.events.ResponseReceived(headers=list(headers)):
                    status = str(dict(headers)[":status"])
                case h2.events.StreamEnded():
                    return status
        wire.sendall(protocol.data_to_send())
    return status
