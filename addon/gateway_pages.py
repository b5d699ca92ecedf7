"""What the gateway answers itself: `/`, `/try`, `/healthz`, `/metrics` and `/proxy.pac`. Never forwarded.

Only clients that name the gateway by one of its own names get here, and no page of a foreign origin does.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Literal

from mitmproxy import ctx, http

from addon.request_state import RequestState
from addon.services import Services
from redaction.errors import RedactionError
from redaction.profiler.http import HttpProfiler
from redaction.spans import PLACEHOLDER
from reporting import pages
from reporting.health import Check, answer
from reporting.pac import proxy_pac
from reporting.page_model import StatusView, TryResult
from reporting.recipe_table import RECIPES
from reporting.recipes import fill, for_platform
from reporting.try_form import TryToken, parse_try
from routing.hosts import KNOWN

_NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_DEFAULT_PORT = 8080
# /healthz asks the Profiler at most this often (when it was well, when it was not), and waits this long.
_ASK_SECONDS, _ASK_AGAIN_SECONDS = 10.0, 1.0
_ANSWER_SECONDS = 3.0


class GatewayPages:
    """The gateway's own pages."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._token = TryToken()
        self._started = time.time()
        self._asked: HttpProfiler | None = None
        self._ask_again = 0.0
        self._problem: str | None = None

    async def answer(self, flow: http.HTTPFlow, live: RequestState, body: bytes) -> http.Response:
        """The page that the route names."""
        page = live.view.path.partition("?")[0].strip("/")
        allowed = ("POST",) if page == "try" else ("GET", "HEAD")
        if page == "try" and live.view.method in ("GET", "HEAD"):
            return http.Response.make(303, b"", {"location": "/", **_NO_STORE})
        if live.view.method not in allowed:
            return http.Response.make(405, b"", {"allow": ", ".join(allowed), **_NO_STORE})
        match page:
            case "healthz":
                await self._ask_profiler()
                status, content = answer(self.checks())
                return http.Response.make(status, content, {"content-type": "application/json", **_NO_STORE})
            case "metrics":
                content, kind = self._services.records.metrics.render()
                return http.Response.make(200, content, {"content-type": kind, **_NO_STORE})
            case "proxy.pac":
                pac = proxy_pac(self.hosts(), "127.0.0.1", _port(flow))
                return http.Response.make(200, pac, {"content-type": "application/x-ns-proxy-autoconfig", **_NO_STORE})
            case "try":
                result = await self._try(body, flow.request.headers.get("content-type", ""))
                return http.Response.make(200, pages.render_try(self._view(flow), result), dict(pages.HEADERS))
        return http.Response.make(200, pages.render_status(self._view(flow)), dict(pages.HEADERS))

    def hosts(self) -> list[str]:
        """The host patterns that belong through this proxy."""
        settings = self._services.state.settings
        return [row.pattern for row in KNOWN] + [row.host for row in settings.hosts]

    async def _try(self, body: bytes, content_type: str) -> TryResult:
        pipeline = self._services.pipeline
        assert pipeline is not None
        try:
            form = parse_try(body, content_type, self._token)
        except ValueError as error:
            return TryResult(text="", error=str(error))
        policy = form.policy or pipeline.config.redaction.profiler.policy
        started = time.perf_counter()
        try:
            async with pipeline:
                masking = (await pipeline.masker.mask([form.text], policy)).maskings[form.text]
        except RedactionError as error:
            return TryResult(text=form.text, policy=policy, error=error.message)
        masked = masking.replacement
        counts = Counter(span.type for span in masking.spans) or Counter(
            found[1] for found in PLACEHOLDER.finditer(masked) if found[0] not in form.text
        )
        ms = (time.perf_counter() - started) * 1e3
        return TryResult(text=form.text, policy=policy, masked=masked, counts=counts, ms=ms)

    def _view(self, flow: http.HTTPFlow) -> StatusView:
        pipeline, records = self._services.pipeline, self._services.records
        assert pipeline is not None
        checks = self.checks()
        failed = next((check for check in checks if check.required and not check.ok), None)
        state: Literal["masking", "paused"] = "masking" if failed is None else "paused"
        redaction, routing = pipeline.config.redaction, pipeline.config.routing
        port = _port(flow)
        mean = records.metrics.profiler_mean()
        ca = str(Path(ctx.options.confdir).expanduser() / "mitmproxy-ca-cert.pem")
        recipes = tuple(fill(recipe, port=port, ca=ca) for recipe in for_platform(RECIPES, sys.platform))
        return StatusView(
            now=time.time(),
            started=self._started,
            state=state,
            reason=failed.detail if failed is not None else "",
            address=f"127.0.0.1:{port}",
            target=routing.target or "",
            profiler=redaction.profiler.endpoint,
            profiler_detail=f"answers in {mean * 1e3:.1f} ms" if mean is not None else "",
            policy=redaction.profiler.policy,
            policies=tuple(redaction.policies),
            restore=redaction.restore.enabled,
            audit=pipeline.config.audit or "",
            outcomes=records.metrics.outcomes(),
            masked=records.metrics.masked(),
            texts=records.metrics.texts(),
            coverage=records.coverage_meter.entries(),
            recent=tuple(reversed(records.recent)),
            recipes=recipes,
            checks=checks,
            try_token=self._token.value,
        )

    def banner(self) -> tuple[str, ...]:
        """The three lines of the start: where it listens, Profiler and policy, target and keys (by name)."""
        pipeline = self._services.pipeline
        if pipeline is None:
            return ("Faasera: the configuration cannot be used; nothing is sent",)
        settings, routing = pipeline.config.redaction.profiler, pipeline.config.routing
        server = ctx.master.addons.get("proxyserver")
        bound = server.listen_addrs() if server is not None else []
        places = sorted({f"{_host(a[0])}:{a[1]}" for a in bound}) or [f"port {ctx.options.listen_port}"]
        keys = [target.api_key_env for target in routing.targets.values() if target.api_key and target.api_key_env]
        profiler = "embedded" if settings.embedded else settings.endpoint
        restores = pipeline.config.redaction.restore.enabled
        return (
            f"Faasera: listening on {', '.join(places)} (gateway: http://{places[0]}/v1; proxy: the same address)",
            f"Faasera: Profiler {profiler}, policy {settings.policy}, reversible mode {'on' if restores else 'off'}",
            f"Faasera: target {routing.target or 'none (each request goes to its own home)'}, "
            f"fill-in keys: {', '.join(keys) or 'none'}",
        )

    def checks(self) -> tuple[Check, ...]:
        """What must hold for requests to be masked, and what should."""
        pipeline, records = self._services.pipeline, self._services.records
        if pipeline is None:
            return (Check("configuration", False, "the configuration cannot be used"),)
        found = [Check("configuration", True, pipeline.config.source), self._profiler(pipeline.profiler)]
        ca = Path(ctx.options.confdir).expanduser() / "mitmproxy-ca-cert.pem"
        found.append(Check("ca", ca.is_file(), "" if ca.is_file() else "no CA yet", required=False))
        if records.audit is not None:
            problem = records.audit.problem
            found.append(Check("audit", not problem, problem or "", required=False))
        return tuple(found)

    async def _ask_profiler(self) -> None:
        """Ask the service itself, now and then, also while requests leave it alone: whoever waits for 200 before
        sending requests again (a load balancer) must see it come back without one."""
        profiler = self._services.pipeline.profiler if self._services.pipeline is not None else None
        if not isinstance(profiler, HttpProfiler):
            self._problem = None
            return
        if self._asked is profiler and time.monotonic() < self._ask_again:
            return
        self._asked = profiler
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                self._problem = await profiler.check()
        except TimeoutError:
            self._problem = f"the Profiler did not answer within {_ANSWER_SECONDS:.0f} s"
        wait = _ASK_SECONDS if self._problem is None and not profiler.breaker.is_open else _ASK_AGAIN_SECONDS
        self._ask_again = time.monotonic() + wait

    def _profiler(self, profiler: object) -> Check:
        if isinstance(profiler, HttpProfiler):
            if profiler.breaker.is_open:
                return Check("profiler", False, "the Profiler does not answer: requests are refused until it does")
            if self._problem is not None and self._asked is profiler and time.monotonic() < self._ask_again:
                return Check("profiler", False, self._problem)
        return Check("profiler", True)


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _port(flow: http.HTTPFlow) -> int:
    sockname = flow.client_conn.sockname
    return int(sockname[1]) if sockname else _DEFAULT_PORT
