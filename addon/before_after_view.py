"""The page's view of the last requests before and after masking: off by default, for this machine, behind a token.

The token is printed to standard error, not to mitmproxy's log: that is shown in mitmweb and may be kept.
"""

from __future__ import annotations

import asyncio
import sys
import time
from functools import cache

from mitmproxy import http

from addon.options import listen_hosts
from addon.request_state import RequestState
from addon.services import Services
from config.configuration import Config
from config.ip_addresses import is_loopback
from config.policy_presets import resolve_policies
from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import CompiledPolicy, compile_policy
from redaction.report import Report
from redaction.spans import PLACEHOLDER
from reporting import sanitize
from reporting.before_after import Excerpts, Exchange, excerpts
from reporting.status_page.render import FORM_HEADERS, render_before_after
from reporting.try_form import TryToken, read_form


def is_there(config: Config | None) -> bool:
    """Whether there is such a view: switched on, and nobody but this machine's people can connect."""
    return config is not None and config.redaction.before_after and not others_may_connect(config)


def others_may_connect(config: Config) -> bool:
    """Whether anything is set up for clients of other machines, or for web pages of other origins."""
    gateway = config.routing.gateway
    return bool(
        not all(is_loopback(host) for host in listen_hosts())
        or config.gateway_key
        or config.listen.tls
        or config.public_url
        or config.insecure
        or gateway.keys
        or gateway.names
        or gateway.origins
        or gateway.trusted_proxies
        or gateway.path_keys
    )


class BeforeAfterView:
    """Keeps requests while the view is there, and answers its page."""

    def __init__(self, services: Services, page_token: TryToken) -> None:
        self._services = services
        self._page_token = page_token

    async def answer(self, flow: http.HTTPFlow, live: RequestState, body: bytes) -> http.Response:
        """The form, or what a valid token opens. Only this page may post, and only a client of this machine."""
        kept = self._services.before_after
        if not is_there(self._services.config) or not (live.view.client_loopback and live.view.own_name):
            kept.forget()
            return http.Response.make(404, b"", {"cache-control": "no-store"})
        said, token, left = "", "", 0
        if live.view.method == "POST":
            try:
                fields = read_form(body, flow.request.headers.get("content-type", ""), self._page_token)
            except ValueError as error:
                fields, said = {}, str(error)
            if fields.get("do") == "print":
                said = self._print(live)
            elif fields:
                token = fields.get("view", "")
                left = kept.minutes_left(token)
                self._tell("shown" if left else "refused", live)
                said = "" if left else "This token is wrong, or its 10 minutes are over. Print one."
        content = render_before_after(
            tuple(reversed(kept.kept)) if left else (), now=time.time(), page_token=self._page_token.value,
            token=token if left else "", minutes=left, said=said,
        )  # fmt: skip
        return http.Response.make(200, content, dict(FORM_HEADERS))

    def _print(self, live: RequestState) -> str:
        token = self._services.before_after.new_token()
        if not token:
            return "It was printed a moment ago: see the proxy's terminal."
        self._tell("token printed", live)
        try:
            print(f"Faasera: token of the before and after view, for 10 minutes: {token}", file=sys.stderr, flush=True)
        except OSError:
            return "The proxy has no terminal to print it in."
        return "Printed in the proxy's terminal (its standard error). Copy it from there."

    def _tell(self, what: str, live: RequestState) -> None:
        self._services.records.event("before_after", what=what, client=live.client)


async def keep(services: Services, live: RequestState, report: Report) -> None:
    """Keep what one body, or one message, was and became, while the view is there."""
    if not report.changed_texts:
        return
    if not is_there(live.pipeline.config):
        services.before_after.forget()
        return
    policy = live.pipeline.config.redaction.policies.get(live.policy, Policy())
    made = await asyncio.to_thread(_excerpts, report, frozenset(policy.one_way))
    host = live.route.host if live.route is not None else live.view.host
    services.before_after.kept.append(
        Exchange(live.started, live.user or live.client, host, sanitize.model(report.model), made.texts, made.more)
    )


def _excerpts(report: Report, one_way: frozenset[str]) -> Excerpts:
    texts = [
        (text, [(start, end, new, kind) for (start, end, new), kind in zip(done.edits, done.types, strict=False)])
        for text, done in report.changed_texts or ()
        # Not what a Profiler rewrote as a whole: it has no values to show, and nobody looked for secrets in it.
        if done.types
        and len(done.types) <= len(done.edits)
        and all(PLACEHOLDER.fullmatch(new) for _, _, new in done.edits[: len(done.types)])
    ]
    found = excerpts(texts, _secrets, one_way)
    return found._replace(more=found.more + len(report.changed_texts or ()) - len(texts))


def _secrets(text: str) -> list[tuple[int, int, str]]:
    """Secrets by the rules, whatever the request's policy says of them."""
    return [(span.start, span.end, span.type) for span in Detector().find(text, _secret_policy())]


@cache
def _secret_policy() -> CompiledPolicy:
    return compile_policy(resolve_policies({})["secrets-only"])
