"""What the status page shows, as plain values. The addon fills these; `reporting.status_page` draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reporting.coverage import Entry
from reporting.health import Check
from reporting.history import Minute, Tally
from reporting.recipes import Recipe
from reporting.record import RequestRecord

Tone = Literal["good", "warn", "bad", "idle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """The state of the proxy at `now` (unix seconds); `started` likewise.

    `state` is `masking` or `paused`: paused means that requests are refused, for `reason`. `target` is empty when each
    request goes to the home of its dialect. `profiler` names it (`embedded` or its base URL without credentials),
    `profiler_detail` adds a line such as `answers in 2.1 ms`. `outcomes`, `masked` and `texts` are the totals of
    `Metrics`; `minutes` is the last hour, oldest first; `clients` and `models` are (name, tally), busiest first;
    `recent` is newest first. `recipes` are filled for this machine. `warnings` are settings that weaken the proxy, to
    be shown in red. `try_token` belongs into the form of the try-it box; `policies` are the names it offers.
    """

    now: float
    started: float
    state: Literal["masking", "paused"]
    reason: str = ""
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
    minutes: tuple[Minute, ...] = ()
    clients: tuple[tuple[str, Tally], ...] = ()
    models: tuple[tuple[str, Tally], ...] = ()
    coverage: tuple[Entry, ...] = ()
    recent: tuple[RequestRecord, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    checks: tuple[Check, ...] = ()
    warnings: tuple[str, ...] = ()
    try_token: str = ""
    before_after: bool = False

    @property
    def alarms(self) -> tuple[Entry, ...]:
        """Hosts we are blind to, or whose traffic passes unread."""
        return tuple(entry for entry in self.coverage if entry.state in ("blind", "tunnelled"))

    @property
    def policy_names(self) -> tuple[str, ...]:
        """The default policy first."""
        return tuple(dict.fromkeys((self.policy, *self.policies)))

    @property
    def tables(self) -> tuple[tuple[str, str, tuple[tuple[str, Tally], ...]], ...]:
        """(what a row is, title, rows) of the tables by name."""
        return ("client", "Clients", self.clients), ("model", "Models", self.models)

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """(what, what about it), the worst first."""
        hosts = [(entry.host, entry.advice) for entry in self.alarms]
        failed = [(check.name, check.detail) for check in self.checks if not check.ok]
        return (*(("insecure", each) for each in self.warnings), *failed, *hosts)

    @property
    def tone(self) -> Tone:
        """Never `good` while we are blind to a host, nor before anything was seen: nothing proves a client then."""
        if self.alarms or self.warnings:
            return "bad"
        if self.state == "paused" or not all(check.ok for check in self.checks):
            return "warn"
        return "good" if sum(self.outcomes.values()) else "idle"

    @property
    def word(self) -> str:
        """The state in a word, for the window's title."""
        return "Paused" if self.state == "paused" else "Blind" if self.alarms else "Masking"

    @property
    def headline(self) -> str:
        """The state in one glance."""
        hosts = len({entry.host for entry in self.alarms})
        if self.state == "paused":
            return f"Paused: {self.reason}" if self.reason else "Paused"
        if hosts:
            return f"Masking, but blind to {hosts} host{'' if hosts == 1 else 's'}"
        return {"bad": "Masking, but open", "warn": "Masking, with a problem", "idle": "Ready, nothing seen yet"}.get(
            self.tone, "Masking"
        )

    @property
    def sentence(self) -> str:
        """What that means, for whoever looks."""
        if self.state == "paused":
            return "Requests to language models are refused until this is solved. Nothing is sent unmasked."
        if self.alarms:
            return "What goes to these hosts cannot be read here, so it is not masked. Everything else is."
        return {
            "bad": "A setting weakens this proxy: see below.",
            "warn": "Text is masked, but something below needs your attention.",
            "idle": "No client has sent a request through this proxy since it started. Set one up, then look again.",
        }.get(self.tone, "Personal data and secrets are replaced before text leaves this machine.")


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
