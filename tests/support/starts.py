"""Proxies that are expected not to start, and clients that speak HTTP/2 only."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

from tests.support.proxy import Proxy


def ended(*options: str, **more: Any) -> tuple[int, str]:
    """Exit status and log of a start that ends by itself."""
    return next(iter(ended_all([(options, more)])))


def ended_all(starts: list[tuple[tuple[str, ...], dict[str, Any]]]) -> list[tuple[int, str]]:
    """The same for several at once."""
    proxies = [Proxy(*options, **more) for options, more in starts]
    try:
        for proxy in proxies:
            proxy.launch()
        return [(proxy.wait_exit(180), proxy.log) for proxy in proxies]
    finally:
        for proxy in proxies:
            proxy.__exit__()


class Http2Only(ssl.SSLContext):
    """httpx offers HTTP/1.1 first, and mitmproxy takes what a client likes best."""

    def set_alpn_protocols(self, alpn_protocols: Any) -> None:
        super().set_alpn_protocols(["h2"])


def http2_context(ca_file: Path) -> ssl.SSLContext:
    context = Http2Only(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=str(ca_file))
    context.set_alpn_protocols(["h2"])
    return context
