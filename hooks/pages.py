"""What the gateway answers itself: `/healthz`, `/metrics`, `/proxy.pac` and `/`. Never forwarded.

Only clients that name the gateway by one of its own names get here, and no page of a foreign origin does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mitmproxy import ctx, http

from hooks.live import Live
from reporting.health import Check, answer
from reporting.pac import proxy_pac
from routing.hosts import KNOWN

if TYPE_CHECKING:
    from hooks.proxy import Proxy

_NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class Pages:
    """The gateway's own pages."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy

    async def answer(self, flow: http.HTTPFlow, live: Live, body: bytes) -> http.Response:
        """The page that the route names."""
        if live.view.method not in ("GET", "HEAD"):
            return http.Response.make(405, b"", {"allow": "GET, HEAD", **_NO_STORE})
        match live.view.path.partition("?")[0].strip("/"):
            case "healthz":
                status, content = answer([self._profiler(), self._configuration()])
                return http.Response.make(status, content, {"content-type": "application/json", **_NO_STORE})
            case "metrics":
                content, kind = self._proxy.records.metrics.render()
                return http.Response.make(200, content, {"content-type": kind, **_NO_STORE})
            case "proxy.pac":
                port = flow.client_conn.sockname[1] if flow.client_conn.sockname else 8080
                pac = proxy_pac(self._hosts(), "127.0.0.1", port)
                return http.Response.make(200, pac, {"content-type": "application/x-ns-proxy-autoconfig", **_NO_STORE})
        text = "\n".join([*self.banner(), "", self._proxy.records.coverage_meter.text(), ""])
        return http.Response.make(200, text.encode(), {"content-type": "text/plain; charset=utf-8", **_NO_STORE})

    def _hosts(self) -> list[str]:
        """The host patterns that belong through this proxy."""
        settings = self._proxy.state.settings
        return [row.pattern for row in KNOWN] + [row.host for row in settings.hosts]

    def banner(self) -> tuple[str, ...]:
        """The three lines of the start: where it listens, Profiler and policy, target and keys (by name)."""
        engine = self._proxy.engine
        if engine is None:
            return ("Faasera: the configuration cannot be used; nothing is sent",)
        settings, routing = engine.config.redaction.profiler, engine.config.routing
        server = ctx.master.addons.get("proxyserver")
        bound = server.listen_addrs() if server is not None else []
        places = sorted({f"{_host(a[0])}:{a[1]}" for a in bound}) or [f"port {ctx.options.listen_port}"]
        keys = [target.api_key_env for target in routing.targets.values() if target.api_key and target.api_key_env]
        profiler = "embedded" if settings.embedded else settings.endpoint
        return (
            f"Faasera: listening on {', '.join(places)} (gateway: http://{places[0]}/v1; proxy: the same address)",
            f"Faasera: Profiler {profiler}, policy {settings.policy}",
            f"Faasera: target {routing.target or 'none (each request goes to its own home)'}, "
            f"fill-in keys: {', '.join(keys) or 'none'}",
        )

    def _profiler(self) -> Check:
        engine = self._proxy.engine
        breaker = getattr(engine.profiler, "breaker", None) if engine is not None else None
        is_open = bool(breaker is not None and breaker.is_open)
        return Check("profiler", not is_open, "the Profiler does not answer" if is_open else "")

    def _configuration(self) -> Check:
        return Check("configuration", self._proxy.engine is not None)


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
