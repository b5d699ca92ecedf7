"""What was done to one request: counts and times; text only where the setting `before_after` asks for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from redaction.replacer import Replaced


@dataclass(slots=True)
class Report:
    """Counts of one request.

    `masked` and `protected` count per placeholder type, `not_inspected` per kind of file (`image`, `audio`, ...).
    `masked_results` counts values in tool results that were masked: without reversible mode an agent may write them
    back. `ambiguous` counts what was masked but cannot come back in reversible mode: the Profiler's text fits the
    original in more than one way. `new` texts went to the Profiler, `cached` ones did not, `skipped` leaves were kept
    by the dialect's table. `documents` counts them by outcome: `masked` and `as_text` (sent as text, with and without
    findings), `scanned` (sent as they came, nothing was found), `allowed` (not looked into).
    `left_in_paths` counts names that the policy leaves inside file-system paths. `changed_texts`, with what became of
    them, are there with `before_after` only, and are not added up: nobody keeps them but the page's view.
    """

    masked: Counter[str] = field(default_factory=Counter)
    protected: Counter[str] = field(default_factory=Counter)
    not_inspected: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    new: int = 0
    cached: int = 0
    skipped: int = 0
    profiler_seconds: float = 0.0
    model: str = ""
    changed: bool = False
    masked_results: int = 0
    left_in_paths: int = 0
    ambiguous: int = 0
    changed_texts: list[tuple[str, Replaced]] | None = field(default=None, repr=False)

    def add(self, other: Report) -> None:
        """Count another part of the same request (its query string, a WebSocket frame) in."""
        self.masked.update(other.masked)
        self.protected.update(other.protected)
        self.not_inspected.update(other.not_inspected)
        self.documents.update(other.documents)
        self.new += other.new
        self.cached += other.cached
        self.skipped += other.skipped
        self.profiler_seconds += other.profiler_seconds
        self.model = self.model or other.model
        self.changed = self.changed or other.changed
        self.masked_results += other.masked_results
        self.left_in_paths += other.left_in_paths
        self.ambiguous += other.ambiguous
