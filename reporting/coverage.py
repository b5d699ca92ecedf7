"""The coverage of LLM hosts since the start: for each, was its traffic read, or is this proxy blind to it?

A privacy proxy that looks healthy while it is blind is worse than none. So blindness is sticky: a host that
was blind stays red for a while even when another client's traffic to it is being inspected.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from reporting import sanitize

State = Literal["inspected", "tunnelled", "refused", "blind", "unseen"]
STATES: Final[tuple[State, ...]] = ("blind", "tunnelled", "refused", "inspected", "unseen")  # worst first
SUPPORTED: Final = "supported"
GENERIC: Final = "generic, unverified"
OTHER: Final = "other"

STICKY_SECONDS: Final = 15 * 60

# reason code -> what it means and what to do about it
REASONS: Final[Mapping[str, str]] = {
    "tls_failed": "The client refused this proxy's certificate and sent nothing: install and trust the CA for it (see "
    "its recipe). An app that accepts only its own list cannot be read here: use its web version or another client.",
    "undecodable": "The body is not readable (unknown encoding or binary format). It was refused.",
    "malformed": "The request was not well-formed, so what a server would read in it is not certain. It was refused.",
    "challenged": "The vendor answered with a browser challenge (cf-mitigated) because the connection is not the "
    "browser's own.",
    "websocket": "Frames of this connection could not be read.",
    "tunnel_configured": "The configuration says mode: tunnel for this host, so its traffic passes unread.",
    "unknown_model": "Its name says model and no row knows it, so it passes unread: add it under hosts.",
    "refuse_configured": "The configuration says mode: refuse for this host.",
    "policy": "A rule or limit of the configuration refused the request.",
    "profiler": "The Profiler did not answer, so nothing was sent.",
    "proxy": "The proxy could not do its work, so nothing was sent: see its log and /healthz.",
    "unreachable": "The target could not be reached.",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """How often a state was seen, when last (unix seconds), and why (a code of `REASONS`, or a short text)."""

    count: int
    last: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the coverage. `host` is a name or, when nothing was seen of it, the pattern of the host table."""

    host: str
    support: str
    state: State
    seen: Mapping[State, Seen]

    @property
    def last(self) -> float:
        """When anything was last seen of it, 0 when never."""
        return max((one.last for one in self.seen.values()), default=0.0)

    @property
    def reason(self) -> str:
        """The reason of the state that is shown."""
        one = self.seen.get(self.state)
        return one.reason if one else ""

    @property
    def advice(self) -> str:
        """The reason in a sentence that says what to do."""
        return REASONS.get(self.reason, self.reason)


@dataclass(slots=True)
class _Line:
    host: str
    row: str
    support: str
    seen: dict[State, Seen] = field(default_factory=dict)

    @property
    def last(self) -> float:
        return max((one.last for one in self.seen.values()), default=0.0)


class Coverage:
    """Counts per host, bounded by `limit`; safe to call from several threads.

    `rows` maps each host name or pattern of the host table to its support level (`SUPPORTED` or `GENERIC`);
    a row of which nothing was seen is listed as `unseen`.
    """

    def __init__(self, rows: Mapping[str, str], *, limit: int = 500, clock: Callable[[], float] = time.time) -> None:
        self._rows = dict(rows)
        self._limit = max(2, limit)
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}

    def set_rows(self, rows: Mapping[str, str]) -> None:
        """Replace the host table's rows, as after a change of the configuration. What was seen stays."""
        with self._lock:
            self._rows = dict(rows)

    def note(self, host: str, state: State, reason: str = "", *, row: str = "") -> None:
        """Count one sight of `host`. `row` is the row of the host table that matched, when it is a pattern.

        Raises ValueError for an unknown state; `unseen` cannot be noted.
        """
        if state not in STATES or state == "unseen":
            raise ValueError("state is one of inspected, tunnelled, refused, blind")
        why = reason if not reason or reason in REASONS else sanitize.clean(reason, 120)
        with self._lock:
            line = self._lines.get(host) or self._line(sanitize.host(host), sanitize.clean(row, 255))
            before = line.seen.get(state)
            line.seen[state] = Seen((before.count if before else 0) + 1, self._clock(), why)

    def _line(self, host: str, row: str) -> _Line:
        found = self._lines.get(host)
        if found is None:
            if len(self._lines) >= self._limit and not self._evict():
                host, row = OTHER, ""
            row = row or host
            support = self._rows.get(row, GENERIC)
            found = self._lines.setdefault(host, _Line(host, row, support))
        return found

    def _evict(self) -> bool:
        """Drop the line that was quiet longest, never one that was blind or tunnelled: red must not vanish."""
        calm = [key for key, line in self._lines.items() if not {"blind", "tunnelled"} & line.seen.keys()]
        if not calm:
            return False
        del self._lines[min(calm, key=lambda key: self._lines[key].last)]
        return True

    def entries(self) -> tuple[Entry, ...]:
        """All lines, worst state first, then the latest, then by name; rows never seen come last."""
        with self._lock:
            now = self._clock()
            found = [
                Entry(line.host, line.support, _state(line.seen, now), dict(line.seen)) for line in self._lines.values()
            ]
            rows_seen = {line.row for line in self._lines.values()} | {line.host for line in self._lines.values()}
            unseen = [Entry(row, support, "unseen", {}) for row, support in self._rows.items() if row not in rows_seen]
        return tuple(sorted(found + unseen, key=lambda e: (STATES.index(e.state), -e.last, e.host)))

    def totals(self) -> dict[tuple[str, State], int]:
        """(host, state) -> count, rows never seen with 1: what `faasera_coverage` shows."""
        sums: dict[tuple[str, State], int] = {}
        for entry in self.entries():
            counted = {state: one.count for state, one in entry.seen.items()} or {entry.state: 1}
            for state, count in counted.items():
                sums[entry.host, state] = sums.get((entry.host, state), 0) + count
        return sums

    def text(self) -> str:
        """The coverage as JSON for the command `faasera.coverage`; times in unix seconds."""
        rows = [
            {
                "host": entry.host,
                "state": entry.state,
                "support": entry.support,
                "reason": entry.reason,
                "advice": entry.advice,
                "counts": {state: one.count for state, one in entry.seen.items()},
                "last": round(entry.last, 3),
            }
            for entry in self.entries()
        ]
        return json.dumps(rows, indent=2)


def _state(seen: Mapping[State, Seen], now: float) -> State:
    """The latest state; but blind or tunnelled within the sticky time wins over what came after it."""
    for state in ("blind", "tunnelled"):
        if state in seen and now - seen[state].last < STICKY_SECONDS:
            return state
    # At equal times the worse one is shown.
    return max(seen, key=lambda state: (seen[state].last, -STATES.index(state)))
