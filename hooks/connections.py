"""The last line: which TLS is opened, and which connections to an LLM host may be dialled at all.

A connection to an LLM host opens only for a request that went through redaction. That catches what no request hook
sees: raw bytes in a CONNECT, another addon's early stream, a hook that never ran.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from mitmproxy import connection, http, tls
from mitmproxy.proxy import layer, server_hooks
from mitmproxy.proxy.layers import HttpLayer, TCPLayer
from mitmproxy.proxy.layers.http import HTTPMode

from hooks.answers import error_answer
from hooks.view import from_loopback
from routing.addresses import is_loopback, normalise_host
from routing.errors import RoutingError
from routing.origins import judge_destination

if TYPE_CHECKING:
    from hooks.proxy import Proxy

# A destination that refused is asked again before a body is handed over, for this long.
REMEMBER_FAILURE_SECONDS = 30.0
CHECK_SECONDS = 2.0
_MOST_FAILURES = 256
# What a tunnel through the corporate proxy asks for when it may not ask for the real host (RFC 2606: never resolves).
NOWHERE = b"faasera-refused.invalid:443"


class Connections:
    """What hooks below HTTP do. Holds names, ports and times only."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._approved: dict[str, set[tuple[str, int]]] = {}
        self._failed: OrderedDict[tuple[str, int], float] = OrderedDict()
        proxy.connections = self

    def approve(self, client: connection.Client, host: str, port: int) -> None:
        """A request of this client went through redaction and may be sent to (host, port)."""
        self._approved.setdefault(client.id, set()).add((normalise_host(host), port))

    def client_left(self, client: connection.Client) -> None:
        self._approved.pop(client.id, None)

    def connect(self, flow: http.HTTPFlow) -> None:
        """A CONNECT: refuse it where the client may not use this door, or the host is refused."""
        if flow.response is not None:
            return
        flow.request.headers.pop("proxy-authorization", None)
        host, port = flow.request.host, flow.request.port
        if (host, port) in self._proxy.state.own:
            return
        client_loopback = from_loopback(flow.client_conn)
        try:
            self._proxy.admit_interception(flow)
            judge_destination(host, client_loopback)
        except RoutingError as error:
            flow.response = error_answer("unknown", error.status, error.code, error.message)

    def client_hello(self, data: tls.ClientHelloData) -> None:
        """Open TLS for the gateway and for LLM hosts; leave every other tunnel untouched."""
        address = data.context.server.address
        names = [name for name in (address[0] if address else None, data.client_hello.sni) if name]
        if not names or address is None or (address[0], address[1]) in self._proxy.state.own:
            return  # TLS to the proxy itself
        rows = [row for name in names if (row := self._proxy.state.hosts.find(name, address[1]))]
        if not rows:
            data.ignore_connection = True
        elif all(row.mode == "tunnel" for row in rows):
            data.ignore_connection = True
            self.approve(data.context.client, address[0], address[1])
            self._proxy.tunnelled(data.client_hello.sni or address[0])
        # A name whose TLS is opened may still be refused: the request hook answers in the client's dialect.

    def tls_failed(self, data: tls.TlsData) -> None:
        """The client did not accept our certificate: pinned, or the CA is not trusted. Never tunnelled instead."""
        address = data.context.server.address
        name = data.conn.sni or (address[0] if address else "")
        if name and self._proxy.state.hosts.find(name, address[1] if address else None):
            self._proxy.blind(name, "tls_failed")

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        """Raw bytes to an LLM host are read as HTTP, so that they end in an answer and not at the host."""
        chosen = nextlayer.layer
        address = nextlayer.context.server.address
        if not isinstance(chosen, TCPLayer) or address is None:
            return
        if any(self._is_inspected(name, address[1]) for name in (address[0], nextlayer.context.client.sni) if name):
            nextlayer.layer = HttpLayer(nextlayer.context, HTTPMode.transparent)

    def _is_inspected(self, name: str, port: int) -> bool:
        row = self._proxy.state.hosts.find(name, port)
        return row is not None and row.mode != "tunnel"

    async def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Set `error`, which stops the dial, unless this connection may be opened."""
        server = data.server
        # Behind a corporate proxy two hooks come: for the proxy itself, and none for the tunnel through it.
        if server.address is None or server.error:
            return
        host, port = normalise_host(server.address[0]), server.address[1]
        approved = self._approved.get(data.client.id, set())
        if (host, port) in approved:
            return
        if self._proxy.state.hosts.find(host, port) is not None or host.endswith(".invalid"):
            server.error = "faasera: no masked request belongs to this connection; it was not opened"
            return
        if not from_loopback(data.client) and server.via is None:
            try:
                judge_destination(host, False)
                if await _resolves_to_private(host, port):
                    server.error = "faasera: clients of other machines may not reach private addresses"
            except RoutingError as error:
                server.error = f"faasera: {error.message}"
        elif port in self._proxy.state.own.ports and await _is_own_address(host, port):
            server.error = "faasera: this name leads back to the proxy itself; add it to gateway.names"

    def connect_upstream(self, flow: http.HTTPFlow) -> None:
        """A CONNECT that mitmproxy sends to a corporate proxy: there `server_connect` saw the proxy's address only."""
        host, port = normalise_host(flow.request.host), flow.request.port
        if (host, port) in self._approved.get(flow.client_conn.id, set()):
            return
        if self._is_inspected(host, port) or host.endswith(".invalid"):
            flow.request.data.authority = NOWHERE

    def server_failed(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Remember that a destination could not be reached, for the next request's check."""
        if data.server.address is None or data.server.via is not None:
            return
        key = (normalise_host(data.server.address[0]), data.server.address[1])
        self._failed[key] = time.monotonic()
        self._failed.move_to_end(key)
        while len(self._failed) > _MOST_FAILURES:
            self._failed.popitem(last=False)

    async def reachable(self, host: str, port: int) -> bool:
        """Whether a destination that just failed takes connections again. Cheap: not asked unless it failed."""
        key = (normalise_host(host), port)
        when = self._failed.get(key)
        if when is None:
            return True
        if time.monotonic() - when > REMEMBER_FAILURE_SECONDS:
            del self._failed[key]
            return True
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                _, writer = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError):
            return False
        self._failed.pop(key, None)
        writer.close()
        return True


async def _addresses(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(entry[4][0]) for entry in found]


async def _is_own_address(host: str, port: int) -> bool:
    return any(is_loopback(address) for address in await _addresses(host, port))


async def _resolves_to_private(host: str, port: int) -> bool:
    for address in await _addresses(host, port):
        try:
            judge_destination(address, False)
        except RoutingError:
            return True
    return False
