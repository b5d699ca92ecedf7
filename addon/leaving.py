"""A request between the last pass and the socket: as it was masked last, so it goes.

mitmproxy dials after the last hook of a request and reads the request again when the connection stands. Whoever edits
the flow meanwhile (mitmweb lets people) would send what nobody masked.
"""

from __future__ import annotations

from typing import Any

from mitmproxy import connection, http

from addon.admission import client_key

# All of a request that could be edited: body, path, (method, scheme, host, port, authority, version), headers and
# trailers.
Standing = tuple[
    bytes, bytes, tuple[bytes, bytes, str, int, bytes, bytes], tuple[tuple[bytes, bytes], ...], tuple[Any, ...]
]


def standing(flow: http.HTTPFlow) -> Standing:
    """How a request stands now."""
    data = flow.request.data
    head = (data.method, data.scheme, data.host, data.port, data.authority, data.http_version)
    return data.content or b"", data.path, head, data.headers.fields, data.trailers.fields if data.trailers else ()


class Leaving:
    """The requests that wait for their connection, by their client."""

    def __init__(self) -> None:
        self._by_client: dict[tuple[Any, ...], dict[str, tuple[http.HTTPFlow, Standing]]] = {}

    def add(self, flow: http.HTTPFlow) -> None:
        self._by_client.setdefault(client_key(flow.client_conn), {})[flow.id] = flow, standing(flow)

    def hold(self, client: connection.Client) -> None:
        """A connection of this client stands: what waits for it is put back to what it was."""
        for flow, before in self._by_client.get(client_key(client), {}).values():
            if standing(flow) != before:
                data = flow.request.data
                data.content, data.path, head, fields, _ = before
                data.method, data.scheme, data.host, data.port, data.authority, data.http_version = head
                data.headers, data.trailers = http.Headers(fields), None

    def gone(self, flow: http.HTTPFlow) -> None:
        """The request was sent, or never will be."""
        key = client_key(flow.client_conn)
        waiting = self._by_client.get(key, {})
        waiting.pop(flow.id, None)
        if not waiting:
            self._by_client.pop(key, None)

    def client_left(self, client: connection.Client) -> None:
        self._by_client.pop(client_key(client), None)
