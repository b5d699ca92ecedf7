"""The guard: an addon of its own that every hook goes through, and that outlives the script that installed it.

mitmproxy swallows what a hook raises and forwards the original request (addonmanager.safecall). So every hook here
is one `try`, and its `except` sets a response before it does anything else. Nothing stands outside the try.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path

from mitmproxy import connection, ctx, http, tcp, tls
from mitmproxy.addonmanager import Loader
from mitmproxy.proxy import layer, server_hooks

from addon import hook_dispatch
from addon.answering import answer, refuse, wipe
from addon.commands import Commands
from addon.connections import NOWHERE
from addon.error_responses import error_answer
from addon.gateway_pages import GatewayPages
from addon.http_layer import bounded
from addon.lifecycle import Lifecycle
from addon.options import add_options
from addon.readiness import Health
from addon.request_state import RequestState
from addon.requests import RequestHandler
from addon.script_watch import Script
from addon.services import Services
from addon.upstream_responses import Responses
from addon.websockets import WebSockets

logger = logging.getLogger("faasera")

NAME = "faasera"
MISSING = (
    "the addon script was unloaded (saved broken, deleted, or taken off mitmproxy's scripts): nothing is sent until "
    "it is back. See mitmproxy's log"
)


class Guard:
    """The hooks of one mitmproxy, and the parts that they go to."""

    name = NAME

    def __init__(self, script: Path) -> None:
        self.script = Script(script)
        self.services = Services.new()
        health = Health(self.services)
        pages = GatewayPages(self.services, health)
        self.requests = RequestHandler(self.services, pages, health)
        self.responses = Responses(self.services)
        self.websockets = WebSockets(self.services)
        self.lifecycle = Lifecycle(self.services, self.script, pages, health)
        self.addons = [Commands(self.services, self.script)]  # where mitmproxy finds commands

    def __repr__(self) -> str:
        return f"Guard({self.script!r})"

    # -- life ------------------------------------------------------------------------------------------------------

    def load(self, loader: Loader) -> None:
        self.lifecycle.load(loader)

    def configure(self, updated: AbstractSet[str]) -> None:
        """Raises OptionsError only: mitmproxy rolls back on no other error."""
        self.lifecycle.configure(updated)

    def running(self) -> None:
        self.lifecycle.running()

    async def done(self) -> None:
        await self.lifecycle.done()

    def _closed(self) -> tuple[str, str] | None:
        """Why nothing is masked now, as (code, message)."""
        if not self.script.attached:
            return "faasera_addon_missing", MISSING
        if self.lifecycle.broken:
            return "faasera_bad_configuration", f"the configuration cannot be used: {self.lifecycle.broken}"
        return None

    # -- requests --------------------------------------------------------------------------------------------------

    def first_sight(self, flow: http.HTTPFlow) -> None:
        """From the script, before others are told of a request."""
        try:
            if flow.live or flow.request.timestamp_end is None:  # not read from a file; it may be killed already
                self.requests.first_sight(flow)
        except BaseException as error:  # noqa: BLE001
            self._fail(flow, error)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        try:
            if not flow.live:  # read from a file, or killed by another addon
                return
            live = self.requests.arrive(flow)
            if live is None:
                return
            closing = ("faasera_shutting_down", "the proxy is shutting down") if self.lifecycle.closing else None
            if reason := closing or self._closed():
                refuse(flow, live, 503, *reason)
        except BaseException as error:  # noqa: BLE001
            self._fail(flow, error)

    async def mask(self, flow: http.HTTPFlow) -> None:
        """The first pass, from the script: what stands behind it in mitmproxy's chain sees masked text only."""
        try:
            live = self.services.live.by_flow.get(flow.id)
            if live is not None and self._open(flow, live) and live.masked is None:
                await self.requests.mask(flow, live)
        except BaseException as error:  # noqa: BLE001
            self._fail(flow, error)

    async def request(self, flow: http.HTTPFlow) -> None:
        """The last pass, behind every other addon: mask what was edited while the flow was paused, then route."""
        try:
            if not flow.live:
                return
            live = self.services.live.by_flow.get(flow.id) or await self.requests.overlooked(flow)
            if live is None:
                return
            if self._open(flow, live):
                await self.requests.send(flow, live)
            self._quietly(lambda: self.services.records.show(flow, live))
        except BaseException as error:  # noqa: BLE001
            self._fail(flow, error)

    def _open(self, flow: http.HTTPFlow, live: RequestState) -> bool:
        """Whether a request may go on: it is not answered yet, and can be masked now."""
        if flow.response is not None:
            wipe(flow)
        elif reason := self._closed():
            refuse(flow, live, 503, *reason)
        return flow.response is None

    def _fail(self, flow: http.HTTPFlow, error: BaseException) -> None:
        """Answer with 503: the response first, plain attributes only. The error's type is all that may be logged."""
        flow.response = error_answer(
            "unknown", 503, "faasera_internal_error", "an internal error stopped this request; nothing was sent"
        )
        wipe(flow)
        answer(flow, flow.response)
        logger.error("faasera: %s in a hook; the request was answered with 503", type(error).__name__)
        if _ends_the_task(error):
            self.services.live.pop(flow)  # no other hook comes: `done` would wait for it
            raise _without_text(error) from None

    # -- answers, WebSockets ---------------------------------------------------------------------------------------

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        self._quietly(lambda: self.responses.starts(flow))

    def response(self, flow: http.HTTPFlow) -> None:
        try:
            self.responses.ends(flow)
        except BaseException as error:  # noqa: BLE001
            if flow.response is not None and flow.response.status_code == 101 and flow.websocket is None:
                flow.response.status_code = 502  # raw bytes would follow
            self.services.live.pop(flow)
            logger.error("faasera: %s in a hook", type(error).__name__)
            if _ends_the_task(error):
                raise _without_text(error) from None

    def before_error(self, flow: http.HTTPFlow) -> None:
        """From the script, before others are told."""
        self._quietly(lambda: self.responses.before_broke(flow))

    def error(self, flow: http.HTTPFlow) -> None:
        self._quietly(lambda: self.responses.broke(flow))

    async def websocket_message(self, flow: http.HTTPFlow) -> None:
        """The last pass over a message: client messages are masked, server messages restored where that is on."""
        await self.mask_message(flow)
        message = flow.websocket.messages[-1] if flow.websocket and flow.websocket.messages else None
        if message is not None and not message.from_client and not message.dropped:
            self._quietly(lambda: self.websockets.from_server(flow, message))

    async def mask_message(self, flow: http.HTTPFlow) -> None:
        """Called by the script first, so that nobody behind it sees the original, and by the last pass again."""
        message = flow.websocket.messages[-1] if flow.websocket and flow.websocket.messages else None
        if message is None or not message.from_client or message.dropped or self.websockets.is_masked(flow, message):
            return
        original, message.content = message.content, b""
        try:
            await self.websockets.from_client(flow, message, original, self._closed())
        except BaseException as error:  # noqa: BLE001
            message.content = b""
            message.drop()
            logger.error("faasera: %s in a WebSocket message; it was dropped", type(error).__name__)
            if _ends_the_task(error):
                raise _without_text(error) from None
            self._quietly(lambda: self.websockets.tell_internal_error(flow))

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        self._quietly(lambda: self.websockets.end(flow))

    # -- connections -----------------------------------------------------------------------------------------------

    def tcp_message(self, flow: tcp.TCPFlow) -> None:
        """Raw bytes to an LLM host: there should be none (see `next_layer`). mitmproxy has no way to refuse them."""
        try:
            if self.services.connections.may_not_carry_raw(flow):
                flow.messages[-1].content = b""
        except BaseException as error:  # noqa: BLE001
            flow.messages[-1].content = b""
            logger.error("faasera: %s in a hook; raw bytes were dropped", type(error).__name__)

    def http_connect(self, flow: http.HTTPFlow) -> None:
        try:
            self.services.connections.connect(flow)
        except BaseException as error:  # noqa: BLE001
            self._fail(flow, error)

    def tls_start_client(self, data: tls.TlsData) -> None:
        self._quietly(lambda: self.lifecycle.own_certificate(data))

    def tls_clienthello(self, data: tls.ClientHelloData) -> None:
        self._quietly(lambda: self.services.connections.client_hello(data))

    def tls_failed_client(self, data: tls.TlsData) -> None:
        self._quietly(lambda: self.services.connections.tls_failed(data))

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        """Put a bound on every HTTP layer (`http_layer`)."""

        def choose() -> None:
            self.services.connections.next_layer(nextlayer)
            nextlayer.layer = bounded(nextlayer.layer, self.requests)

        self._quietly(choose)

    async def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        try:
            await self.services.connections.server_connect(data)
        except BaseException as error:  # noqa: BLE001
            data.server.error = "faasera: internal error, the connection was not opened"
            logger.error("faasera: %s in server_connect; refused", type(error).__name__)

    def server_connected(self, data: server_hooks.ServerConnectionHookData) -> None:
        self._quietly(lambda: self.services.leaving.hold(data.client))

    def tls_established_server(self, data: tls.TlsData) -> None:
        self._quietly(lambda: self.services.leaving.hold(data.context.client))

    def http_connect_upstream(self, flow: http.HTTPFlow) -> None:
        try:
            self.services.connections.connect_upstream(flow)
        except BaseException as error:  # noqa: BLE001
            flow.request.data.authority = NOWHERE
            logger.error("faasera: %s in a hook; the tunnel was not asked for", type(error).__name__)

    def server_connect_error(self, data: server_hooks.ServerConnectionHookData) -> None:
        self._quietly(lambda: self.services.connections.server_failed(data))

    def client_disconnected(self, client: connection.Client) -> None:
        self._quietly(lambda: self.services.connections.client_left(client))
        self._quietly(lambda: self.services.live.client_left(client.id))
        self._quietly(lambda: self.services.leaving.client_left(client))

    def _quietly(self, work: Callable[[], None]) -> None:
        """Run a hook in which a failure cannot leak: log its type and go on."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - mitmproxy would print the error's text
            logger.error("faasera: %s in a hook", type(error).__name__)


def _ends_the_task(error: BaseException) -> bool:
    """Whether an error is meant for the task: no Exception, and no CancelledError that something raised while nobody
    cancelled this task (then the client waits for its answer)."""
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is None or task.cancelling() > 0
    return not isinstance(error, Exception)


def _without_text(error: BaseException) -> BaseException:
    """An error whose traceback may be printed: asyncio and mitmproxy do so. A SystemExit keeps its `code`."""
    error.args = ()
    error.__context__ = None
    return error


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
        hook_dispatch.install(ctx.master.addons)
    add_options(loader)
    guard.script.attached = True
    return guard
