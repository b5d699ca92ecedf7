"""WebSocket messages of clients: masked like bodies, or dropped with an error event.

mitmproxy has no way to close a WebSocket from a hook, joins fragments before the hook, and has no hook for pings and
close reasons (threats 93): what cannot be masked is dropped, and so is everything the client sends after it.
"""

from __future__ import annotations

import json

from mitmproxy import ctx, http
from mitmproxy.websocket import WebSocketMessage

from addon import before_after_view
from addon.request_state import RequestState
from addon.services import Services
from addon.websocket_restore import FrameRestore
from redaction.errors import ProfilerFailed, RedactionError, TooLarge
from redaction.profiler.http import TRACEPARENT
from redaction.report import Report

# Old messages are taken off the flow: a session runs all day.
_KEPT_MESSAGES = 200


class WebSockets:
    """Masks messages and keeps the order: mitmproxy asks for one message of a connection at a time."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._broken: set[str] = set()
        self._masked: dict[str, tuple[WebSocketMessage, bytes]] = {}
        self._restore = FrameRestore()

    def is_masked(self, flow: http.HTTPFlow, message: WebSocketMessage) -> bool:
        """Whether a message still stands as it was masked: two passes look at each."""
        return self._masked.get(flow.id) == (message, message.content)

    async def from_client(
        self, flow: http.HTTPFlow, message: WebSocketMessage, original: bytes, closed: tuple[str, str] | None
    ) -> None:
        """Put the masked content on a message whose content was taken off. Drops what cannot be masked, and all while
        the proxy is `closed` (code, message)."""
        live = self._services.live.by_flow.get(flow.id)
        if live is None:
            if self._services.is_bound(flow):
                message.drop()  # nothing is known of it any more: never bare
            else:
                message.content = original
        elif closed is not None:
            message.drop()
            _tell(flow, ProfilerFailed(closed[1], code=closed[0]))
        elif flow.id in self._broken:
            message.drop()
        else:
            await self._mask(flow, live, message, original)
        self._masked[flow.id] = (message, message.content)

    async def _mask(self, flow: http.HTTPFlow, live: RequestState, message: WebSocketMessage, original: bytes) -> None:
        self._keep_up(live)
        TRACEPARENT.set(live.traceparent)
        limits = live.pipeline.config.redaction.limits
        try:
            if len(original) > limits.frame:
                raise TooLarge(f"a WebSocket message is larger than {limits.frame} bytes (limits.frame)")
            text: str | bytes = original.decode("utf-8", "surrogatepass") if message.is_text else original
            async with live.pipeline:
                masked, report = await live.pipeline.redactor.frame(
                    text,
                    live.dialect,
                    live.policy,
                    replacement=live.replacement,
                    note=live.note,
                    foreign=live.route is not None and live.route.changed_vendor,
                )
        except RedactionError as error:
            message.drop()
            self._broken.add(flow.id)
            live.outcome, live.status, live.code = "blocked", error.status, error.code
            _tell(flow, error)
            self._services.records.frame(flow, live, Report())
            return
        message.content = masked.encode("utf-8", "surrogatepass") if isinstance(masked, str) else masked
        live.report.add(report)
        await before_after_view.keep(self._services, live, report)
        self._services.records.frame(flow, live, report)
        _trim(flow)

    def _keep_up(self, live: RequestState) -> None:
        """A connection outlives changes of the configuration: its next message is masked as a new request would be.
        The policy that a rule chose at the handshake stays; the default one follows."""
        pipeline = self._services.pipeline
        if pipeline is None or pipeline is live.pipeline:
            return
        if live.policy == live.pipeline.config.redaction.profiler.policy:
            live.policy = pipeline.config.redaction.profiler.policy
        live.pipeline = pipeline

    def from_server(self, flow: http.HTTPFlow, message: WebSocketMessage) -> None:
        """A message of the server: as it came, but for placeholders that come back in reversible mode."""
        live = self._services.live.by_flow.get(flow.id)
        if live is not None and live.scope is not None:
            self._restore.message(flow, live, message)

    def tell_internal_error(self, flow: http.HTTPFlow) -> None:
        """The event that says why a message was dropped when nothing else is known."""
        _tell(flow, ProfilerFailed("an internal error stopped this message", code="faasera_internal_error"))

    def end(self, flow: http.HTTPFlow) -> None:
        self._masked.pop(flow.id, None)
        self._broken.discard(flow.id)
        self._restore.end(flow)
        self._services.live.pop(flow)


def _trim(flow: http.HTTPFlow) -> None:
    if flow.websocket is not None and len(flow.websocket.messages) > 2 * _KEPT_MESSAGES:
        del flow.websocket.messages[:-_KEPT_MESSAGES]


def _tell(flow: http.HTTPFlow, error: RedactionError) -> None:
    """An error event as OpenAI's Realtime and Responses sockets send it."""
    event = {
        "type": "error",
        "status": error.status,
        "error": {"type": "invalid_request_error", "code": error.code, "message": error.message},
    }
    ctx.master.commands.call("inject.websocket", flow, True, json.dumps(event).encode(), True)
