"""Reversible mode for WebSockets: the server's messages with values in place of this client's placeholders.

mitmproxy delivers the message object that the hook was given, and keeps the flow's list: so the object gets the
values, and the list a copy that still holds the placeholders. Whoever looks at the list before the last pass does (the
console's log) sees placeholders too, so a message that is injected comes as a stand-in first. No value is ever on the
flow.

Text that may be the beginning of a placeholder waits for the next message. mitmproxy closes the client's connection
before any hook hears of the close, so nothing can be sent then: what still waits after `_QUIET` seconds goes on as is.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field

from mitmproxy import ctx, http
from mitmproxy.websocket import WebSocketMessage

from addon.request_state import RequestState
from addon.restoring import frame_restorer
from redaction.restore.message_restorer import FrameRestorer
from redaction.restore.placeholder_matcher import is_empty
from reporting.record import one_way_warning

logger = logging.getLogger("faasera")

# Stands for an additional delta, whose text was held back before.
_ADDED = b'{"type":"faasera.restored"}'
# Seconds: longer than a model takes from one piece of a placeholder to the next, shorter than somebody waits for text.
_QUIET = 0.5


@dataclass(slots=True)
class _Socket:
    """One connection: its restorer, and of each message that was injected and has not come by yet the stand-in and
    what is delivered for it."""

    restorer: FrameRestorer
    injected: deque[tuple[bytes, bytes]] = field(default_factory=deque)
    quiet: asyncio.TimerHandle | None = None


class FrameRestore:
    """Restores the server messages of every connection in order."""

    def __init__(self) -> None:
        self._sockets: dict[str, _Socket] = {}

    def message(self, flow: http.HTTPFlow, live: RequestState, message: WebSocketMessage) -> None:
        """One message from the server, before it is delivered."""
        if live.scope is None or is_empty(live.scope):
            return
        socket = self._sockets.get(flow.id)
        if socket is None:
            socket = self._sockets[flow.id] = _Socket(frame_restorer(live.dialect, live.scope))
        if message.injected:
            if socket.injected and socket.injected[0][0] == message.content:
                stand_in, content = socket.injected.popleft()
                _keep(flow, message, stand_in)
                message.content = content
            return
        masked = message.content
        before = socket.restorer.counts.one_way
        parts = socket.restorer.message(masked)
        if found := socket.restorer.counts.one_way - before:
            logger.warning("faasera: %s: %s", live.view.host, one_way_warning(found))
        self._wait(flow, socket, message.is_text)
        if parts == [masked] and not socket.injected:
            return
        if len(parts) == 1 and not socket.injected:
            _keep(flow, message, masked)
            message.content = parts[0]
            return
        # Text held back becomes messages of its own in front of this one; until they have come by, everything
        # takes the same way, so that the order stays.
        message.drop()
        _inject(flow, socket, [*[_ADDED] * (len(parts) - 1), masked], parts, is_text=message.is_text)

    def _wait(self, flow: http.HTTPFlow, socket: _Socket, is_text: bool) -> None:
        """Let go of held text when the server stays quiet."""
        if socket.quiet is not None:
            socket.quiet.cancel()
            socket.quiet = None

        def release() -> None:
            parts = socket.restorer.release()
            if parts and self._sockets.get(flow.id) is socket:
                _inject(flow, socket, [_ADDED] * len(parts), parts, is_text=is_text)

        if socket.restorer.held:
            socket.quiet = asyncio.get_running_loop().call_later(_QUIET, release)

    def end(self, flow: http.HTTPFlow) -> None:
        socket = self._sockets.pop(flow.id, None)
        if socket is not None and socket.quiet is not None:
            socket.quiet.cancel()


def _inject(flow: http.HTTPFlow, socket: _Socket, stand_ins: list[bytes], parts: list[bytes], *, is_text: bool) -> None:
    """Have mitmproxy bring messages by, as stand-ins for what will be delivered."""
    for stand_in, part in zip(stand_ins, parts, strict=True):
        socket.injected.append((stand_in, part))
        ctx.master.commands.call("inject.websocket", flow, True, stand_in, is_text)


def _keep(flow: http.HTTPFlow, message: WebSocketMessage, content: bytes) -> None:
    """Put a copy with `content` into the flow's list, in place of the object that will be delivered."""
    if flow.websocket is not None and flow.websocket.messages and flow.websocket.messages[-1] is message:
        flow.websocket.messages[-1] = WebSocketMessage(
            message.type, message.from_client, content, message.timestamp, message.dropped, message.injected
        )
