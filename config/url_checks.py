"""URLs and origins of the configuration: one spelling, nothing in them that could lead a request astray."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from config.ip_addresses import is_address, is_loopback, normalise_host

DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?", re.ASCII)
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})


def is_host_name(host: str) -> bool:
    """Whether a normalised `host` is a plain name or address: no port, path or wildcard."""
    if ":" in host:
        return is_address(host)
    return _HOST.fullmatch(host) is not None and ".." not in host


def check_origin(origin: object) -> str:
    """An origin as browsers send it: scheme, host, port, lower case. Raises ValueError with the reason."""
    parts = _split(origin)
    if (
        not isinstance(origin, str)
        or parts is None
        or not parts.scheme
        or not parts.netloc
        or parts.path
        or "@" in parts.netloc
        or set("?#*") & set(origin)
    ):
        raise ValueError("must be an origin such as https://app.example or http://localhost:3000")
    return origin.lower()


def check_base_url(url: object) -> str:
    """`url` without slashes at its end. Raises ValueError unless it is plain http(s)://host[:port][/path]."""
    parts = _split(url)
    if not isinstance(url, str) or parts is None or parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError("must be a URL such as https://llm.example/v1")
    if "@" in parts.netloc:
        raise ValueError("must have no user or password: use api_key_env")
    if "?" in url or "#" in url:
        raise ValueError("must have no query and no fragment")
    if any(segment in (".", "..") for segment in parts.path.split("/")):
        raise ValueError("must have no . or .. in its path")
    host = normalise_host(parts.hostname)
    if not is_host_name(host):
        raise ValueError("must have a plain host name")
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{re.sub('/+', '/', parts.path).rstrip('/')}"


def check_url(url: object, expected: str = "a URL such as http://proxy.example:3128") -> str:
    """`url` when it is an absolute http or https URL with a host; a password is allowed. Raises ValueError."""
    parts = _split(url)
    if not isinstance(url, str) or parts is None or parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"must be {expected}")
    return url


def check_endpoint(url: object) -> str:
    """The base URL of a Profiler without slashes at its end. Raises ValueError."""
    checked = check_url(url, "embedded, or a URL such as https://profiler.example:8443").rstrip("/")
    if "?" in checked or "#" in checked or "@" in urlsplit(checked).netloc:
        raise ValueError("must have no credentials, query or fragment")
    return checked


def check_state(url: object) -> str:
    """`memory`, or the URL of a Valkey or Redis server: TLS unless it is on this machine. Raises ValueError."""
    if url == "memory":
        return "memory"
    expected = "must be memory, or a URL such as valkeys://user:password@store.example:6379/0"
    parts = _split(url)
    if not isinstance(url, str) or parts is None or not parts.hostname:
        raise ValueError(expected)
    if parts.scheme not in ("valkey", "valkeys", "redis", "rediss") or parts.query or parts.fragment:
        raise ValueError(expected)
    if parts.path.strip("/") and not parts.path.strip("/").isdigit():
        raise ValueError("the database of the store must be a number")
    if parts.scheme in ("valkey", "redis") and not is_loopback(parts.hostname):
        raise ValueError("a store on another machine needs TLS: valkeys:// or rediss://")
    return url


def is_private_link(url: str) -> bool:
    """Whether nobody on the way can read what goes to a checked URL: TLS, or this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def check_host(host: object) -> str:
    """A normalised host name. Raises ValueError for what is none."""
    name = normalise_host(host) if isinstance(host, str) else ""
    if not name or not is_host_name(name):
        raise ValueError("must be a host name without scheme, port or path")
    return name


def check_host_pattern(host: object) -> str:
    """A normalised host name, or `*.name`. Raises ValueError."""
    name = normalise_host(host) if isinstance(host, str) else ""
    if not is_host_name(name.removeprefix("*.")) or (name.startswith("*.") and "." not in name[2:]):
        raise ValueError("must be a host name without scheme, port or path, or *.name")
    return name


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


def _split(url: object) -> SplitResult | None:
    if not isinstance(url, str) or not url.isascii() or any(c <= " " or c == "\x7f" or c == "\\" for c in url):
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None
