"""From a flow to the plain values that `routing` judges."""

from __future__ import annotations

import ipaddress
from typing import Any

from mitmproxy import connection, http

from routing.decision import Door, RequestView
from routing.gateway_access import KEY_HEADER, OwnNames, take_gateway_key
from routing.router import RouterState, is_llm_bound


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


def door_of(flow: http.HTTPFlow, own: OwnNames) -> Door:
    """The door of a flow.

    mitmproxy clears the authority of an HTTP/1 request line before the first hook, so an origin form under a foreign
    name (DNS rebinding) looks like an absolute URL here; `Connections.server_connect` refuses it when it leads back.
    """
    return "gateway" if (flow.request.host, flow.request.port) in own else "interception"


def gateway_view(flow: http.HTTPFlow) -> tuple[str | None, RequestView]:
    """The gateway key of a request, taken off it before anybody can see it, and the view of what is left."""
    request = flow.request
    key, path = take_gateway_key(tuple(request.headers.items(multi=True)), request.path)
    if KEY_HEADER in request.headers:
        request.headers.pop(KEY_HEADER)
    if path != request.path:
        request.path = path
    return key, request_view(flow, "gateway")


def request_view(flow: http.HTTPFlow, door: Door) -> RequestView:
    """The view of a flow. Header bytes that are no UTF-8 stay as surrogates, as mitmproxy has them."""
    request, address = flow.request, flow.server_conn.address
    return RequestView(
        door=door,
        method=request.method,
        scheme=request.scheme,
        host=request.host,
        port=request.port,
        path=request.path,
        headers=tuple(request.headers.items(multi=True)),
        connect_host=address[0] if address else None,  # of the CONNECT, or where a transparent connection goes
        sni=flow.client_conn.sni,
        authority=request.authority or request.host_header,
        client_loopback=from_loopback(flow.client_conn),
    )


def is_bound(flow: http.HTTPFlow, state: RouterState) -> bool:
    """Whether a request, as it stands now, is LLM-bound."""
    return is_llm_bound(request_view(flow, door_of(flow, state.own)), state)
