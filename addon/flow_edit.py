"""Edits of a request on its flow: the body off and back, passwords off, the route applied."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote

from mitmproxy import ctx, http
from mitmproxy.proxy import mode_specs

from addon.flow_view import by_name
from addon.hidden_head import HiddenFields
from config.ip_addresses import normalise_host
from routing.credentials import shown_credential
from routing.decision import Route

# A name that never resolves (RFC 2606): where a request stands until it may go somewhere.
PARKED_HOST = "faasera-parked.invalid"


def forget_backup(flow: http.HTTPFlow) -> None:
    """Drop the copy that mitmproxy (a replay) or another addon made of a flow before it was masked: files get it too.
    mitmproxy has no other way to say so."""
    flow._backup = None


class Parked:
    """The body of a request, taken off its flow, and the flow parked: a hook that dies now sends nothing.

    `body` is None when mitmproxy has already sent it on. `put_back` un-parks.
    """

    def __init__(self, flow: http.HTTPFlow) -> None:
        request = flow.request
        self._request = request
        self.headers = request.headers.copy()
        self._host = request.data.host
        self.body = request.raw_content
        request.data.content = b""
        request.data.trailers = None
        request.data.host = PARKED_HOST
        HiddenFields(request)
        if self.body:
            request.headers["content-length"] = "0"
            request.headers.pop("transfer-encoding", None)

    def show_host(self) -> None:
        """Un-park the name only: the request is answered, and people look for it by its host."""
        self._request.data.host = self._host

    def put_back(self, body: bytes) -> None:
        """The body to send. An untouched one keeps its framing headers to the letter; HTTP/2 needs none, and mitmproxy
        would send its body bare behind the head of an HTTP/1.1 request."""
        request = self._request
        request.headers = self.headers.copy()
        framed = "content-length" in request.headers or "transfer-encoding" in request.headers
        told = request.headers.get("content-length", "").strip().lstrip("0") or "0"
        if (body and not framed) or ("content-length" in request.headers and told != str(len(body))):
            request.headers["content-length"] = str(len(body))
        request.data.host = self._host
        request.data.content = body


def take_passwords(flow: http.HTTPFlow) -> tuple[str, str]:
    """Take off what is meant for this proxy only, also from a request that mitmproxy has answered already (407).

    Returns (name given to proxyauth or "", proxy password or ""). mitmproxy leaves (user, password) in the metadata,
    which is written to files.
    """
    scheme, _, coded = str(flow.request.headers.pop("proxy-authorization", "")).strip().partition(" ")
    password = ""
    if scheme.lower() == "basic":
        with suppress(ValueError):
            password = b64decode(coded.strip(), validate=True).decode("utf-8", "surrogateescape").partition(":")[2]
    found = flow.metadata.get("proxyauth")
    if found:
        flow.metadata["proxyauth"] = (found[0], "***")
    return str(found[0]) if found else "", password


def hide_keys(flow: http.HTTPFlow) -> None:
    """The caller's keys on a flow that is sent: mitmweb shows its headers, and `-w` writes them to a file. A replay
    needs its key again."""
    edits = {}
    for name, value in by_name(flow.request.headers.items(multi=True)).items():
        if (shown := shown_credential(name, value)) is not None:
            edits[name] = shown
    edit_headers(flow.request.headers, edits)


def edit_headers(headers: http.Headers, edits: Mapping[str, str | None]) -> None:
    """Set headers by lower-case name, or take them off (None). Several of one name become one. In one pass: a head may
    hold tens of thousands."""
    if not edits:
        return
    left, fields = dict(edits), []
    for name, value in headers.fields:
        lower = name.lower().decode("latin-1")
        if lower not in edits:
            fields.append((name, value))
        elif (new := left.pop(lower, None)) is not None:
            fields.append((name, new.encode("utf-8", "surrogateescape")))
    headers.fields = tuple(fields)


def ascii_query(query: str) -> str:
    """A query string with what is not ASCII (some clients send raw UTF-8, or worse) percent-encoded."""
    if query.isascii():
        return query
    return "".join(c if c.isascii() else quote(c.encode("utf-8", "surrogateescape")) for c in query)


def let_through_corporate_proxy(flow: http.HTTPFlow, scheme: str, *, direct: bool = False) -> None:
    """Give a plain HTTP request the password of `upstream_auth` again, which `take_passwords` took off too.

    mitmproxy puts it on every plain request at its head, also on one that then goes to a vendor over TLS: there it
    must not be (CONNECT carries it).
    """
    addon = ctx.master.addons.get("upstreamauth")
    upstream = isinstance(flow.client_conn.proxy_mode, mode_specs.UpstreamMode)
    if upstream and scheme == "http" and not direct and addon is not None and addon.auth:
        flow.request.headers["proxy-authorization"] = addon.auth


_VERSIONS = ("HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/3")


def _host(authority: str) -> str:
    """The host of an authority, in the spelling of routes."""
    host, _, port = authority.rpartition(":")
    return normalise_host(host if host and port.isdigit() else authority)


def apply(flow: http.HTTPFlow, route: Route, path: str, *, websocket: bool) -> None:
    """Point a masked request at its destination. Scheme, host, port and path are set apart, never as one URL."""
    request = flow.request
    request.data.trailers = None
    if request.http_version not in _VERSIONS:  # somebody typed it
        request.http_version = "HTTP/1.1"
    edit_headers(request.headers, dict.fromkeys(route.drop_headers))
    for name, value in route.set_headers:
        request.headers[name] = value
    let_through_corporate_proxy(flow, route.scheme, direct=route.direct)
    moved = (request.scheme, request.host, request.port) != (route.scheme, route.host, route.port)
    named = {_host(name) for name in (request.authority, request.host_header) if name}
    if moved or (route.kind not in ("pass", "other") and named - {route.host}):
        request.scheme = route.scheme
        request.port = route.port
        request.host = route.host  # sets the Host header and :authority, too
        if "host" in request.headers or request.is_http11 or request.is_http10:
            request.headers["host"] = route.authority
    if path != request.path:
        request.path = path
    if websocket:
        request.headers.pop("sec-websocket-extensions", None)  # compressed frames are joined unbounded
    if route.direct:
        flow.server_conn.via = None
