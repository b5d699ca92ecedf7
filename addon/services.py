"""What the parts of the addon share: one object, made by `lifecycle` and handed to each of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from mitmproxy import ctx, http

from addon.admission import Admission
from addon.connections import Connections
from addon.flow_view import request_view
from addon.leaving import Leaving
from addon.pipeline import Pipeline
from addon.policy_rules import Rules
from addon.request_log import RequestLog
from addon.request_state import LiveRequests, RequestState
from addon.restoring import Restoring
from addon.state_store import StateStore
from config.configuration import Config, default_routing
from reporting.before_after import BeforeAfter
from reporting.traces import parent_of, traceparent
from routing.decision import Door
from routing.gateway_access import door_of
from routing.loop_mark import LoopMark
from routing.router import RouterState, is_llm_bound

logger = logging.getLogger("faasera")


@dataclass(slots=True)
class Services:
    """`pipeline`, `rules`, `restoring` and `state` are what one configuration makes, and are replaced when it changes;
    until one was usable, `pipeline` and `rules` are None. `restoring` is None unless reversible mode is on. The others
    live as long as the proxy; `store` is None where none is configured. `notices`: what people should know of it now,
    by subject; shown in red."""

    records: RequestLog
    admission: Admission
    connections: Connections
    state: RouterState
    live: LiveRequests = field(default_factory=LiveRequests)
    leaving: Leaving = field(default_factory=Leaving)
    loop: LoopMark = field(default_factory=LoopMark)
    pipeline: Pipeline | None = None
    rules: Rules | None = None
    restoring: Restoring | None = None
    store: StateStore | None = None
    notices: dict[str, str] = field(default_factory=dict)
    before_after: BeforeAfter = field(default_factory=BeforeAfter)

    @classmethod
    def new(cls) -> Services:
        """The services of a proxy that is not configured yet."""
        records, admission = RequestLog(), Admission()
        state = RouterState.of(default_routing(), ())
        services = cls(records, admission, Connections(state, admission, records.coverage), state)
        records.sizes = services.sizes
        return services

    def sizes(self) -> dict[str, float]:
        """How much of what grows is held now, for the metrics."""
        found: dict[str, float] = {"requests": len(self.live)}
        if self.pipeline is not None:
            found |= {"queue": self.pipeline.in_flight, "cache": len(self.pipeline.cache)}
        if self.restoring is not None:
            found["vault"] = len(self.restoring)
        if self.store is not None:
            found["state_lost"] = self.store.lost
        return found

    @property
    def config(self) -> Config | None:
        """The configuration in use, or None before the first usable one."""
        return self.pipeline.config if self.pipeline is not None else None

    def tell_of_store(self, problem: str) -> None:
        """The store of values fails, or ("") is back."""
        self.notices.pop("state", None)
        if problem:
            self.notices["state"] = problem
        logger.warning("faasera: %s", problem or "the store of values answers again")

    def begin_trace(self, live: RequestState) -> None:
        """Hang a request below the span that its caller names, if it names one."""
        if header := live.head.get("traceparent"):
            live.traceparent = parent_of(header)
        if (traces := self.records.traces) is not None:
            live.span = traces.begin(live.traceparent, live.started)
            live.traceparent = traceparent(live.span)

    def admit_by(self, config: Config) -> None:
        """Follow a configuration's keys, and hang up on tunnels and WebSockets that a key opened which is gone: HTTP
        requests are asked for it one by one."""
        gone = self.admission.follow(config)
        server = ctx.master.addons.get("proxyserver")
        if not gone or server is None:
            return
        sockets = self.live.clients_of(lambda live: live.websocket and live.user in gone)
        for handler in list(server.connections.values()):
            if handler.client.id in sockets or self.admission.opened_by(handler.client, gone):
                handler.close_connection(handler.client)

    def route_by(self, state: RouterState) -> None:
        """Take a new routing state into use, for requests and for connections alike."""
        self.state = self.connections.state = state

    def door_of(self, flow: http.HTTPFlow) -> tuple[Door, bool]:
        """(door of a flow, whether the name it was called by is known); see `routing.gateway_access.door_of`."""
        host, port = flow.request.host, flow.request.port
        origin_form = flow in self.admission.origin_forms
        llm = origin_form and self.state.hosts.find(host, port) is not None
        return door_of((host, port), self.state.own, origin_form=origin_form, llm=llm)

    def is_bound(self, flow: http.HTTPFlow) -> bool:
        """Whether a request, as it stands now, is LLM-bound."""
        return is_llm_bound(request_view(flow, self.door_of(flow)[0]), self.state)
