"""What the gateway answers itself and never sends on: the page and its events, probes, metrics, PAC file and CA.

Only clients that name the gateway by one of its own names get here, and no page of a foreign origin does.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import msgspec
from mitmproxy import ctx, http

from addon.before_after_view import BeforeAfterView, is_there
from addon.readiness import Health
from addon.request_state import RequestState
from addon.services import Services
from config.configuration import Config
from config.ip_addresses import is_private
from config.url_checks import DEFAULT_PORTS, is_private_link
from config.version import __version__
from redaction.errors import RedactionError
from redaction.restore.restore_key import RestoreKeyError, load_key
from redaction.spans import PLACEHOLDER
from reporting.pac import CONTENT_TYPE as PAC_TYPE
from reporting.pac import proxy_pac
from reporting.page_model import StatusView, TryResult
from reporting.recipes import fill, for_platform, recipes
from reporting.status_page.render import HEADERS, render_event, render_status
from reporting.try_form import TryToken, parse_try
from routing.hosts import KNOWN
from routing.owner_proof import KEY_FILE, Answer, Facts, is_challenge, proof_of
from routing.passthrough_rules import PAGES

_NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_DEFAULT_PORT = 8080
CA_FILE = "mitmproxy-ca-cert.pem"
# The page's events: not more often than this, and at the latest then (its times of day go on).
_EVENT_SECONDS, _NEWS_SECONDS = 1.0, 10.0
_MOST_WATCHERS = 32


class GatewayPages:
    """The gateway's own pages."""

    def __init__(self, services: Services, health: Health) -> None:
        self._services = services
        self._health = health
        self._token = TryToken()
        self._started = time.time()
        self._watchers = 0
        self._before_after = BeforeAfterView(services, self._token)

    async def answer(self, flow: http.HTTPFlow, live: RequestState, body: bytes) -> http.Response:
        """The page that the route names."""
        page = live.view.path.partition("?")[0].strip("/")
        allowed = {"try": ("POST",), "before-after": ("GET", "HEAD", "POST")}.get(page, ("GET", "HEAD"))
        if page == "try" and live.view.method in ("GET", "HEAD"):
            return http.Response.make(303, b"", {"location": "/", **_NO_STORE})
        if live.view.method not in allowed:
            return http.Response.make(405, b"", {"allow": ", ".join(allowed), **_NO_STORE})
        if PAGES.get(f"/{page}") == "none":
            return http.Response.make(404, b"", dict(_NO_STORE))
        match page:
            case "livez" | "readyz" | "healthz":
                return await self._health.probe(page, local=live.view.client_loopback and live.view.own_name)
            case "metrics":
                content, kind = self._services.records.metrics.render()
                return http.Response.make(200, content, {"content-type": kind, **_NO_STORE})
            case "proxy.pac":
                pac = proxy_pac(self.hosts(), *self._place(flow, live))
                return http.Response.make(200, pac, {"content-type": PAC_TYPE, **_NO_STORE})
            case "ca.pem":
                return _certificate()
            case "try":
                result = await self._try(body, flow.request.headers.get("content-type", ""))
                return http.Response.make(200, render_status(self._view(flow), result), dict(HEADERS))
            case "events":
                return await self._event(flow)
            case "prove":
                return self._prove(flow, live)
            case "before-after":
                return await self._before_after.answer(flow, live, body)
        return http.Response.make(200, render_status(self._view(flow)), dict(HEADERS))

    async def _event(self, flow: http.HTTPFlow) -> http.Response:
        """The live part of the page, as soon as something is new. mitmproxy sends an answer of ours only as a whole:
        so each event is an answer, and the browser's EventSource asks for the next one (WHATWG HTML, 9.2)."""
        if self._watchers >= _MOST_WATCHERS:
            return http.Response.make(503, b"", {"retry-after": "5", **_NO_STORE})
        records = self._services.records
        self._watchers += 1
        try:
            await asyncio.sleep(_EVENT_SECONDS)  # at most one event a second, however busy it is
            with suppress(TimeoutError):
                async with asyncio.timeout(_NEWS_SECONDS):
                    await records.news.wait()
            records.news.clear()
        finally:
            self._watchers -= 1
        return http.Response.make(
            200, render_event(self._view(flow)), {"content-type": "text/event-stream", **_NO_STORE}
        )

    def _place(self, flow: http.HTTPFlow, live: RequestState) -> tuple[str, int]:
        """Where a client reaches this proxy: never a name that only the request says."""
        config, port = self._services.config, _port(flow)
        if live.view.client_loopback:
            return "127.0.0.1", port
        if config is not None and config.public_url:
            parts = urlsplit(config.public_url)
            return parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
        if live.view.host in self._services.state.own.names:
            return live.view.host, live.view.port
        return str(flow.client_conn.sockname[0]), port

    def hosts(self) -> list[str]:
        """The host patterns that belong through this proxy."""
        settings = self._services.state.settings
        return [row.pattern for row in KNOWN] + [row.host for row in settings.hosts]

    def _prove(self, flow: http.HTTPFlow, live: RequestState) -> http.Response:
        """The answer to a challenge of `faasera run --use`: only the user whose folder this is can check it."""
        challenge = parse_qs(live.view.path.partition("?")[2]).get("challenge", [""])[0]
        config, confdir = self._services.config, Path(ctx.options.confdir).expanduser()
        here = live.view.client_loopback and live.view.own_name
        if config is None or not here or not is_challenge(challenge):
            return http.Response.make(404, b"", dict(_NO_STORE))
        try:
            key = load_key(confdir / KEY_FILE)
            ca = sha256((confdir / CA_FILE).read_bytes()).hexdigest()
        except (RestoreKeyError, OSError):
            return http.Response.make(404, b"", dict(_NO_STORE))
        facts = Facts(ca=ca, restore=config.redaction.restore.enabled, version=__version__)
        host, port = flow.client_conn.sockname[:2]
        answer = Answer(facts=facts, proof=proof_of(key, challenge, (host, port), facts))
        return http.Response.make(200, msgspec.json.encode(answer), {"content-type": "application/json", **_NO_STORE})

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
        checks = self._health.checks()
        failed = next((check for check in checks if check.required and not check.ok), None)
        state: Literal["masking", "paused"] = "masking" if failed is None else "paused"
        redaction, routing = pipeline.config.redaction, pipeline.config.routing
        port = _port(flow)
        mean = records.metrics.profiler_mean()
        ca = str(Path(ctx.options.confdir).expanduser() / CA_FILE)
        filled = tuple(fill(recipe, port=port, ca=ca) for recipe in for_platform(recipes(), sys.platform))
        now = time.time()
        return StatusView(
            now=now,
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
            minutes=tuple(records.history.minutes(now)),
            clients=tuple(records.history.table("client")),
            models=tuple(records.history.table("model")),
            coverage=records.coverage_meter.entries(),
            recent=tuple(reversed(records.recent)),
            recipes=filled,
            checks=checks,
            warnings=(*warnings_of(pipeline.config), *self._services.notices.values()),
            try_token=self._token.value,
            before_after=is_there(pipeline.config),
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


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _port(flow: http.HTTPFlow) -> int:
    sockname = flow.client_conn.sockname
    return int(sockname[1]) if sockname else _DEFAULT_PORT


def _certificate() -> http.Response:
    """The CA that clients of the interception door trust: the certificate, never the key."""
    path = Path(ctx.options.confdir).expanduser() / CA_FILE
    try:
        content = path.read_bytes()
    except OSError:
        return http.Response.make(404, b"", _NO_STORE)
    return http.Response.make(200, content, {"content-type": "application/x-pem-file", **_NO_STORE})


def warnings_of(config: Config) -> tuple[str, ...]:
    """What the operator allowed and everybody should see."""
    found = []
    if config.insecure:
        found.append("insecure: clients of other machines may speak plain HTTP: what they type can be read on the way")
    if config.redaction.profiler.insecure and not config.redaction.profiler.embedded:
        found.append("profiler.insecure: every text goes to the Profiler in the clear")
    for target in config.routing.targets.values():
        if target.scheme == "http" and "." in target.host and not is_private(target.host):
            found.append(f"targets.{target.name}.base_url: keys and masked texts go to it in the clear; use https")
    if ctx.options.ssl_insecure:
        found.append("ssl_insecure: whoever stands between this proxy and a vendor can read keys and masked text")
    if config.traces and not is_private_link(config.traces):
        found.append("traces: what is counted of each request goes to the collector in the clear")
    return tuple(found)
