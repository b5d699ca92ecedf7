"""From a flow to the plain values that `routing` judges."""

from __future__ import annotations

from collections.abc import Iterable

from mitmproxy import http

from routing.decision import Door, RequestView


def by_name(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by lower-case name; several of one name are joined, as RFC 9110 (5.3) has it."""
    found: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return found


def request_view(flow: http.HTTPFlow, door: Door, *, local: bool = True, own_name: bool = True) -> RequestView:
    """The view of a flow. `local`: its client is on this machine; `own_name`: the gateway knows the name it was called
    by. Header bytes that are no UTF-8 stay as surrogates, as mitmproxy has them."""
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
        client_loopback=local,
        own_name=own_name,
    )
