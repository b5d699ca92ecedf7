"""The guard: an addon of its own that every hook goes through, and that outlives the script that installed it.

mitmproxy swallows what a hook raises and forwards the original request (addonmanager.safecall). So every hook here
is one `try`, and its `except` sets a response before it does anything else. Nothing stands outside the try.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from pathlib import Path

from mitmproxy import connection, contentviews, ctx, exceptions, http, tls
from mitmproxy.addonmanager import Loader
from mitmproxy.proxy import layer, server_hooks
from mitmproxy.utils import asyncio_utils

from hooks import logs
from hooks.answers import error_answer
from hooks.commands import Commands
from hooks.config import ConfigError
from hooks.connections import NOWHERE, Connections
from hooks.options import add_options, check_mitmproxy_options
from hooks.proxy import Proxy
from reporting.mitmweb_view import FaaseraContentview

logger = logging.getLogger("faasera")

NAME = "faasera"
MISSING = (
    "the addon script was unloaded (saved broken, deleted, or taken off mitmproxy's scripts): nothing is sent until "
    "it is back. See mitmproxy's log"
)
RELOAD_SECONDS = 1.0


class Guard(Commands):
    """Holds the proxy; `attached` says whether the script that drives it is loaded."""

    name = NAME

    def __init__(self, script: Path) -> None:
        self.script = script
        self.proxy = Proxy(script.parent)
        self.connections = Connections(self.proxy)
        self.attached = False
        self._running = False
        self._broken: str | None = None
        self._watch: asyncio.Task[None] | None = None
        self._listed: str | None = None

    def __repr__(self) -> str:
        return f"Guard(attached={self.attached})"

    # -- life ------------------------------------------------------------------------------------------------------

    def load(self, loader: Loader) -> None:
        add_options(loader)
        logs.install()
        contentviews.add(FaaseraContentview)

    def attach(self) -> None:
        self.attached = True

    def detach(self) -> None:
        """The script is gone. Its own `done` also runs at shutdown, where this changes nothing."""
        self.attached = False

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
            raise exceptions.OptionsError("faasera: configuration failed; see the log") from None
        if "scripts" in updated:
            self._note_scripts()

    def running(self) -> None:
        if self._running or self._broken:
            return
        self._running = True
        try:
            self.proxy.start()
        except ConfigError as error:
            self._broken = str(error)
            logger.error("faasera: %s", error)
            return
        self._watch = asyncio_utils.create_task(self._bring_back(), name="faasera: watch the script", keep_ref=True)

    def done(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self.proxy.close()

    def _note_scripts(self) -> None:
        """Remember under which name mitmproxy lists the script, and whether it was taken off by hand."""
        for path in ctx.options.scripts:
            if _same_file(path, self.script):
                self._listed = path
                return
        if self._listed is not None and self.script.exists():
            self._listed = None  # emptied by hand, not because the file went away: stay closed

    async def _bring_back(self) -> None:
        """mitmproxy forgets a script whose file was missing for a moment (git checkout, editors): list it again."""
        while True:
            await asyncio.sleep(RELOAD_SECONDS)
            listed = self._listed
            if listed and listed not in ctx.options.scripts and self.script.is_file():
                logger.warning("faasera: the addon script is back: loading it again")
                ctx.options.update(scripts=[*ctx.options.scripts, listed])

    # -- requests --------------------------------------------------------------------------------------------------

    def _closed(self) -> tuple[str, str] | None:
        if not self.attached:
            return "faasera_addon_missing", MISSING
        if self._broken:
            return "faasera_bad_configuration", f"the configuration cannot be used: {self._broken}"
        return None

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        try:
            if flow.response is None and self.proxy.arrive(flow) and (reason := self._closed()):
                self.proxy.refuse(flow, 503, *reason)
        except BaseException as error:  # noqa: BLE001
            self._fail(flow, error)

    async def mask(self, flow: http.HTTPFlow) -> None:
        """The first pass, from the script: what stands behind it in mitmproxy's chain sees masked text only."""
        await self._guarded(flow, self.proxy.mask)

    async def request(self, flow: http.HTTPFlow) -> None:
        """The last pass, behind every other addon: mask what was edited while the flow was paused, then route."""
        await self._guarded(flow, self.proxy.send)

    async def _guarded(self, flow: http.HTTPFlow, work: Callable[[http.HTTPFlow], Awaitable[None]]) -> None:
        try:
            if not self.proxy.concerns(flow):
                return
            if flow.response is not None:
                self.proxy.wipe(flow)
                return
            if reason := self._closed():
                self.proxy.refuse(flow, 503, *reason)
            else:
                await work(flow)
        except BaseException as error:  # noqa: BLE001
            self._fail(flow, error)

    def _fail(self, flow: http.HTTPFlow, error: BaseException) -> None:
        """The response first, plain attributes only; the type of the error is all that may be logged."""
        flow.response = error_answer(
            "unknown", 503, "faasera_internal_error", "an internal error stopped this request; nothing was sent"
        )
        flow.request.data.content = b""
        logger.error("faasera: %s in a hook; the request was answered with 503", type(error).__name__)
        if not isinstance(error, Exception):
            raise error

    # -- answers, WebSockets, connections: see the proxy -------------------------------------------------------------

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        self._quietly(lambda: self.proxy.answer_starts(flow))

    def response(self, flow: http.HTTPFlow) -> None:
        self._quietly(lambda: self.proxy.answer_ends(flow))

    def error(self, flow: http.HTTPFlow) -> None:
        self._quietly(lambda: self.proxy.broke(flow))

    async def websocket_message(self, flow: http.HTTPFlow) -> None:
        message = flow.websocket.messages[-1] if flow.websocket and flow.websocket.messages else None
        if message is None or not message.from_client or message.dropped:
            return
        original, message.content = message.content, b""
        try:
            if self._closed():
                message.drop()
                return
            await self.proxy.frames.mask(flow, message, original)
        except BaseException as error:
            message.content = b""
            message.drop()
            logger.error("faasera: %s in a WebSocket message; it was dropped", type(error).__name__)
            if not isinstance(error, Exception):
                raise

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        self._quietly(lambda: self.proxy.frames.end(flow))

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

    def _quietly(self, work: Callable[[], None]) -> None:
        """Hooks in which a failure cannot leak: log its type and go on."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - mitmproxy would print the error's text
            logger.error("faasera: %s in a hook", type(error).__name__)


def _same_file(path: str, script: Path) -> bool:
    return os.path.abspath(os.path.expanduser(path.strip("'\" "))) == str(script)


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
    guard.attach()
    return guard
