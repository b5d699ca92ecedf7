"""The way of a request, read from top to bottom: arrive -> mask -> verify -> send.

Every method is called by the guard inside its `try`. Whatever is in doubt raises, or ends in `refuse`.
"""

from __future__ import annotations

from functools import partial
from time import perf_counter
from weakref import WeakKeyDictionary

from mitmproxy import http

from addon import before_after_view, flow_edit, request_checks
from addon.answering import answer, refuse, refuse_with, wipe
from addon.first_sight import FirstSight
from addon.flow_view import by_name, request_view
from addon.gateway_pages import GatewayPages
from addon.head_values import check_path, mask_fields, signed_head
from addon.hidden_head import NAMING_HEADERS, HiddenFields, shown_path
from addon.leaving import standing
from addon.readiness import Health
from addon.request_state import RequestState
from addon.restoring import ask_for_plain
from addon.services import Services
from addon.state_store import STATEFUL
from config.redaction_settings import Policy
from redaction.errors import NotRedactable, ProfilerFailed, RedactionError
from redaction.profiler.http import TRACEPARENT
from redaction.restore.note import takes_note
from routing.callers import Caller
from routing.credentials import kept_query_names
from routing.decision import RequestView
from routing.gateway_access import (
    KEY_HEADER,
    check_foreign_name,
    cors_headers,
    is_preflight,
    judge_destination,
    judge_origin,
)
from routing.hosts import is_vendor
from routing.loop_mark import HEADER as LOOP_HEADER
from routing.passthrough_rules import PROBES
from routing.router import is_llm_bound, route
from routing.routing_errors import LoopFound, RoutingError, UnknownAuthority

NOT_A_NAME = "this proxy does not answer to that host name; add the name to gateway.names"

# The longest body of a plain HTTP request that is none of ours: mitmproxy keeps it whole before it goes on.
_LONGEST_PASSED = 2 << 30


class RequestHandler:
    """Takes a request from its first hook to the moment in which mitmproxy sends it."""

    def __init__(self, services: Services, pages: GatewayPages, health: Health) -> None:
        self._services = services
        self._pages = pages
        self._health = health
        self._seen: WeakKeyDictionary[http.HTTPFlow, FirstSight] = WeakKeyDictionary()

    # -- 1. arrive: the head is here -------------------------------------------------------------------------------

    def first_sight(self, flow: http.HTTPFlow) -> None:
        """Take off what no other addon may see, until `arrive`."""
        self._seen[flow] = self._look(flow)

    def _look(self, flow: http.HTTPFlow) -> FirstSight:
        gateway = self._services.door_of(flow)[0] == "gateway"
        return FirstSight.of(flow, gateway=gateway, bound=gateway or self._services.is_bound(flow))

    def arrive(self, flow: http.HTTPFlow) -> RequestState | None:
        """The state of an LLM-bound request, with a response set if it is refused; None for what is none of ours."""
        services = self._services
        sight = self._seen.pop(flow, None) or self._look(flow)
        flow_edit.take_passwords(flow)  # what another addon put there since
        if flow.response is not None:  # answered already: by proxyauth, for one
            return None
        sight.give_back(flow.request)
        user, password, (header_key, path_key) = sight.user, sight.password, sight.keys
        flow.request.stream = False
        door, own_name = services.door_of(flow)
        caller, problem = services.admission.caller(flow)
        view = request_view(flow, door, local=caller.local, own_name=own_name)
        if door != "gateway" and not is_llm_bound(view, services.state):
            self._pass(flow, caller, problem, password)
            return None
        assert services.pipeline is not None
        assert services.rules is not None
        rules = services.rules
        live = RequestState(
            view,
            services.pipeline,
            rules.policy(flow) if rules.rows else rules.default,
            head=by_name(view.headers),
            client=caller.address,
            user=user,
        )
        services.begin_trace(live)
        flow.request.data.path = shown_path(flow.request.data.path)
        if not services.live.add(flow, live):
            refuse(flow, live, 503, "faasera_queue_full", "too many requests are under way at once", retry_after=5)
            return live
        try:
            if problem is not None:
                raise problem
            if LOOP_HEADER in live.head and not flow.is_replay:  # a replayed flow has the mark of its first sending
                self._check_loop(view, live.head[LOOP_HEADER])
            if door == "interception":
                live.user = user or services.admission.through_proxy(flow, caller, password).user
            elif view.path in PROBES:
                judge_origin(view.headers, services.state.own)
            else:
                self._enter_gateway(flow, live, caller, header_key, path_key)
            live.websocket = request_checks.check_head(flow, live.head, live.pipeline.config.redaction.limits)
            live.hidden = HiddenFields(flow.request)
        except (RoutingError, RedactionError) as error:
            refuse_with(flow, live, error)
        return live

    def _enter_gateway(
        self, flow: http.HTTPFlow, live: RequestState, caller: Caller, header_key: str | None, path_key: str | None
    ) -> None:
        """Let a request in by the gateway door. Raises RoutingError."""
        view, services = live.view, self._services
        keyed = caller
        if not caller.local or header_key or path_key:
            keyed = services.admission.through_gateway(flow, caller, header_key, path_key)
        live.user = live.user or keyed.user
        if not view.own_name:
            check_foreign_name(view, keyed=keyed.keyed)
            return
        live.cors = cors_headers(judge_origin(view.headers, services.state.own), view.headers)
        if is_preflight(view.method, view.headers):
            live.outcome = "clean"
            answer(flow, http.Response.make(204, b"", dict(live.cors)))

    def _check_loop(self, view: RequestView, mark: str) -> None:
        """Raises LoopFound for a request that this proxy, or one with the same key, has sent before."""
        if self._services.loop.knows(mark):
            raise LoopFound(
                f"the request came back to the proxy that sent it: a target's base_url (or FAASERA_..._BASE_URL) leads "
                f"to {view.host}:{view.port}, which is this proxy or a balancer in front of it; name the model's server"
            )

    def _pass(self, flow: http.HTTPFlow, caller: Caller, problem: RoutingError | None, password: str) -> None:
        """A request that is not LLM-bound: left alone, unless its client may not use this proxy for it."""
        try:
            if problem is not None:
                raise problem
            caller = self._services.admission.through_proxy(flow, caller, password)
            judge_destination(flow.request.host, caller.local)
            flow.request.headers.pop(KEY_HEADER, None)
            flow_edit.let_through_corporate_proxy(flow, flow.request.scheme)
        except RoutingError as error:
            refuse_with(flow, None, error)

    # -- while the body comes (see `http_layer.Bounds`) ------------------------------------------------------------

    def came_in_origin_form(self, flow: http.HTTPFlow) -> None:
        self._services.admission.origin_forms.add(flow)

    def longest_body(self, flow: http.HTTPFlow) -> int:
        live = self._services.live.by_flow.get(flow.id)
        return live.pipeline.config.redaction.limits.body if live is not None else _LONGEST_PASSED

    def body_too_long(self, flow: http.HTTPFlow) -> None:
        live = self._services.live.by_flow.get(flow.id)
        if live is not None:
            refuse_with(flow, live, request_checks.too_large(live.pipeline.config.redaction.limits))
        else:
            refuse(flow, None, 413, "faasera_body_too_large", "a plain HTTP body of this size is not passed")

    # -- 2. mask: the body is here ---------------------------------------------------------------------------------

    async def mask(self, flow: http.HTTPFlow, live: RequestState) -> None:
        """Take the body off, decide the route, put the masked body back; or refuse."""
        if live.hidden is not None:
            live.hidden.give_back(flow.request)
        parked = flow_edit.Parked(flow)
        pipeline = live.pipeline
        TRACEPARENT.set(live.traceparent)
        try:
            if pipeline.in_flight >= pipeline.config.redaction.limits.queue:
                raise ProfilerFailed(
                    "too many requests wait for the Profiler (limits.queue)", code="faasera_queue_full", retry_after=1
                )
            pipeline.in_flight += 1
            try:
                await self._decide(flow, live, parked)
            finally:
                pipeline.in_flight -= 1
                if pipeline.retired:
                    await pipeline.close_when_idle()
            if flow.response is None:
                live.masked = standing(flow)
                if live.report.changed:
                    flow_edit.forget_backup(flow)
        except (RoutingError, RedactionError) as error:
            refuse_with(flow, live, error)
        if flow.response is not None:
            parked.show_host()

    async def _decide(self, flow: http.HTTPFlow, live: RequestState, parked: flow_edit.Parked) -> None:
        """Where the request goes, and with that whether its body is masked, passes as it is, or stays here."""
        view, settings = live.view, live.pipeline.config.redaction
        if view.door == "interception" and await self._services.connections.leads_back(view.host, view.port):
            raise UnknownAuthority(NOT_A_NAME)
        chosen = live.route = route(view, self._services.state)
        if chosen.kind == "page":
            parked.put_back(b"")
            answer(flow, await self._pages.answer(flow, live, parked.body or b""))
            live.outcome, live.is_page = "clean", True
            return
        if parked.body is None:
            raise NotRedactable("the body was sent on before it could be masked", code="faasera_streamed_body")
        if len(parked.body) > settings.limits.body:
            raise request_checks.too_large(settings.limits)
        live.path = chosen.path
        # "pass": a host in tunnel mode, reached in plain HTTP. A read with a body is more than account traffic.
        reads_with_body = bool(parked.body) and view.method.upper() in ("GET", "HEAD")
        if chosen.kind in ("pass", "other") or (chosen.kind == "account" and not reads_with_body):
            parked.put_back(parked.body)
            flow.request.path = view.path
            live.outcome = "other" if chosen.kind == "other" else "account"
        elif chosen.kind == "telemetry" and settings.telemetry == "block":
            answer(flow, http.Response.make(204))
            live.outcome, live.code = "blocked", "faasera_telemetry_blocked"
        elif live.websocket and settings.websockets == "refuse":
            message = "WebSockets are off (websockets: refuse); use HTTP"
            refuse(flow, live, 426, "faasera_websockets_refused", message)
        else:
            await self._redact(flow, live, parked, parked.body)

    async def _redact(self, flow: http.HTTPFlow, live: RequestState, parked: flow_edit.Parked, body: bytes) -> None:
        """Mask everything a person or a tool may have written: body, query, names of files."""
        view, chosen, redactor = live.view, live.route, live.pipeline.redactor
        assert chosen is not None
        self._remember_for_restoring(parked.headers, live)
        store, scope = self._services.store, live.scope
        shared = store is not None and scope is not None and chosen.dialect in STATEFUL
        if shared:
            assert store is not None
            assert scope is not None
            scope.take(await store.load(scope.name))
        strict = partial(redactor.strict, policy=live.policy)
        check_path(f"{view.method}/{view.path.partition('?')[0]}", strict)
        payload = request_checks.payload(
            live.head, body, chosen.dialect, live.policy, view.path, foreign=chosen.changed_vendor
        )
        redacted = await redactor.body(
            payload, models=chosen.model_map, replacement=live.replacement, note=live.note, given_up=live.given_up
        )
        # After the request's own texts: a service that is down is left alone by its breaker.
        if live.pipeline.is_remote:
            await self._health.vouch(live.pipeline, live.policy)
        live.report.add(redacted.report)
        live.report.model = live.report.model or chosen.model or ""
        path, mark, query = chosen.path.partition("?")
        if chosen.mask_query and query:
            query = flow_edit.ascii_query(query)
            keep = kept_query_names(query)
            query, seen = await redactor.query(
                query, live.policy, keep, dialect=chosen.dialect, replacement=live.replacement
            )
            live.report.add(seen)
        names: dict[str, str] = {}
        for name in NAMING_HEADERS:
            if value := live.head.get(name):
                told, seen = await redactor.frame(value, "unknown", live.policy, replacement=live.replacement)
                names[name] = str(told)
                live.report.add(seen)
        live.path = f"{path}{mark}{query}"
        flow.request.path = f"{view.path.partition('?')[0]}{mark}{query}"
        if payload.signed and mask_fields(parked.headers.fields, strict, live.replacement):
            raise signed_head()
        parked.put_back(redacted.data)
        for name, value in names.items():
            flow.request.headers[name] = value
        if edits := mask_fields(flow.request.headers.fields, strict, live.replacement):
            flow.request.headers = http.Headers(edits.fields)
            live.report.masked.update(edits.types)
            live.report.changed = True
        if shared:
            assert store is not None
            assert scope is not None
            store.save(scope.name, ((tag, kind, value) for tag, (kind, value) in scope.fresh.items()))
        live.outcome = "sent" if live.report.masked else "clean"
        await before_after_view.keep(self._services, live, redacted.report)

    def _remember_for_restoring(self, headers: http.Headers, live: RequestState) -> None:
        """Reversible mode: tagged placeholders for this client's values, and its part of the vault."""
        restoring, settings = self._services.restoring, live.pipeline.config.redaction
        if restoring is None:
            return
        view = live.view
        query = view.path.partition("?")[2]
        local, named = view.client_loopback, view.own_name
        realm = "" if local and named else f"{'here' if local else 'afar'} {'' if named else view.host}"
        live.scope = restoring.scope(headers, query, live.user, live.client, realm)
        one_way = frozenset(settings.policies.get(live.policy, Policy()).one_way)
        live.replacement = restoring.replacement(live.scope, one_way)
        live.note = settings.restore.note and takes_note(live.view.path)

    # -- 3. verify: the last pass, behind every other addon --------------------------------------------------------

    async def overlooked(self, flow: http.HTTPFlow) -> RequestState | None:
        """A request that was not LLM-bound when its head came, or is answered already. Its state if it is LLM-bound
        now: an addon, or somebody who edited it while it was paused, may have pointed it at an LLM."""
        if flow.response is None and flow.intercepted:
            await flow.wait_for_resume()
        if flow.response is not None:
            if self._services.is_bound(flow):
                wipe(flow)
            return None
        if await self._services.connections.leads_back(flow.request.host, flow.request.port):
            refuse(flow, None, 400, UnknownAuthority.code, NOT_A_NAME)
            return None
        return self.arrive(flow)

    async def verify(self, flow: http.HTTPFlow, live: RequestState) -> bool:
        """Wait for a paused flow and mask what was edited in it, until it stands as it was masked and its destination
        can be reached. Whether it may be sent."""
        if flow.intercepted:
            await flow.wait_for_resume()
        await self._mask_edits(flow, live)
        while live.route is not None and flow.response is None and await self._reachable(flow, live):
            if not await self._mask_edits(flow, live):
                return flow.response is None
        return False

    async def _mask_edits(self, flow: http.HTTPFlow, live: RequestState) -> bool:
        """Mask a request that stands otherwise than it was masked, or was not yet. Whether it had to be."""
        if live.masked is not None:
            if live.masked == standing(flow):
                return False
            known = live.view
            live.view = request_view(flow, known.door, local=known.client_loopback, own_name=known.own_name)
            live.head = by_name(live.view.headers)
            try:
                request_checks.check_head(flow, live.head, live.pipeline.config.redaction.limits)
            except RedactionError as error:
                refuse_with(flow, live, error)
                return True
        await self.mask(flow, live)
        return True

    async def _reachable(self, flow: http.HTTPFlow, live: RequestState) -> bool:
        """Whether the destination can be reached, as far as is known. The request is refused if not."""
        chosen = live.route
        assert chosen is not None
        connections = self._services.connections
        by_corporate_proxy = flow.server_conn.via is not None and not chosen.direct
        if not connections.failed or by_corporate_proxy or await connections.reachable(chosen.host, chosen.port):
            return True
        where = f"{chosen.target or chosen.host} ({chosen.authority}) cannot be reached"
        refuse(flow, live, 502, "faasera_upstream_unreachable", where)
        return False

    # -- 4. send ---------------------------------------------------------------------------------------------------

    async def send(self, flow: http.HTTPFlow, live: RequestState) -> None:
        """The last pass over a request. Between `verify` and the socket nothing is awaited: what was compared last is
        what goes out."""
        if not await self.verify(flow, live):
            return
        assert live.route is not None
        flow_edit.apply(flow, live.route, live.path, websocket=live.websocket)
        if live.scope is not None:
            ask_for_plain(flow, live.scope)
        if not is_vendor(live.route.host):
            flow.request.headers[LOOP_HEADER] = self._services.loop.added_to(live.head.get(LOOP_HEADER, ""))
        target = self._services.state.settings.targets.get(live.route.target or "")
        if live.traceparent and target is not None and target.trace:
            flow.request.headers["traceparent"] = live.traceparent
        self._services.connections.approve(flow.client_conn, live.route.host, live.route.port)
        live.ms = (perf_counter() - live.clock) * 1e3
        self._services.leaving.add(flow)
