"""URLs and origins of the configuration: one spelling, nothing in them that could lead a request astray."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from config.config_errors import BadSettings
from config.ip_addresses import is_address, is_loopback, normalise_host

DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?", re.ASCII)
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})


def is_host_name(host: str) -> bool:
    """Whether a normalised `host` is a plain name or address: no port, path or wildcard."""
    if ":" in host:
        return is_address(host)
    return _HOST.fullmatch(host) is not None and ".." not in host


def check_origin(origin: str, key: str) -> str:
    """An origin as browsers send it: scheme, host, port, lower case, nothing else. Raises BadSettings."""
    parts = _split(origin)
    if (
        parts is None
        or not parts.scheme
        or not parts.netloc
        or parts.path
        or "@" in parts.netloc
        or set("?#*") & set(origin)
    ):
        raise BadSettings(key, "must be an origin such as https://app.example or http://localhost:3000")
    return origin.lower()


def check_base_url(url: str, key: str) -> str:
    """`url` without slashes at its end. Raises BadSettings unless it is plain http(s)://host[:port][/path]."""
    parts = _split(url)
    if parts is None or parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise BadSettings(key, "must be a URL such as https://llm.example/v1")
    if "@" in parts.netloc:
        raise BadSettings(key, "must have no user or password: use api_key_env")
    if "?" in url or "#" in url:
        raise BadSettings(key, "must have no query and no fragment")
    if any(segment in (".", "..") for segment in parts.path.split("/")):
        raise BadSettings(key, "must have no . or .. in its path")
    host = normalise_host(parts.hostname)
    if not is_host_name(host):
        raise BadSettings(key, "must have a plain host name")
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{re.sub('/+', '/', parts.path).rstrip('/')}"


def leads_back(url: str, listen: set[tuple[str, int]]) -> bool:
    """Whether `url` (a checked base URL) is one of the proxy's own sockets `listen` (host, port).

    A listener on all interfaces (`""`, `0.0.0.0`, `::`) is met by every loopback name too.
    """
    parts = urlsplit(url)
    host, port = normalise_host(parts.hostname or ""), parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    for own, own_port in listen:
        own = normalise_host(own)
        if port == own_port and (host == own or (is_loopback(host) and (own in _EVERYWHERE or is_loopback(own)))):
            return True
    return False


def _split(url: str) -> SplitResult | None:
    if not url.isascii() or any(c <= " " or c == "\x7f" or c == "\\" for c in url):
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None
