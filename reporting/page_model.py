"""What the status page shows, as plain values. The addon fill these; `reporting.pages` draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reporting.coverage import Entry
from reporting.health import Check
from reporting.recipes import Recipe
from reporting.record import RequestRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """The state of the proxy at `now` (unix seconds); `started` likewise.

    `state` is `masking` or `paused`: paused means that requests are refused, for `reason`. `target` is empty when each
    request goes to the home of its dialect. `profiler` names it (`embedded` or its base URL without credentials),
    `profiler_detail` adds a line such as `answers in 2.1 ms`. `outcomes`, `masked` and `texts` are the totals of
    `Metrics`; `recent` is newest first. `recipes` are filled for this machine. `notes` are warnings to show on top.
    `try_token` belongs into the form of the try-it box; `policies` are the names it offers.
    """

    now: float
    started: float
    state: Literal["masking", "paused"]
    reason: str = ""
    version: str = ""
    address: str = "127.0.0.1:8080"
    target: str = ""
    profiler: str = "embedded"
    profiler_detail: str = ""
    policy: str = "default"
    policies: tuple[str, ...] = ()
    restore: bool = False
    audit: str = ""
    outcomes: Mapping[str, int] = field(default_factory=dict)
    masked: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, int] = field(default_factory=dict)
    coverage: tuple[Entry, ...] = ()
    recent: tuple[RequestRecord, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    try_token: str = ""

    @property
    def alarms(self) -> tuple[Entry, ...]:
        """Hosts we are blind to, or whose traffic passes unread."""
        return tuple(entry for entry in self.coverage if entry.state in ("blind", "tunnelled"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TryResult:
    """What became of a tried sentence: `masked` text, or `error` when it could not be masked.

    `text` is what was typed, to be shown in the box again; it is kept nowhere. The repr shows neither text.
    """

    text: str = field(repr=False)
    policy: str = ""
    masked: str = field(default="", repr=False)
    counts: Mapping[str, int] = field(default_factory=dict)
    ms: float = 0.0
    error: str = ""
