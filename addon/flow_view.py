"""From a flow to the plain values that `routing` judges."""

from __future__ import annotations

import ipaddress
from typing import Any

from mitmproxy import connection, http

from routing.decision import Door, RequestView
from routing.gateway_access import Headers, OwnNames, judge_door


def header_pairs(flow: http.HTTPFlow) -> Headers:
    """The headers as sent. Bytes that are no UTF-8 stay as surrogates, as mitmproxy has them."""
    return tuple(flow.request.headers.items(multi=True))


def from_loopback(client: connection.Client) -> bool:
    """Whether a client is on this machine. Replays have no live client: the operator started them here."""
    peername: tuple[Any, ...] | None = client.peername
    if not peername:
        return True
    try:
        address = ipaddress.ip_address(str(peername[0]).split("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def connect_host(flow: http.HTTPFlow) -> str | None:
    """The host of the CONNECT (or transparent destination) that this request came through, or None."""
    address = flow.server_conn.address
    return address[0] if address else None


def judge(flow: http.HTTPFlow, own: OwnNames) -> Door:
    """The door of a flow.

    mitmproxy clears the authority of an HTTP/1 request line before the first hook, so an origin form under a foreign
    name (DNS rebinding) looks like an absolute URL here; `Connections.server_connect` refuses it when it leads back.
    """
    return judge_door(flow.request.host, flow.request.port, own, origin_form=False)


def request_view(flow: http.HTTPFlow, door: Door, headers: Headers, path: str) -> RequestView:
    """The view of a flow. `headers` and `path` without the gateway key."""
    request = flow.request
    return RequestView(
        door=door,
        method=request.method,
        scheme=request.scheme,
        host=request.host,
        port=request.port,
        path=path,
        headers=tuple(headers),
        connect_host=connect_host(flow),
        sni=flow.client_conn.sni,
        authority=request.authority or request.host_header,
        client_loopback=from_loopback(flow.client_conn),
    )
