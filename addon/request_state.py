"""State of one request between its hooks. Kept beside the flow, not on it: a flow can be written to files."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from mitmproxy import http

from addon.hidden_head import HiddenFields
from addon.leaving import Standing
from addon.pipeline import Pipeline
from addon.restoring import ClientScope
from dialects.endpoints import find_endpoint
from redaction.given_up import GivenUp
from redaction.replacer import Replacement, plain
from redaction.report import Report
from redaction.restore.placeholder_matcher import RestoreCounts
from reporting.record import RequestRecord
from routing.decision import RequestView, Route


@dataclass(slots=True)
class RequestState:
    """One LLM-bound request. `head`: its headers by lower-case name, several of one joined. `is_page`: the gateway
    answers itself; its pages are no requests to a model, and are not recorded. `websocket`: it asks for one. `span`:
    where traces are on; `traceparent`: what the Profiler and targets with `trace: true` are told. The repr shows no
    text."""

    view: RequestView
    pipeline: Pipeline
    policy: str
    head: Mapping[str, str] = field(default_factory=dict)
    client: str = ""
    user: str = ""
    cors: tuple[tuple[str, str], ...] = ()
    route: Route | None = None
    report: Report = field(default_factory=Report)
    started: float = field(default_factory=time.time)
    clock: float = field(default_factory=time.perf_counter)
    ms: float = 0.0
    ms_first_byte: float = 0.0
    request_id: str = field(default_factory=lambda: "r" + token_hex(6))
    span: Any = None
    traceparent: str = ""
    hidden: HiddenFields | None = None
    masked: Standing | None = None
    path: str = ""
    scope: ClientScope | None = None
    replacement: Replacement = plain
    note: bool = False
    given_up: GivenUp = field(default_factory=GivenUp)
    restored: RestoreCounts = field(default_factory=RestoreCounts)
    outcome: str = ""
    status: int = 0
    code: str = ""
    record: RequestRecord | None = None
    recorded: bool = False
    is_page: bool = False
    websocket: bool = False

    def __repr__(self) -> str:
        return f"RequestState({self.view!r}, {self.outcome or 'under way'})"

    def elapsed(self) -> float:
        """Milliseconds since the request arrived."""
        return (time.perf_counter() - self.clock) * 1e3

    @property
    def dialect(self) -> str:
        """The request's wire format; before it has a route, and when it has none, what its path says."""
        if self.route is not None:
            return self.route.dialect
        return find_endpoint(self.view.method, self.view.path).dialect


class LiveRequests:
    """The requests under way, by the id of their flow; none is forgotten while its client is there.

    mitmproxy reports no end of a request whose client left before the first hook was done, so what a connection leaves
    behind goes with it.
    """

    MOST = 20_000

    def __init__(self) -> None:
        self.by_flow: dict[str, RequestState] = {}
        self._by_client: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self.by_flow)

    @property
    def idle(self) -> bool:
        """Whether no request is under way. An open WebSocket is none."""
        return all(live.recorded for live in self.by_flow.values())

    def add(self, flow: http.HTTPFlow, live: RequestState) -> bool:
        """Whether there was room: a new request is refused rather than an old one forgotten."""
        if len(self.by_flow) >= self.MOST:
            return False
        self.by_flow[flow.id] = live
        self._by_client.setdefault(flow.client_conn.id, set()).add(flow.id)
        return True

    def pop(self, flow: http.HTTPFlow) -> RequestState | None:
        """The state of a request that has ended."""
        others = self._by_client.get(flow.client_conn.id)
        if others is not None:
            others.discard(flow.id)
            if not others:
                del self._by_client[flow.client_conn.id]
        return self.by_flow.pop(flow.id, None)

    def clients_of(self, chosen: Callable[[RequestState], bool]) -> set[str]:
        """The ids of the connections on which such a request is under way."""
        return {
            client for client, flows in self._by_client.items() if any(chosen(self.by_flow[flow]) for flow in flows)
        }

    def client_left(self, client_id: str) -> None:
        """Whatever mitmproxy reports of them, no request of this client is under way any more."""
        for flow_id in self._by_client.pop(client_id, ()):
            state = self.by_flow.pop(flow_id, None)
            if state is not None:
                state.given_up.tell()
