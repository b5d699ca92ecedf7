"""mitmproxy's HTTP layer with two things that no hook offers: how a request named its host, and how much of its body
has come.

`HttpLayer` clears the authority of an HTTP/1 request line before the first hook, so an origin form looks like an
absolute one there; and it keeps whatever body comes until its end, also one that was refused at its head. Both are seen
on the way from the layer to its streams, in `event_to_child` (mitmproxy 12.2; nothing private is touched).
"""

from __future__ import annotations

from typing import Protocol

from mitmproxy import http
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import HttpLayer as PlainHttpLayer
from mitmproxy.proxy.layers.http import HTTPMode, HttpStream
from mitmproxy.proxy.layers.http._events import RequestData, RequestEndOfMessage, RequestHeaders, RequestTrailers
from mitmproxy.proxy.layers.http._hooks import HttpRequestHeadersHook
from mitmproxy.proxy.layers.http._http1 import Http1Server

# What comes of a refused body before its answer is sent, and after it before the connection is closed: clients that
# look for an answer only when they have sent everything, and small bodies, see it that way.
_BEFORE_ANSWER = 64 << 10
_AFTER_ANSWER = 8 << 20
# A longer request head, or other line between bodies, ends the connection: nothing bounds one otherwise.
_LONGEST_HEAD = 256 << 10
# What is kept of the requests that come behind one that is not answered yet.
_BEHIND_REQUEST = 8 << 20
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Bounds(Protocol):
    """Whom the layer asks how much of a body it may keep, and tells what it saw."""

    def came_in_origin_form(self, flow: http.HTTPFlow) -> None:
        """Note that the request line of a flow named no host."""

    def longest_body(self, flow: http.HTTPFlow) -> int:
        """How many bytes of a request's body may be kept."""

    def body_too_long(self, flow: http.HTTPFlow) -> None:
        """Set the response: more came than may be kept."""


class BoundedHttpLayer(PlainHttpLayer):
    """mitmproxy's HTTP layer with bounds. Bodies of refused requests are dropped as they come, and end early."""

    def __init__(self, context: Context, mode: HTTPMode, bounds: Bounds) -> None:
        super().__init__(context, mode)
        self._bounds = bounds
        self._came: dict[int, int] = {}  # stream -> bytes of its body so far
        self._answered: set[int] = set()  # streams that got an answer before the end of their body
        self._after_answer: int | None = None  # HTTP/1: bytes since such an answer

    def event_to_child(self, child: layer.Layer | HttpStream, event: events.Event) -> layer.CommandGenerator[None]:
        if isinstance(child, HttpStream):
            if isinstance(event, RequestHeaders):
                yield from self._head(child, event)
                return
            if isinstance(event, RequestData | RequestTrailers | RequestEndOfMessage):
                if isinstance(event, RequestEndOfMessage):
                    self._came.pop(child.stream_id, None)
                if child.stream_id in self._answered:
                    return
                if isinstance(event, RequestData) and child.client_state == child.state_consume_request_body:
                    yield from self._body(child, event)
                    return
            yield from super().event_to_child(child, event)
            if isinstance(event, events.CommandCompleted) and self._is_declared_too_long(child):
                yield from self._answer_now(child)
            return
        if isinstance(event, events.DataReceived) and self._is_too_much(child, event):
            yield commands.CloseConnection(self.context.client)
            return
        yield from super().event_to_child(child, event)
        if isinstance(child, Http1Server) and isinstance(event, events.DataReceived) and _is_endless(child):
            yield commands.SendData(self.context.client, _TOO_LONG)
            yield commands.CloseConnection(self.context.client)

    def _head(self, stream: HttpStream, event: RequestHeaders) -> layer.CommandGenerator[None]:
        self._answered.intersection_update(self.streams)
        self._after_answer = None
        origin = self.mode is not HTTPMode.transparent and self._is_origin_form(event.request)
        if origin and event.request.is_http10 and event.request.host_header is None:
            # HTTP/1.0 needs no Host (RFC 9112, 3.2): balancers' checks have none, and mean whom they have dialled.
            host, port = self.context.client.sockname[:2]
            event.request.headers["host"] = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        for command in super().event_to_child(stream, event):
            if origin and isinstance(command, HttpRequestHeadersHook):
                self._bounds.came_in_origin_form(command.flow)
            yield command

    def _is_origin_form(self, request: http.Request) -> bool:
        """HTTP/2 always names scheme and authority: there a request to a server has the scheme of its connection."""
        if request.is_http2 or request.is_http3:
            return request.scheme == ("https" if self.context.client.tls else "http")
        return not request.data.authority and not request.data.scheme

    def _body(self, stream: HttpStream, event: RequestData) -> layer.CommandGenerator[None]:
        came = self._came[stream.stream_id] = self._came.get(stream.stream_id, 0) + len(event.data)
        flow = stream.flow
        if flow.response is None and came > self._bounds.longest_body(flow):
            self._bounds.body_too_long(flow)
            came = _BEFORE_ANSWER + 1
        if flow.response is None:
            yield from super().event_to_child(stream, event)
            return
        stream.request_body_buf.clear()
        if came > _BEFORE_ANSWER:
            yield from self._answer_now(stream)

    def _is_declared_too_long(self, stream: HttpStream) -> bool:
        """Whether a request was refused at its head for what it says that it will send: nothing of it is waited for."""
        if stream.client_state != stream.state_consume_request_body or stream.stream_id in self._answered:
            return False
        flow = stream.flow
        if flow.response is None:
            return False
        length = flow.request.headers.get("content-length", "").strip()
        return length.isascii() and length.isdigit() and int(length) > self._bounds.longest_body(flow)

    def _answer_now(self, stream: HttpStream) -> layer.CommandGenerator[None]:
        self._answered.add(stream.stream_id)
        self._after_answer = 0
        yield from super().event_to_child(stream, RequestEndOfMessage(stream.stream_id))

    def _is_too_much(self, child: layer.Layer, event: events.DataReceived) -> bool:
        if self._after_answer is None or not isinstance(child, Http1Server):
            return False
        self._after_answer += len(event.data)
        return self._after_answer > _AFTER_ANSWER


def _is_endless(connection: Http1Server) -> bool:
    """Whether a head, the extension of a chunk or the trailers go on and on (of a body nothing is left over), or too
    much comes behind a request that is not answered yet."""
    kept = len(connection.buf)
    if connection.state in (connection.read_headers, connection.read_body):
        return kept > _LONGEST_HEAD
    return connection.state == connection.wait and kept > _BEHIND_REQUEST


def bounded(chosen: layer.Layer | None, bounds: Bounds) -> layer.Layer | None:
    """`chosen` with the HTTP layer in it (itself, or below the TLS of the proxy's own port) replaced by a bounded
    one."""
    if type(chosen) is PlainHttpLayer:
        place = chosen.context.layers.index(chosen)
        made = BoundedHttpLayer(chosen.context, chosen.mode, bounds)
        chosen.context.layers.remove(made)
        chosen.context.layers[place] = made
        return made
    child = getattr(chosen, "child_layer", None)
    if chosen is not None and type(child) is PlainHttpLayer:
        chosen.child_layer = bounded(child, bounds)  # type: ignore[attr-defined]
    return chosen
