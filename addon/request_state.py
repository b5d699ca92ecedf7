"""What is known of a request while it is under way. Kept beside the flow, not on it: a flow can be written to files."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from mitmproxy import http

from addon.pipeline import Pipeline
from dialects.endpoints import find_endpoint
from redaction.replacer import Replacement, plain
from redaction.report import Report
from redaction.restore.placeholder_matcher import RestoreCounts
from redaction.restore.vault import VaultScope
from routing.decision import RequestView, Route


@dataclass(slots=True)
class RequestState:
    """One LLM-bound request. The repr shows no text."""

    view: RequestView
    engine: Pipeline
    policy: str
    client: str
    user: str
    cors: tuple[tuple[str, str], ...] = ()
    route: Route | None = None
    report: Report = field(default_factory=Report)
    started: float = field(default_factory=time.time)
    clock: float = field(default_factory=time.perf_counter)
    ms: float = 0.0
    masked: Snapshot | None = None
    path: str = ""
    scope: VaultScope | None = None
    replacement: Replacement = plain
    note: bool = False
    restored: RestoreCounts = field(default_factory=RestoreCounts)
    outcome: str = ""
    status: int = 0
    code: str = ""
    recorded: bool = False
    connection: str = ""

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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How the flow stood after masking: when it stands otherwise later, somebody edited it while it was paused."""

    body: bytes = field(repr=False)
    path: str = field(repr=False)
    head: tuple[str, str, str, int]
    headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)

    @classmethod
    def of(cls, flow: http.HTTPFlow) -> Snapshot:
        request = flow.request
        return cls(
            request.raw_content or b"",
            request.path,
            (request.method, request.scheme, request.host, request.port),
            request.headers.fields,
        )
