"""The guard: an addon of its own that every hook goes through, and that outlives the script that installed it.

mitmproxy swallows what a hook raises and forwards the original request (addonmanager.safecall). So every hook here
is one `try`, and its `except` sets a response before it does anything else. Nothing stands outside the try.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from pathlib import Path

from mitmproxy import connection, contentviews, ctx, exceptions, http, tcp, tls
from mitmproxy.addonmanager import Loader
from mitmproxy.proxy import layer, server_hooks
from mitmproxy.websocket import WebSocketMessage

from addon import logs
from addon.commands import Commands
from addon.connections import NOWHERE, Connections
from addon.error_responses import error_answer
from addon.options import add_options, check_mitmproxy_options, show_comments
from addon.requests import RequestHandler
from addon.script_watch import Script
from config.config_errors import ConfigError
from redaction.errors import ProfilerFailed
from reporting.mitmweb_view import FaaseraContentview

logger = logging.getLogger("faasera")

NAME = "faasera"
MISSING = (
    "the addon script was unloaded (saved broken, deleted, or taken off mitmproxy's scripts): nothing is sent until "
    "it is back. See mitmproxy's log"
)
# How long a shutdown waits for requests that are under way.
GRACE_SECONDS = 10.0
SWITCH_SECONDS = 0.0005
GC_THRESHOLD = (20_000, 20, 20)


class Guard(Commands):
    """Holds the proxy; `attached` says whether the script that drives it is loaded."""

    name = NAME

    def __init__(self, script: Path) -> None:
        self.script = Script(script)
        self.proxy = RequestHandler(script.parent)
        self.connections = Connections(self.proxy)
        self._running = False
        self._closing = False
        self._broken: str | None = None
        self._masked_messages: dict[str, tuple[WebSocketMessage, bytes]] = {}

    def __repr__(self) -> str:
        return f"Guard({self.script!r})"

    # -- life ------------------------------------------------------------------------------------------------------

    def load(self, loader: Loader) -> None:
        add_options(loader)
        logs.install()
        contentviews.add(FaaseraContentview)
        # Large bodies are masked in threads. Each turn of the event loop waits for the interpreter's lock, and with
        # Python's 5 ms a small request beside them would wait dozens of times that long.
        sys.setswitchinterval(SWITCH_SECONDS)

    def configure(self, updated: AbstractSet[str]) -> None:
        """Check mitmproxy's options and ours. Raises OptionsError only: mitmproxy rolls back on no other error."""
        try:
            check_mitmproxy_options(updated)
            self.proxy.configure(updated)
            self._broken = None
        except ConfigError as error:
            if self._running:
                raise exceptions.OptionsError(f"faasera: {error}") from None
            # At start a line of the log stops mitmproxy (errorcheck); an exception would add its traceback.
            self._broken = str(error)
            logger.error("faasera: %s", error)
        except exceptions.OptionsError as error:
            if self._running:
                raise
            self._broken = str(error)
            logger.error("%s", error)
        except Exception as error:  # noqa: BLE001 - see the docstring
            self._broken = type(error).__name__
            logger.error("faasera: configuration failed: %s", type(error).__name__)
            if self._running:
                raise exceptions.OptionsError("faasera: configuration failed; see the log") from None
        if "scripts" in updated:
            self.script.note_list()

    def running(self) -> None:
        if self._running or self._broken:
            return
        self._running = True
        try:
            self.proxy.start()
            show_comments()
            # What is loaded now stays: the collector need not look at it, nor look after every few hundred objects.
            gc.collect()
            gc.freeze()
            gc.set_threshold(*GC_THRESHOLD)
        except ConfigError as error:
            self._broken = str(error)
            logger.error("faasera: %s", error)
            return
        except Exception as error:  # noqa: BLE001 - at this point mitmproxy ends for an error in its log
            self._broken = type(error).__name__
            logger.error("faasera: the start failed: %s", type(error).__name__)
            return
        self.script.watch()

    async def done(self) -> None:
        """mitmproxy ends: new requests are turned away, those under way get a while to finish."""
        self._closing = True
        self.script.stop()
        try:
            await self.proxy.finish(GRACE_SECONDS)
        finally:
            self.proxy.close()

    # -- requests --------------------------------------------------------------------------------------------------

    def _closed(self) -> tuple[str, str] | None:
        if not self.script.attached:
            return "faasera_addon_missing", MISSING
        if self._broken:
            return "faasera_bad_configuration", f"the configuration cannot be used: {self._broken}"
        return None

    def _turned_away(self) -> tuple[str, str] | None:
        """Why no new request is taken."""
        return ("faasera_shutting_down", "the proxy is shutting down") if self._closing else self._closed()

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        try:
            if not flow.live:  # read from a file
                return
            self.proxy.hide(flow)
            if flow.response is None and self.proxy.arrive(flow) and (reason := self._turned_away()):
                self.proxy.refuse(flow, 503, *reason)
        except BaseException as error:  # noqa: BLE001
            self._fail(flow, error)

    async def mask(self, flow: http.HTTPFlow) -> None:
        """The first pass, from the script: what stands behind it in mitmproxy's chain sees masked text only."""
        try:
            if self.proxy.concerns(flow):
                await self._work(flow, self.proxy.mask)
        except BaseException as error:  # noqa: BLE001
            self._fail(flow, error)

    async def request(self, flow: http.HTTPFlow) -> None:
        """The last pass, behind every other addon: mask what was edited while the flow was paused, then route."""
        try:
            if flow.live and (self.proxy.concerns(flow) or await self.proxy.overlooked(flow)):
                await self._work(flow, self.proxy.send)
                self._quietly(lambda: self.proxy.show(flow))
        except BaseException as error:  # noqa: BLE001
            self._fail(flow, error)

    async def _work(self, flow: http.HTTPFlow, work: Callable[[http.HTTPFlow], Awaitable[None]]) -> None:
        if flow.response is not None:
            self.proxy.wipe(flow)
        elif reason := self._closed():
            self.proxy.refuse(flow, 503, *reason)
        else:
            await work(flow)

    def _fail(self, flow: http.HTTPFlow, error: BaseException) -> None:
        """The response first, plain attributes only; the type of the error is all that may be logged."""
        flow.response = error_answer(
            "unknown", 503, "faasera_internal_error", "an internal error stopped this request; nothing was sent"
        )
        flow.request.data.content = b""
        flow.request.data.path = flow.request.data.path.partition(b"?")[0]
        logger.error("faasera: %s in a hook; the request was answered with 503", type(error).__name__)
        if not isinstance(error, Exception) and not _is_stray(error):
            raise error

    # -- answers, WebSockets, connections: see the proxy -------------------------------------------------------------

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        self._quietly(lambda: self.proxy.answer_starts(flow))

    def response(self, flow: http.HTTPFlow) -> None:
        try:
            self.proxy.answer_ends(flow)
        except BaseException as error:
            if flow.response is not None and flow.response.status_code == 101 and flow.websocket is None:
                flow.response.status_code = 502  # raw bytes would follow
            self.proxy.forget(flow)
            logger.error("faasera: %s in a hook", type(error).__name__)
            if not isinstance(error, Exception) and not _is_stray(error):
                raise

    def error(self, flow: http.HTTPFlow) -> None:
        self._quietly(lambda: self.proxy.broke(flow))

    async def websocket_message(self, flow: http.HTTPFlow) -> None:
        """The last pass over a message: client messages are masked, server messages restored where that is on."""
        await self.mask_message(flow)
        message = flow.websocket.messages[-1] if flow.websocket and flow.websocket.messages else None
        if message is not None and not message.from_client and not message.dropped:
            self._quietly(lambda: self.proxy.frames.from_server(flow, message))

    async def mask_message(self, flow: http.HTTPFlow) -> None:
        """Called by the script first, so that nobody behind it sees the original, and by the last pass again."""
        message = flow.websocket.messages[-1] if flow.websocket and flow.websocket.messages else None
        if message is None or not message.from_client or message.dropped:
            return
        if self._masked_messages.get(flow.id) == (message, message.content):
            return
        original, message.content = message.content, b""
        try:
            if self.proxy.live(flow) is not None and (reason := self._closed()):
                message.drop()
                self.proxy.frames._tell(flow, ProfilerFailed(reason[1], code=reason[0]))
                return
            await self.proxy.frames.mask(flow, message, original)
            self._masked_messages[flow.id] = (message, message.content)
        except BaseException as error:
            message.content = b""
            message.drop()
            logger.error("faasera: %s in a WebSocket message; it was dropped", type(error).__name__)
            if not isinstance(error, Exception) and not _is_stray(error):
                raise
            failed = ProfilerFailed("an internal error stopped this message", code="faasera_internal_error")
            self._quietly(lambda: self.proxy.frames._tell(flow, failed))

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        self._masked_messages.pop(flow.id, None)
        self._quietly(lambda: self.proxy.frames.end(flow))

    def tcp_message(self, flow: tcp.TCPFlow) -> None:
        """Raw bytes to an LLM host: there should be none (see `next_layer`). mitmproxy has no way to refuse them."""
        try:
            if self.connections.may_not_carry_raw(flow):
                flow.messages[-1].content = b""
        except BaseException:
            flow.messages[-1].content = b""
            raise

    def http_connect(self, flow: http.HTTPFlow) -> None:
        try:
            self.connections.connect(flow)
        except BaseException as error:  # noqa: BLE001
            self._fail(flow, error)

    def tls_clienthello(self, data: tls.ClientHelloData) -> None:
        self._quietly(lambda: self.connections.client_hello(data))

    def tls_failed_client(self, data: tls.TlsData) -> None:
        self._quietly(lambda: self.connections.tls_failed(data))

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        self._quietly(lambda: self.connections.next_layer(nextlayer))

    async def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        try:
            await self.connections.server_connect(data)
        except BaseException as error:  # noqa: BLE001
            data.server.error = "faasera: internal error, the connection was not opened"
            logger.error("faasera: %s in server_connect; refused", type(error).__name__)

    def http_connect_upstream(self, flow: http.HTTPFlow) -> None:
        try:
            self.connections.connect_upstream(flow)
        except BaseException:
            flow.request.data.authority = NOWHERE
            raise

    def server_connect_error(self, data: server_hooks.ServerConnectionHookData) -> None:
        self._quietly(lambda: self.connections.server_failed(data))

    def client_disconnected(self, client: connection.Client) -> None:
        self._quietly(lambda: self.connections.client_left(client))
        self._quietly(lambda: self.proxy.client_left(client))

    def _quietly(self, work: Callable[[], None]) -> None:
        """Hooks in which a failure cannot leak: log its type and go on."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - mitmproxy would print the error's text
            logger.error("faasera: %s in a hook", type(error).__name__)


def _is_stray(error: BaseException) -> bool:
    """A CancelledError that something raised, while nobody cancelled this task: the client waits for its answer."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and not task.cancelling()


def install(loader: Loader, script: Path) -> Guard:
    """The guard of this mitmproxy: the one that is there, or a new one at the end of the chain."""
    found = ctx.master.addons.get(NAME)
    if isinstance(found, Guard):
        guard = found
    elif found is not None and type(found).__name__ == Guard.__name__:
        guard = found  # the module was imported anew
    else:
        guard = Guard(script)
        ctx.master.addons.add(guard)
    add_options(loader)
    guard.script.attached = True
    return guard
