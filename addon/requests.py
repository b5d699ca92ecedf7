"""The way of a request: arrive, be masked, be routed, be sent; and what is noted of it.

Every method is called by the guard inside its `try`. `refuse` is the one way to say no: the response is set first,
then the body is taken off the flow.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mitmproxy import connection, ctx, http

from addon import flow_edit, upstream_responses
from addon.error_responses import error_answer
from addon.flow_view import from_loopback, header_pairs, judge, request_view
from addon.gateway_pages import GatewayPages
from addon.lifecycle import Lifecycle
from addon.request_state import RequestState, Snapshot
from addon.restoring import ask_for_plain
from addon.websockets import WebSockets
from config.redaction_settings import Policy
from redaction.errors import NotRedactable, ProfilerFailed, RedactionError
from redaction.restore.note import takes_note
from routing.credentials import is_credential_query
from routing.decision import Route
from routing.gateway_access import admit, cors_headers, is_preflight, judge_destination, judge_origin, take_gateway_key
from routing.router import is_llm_bound, route
from routing.routing_errors import GatewayClosed, RoutingError, UnknownAuthority

if TYPE_CHECKING:
    from addon.connections import Connections

NOT_A_NAME = "this proxy does not answer to that host name; add the name to gateway.names"
# Requests whose end mitmproxy never reports (a client that left before the first hook was done).
_MOST_LIVE = 20_000


class RequestHandler(Lifecycle):
    """The proxy of one mitmproxy. `configure` builds it; until it has worked once, nothing is LLM-bound."""

    connections: Connections

    def __init__(self, home: Path, environ: Mapping[str, str] = os.environ) -> None:
        super().__init__(home, environ)
        self.frames = WebSockets(self)
        self.pages = GatewayPages(self)

    # -- requests --------------------------------------------------------------------------------------------------

    def client_left(self, client: connection.Client) -> None:
        """Whatever mitmproxy reports of them, no request of this client is under way any more."""
        for name in [name for name, live in self._flows.items() if live.connection == client.id]:
            del self._flows[name]

    def concerns(self, flow: http.HTTPFlow) -> bool:
        return flow.id in self._flows

    def hide(self, flow: http.HTTPFlow) -> None:
        """Take off what is meant for mitmproxy only, also from a request that it has answered already (407)."""
        flow_edit.hide_password(flow)
        flow.request.headers.pop("proxy-authorization", None)

    def arrive(self, flow: http.HTTPFlow) -> bool:
        """The head is here. Returns whether the request is LLM-bound; a response is set if it is refused."""
        request = flow.request
        request.stream = False
        door = judge(flow, self.state.own)
        headers, path, key = header_pairs(flow), request.path, None
        if door == "gateway":
            key, path = take_gateway_key(headers, path)
            if "x-faasera-key" in request.headers or path != request.path:
                request.headers.pop("x-faasera-key", None)
                request.path = path
                headers = header_pairs(flow)
        view = request_view(flow, door, headers, path)
        if not is_llm_bound(view, self.state):
            self._pass(flow, view.client_loopback)
            return False
        assert self.engine is not None
        peer = flow.client_conn.peername
        live = RequestState(view, self.engine, self.rules.policy(flow), peer[0] if peer else "", flow_edit.user(flow))
        self._flows[flow.id] = live
        live.connection = flow.client_conn.id
        request.path = path.partition("?")[0]  # queries hold text; nobody sees one before it is masked
        if len(self._flows) > _MOST_LIVE:
            del self._flows[next(iter(self._flows))]
        try:
            if door == "gateway":
                admit(view.client_loopback, key, self.engine.config.gateway_key)
                origin = judge_origin(headers, self.state.own)
                live.cors = cors_headers(origin, headers)
                if is_preflight(view.method, headers):
                    live.outcome = "clean"
                    flow.response = http.Response.make(204, b"", dict(live.cors))
            else:
                self.admit_interception(flow)
            flow_edit.check(flow, self.engine.config.redaction.limits)
            flow_edit.decline_h2c(flow)
        except (RoutingError, RedactionError) as error:
            self._refuse_with(flow, error)
        return True

    def admit_interception(self, flow: http.HTTPFlow) -> None:
        """Raises GatewayClosed for a client of another machine where no proxyauth keeps that door."""
        if not from_loopback(flow.client_conn) and not ctx.options.proxyauth:
            raise GatewayClosed(
                "this proxy is open to this machine only; set mitmproxy's proxyauth to open it to others"
            )

    def _pass(self, flow: http.HTTPFlow, client_loopback: bool) -> None:
        """A request that is not LLM-bound: left alone, unless its client may not use this proxy for it."""
        try:
            self.admit_interception(flow)
            judge_destination(flow.request.host, client_loopback)
            flow_edit.let_through_corporate_proxy(flow, flow.request.scheme)
        except RoutingError as error:
            flow.response = error_answer("unknown", error.status, error.code, error.message)

    async def mask(self, flow: http.HTTPFlow) -> None:
        """Take the body, decide the route, put the masked body back."""
        live = self._flows[flow.id]
        if live.masked is None:
            await self._mask(flow, live)

    async def overlooked(self, flow: http.HTTPFlow) -> bool:
        """A request that was not LLM-bound when its head came, or is answered already. Whether it is LLM-bound now:
        an addon, or somebody who edited it while it was paused, may have pointed it at an LLM."""
        if flow.response is None and flow.intercepted:
            await flow.wait_for_resume()
        if flow.response is not None:
            if self.is_bound(flow):
                self.wipe(flow)
            return False
        if await self.connections.leads_back(flow.request.host, flow.request.port):
            self.refuse(flow, 400, UnknownAuthority.code, NOT_A_NAME)
            return False
        return self.arrive(flow)

    def is_bound(self, flow: http.HTTPFlow) -> bool:
        """Whether a request, as it stands now, is LLM-bound."""
        door = judge(flow, self.state.own)
        return is_llm_bound(request_view(flow, door, header_pairs(flow), flow.request.path), self.state)

    async def send(self, flow: http.HTTPFlow) -> None:
        """The last pass: wait for a paused flow, mask what was edited in it, and let it go to its route."""
        live = self._flows[flow.id]
        if flow.intercepted:
            await flow.wait_for_resume()
        await self._mask_edits(flow, live)
        while live.route is not None and flow.response is None and await self._reachable(flow, live.route):
            if not await self._mask_edits(flow, live):
                break
        if flow.response is not None or live.route is None:
            return
        # From here to the socket nothing is awaited: what was compared last is what goes out.
        flow_edit.apply(flow, live.route, live.path)
        if live.scope is not None:
            ask_for_plain(flow, live.scope)
        self.connections.approve(flow.client_conn, live.route.host, live.route.port)
        live.ms = live.elapsed()

    async def _mask_edits(self, flow: http.HTTPFlow, live: RequestState) -> bool:
        """Mask a request that stands otherwise than it was masked, or was not yet. Whether it had to be."""
        if live.masked is not None:
            if live.masked == Snapshot.of(flow):
                return False
            live.view = request_view(flow, live.view.door, header_pairs(flow), flow.request.path)
        await self._mask(flow, live)
        return True

    async def _reachable(self, flow: http.HTTPFlow, chosen: Route) -> bool:
        """Whether the destination can be reached, as far as is known. The request is refused if not."""
        by_corporate_proxy = flow.server_conn.via is not None and not chosen.direct
        if by_corporate_proxy or await self.connections.reachable(chosen.host, chosen.port):
            return True
        where = chosen.target or chosen.host
        self.refuse(flow, 502, "faasera_upstream_unreachable", f"{where} ({chosen.authority}) cannot be reached")
        return False

    async def _mask(self, flow: http.HTTPFlow, live: RequestState) -> None:
        parked = flow_edit.Parked(flow)
        engine = live.engine
        try:
            if engine.in_flight >= engine.config.redaction.limits.queue:
                raise ProfilerFailed(
                    "too many requests wait for the Profiler (limits.queue)", code="faasera_queue_full", retry_after=1
                )
            async with engine:
                await self._redact(flow, live, parked)
                if flow.response is None:
                    live.masked = Snapshot.of(flow)
        except (RoutingError, RedactionError) as error:
            self._refuse_with(flow, error)
        if flow.response is not None:
            parked.show_host()

    async def _redact(self, flow: http.HTTPFlow, live: RequestState, parked: flow_edit.Parked) -> None:
        view = live.view
        if view.door == "interception" and await self.connections.leads_back(view.host, view.port):
            raise UnknownAuthority(NOT_A_NAME)
        chosen = live.route = route(view, self.state)
        settings = live.engine.config.redaction
        if chosen.kind == "page":
            parked.put_back(b"")
            flow.response = await self.pages.answer(flow, live, parked.body or b"")
            live.outcome = "clean"
            return
        if parked.body is None:
            raise NotRedactable("the body was sent on before it could be masked", code="faasera_streamed_body")
        flow_edit.check_size(parked.body, settings.limits)
        live.path = chosen.path
        # "pass": a host in tunnel mode, reached in plain HTTP. A read with a body is more than account traffic.
        reads_with_body = bool(parked.body) and view.method.upper() in ("GET", "HEAD")
        if chosen.kind == "pass" or (chosen.kind == "account" and not reads_with_body):
            parked.put_back(parked.body)
            flow.request.path = view.path
            live.outcome = "account"
            return
        if chosen.kind == "telemetry" and settings.telemetry == "block":
            flow.response = http.Response.make(204)
            live.outcome, live.code = "blocked", "faasera_telemetry_blocked"
            return
        if flow_edit.wants_websocket(flow) and settings.websockets == "refuse":
            self.refuse(flow, 426, "faasera_websockets_refused", "WebSockets are off (websockets: refuse); use HTTP")
            return
        payload = flow_edit.payload(flow, parked.body, chosen.dialect, live.policy, view.path)
        rename = chosen.model_map.get if chosen.model_map else None
        if self.restoring is not None:
            query = view.path.partition("?")[2]
            live.scope = self.restoring.scope(flow.request.headers, query, live.user, live.client)
            one_way = frozenset(settings.policies.get(live.policy, Policy()).one_way)
            live.replacement = self.restoring.replacement(live.scope, one_way)
            live.note = settings.restore.note and takes_note(view.path)
        redactor = live.engine.redactor
        redacted = await redactor.body(payload, rename=rename, replacement=live.replacement, note=live.note)
        live.report.add(redacted.report)
        live.report.model = live.report.model or chosen.model or ""
        path, mark, query = chosen.path.partition("?")
        if chosen.mask_query and query:
            query = flow_edit.ascii_query(query)
            keep = frozenset(name for name in flow_edit.query_names(query) if is_credential_query(name))
            query, seen = await redactor.query(
                query, live.policy, keep, dialect=chosen.dialect, replacement=live.replacement
            )
            live.report.add(seen)
        names: dict[str, str] = {}
        for name in flow_edit.NAMING_HEADERS:
            if value := flow.request.headers.get(name):
                told, seen = await redactor.frame(value, "unknown", live.policy, replacement=live.replacement)
                names[name] = str(told)
                live.report.add(seen)
        live.path = f"{path}{mark}{query}"
        flow.request.path = f"{view.path.partition('?')[0]}{mark}{query}"
        parked.put_back(redacted.data)
        for name, value in names.items():
            flow.request.headers[name] = value
        live.outcome = "sent" if live.report.masked else "clean"

    # -- saying no -------------------------------------------------------------------------------------------------

    def _refuse_with(self, flow: http.HTTPFlow, error: RoutingError | RedactionError) -> None:
        retry = error.retry_after if isinstance(error, RedactionError) else None
        self.refuse(flow, error.status, error.code, error.message, retry_after=retry)

    def refuse(
        self, flow: http.HTTPFlow, status: int, code: str, message: str, *, retry_after: int | None = None
    ) -> None:
        """Answer instead of sending: the response first, then the body off the flow."""
        live = self._flows.get(flow.id)
        cors = dict(live.cors) if live is not None else {}
        dialect = live.dialect if live is not None else "unknown"
        flow.response = error_answer(dialect, status, code, message, retry_after=retry_after, extra=cors)
        self.wipe(flow)
        if live is not None:
            live.outcome, live.status, live.code = "blocked", status, code

    def wipe(self, flow: http.HTTPFlow) -> None:
        """Some response is set already: no text stays on the flow, whoever set it."""
        flow.request.data.content = b""
        flow.request.path = flow.request.path.partition("?")[0]

    # -- answers ---------------------------------------------------------------------------------------------------

    def answer_starts(self, flow: http.HTTPFlow) -> None:
        """Stream every answer through, byte for byte, as it comes."""
        live = self._flows.get(flow.id)
        if flow.response is None:
            return
        if live is None or live.route is None or live.outcome == "blocked":
            flow.response.stream = flow.response.stream or live is None
            return
        upstream_responses.start(flow, live)
        live.status = flow.response.status_code
        if upstream_responses.is_challenge(flow):
            self.records.coverage(live.view.host, "blind", "challenged")

    def answer_ends(self, flow: http.HTTPFlow) -> None:
        live = self._flows.get(flow.id)
        if live is None:
            return
        if flow.response is not None and flow.response.status_code == 101 and flow.websocket is None:
            # mitmproxy would now pass raw bytes: this is not a WebSocket as it knows them.
            self.refuse(flow, 502, "faasera_upgrade_refused", "the upstream switched to a protocol without masking")
        elif flow.response is not None and live.outcome != "blocked":
            upstream_responses.end(flow, live)
        self._note(flow, live)
        if flow.websocket is None:
            del self._flows[flow.id]

    def broke(self, flow: http.HTTPFlow) -> None:
        """The connection broke, or mitmproxy answered below all addon (its own 502 page)."""
        live = self._flows.pop(flow.id, None)
        if live is None:
            return
        if flow.request.raw_content and live.masked is None:
            flow.request.data.content = b""
        if live.outcome != "blocked" and flow.response is None:
            live.status, live.code = 502, "faasera_connection_broke"
        self._note(flow, live)

    def live(self, flow: http.HTTPFlow) -> RequestState | None:
        return self._flows.get(flow.id)

    def forget(self, flow: http.HTTPFlow) -> None:
        self._flows.pop(flow.id, None)

    def show(self, flow: http.HTTPFlow) -> None:
        """Mark a flow that is about to be sent or answered; our own pages are none of it."""
        live = self._flows.get(flow.id)
        if live is not None and not _is_page(live):
            self.records.show(flow, live)

    def _note(self, flow: http.HTTPFlow, live: RequestState) -> None:
        if not live.recorded and not _is_page(live):
            live.recorded = True
            self.records.note(flow, live)


def _is_page(live: RequestState) -> bool:
    return live.route is not None and live.route.kind == "page"
