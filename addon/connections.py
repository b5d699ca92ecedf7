"""The last line: which TLS is opened, and which connections to an LLM host may be dialled at all.

A connection to an LLM host opens only for a request that went through redaction. That catches what no request hook
sees: raw bytes in a CONNECT, another addon's early stream, a hook that never ran.
"""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from mitmproxy import connection, http, tcp, tls
from mitmproxy.proxy import layer, mode_specs, server_hooks
from mitmproxy.proxy.layers import ClientTLSLayer, HttpLayer, ServerTLSLayer, TCPLayer
from mitmproxy.proxy.layers.http import HTTPMode

from addon.admission import Admission, client_key
from addon.answering import refuse_with
from addon.flow_edit import take_passwords
from config.ip_addresses import is_loopback, is_private, normalise_host
from reporting.coverage import State
from routing.gateway_access import judge_destination
from routing.hosts import says_model
from routing.router import RouterState
from routing.routing_errors import RoutingError

# A destination that refused is asked again before a body is handed over, for this long.
REMEMBER_FAILURE_SECONDS = 30.0
CHECK_SECONDS = 2.0
_MOST_FAILURES = 256
_MOST_CLIENTS = 10_000
# A TLS record that holds a handshake: type 22, major version 3 (RFC 8446, 5.1).
_HANDSHAKE = b"\x16\x03"
# A request line as servers read it, with any method and behind empty lines (RFC 9112, 2.2 and 3), and the beginning of
# one; mitmproxy takes a method that is no word, and a first segment of two bytes, for another protocol.
_LINE_TO_TARGET = rb"[ \t\r\n]*[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32} +[!-~\x80-\xff]{1,8192} +"
_REQUEST = re.compile(_LINE_TO_TARGET + rb"HTTP/")
_BEGINS_REQUEST = re.compile(
    rb"[ \t\r\n]*(?:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}(?: +(?:[!-~\x80-\xff]{1,8192})?)?)?|"
    + _LINE_TO_TARGET
    + rb"H?T?T?P?"
)
# What a tunnel through the corporate proxy asks for when it may not ask for the real host (RFC 2606: never resolves).
NOWHERE = b"faasera-refused.invalid:443"


class Connections:
    """What happens below HTTP. Holds names, ports and times only.

    `state` is replaced when the configuration changes; `note(host, state, reason)` counts what a connection tells of
    the coverage of a host.
    """

    def __init__(self, state: RouterState, admission: Admission, note: Callable[[str, State, str], None]) -> None:
        self.state = state
        self._admission = admission
        self._note = note
        self._approved: OrderedDict[tuple[Any, ...], set[tuple[str, int]]] = OrderedDict()
        self.failed: OrderedDict[tuple[str, int], float] = OrderedDict()

    def approve(self, client: connection.Client, host: str, port: int) -> None:
        """A request of this client went through redaction and may be sent to (host, port)."""
        key = client_key(client)
        self._approved.setdefault(key, set()).add((normalise_host(host), port))
        self._approved.move_to_end(key)
        while len(self._approved) > _MOST_CLIENTS:  # replays never end, as far as mitmproxy tells
            self._approved.popitem(last=False)

    def client_left(self, client: connection.Client) -> None:
        self._approved.pop(client_key(client), None)
        self._admission.client_left(client)

    def _is_approved(self, client: connection.Client, host: str, port: int) -> bool:
        return (host, port) in self._approved.get(client_key(client), ())

    def connect(self, flow: http.HTTPFlow) -> None:
        """A CONNECT: refuse it where the client may not use this door, or the host is refused."""
        _, password = take_passwords(flow)
        if flow.response is not None:
            return
        host, port = flow.request.host, flow.request.port
        try:
            caller, problem = self._admission.caller(flow)
            if problem is not None:
                raise problem
            caller = self._admission.through_proxy(flow, caller, password)
            if (host, port) not in self.state.own:
                judge_destination(host, caller.local)
        except RoutingError as error:
            refuse_with(flow, None, error)
            return
        self._admission.open_tunnel(flow, caller)

    def client_hello(self, data: tls.ClientHelloData) -> None:
        """Open TLS for the gateway and for LLM hosts; leave every other tunnel untouched."""
        address = data.context.server.address
        names = [name for name in (address[0] if address else None, data.client_hello.sni) if name]
        if not names or address is None or (address[0], address[1]) in self.state.own:
            return  # TLS to the proxy itself
        rows = [row for name in names if (row := self.state.hosts.find(name, address[1]))]
        if not rows:
            data.ignore_connection = True
            if shown := next((name for name in reversed(names) if says_model(name)), None):
                self._note(shown, "tunnelled", "unknown_model")
        elif all(row.mode == "tunnel" for row in rows):
            data.ignore_connection = True
            self.approve(data.context.client, address[0], address[1])
            self._note(data.client_hello.sni or address[0], "tunnelled", "tunnel_configured")
        # A name whose TLS is opened may still be refused: the request hook answers in the client's dialect.

    def tls_failed(self, data: tls.TlsData) -> None:
        """The client did not accept our certificate: pinned, or the CA is not trusted. Never tunnelled instead."""
        address = data.context.server.address
        name = data.conn.sni or (address[0] if address else "")
        if name and self.state.hosts.find(name, address[1] if address else None):
            self._note(name, "blind", "tls_failed")

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        """Raw bytes to an LLM host are read as HTTP, so that they end in an answer and not at the host. To any other
        host what a server would read as a request is one too, for its head may name an LLM host."""
        chosen = nextlayer.layer
        address = nextlayer.context.server.address
        if not isinstance(chosen, TCPLayer) or address is None or chosen.flow is None:
            return  # not raw, or a tunnel that was judged and is let through
        data = nextlayer.data_client()
        if data and _HANDSHAKE.startswith(data):
            nextlayer.layer = None  # the start of a ClientHello in pieces: judged when its SNI can be read
        elif data.startswith(_HANDSHAKE):
            # A record version that mitmproxy does not know (servers must ignore it, RFC 8446 5.1): its TLS layer
            # opens it or ends the connection, but the host that it names is never tunnelled unread.
            nextlayer.layer = ServerTLSLayer(nextlayer.context)
            nextlayer.layer.child_layer = ClientTLSLayer(nextlayer.context)
        elif _REQUEST.match(data) or any(
            self.is_inspected(name, address[1]) for name in (address[0], nextlayer.context.client.sni) if name
        ):
            nextlayer.layer = HttpLayer(nextlayer.context, HTTPMode.transparent)
        elif data and _BEGINS_REQUEST.fullmatch(data) and not nextlayer.data_server():
            nextlayer.layer = None

    def is_inspected(self, name: str, port: int) -> bool:
        """Whether what goes to a host through this proxy is read."""
        row = self.state.hosts.find(name, port)
        return row is not None and row.mode != "tunnel"

    async def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Set `error`, which stops the dial, unless this connection may be opened."""
        server = data.server
        # Behind a corporate proxy two addon come: for the proxy itself, and none for the tunnel through it.
        if server.address is None or server.error:
            return
        host, port = normalise_host(server.address[0]), server.address[1]
        mode = data.client.proxy_mode
        if isinstance(mode, mode_specs.UpstreamMode) and mode.address == server.address:
            return  # the corporate proxy, which the operator chose; `connect_upstream` judges what is asked of it
        known = self.state.hosts.find(host, port)
        approved = self._is_approved(data.client, host, port)
        if host.endswith(".invalid") or (known is not None and not approved):
            server.error = "faasera: no masked request belongs to this connection; it was not opened"
        elif known is None and await self.leads_back(host, port):
            server.error = "faasera: this name leads back to the proxy itself; add it to gateway.names"
        elif known is None and not self._admission.is_local(data.client) and await _is_private(host, port):
            server.error = "faasera: clients of other machines may not reach private addresses"

    async def leads_back(self, host: str, port: int) -> bool:
        """Whether `host:port` resolves to this proxy under a name that the gateway does not have (DNS rebinding).
        Asks the resolver only where the port is one of the proxy's own."""
        if port not in self.state.own.ports or (host, port) in self.state.own:
            return False
        return any(is_loopback(address) for address in await _addresses(host, port))

    def may_not_carry_raw(self, flow: tcp.TCPFlow) -> bool:
        """Whether bytes that no HTTP layer reads go to an LLM host."""
        address = flow.server_conn.address
        names = (address[0] if address else None, flow.client_conn.sni, flow.server_conn.sni)
        return any(self.is_inspected(name, address[1] if address else 0) for name in names if name)

    def connect_upstream(self, flow: http.HTTPFlow) -> None:
        """A CONNECT that mitmproxy sends to a corporate proxy: there `server_connect` saw the proxy's address only."""
        host, port = normalise_host(flow.request.host), flow.request.port
        if self._is_approved(flow.client_conn, host, port):
            return
        if self.is_inspected(host, port) or host.endswith(".invalid"):
            flow.request.data.authority = NOWHERE

    def server_failed(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Remember that a destination could not be reached, for the next request's check."""
        if data.server.address is None or data.server.via is not None:
            return
        if (data.server.error or "").startswith("faasera:"):
            return  # refused here: that says nothing of the destination
        key = (normalise_host(data.server.address[0]), data.server.address[1])
        self.failed[key] = time.monotonic()
        self.failed.move_to_end(key)
        while len(self.failed) > _MOST_FAILURES:
            self.failed.popitem(last=False)

    async def reachable(self, host: str, port: int) -> bool:
        """Whether a destination that just failed takes connections again. Cheap: not asked unless it failed."""
        key = (normalise_host(host), port)
        when = self.failed.get(key)
        if when is None:
            return True
        if time.monotonic() - when > REMEMBER_FAILURE_SECONDS:
            del self.failed[key]
            return True
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                _, writer = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError):
            return False
        self.failed.pop(key, None)
        writer.close()
        return True


async def _addresses(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(entry[4][0]) for entry in found]


async def _is_private(host: str, port: int) -> bool:
    """A name is judged by what it resolves to; mitmproxy asks the resolver again when it dials."""
    return is_private(host) or any(is_private(address) for address in await _addresses(host, port))
