"""Reversible mode for WebSockets: the server's messages with values in place of this client's placeholders.

mitmproxy delivers the message object that the hook was given, and keeps the flow's list: so the object gets the
values, and the list a copy that still holds the placeholders. No value is ever on the flow.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from mitmproxy import ctx, http
from mitmproxy.websocket import WebSocketMessage

from hooks.live import Live
from hooks.restoring import frame_restorer
from redaction.restore.frames import FrameRestorer


@dataclass(slots=True)
class _Socket:
    """One connection: its restorer, and the messages that were injected and have not come by yet."""

    restorer: FrameRestorer
    injected: deque[bytes] = field(default_factory=deque)


class FrameRestore:
    """Restores the server messages of every connection in order."""

    def __init__(self) -> None:
        self._sockets: dict[str, _Socket] = {}

    def message(self, flow: http.HTTPFlow, live: Live, message: WebSocketMessage) -> None:
        """One message from the server, before it is delivered."""
        if live.scope is None or not len(live.scope):
            return
        socket = self._sockets.get(flow.id)
        if socket is None:
            socket = self._sockets[flow.id] = _Socket(frame_restorer(live.dialect, live.scope))
        if message.injected:
            if socket.injected and socket.injected[0] == message.content:
                socket.injected.popleft()
                _keep(flow, message, b"")
            return
        masked = message.content
        parts = socket.restorer.message(masked)
        if parts == [masked] and not socket.injected:
            return
        if len(parts) == 1 and not socket.injected:
            _keep(flow, message, masked)
            message.content = parts[0]
            return
        # Text held back becomes messages of its own in front of this one; until they have come by, everything
        # takes the same way, so that the order stays.
        message.drop()
        for part in parts:
            socket.injected.append(part)
            ctx.master.commands.call("inject.websocket", flow, True, part, message.is_text)

    def end(self, flow: http.HTTPFlow) -> None:
        self._sockets.pop(flow.id, None)


def _keep(flow: http.HTTPFlow, message: WebSocketMessage, content: bytes) -> None:
    """Put a copy with `content` into the flow's list, in place of the object that will be delivered."""
    if flow.websocket is not None and flow.websocket.messages and flow.websocket.messages[-1] is message:
        flow.websocket.messages[-1] = WebSocketMessage(
            message.type, message.from_client, content, message.timestamp, message.dropped, message.injected
        )
