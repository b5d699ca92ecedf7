"""Answers of a target that name its own host are made to name the gateway: a client must not be led past this proxy.

A redirect, the place of a made resource, a link to the next page, or the URL of a resumable upload (RFC 9110, 10.2.2
and 8.7; RFC 8288; `Refresh` of HTML 7.8; Google's and Azure's upload headers) is where the client sends its next body,
unmasked if it goes there directly. `Alt-Svc` (RFC 7838) would lead it past by QUIC: it goes.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from mitmproxy import http

from config.ip_addresses import normalise_host
from routing.decision import RequestView, Route

# Read relative to the request; any other header counts only where it is a whole URL on the target's host.
_RELATIVE = frozenset({"location", "content-location"})
# A client repeats method and body (RFC 9110, 15.4.8 and 15.4.9).
_REPEATS_BODY = frozenset({307, 308})
# Headers whose value holds URLs among other words.
_URLS_IN = {
    "link": re.compile(r"(?<=<)https?://[^<>\s]{1,2000}(?=>)", re.IGNORECASE),
    "refresh": re.compile(r"https?://[^\s'\";,]{1,2000}", re.IGNORECASE),
}
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def lead_back(response: http.Response, view: RequestView, route: Route) -> str:
    """Rewrite what leads to the target's own host. Gives the host that a body would go to elsewhere, or ""."""
    base = f"{route.scheme}://{route.authority}{route.path}"
    response.headers.pop("alt-svc", None)
    for name, value in list(response.headers.items()):
        if (urls := _URLS_IN.get(name.lower())) is not None:
            response.headers[name] = urls.sub(lambda found: _own(found.group(), view, route), value)
            continue
        relative = name.lower() in _RELATIVE
        if not relative and not value.startswith(("http://", "https://")):
            continue
        url = _split(base if relative else "", value)
        if url is not None and _is_target(url, route):
            response.headers[name] = _at_the_gateway(url, view) or value
        elif name.lower() == "location" and response.status_code in _REPEATS_BODY:
            return (url.hostname if url is not None else "") or "an address that cannot be read"
    return ""


def _at_the_gateway(url: SplitResult, view: RequestView) -> str:
    """The same place at the gateway, "" where the client did not say how it calls that."""
    return urlunsplit((view.scheme, view.authority, url.path, url.query, url.fragment)) if view.authority else ""


def _own(value: str, view: RequestView, route: Route) -> str:
    """A URL on the target's host as one at the gateway; any other as it is."""
    url = _split("", value)
    return _at_the_gateway(url, view) or value if url is not None and _is_target(url, route) else value


def _split(base: str, value: str) -> SplitResult | None:
    """The URL that a client would read, None where it cannot be read."""
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
