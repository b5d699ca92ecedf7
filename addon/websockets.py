"""WebSocket messages of clients: masked like bodies, or dropped with an error event.

mitmproxy has no way to close a WebSocket from a hook, joins fragments before the hook, and has no hook for pings and
close reasons (threats 93): what cannot be masked is dropped, and so is everything the client sends after it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mitmproxy import ctx, http
from mitmproxy.websocket import WebSocketMessage

from addon.request_state import RequestState
from addon.websocket_restore import FrameRestore
from redaction.errors import RedactionError, TooLarge
from redaction.report import Report

if TYPE_CHECKING:
    from addon.requests import RequestHandler

# Old messages are taken off the flow: a session runs all day.
_KEPT_MESSAGES = 200


class WebSockets:
    """Masks messages and keeps the order: mitmproxy asks for one message of a connection at a time."""

    def __init__(self, proxy: RequestHandler) -> None:
        self._proxy = proxy
        self._broken: set[str] = set()
        self._restore = FrameRestore()

    async def mask(self, flow: http.HTTPFlow, message: WebSocketMessage, original: bytes) -> None:
        """Put the masked content on a message whose content was taken off. Drops what cannot be masked."""
        live = self._proxy.live(flow)
        if live is None:
            if self._proxy.is_bound(flow):
                message.drop()  # nothing is known of it any more: never bare
            else:
                message.content = original
            return
        if flow.id in self._broken:
            message.drop()
            return
        self._keep_up(live)
        limits = live.engine.config.redaction.limits
        try:
            if len(original) > limits.frame:
                raise TooLarge(f"a WebSocket message is larger than {limits.frame} bytes (limits.frame)")
            async with live.engine:
                masked, report = await self._masked(flow, message, original)
        except RedactionError as error:
            message.drop()
            self._broken.add(flow.id)
            live.outcome, live.status, live.code = "blocked", error.status, error.code
            self._tell(flow, error)
            self._proxy.records.frame(flow, live, Report())
            return
        message.content = masked
        live.report.add(report)
        self._proxy.records.frame(flow, live, report)
        _trim(flow)

    def _keep_up(self, live: RequestState) -> None:
        """A connection outlives changes of the configuration: its next message is masked as a new request would be.
        The policy that a rule chose at the handshake stays; the default one follows."""
        engine = self._proxy.engine
        if engine is None or engine is live.engine:
            return
        if live.policy == live.engine.config.redaction.profiler.policy:
            live.policy = engine.config.redaction.profiler.policy
        live.engine = engine

    async def _masked(self, flow: http.HTTPFlow, message: WebSocketMessage, original: bytes) -> tuple[bytes, Report]:
        live = self._proxy.live(flow)
        assert live is not None
        text: str | bytes = original.decode("utf-8", "surrogatepass") if message.is_text else original
        masked, report = await live.engine.redactor.frame(
            text, live.dialect, live.policy, replacement=live.replacement, note=live.note
        )
        return (masked.encode("utf-8", "surrogatepass") if isinstance(masked, str) else masked), report

    def from_server(self, flow: http.HTTPFlow, message: WebSocketMessage) -> None:
        """A message of the server: as it came, but for placeholders that come back in reversible mode."""
        live = self._proxy.live(flow)
        if live is not None and live.scope is not None:
            self._restore.message(flow, live, message)

    def _tell(self, flow: http.HTTPFlow, error: RedactionError) -> None:
        """An error event as OpenAI's Realtime and Responses sockets send it."""
        event = {
            "type": "error",
            "status": error.status,
            "error": {"type": "invalid_request_error", "code": error.code, "message": error.message},
        }
        ctx.master.commands.call("inject.websocket", flow, True, json.dumps(event).encode(), True)

    def end(self, flow: http.HTTPFlow) -> None:
        self._broken.discard(flow.id)
        self._restore.end(flow)
        self._proxy.forget(flow)


def _trim(flow: http.HTTPFlow) -> None:
    if flow.websocket is not None and len(flow.websocket.messages) > 2 * _KEPT_MESSAGES:
        del flow.websocket.messages[:-_KEPT_MESSAGES]
