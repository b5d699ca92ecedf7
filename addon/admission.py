"""Who may use which door: this machine, or a client with the team's key over a line that nobody reads."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import replace
from typing import Any
from weakref import WeakSet

from mitmproxy import connection, ctx, http

from config.configuration import Config
from config.ip_addresses import is_loopback
from config.routing_settings import GatewaySettings
from config.secret import Secret
from routing.callers import Caller, Keys, caller_of, is_trusted
from routing.routing_errors import BadForwarded, GatewayClosed, PlainText, ProxyKeyMissing

_MOST_CLIENTS = 10_000


class Admission:
    """Judges the caller of every request and CONNECT. Holds addresses and names of keys only."""

    def __init__(self) -> None:
        self.origin_forms: WeakSet[http.HTTPFlow] = WeakSet()
        self._settings = GatewaySettings()
        self._keys = Keys({})
        self._insecure = False
        self._tunnels: OrderedDict[tuple[Any, ...], Caller] = OrderedDict()
        self._strangers: OrderedDict[tuple[Any, ...], None] = OrderedDict()

    def follow(self, config: Config) -> frozenset[str]:
        """Take the keys and networks of a configuration into use. Returns the names whose key is not the old one any
        more: what they opened must end."""
        before = self._keys.digests
        self._settings, self._insecure = config.routing.gateway, config.insecure
        self._keys = Keys.of(config.gateway_key, self._settings)
        return frozenset(name for name, digest in before.items() if name and self._keys.digests.get(name) != digest)

    def opened_by(self, client: connection.Client, names: Collection[str]) -> bool:
        """Whether a connection is a tunnel that one of these keys opened."""
        tunnel = self._tunnels.get(client_key(client))
        return tunnel is not None and tunnel.user in names

    def client_left(self, client: connection.Client) -> None:
        self._tunnels.pop(client_key(client), None)
        self._strangers.pop(client_key(client), None)

    def is_local(self, client: connection.Client) -> bool:
        """Whether a connection is of this machine's own people, as far as its requests have told."""
        key, peer = client_key(client), _peer(client)
        if (tunnel := self._tunnels.get(key)) is not None:
            return tunnel.local
        return key not in self._strangers and caller_of(peer, (), self._settings).local

    def caller(self, flow: http.HTTPFlow) -> tuple[Caller, BadForwarded | None]:
        """Who sent a request, and what is wrong with what a trusted proxy says of it."""
        key, problem = client_key(flow.client_conn), None
        if (tunnel := self._tunnels.get(key)) is not None:
            return tunnel, None
        try:
            caller = caller_of(_peer(flow.client_conn), tuple(flow.request.headers.items(multi=True)), self._settings)
        except BadForwarded as error:
            caller, problem = Caller(_peer(flow.client_conn), local=False), error
        if not caller.local:
            _remember(self._strangers, key, None)
        return caller, problem

    def through_gateway(self, flow: http.HTTPFlow, caller: Caller, header: str | None, path: str | None) -> Caller:
        """The caller with the name of its key; `header` and `path` are where a key can be. Raises GatewayClosed or
        PlainText."""
        given = header if header is not None or not self._settings.path_keys else path
        user = self._keys.user(given) if given else None
        if caller.local or caller is self._tunnels.get(client_key(flow.client_conn)):
            return replace(caller, user=user or caller.user, keyed=caller.keyed or user is not None)
        if user is None:
            raise GatewayClosed(self._why_closed(path))
        self._check_line(flow)
        return replace(caller, user=user, keyed=True)

    def _why_closed(self, path: str | None) -> str:
        if not self._keys:
            return "the gateway is open to this machine only; set FAASERA_GATEWAY_KEY to open it to others"
        if path is not None and not self._settings.path_keys:
            return "keys in the path are off (gateway.path_keys): send the header X-Faasera-Key"
        return "the gateway key is missing or wrong: send the header X-Faasera-Key"

    def through_proxy(self, flow: http.HTTPFlow, caller: Caller, password: str) -> Caller:
        """The same at the interception door, where the key is the proxy password. Raises GatewayClosed,
        ProxyKeyMissing or PlainText."""
        if caller.local or caller is self._tunnels.get(client_key(flow.client_conn)):
            return caller
        user = self._keys.user(password)
        if user is None and not protects(ctx.options.proxyauth):  # whom mitmproxy did not let in has its 407 already
            if not self._keys:
                raise GatewayClosed(
                    "this proxy is open to this machine only; set FAASERA_GATEWAY_KEY to open it to others"
                )
            raise ProxyKeyMissing("the proxy password is missing or wrong: it is the gateway key, with any user name")
        self._check_line(flow)
        return replace(caller, user=user or "", keyed=True)

    def open_tunnel(self, flow: http.HTTPFlow, caller: Caller) -> None:
        """A CONNECT was let in: what comes through it is its caller's."""
        _remember(self._tunnels, client_key(flow.client_conn), caller)

    def _check_line(self, flow: http.HTTPFlow) -> None:
        """Raises PlainText for a client whose text could be read on its way here."""
        client = flow.client_conn
        peer, own = _peer(client), str(client.sockname[0]) if client.sockname else ""
        if client.tls or self._insecure or peer == own or is_loopback(peer) or is_trusted(peer, self._settings):
            return
        raise PlainText(
            "clients of other machines must use TLS: set listen.tls, or gateway.trusted_proxies for the balancer that "
            "ends it, or allow plain text with insecure: true"
        )


_SHORTEST_PASSWORD = 6


def protects(proxyauth: str | None) -> bool:
    """Whether mitmproxy's own option keeps anybody out: `any` takes every password, and a short one is guessed."""
    if not proxyauth or proxyauth == "any":
        return False
    if proxyauth.startswith(("@", "ldap")):  # a file, a directory
        return True
    return len(proxyauth.partition(":")[2]) >= _SHORTEST_PASSWORD


def has_keys(config: Config) -> bool:
    """Whether a configuration has a key for strangers."""
    return bool(Keys.of(config.gateway_key or Secret(), config.routing.gateway))


def client_key(client: connection.Client) -> tuple[Any, ...]:
    """What a connection is known by. Not its id: a replay works on a copy with another one."""
    return client.peername, client.sockname, client.timestamp_start


def _peer(client: connection.Client) -> str:
    """The address at the other end; "" for a replay, which the operator started here."""
    return str(client.peername[0]).partition("%")[0] if client.peername else ""


def _remember(kept: OrderedDict[Any, Any], key: tuple[Any, ...], value: Any) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > _MOST_CLIENTS:  # replays never end, as far as mitmproxy tells
        kept.popitem(last=False)
