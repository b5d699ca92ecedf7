"""Who a request comes from: the address behind trusted balancers, and the keys that open the doors to strangers."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from config.routing_settings import GatewaySettings
from config.secret import Secret
from routing.routing_errors import BadForwarded

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Headers that proxies on the way add. Who sends one is not who typed the request; and no vendor is told of them.
FORWARDING = _names(
    "forwarded via forwarded-for x-forwarded client-ip x-client-ip x-real-ip x-cluster-client-ip true-client-ip "
    "x-originating-ip x-remote-ip x-remote-addr x-proxyuser-ip x-host x-azure-clientip x-azure-socketip "
    "x-appengine-user-ip fastly-client-ip fly-client-ip do-connecting-ip"
)
FORWARDING_PREFIXES = ("x-forwarded-", "x-original-", "x-envoy-", "cf-connecting-ip", "cloudfront-viewer-")
# Trace contexts of the caller's own systems: nothing that a vendor is told either. W3C, B3, Sentry, Datadog, Jaeger,
# Google, AWS, New Relic, Elastic.
TRACING = _names(
    "baggage traceparent tracestate b3 sentry-trace uber-trace-id x-cloud-trace-context x-amzn-trace-id newrelic "
    "elastic-apm-traceparent"
)
TRACING_PREFIXES = ("x-b3-", "x-datadog-", "uberctx-", "x-ot-span-", "ot-tracer-", "ot-baggage-")


@dataclass(frozen=True, slots=True)
class Caller:
    """`address` is the client's; `local`: it is on this machine and trusted as the person at it; `user`: the name of
    the key that it came with ("" for the team's); `keyed`: it came with one."""

    address: str
    local: bool
    user: str = ""
    keyed: bool = False


@lru_cache(1024)
def is_forwarding(name: str) -> bool:
    """Whether a lower-case header name tells of a proxy on the way."""
    name = name.replace("_", "-")  # many servers read both alike
    return name in FORWARDING or name.startswith(FORWARDING_PREFIXES)


@lru_cache(1024)
def is_private_to_sender(name: str) -> bool:
    """Whether a lower-case header name says where a request came from or belongs: removed before any vendor."""
    name = name.replace("_", "-")
    return is_forwarding(name) or name in TRACING or name.startswith(TRACING_PREFIXES)


def caller_of(peer: str, headers: Sequence[tuple[str, str]], settings: GatewaySettings) -> Caller:
    """The caller of a request that arrived from the address `peer` ("" for a replay, started on this machine).

    From a trusted proxy the client is the rightmost address of X-Forwarded-For that is in no trusted network; it is
    never this machine. Everybody else's forwarding headers are believed in one way only: who sends them from loopback
    passes on what others sent, and is a stranger. Raises BadForwarded on what is no list of addresses.
    """
    address = _parse(peer) if peer else None
    if address is not None and _in(address, settings.trusted_proxies):
        given = ",".join(value for name, value in headers if name.lower() == "x-forwarded-for")
        return Caller(_behind(peer, given, settings.trusted_proxies), local=False)
    local = (address is None and not peer) or (address is not None and address.is_loopback)
    if local and settings.loopback == "trusted" and not any(is_forwarding(name.lower()) for name, _ in headers):
        return Caller(peer, local=True)
    return Caller(peer, local=False)


def is_trusted(peer: str, settings: GatewaySettings) -> bool:
    """Whether an address is a balancer's of ours."""
    address = _parse(peer)
    return address is not None and _in(address, settings.trusted_proxies)


def _behind(peer: str, given: str, trusted: Iterable[Network]) -> str:
    if not given.strip():
        return peer
    client = None
    for part in reversed(given.split(",")):
        client = _parse(part)
        if client is None:
            raise BadForwarded("X-Forwarded-For must be a list of addresses; see gateway.trusted_proxies")
        if not _in(client, trusted):
            break
    return str(client)


def _parse(text: str) -> Address | None:
    text = text.strip()
    if text.startswith("["):  # RFC 7239's spelling, with or without a port
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


@dataclass(frozen=True)
class Keys:
    """The team key and the named ones, as SHA-256 in hex. The repr shows names only."""

    digests: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, team: Secret, settings: GatewaySettings) -> Keys:
        named = {name: digest for name, digest in settings.keys.items() if name}
        return cls({**named, **({"": _digest(team.reveal())} if team else {})})

    def __bool__(self) -> bool:
        return bool(self.digests)

    def user(self, given: str | None) -> str | None:
        """The name of a key ("" for the team's), or None for no key of ours, in a time that tells nothing."""
        digest, found = _digest(given or ""), None
        for name, each in self.digests.items():
            if hmac.compare_digest(digest, each) and given:
                found = name
        return found


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
