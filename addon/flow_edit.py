"""Small things done to a request's head and body on the flow: take the body off, put it back, apply a route."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from mitmproxy import ctx, flowfilter, http
from mitmproxy.proxy import mode_specs

from config.redaction_settings import Limits
from redaction.errors import BadDocument, BadEncoding, TooLarge
from redaction.redactor import Payload
from routing.decision import RequestView, Route

# A name that never resolves (RFC 2606): where a request stands until it may go somewhere.
PARKED_HOST = "faasera-parked.invalid"

# Headers that carry the name of an uploaded file (google-genai sends the first).
NAMING_HEADERS = ("x-goog-upload-file-name", "x-file-name", "x-filename", "slug", "content-disposition")
_UPLOAD_URLS = ("x-goog-upload-url", "x-goog-upload-control-url")

# Flow filters that ask for what is not there yet when the policy is chosen.
_TOO_EARLY = (
    flowfilter.FResp,
    flowfilter.FHeadResponse,
    flowfilter.FBod,
    flowfilter.FBodRequest,
    flowfilter.FBodResponse,
    flowfilter.FContentTypeResponse,
    flowfilter.FCode,
    flowfilter.FAsset,
    flowfilter.FErr,
)


class Parked:
    """The body of a request, taken off its flow, and the flow parked: a hook that dies now sends nothing.

    `body` is None when mitmproxy has already sent it on. `put_back` un-parks.
    """

    def __init__(self, flow: http.HTTPFlow) -> None:
        request = flow.request
        self._request = request
        self._headers = request.headers.copy()
        self._host = request.data.host
        self.body = request.raw_content
        request.data.content = b""
        request.data.trailers = None
        request.data.host = PARKED_HOST
        if self.body:
            request.headers["content-length"] = "0"
            request.headers.pop("transfer-encoding", None)

    def show_host(self) -> None:
        """Un-park the name only: the request is answered, and people look for it by its host."""
        self._request.data.host = self._host

    def put_back(self, body: bytes) -> None:
        """The body to send. An untouched one keeps its framing headers to the letter."""
        request = self._request
        if self.body:
            request.headers = self._headers.copy()
        if body is not self.body and "content-length" in request.headers:
            request.headers["content-length"] = str(len(body))
        request.data.host = self._host
        request.data.content = body


def hide_password(flow: http.HTTPFlow) -> None:
    """mitmproxy's proxyauth leaves (user, password) in the metadata, which is written to files."""
    found = flow.metadata.get("proxyauth")
    if found:
        flow.metadata["proxyauth"] = (found[0], "***")


def user(flow: http.HTTPFlow) -> str:
    """The name given to proxyauth, or ""."""
    found = flow.metadata.get("proxyauth")
    return str(found[0]) if found else ""


def check(flow: http.HTTPFlow, limits: Limits) -> None:
    """What the head alone forbids. Raises TooLarge, BadEncoding or BadDocument."""
    headers = flow.request.headers
    coding = headers.get("transfer-encoding", "").strip().lower()
    if coding not in ("", "chunked"):
        raise BadEncoding(
            "only chunked is understood as transfer-encoding; send the body plain", code="faasera_transfer_encoding"
        )
    length = headers.get("content-length", "").strip()
    if length.isascii() and length.isdigit() and int(length) > limits.body:
        raise TooLarge(f"the body is larger than {limits.body} bytes (limits.body)", code="faasera_body_too_large")
    upgrade = headers.get("upgrade", "").strip().lower()
    if upgrade and upgrade not in ("websocket", "h2c") and "upgrade" in headers.get("connection", "").lower():
        raise BadDocument(
            "only an upgrade to websocket can be masked; use plain HTTP/1.1 or HTTP/2 over TLS",
            code="faasera_upgrade_refused",
        )


def decline_h2c(flow: http.HTTPFlow) -> None:
    """Take an offer of HTTP/2 in the clear off: a server may ignore it (RFC 9110, 7.8), and the request goes on as
    HTTP/1.1. Java's own client makes that offer with every first request."""
    headers = flow.request.headers
    if headers.get("upgrade", "").strip().lower() == "h2c":
        for name in ("upgrade", "http2-settings"):
            headers.pop(name, None)
        options = [option.strip() for option in headers.get("connection", "").split(",")]
        kept = [option for option in options if option and option.lower() not in ("upgrade", "http2-settings")]
        headers.pop("connection", None)
        if kept:
            headers["connection"] = ", ".join(kept)


def check_size(body: bytes, limits: Limits) -> None:
    """Raises TooLarge for a body over `limits.body` (a chunked one says so only now)."""
    if len(body) > limits.body:
        raise TooLarge(f"the body is larger than {limits.body} bytes (limits.body)", code="faasera_body_too_large")


def wants_websocket(flow: http.HTTPFlow) -> bool:
    return str(flow.request.headers.get("upgrade", "")).strip().lower() == "websocket"


def is_signed(flow: http.HTTPFlow, path: str) -> bool:
    """Whether a signature covers the body (AWS SigV4, also in the query of `path`; poe.com's tag)."""
    headers = flow.request.headers
    return (
        str(headers.get("authorization", "")).lstrip().startswith("AWS4-")
        or "poe-tag-id" in headers
        or "x-amz-signature=" in path.lower()
    )


def payload(flow: http.HTTPFlow, body: bytes, dialect: str, policy: str, path: str) -> Payload:
    """A request's body for the redactor; `path` is the one the client sent."""
    headers = flow.request.headers
    return Payload(
        body,
        "files" if is_upload(path, headers.get("x-goog-upload-command", "")) else dialect,
        policy,
        content_type=headers.get("content-type", ""),
        content_encoding=headers.get("content-encoding", ""),
        signed=is_signed(flow, path),
    )


def is_upload(path: str, command: str) -> bool:
    """Whether a whole body is a file (Google's `/upload/v1beta/files`): JSON in it is the user's own. What starts an
    upload only describes it."""
    return "/upload/" in unquote(path.partition("?")[0]).lower() and command.strip().lower() != "start"


def lead_back(flow: http.HTTPFlow, view: RequestView, route: Route) -> None:
    """Google answers the start of an upload with a URL for the bytes, on its own host: at the gateway the bytes of
    the file would go past this proxy, so the URL is made to name the gateway."""
    assert flow.response is not None
    for name in _UPLOAD_URLS:
        url = urlsplit(flow.response.headers.get(name, ""))
        if url.hostname == route.host and view.authority:
            flow.response.headers[name] = urlunsplit((view.scheme, view.authority, url.path, url.query, ""))


def ascii_query(query: str) -> str:
    """A query string with what is not ASCII (some clients send raw UTF-8, or worse) percent-encoded."""
    if query.isascii():
        return query
    return "".join(c if c.isascii() else quote(c.encode("utf-8", "surrogateescape")) for c in query)


def query_names(query: str) -> set[str]:
    """The lower-case parameter names of a query string."""
    return {pair.partition("=")[0].lower() for pair in query.split("&")}


def let_through_corporate_proxy(flow: http.HTTPFlow, scheme: str, *, direct: bool = False) -> None:
    """Give a plain HTTP request the password of `upstream_auth` again, which `hide` took off with the client's.

    mitmproxy puts it on every plain request at its head, also on one that then goes to a vendor over TLS: there it
    must not be (CONNECT carries it).
    """
    addon = ctx.master.addons.get("upstreamauth")
    upstream = isinstance(flow.client_conn.proxy_mode, mode_specs.UpstreamMode)
    if upstream and scheme == "http" and not direct and addon is not None and addon.auth:
        flow.request.headers["proxy-authorization"] = addon.auth


def apply(flow: http.HTTPFlow, route: Route, path: str) -> None:
    """Point a masked request at its destination. Scheme, host, port and path are set apart, never as one URL."""
    request = flow.request
    for name in route.drop_headers:
        request.headers.pop(name, None)
    for name, value in route.set_headers:
        request.headers[name] = value
    let_through_corporate_proxy(flow, route.scheme, direct=route.direct)
    moved = (request.scheme, request.host, request.port) != (route.scheme, route.host, route.port)
    if moved:
        request.scheme = route.scheme
        request.port = route.port
        request.host = route.host  # sets the Host header and :authority, too
        if "host" in request.headers or request.is_http11 or request.is_http10:
            request.headers["host"] = route.authority
    if path != request.path:
        request.path = path
    if wants_websocket(flow):
        request.headers.pop("sec-websocket-extensions", None)  # compressed frames are joined unbounded
    if route.direct:
        flow.server_conn.via = None


def filter_problem(parsed: Any) -> str:
    """Why a flow filter cannot choose a policy, or ""."""
    if isinstance(parsed, _TOO_EARLY):
        return f"~{parsed.code} looks at a body or a response, which are not there when the policy is chosen"
    for part in getattr(parsed, "lst", None) or ([parsed.itm] if hasattr(parsed, "itm") else []):
        if problem := filter_problem(part):
            return problem
    return ""
