"""No answer leads a client past this proxy.

A redirect, the place of a made resource, a link to the next page, or the URL of a resumable upload (RFC 9110, 10.2.2
and 8.7; RFC 8288; `Refresh` of HTML 7.8; Google's and Azure's upload headers) is where the client sends its next body,
unmasked if it goes there directly. At the gateway what is on the target's own host is made to name the gateway;
what would take a body elsewhere is refused, at both doors. `Alt-Svc` (RFC 7838) would lead past by QUIC: it goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from mitmproxy import http

from addon.flow_edit import edit_headers
from addon.flow_view import by_name
from config.ip_addresses import normalise_host
from routing.decision import RequestView, Route

# Read relative to the request, as is every header that names an upload; any other counts only where it is a whole URL
# on the target's host.
_RELATIVE = frozenset({"location", "content-location"})
_ABSOLUTE = ("http://", "https://")
# Headers whose value holds URLs among other words.
_URLS_IN = {
    "link": re.compile(r"(?<=<)https?://[^<>\s]{1,2000}(?=>)", re.IGNORECASE),
    "refresh": re.compile(r"https?://[^\s'\";,]{1,2000}", re.IGNORECASE),
}
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
# What browsers and Node (WHATWG URL: backslashes and any number of slashes begin a host) read otherwise than the rest
# (RFC 3986), once the characters are away that both leave out.
_LEFT_OUT = re.compile(r"^[\x00-\x20]+|[\t\r\n]")
_TWO_READINGS = re.compile(r"[^?#]*\\|(?:[a-z][a-z0-9+.-]*:)?///|https?:(?!//)", re.IGNORECASE)
_UNREADABLE = "an address that cannot be read"

# Whether a client that goes through this proxy is read at (host, port) too.
type IsRead = Callable[[str, int], bool]


def lead_back(response: http.Response, view: RequestView, route: Route) -> str:
    """At the gateway: rewrite what leads to the target's own host. Gives the host that a body would go to elsewhere,
    or ""."""
    edits: dict[str, str | None] = {"alt-svc": None}
    headers = by_name(response.headers.items(multi=True))
    for name, value in headers.items():
        if (urls := _URLS_IN.get(name)) is not None:
            edits[name] = urls.sub(lambda found: _own(found.group(), view, route), value)
        elif value.lower().startswith(_ABSOLUTE) and not _is_relative(name):
            edits[name] = _own(value, view, route)
    for name, url in _places(headers, route):
        if url is not None and _is_target(url, route):
            edits[name] = _at_the_gateway(url, view)
        elif _takes_a_body(name, response.status_code, view):
            return _host(url)
    edit_headers(response.headers, {name: value for name, value in edits.items() if value != headers.get(name)})
    return ""


def lead_past(response: http.Response, view: RequestView, route: Route, is_read: IsRead) -> str:
    """At the interception door, where a client comes back to this proxy for every host: the host that a body would go
    to and that is not read, or ""."""
    response.headers.pop("alt-svc", None)
    for name, url in _places(by_name(response.headers.items(multi=True)), route):
        if not _takes_a_body(name, response.status_code, view) or (url is not None and _is_target(url, route)):
            continue
        if url is None or not url.hostname or not is_read(url.hostname, url.port or _PORTS.get(url.scheme, 0)):
            return _host(url)
    return ""


def _places(headers: Mapping[str, str], route: Route) -> Iterator[tuple[str, SplitResult | None]]:
    """(name of a header, the URL in it as a client reads it) of every header that says where to go on."""
    base = f"{route.scheme}://{route.authority}{route.path}"
    for name, value in headers.items():
        if _is_relative(name):
            yield name, _split(base, value)


def _is_relative(name: str) -> bool:
    return name in _RELATIVE or _names_an_upload(name)


def _names_an_upload(name: str) -> bool:
    """`X-Goog-Upload-URL`, `X-Goog-Upload-Control-URL` and their like."""
    return "upload" in name and name.endswith(("url", "uri", "location"))


def _takes_a_body(name: str, status: int, view: RequestView) -> bool:
    """Whether a client sends a body to the place that a header of an answer names: the place of an upload, and by a
    redirect that keeps the method (RFC 9110, 15.4: 307 and 308 always, 303 never, 301 and 302 for all but POST; curl
    keeps it for the others)."""
    if _names_an_upload(name):
        return True
    if name != "location":
        return False
    if 200 <= status < 300:
        return _starts_an_upload(view)
    if status in (307, 308):
        return True
    method = view.method.upper()
    kept = method != "POST" or status not in (301, 302)
    return 300 <= status < 400 and status != 303 and method not in ("GET", "HEAD") and kept


def _starts_an_upload(view: RequestView) -> bool:
    """Google's resumable uploads and tus say so in their path or headers; the answer's `Location` takes the file."""
    return "upload" in view.path.lower() or any("upload" in name.lower() for name, _ in view.headers)


def _host(url: SplitResult | None) -> str:
    return (url.hostname if url is not None else "") or _UNREADABLE


def _at_the_gateway(url: SplitResult, view: RequestView) -> str:
    """The same place at the gateway, without a name where the client did not say how it calls that."""
    if view.authority:
        return urlunsplit((view.scheme, view.authority, url.path, url.query, url.fragment))
    return urlunsplit(("", "", "/" + url.path.lstrip("/\\"), url.query, url.fragment))


def _own(value: str, view: RequestView, route: Route) -> str:
    """A URL on the target's host as one at the gateway; any other as it is."""
    url = _split("", value)
    return _at_the_gateway(url, view) if url is not None and _is_target(url, route) else value


def _split(base: str, value: str) -> SplitResult | None:
    """The URL that a client would read, None where it cannot be read, or in two ways."""
    if _TWO_READINGS.match(_LEFT_OUT.sub("", value)):
        return None
    try:
        url = urlsplit(urljoin(base, value))
        _ = url.port
    except ValueError:
        return None
    return url


def _is_target(url: SplitResult, route: Route) -> bool:
    """Whether a URL is on the target's host, over TLS or not: a target behind TLS may name its plain address."""
    if url.hostname is None or normalise_host(url.hostname) != normalise_host(route.host):
        return False
    port = url.port or _PORTS.get(url.scheme, 0)
    return port == route.port or {port, route.port} <= {80, 443}
