"""What was masked over the last hour and for whom, for the status page: counts and times in bounded tables."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from reporting.record import RequestRecord

MINUTES: Final = 60
# Different clients, models and hosts that are told apart; the rest is counted together.
_MOST_NAMES: Final = 200
_OTHERS: Final = "others"


@dataclass(slots=True)
class Minute:
    """One minute: requests, their added milliseconds together, and placeholders by type."""

    at: int
    requests: int = 0
    ms: float = 0.0
    masked: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Tally:
    """What one client, model or host did since start."""

    requests: int = 0
    masked: int = 0
    blocked: int = 0
    last: float = 0.0


class History:
    """Counts records by minute and by name. Safe between threads; memory is bounded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minutes: deque[Minute] = deque(maxlen=MINUTES)
        self._tables: Mapping[str, dict[str, Tally]] = {"client": {}, "model": {}, "host": {}}

    def add(self, record: RequestRecord) -> None:
        """Count one request."""
        found = sum(record.masked.values())
        with self._lock:
            at = int(record.time // 60)
            if not self._minutes or self._minutes[-1].at < at:
                self._minutes.append(Minute(at))
            minute = self._minutes[-1]
            minute.requests += 1
            minute.ms += record.ms_total
            minute.masked.update(record.masked)
            names = {"client": record.user or record.client, "model": record.model, "host": record.host}
            for table, name in names.items():
                tally = self._tally(self._tables[table], name)
                tally.requests += 1
                tally.masked += found
                tally.blocked += record.outcome == "blocked"
                tally.last = max(tally.last, record.time)

    @staticmethod
    def _tally(table: dict[str, Tally], name: str) -> Tally:
        if name not in table and len(table) >= _MOST_NAMES:
            name = _OTHERS
        return table.setdefault(name, Tally())

    def minutes(self, now: float) -> list[Minute]:
        """The last hour, oldest first, a row for each minute."""
        last = int(now // 60)
        with self._lock:
            seen = {minute.at: minute for minute in self._minutes}
            return [
                Minute(at, row.requests, row.ms, Counter(row.masked)) if (row := seen.get(at)) else Minute(at)
                for at in range(last - MINUTES + 1, last + 1)
            ]

    def table(self, name: str) -> list[tuple[str, Tally]]:
        """`client`, `model` or `host` with what each did, the busiest first."""
        with self._lock:
            return sorted(self._tables[name].items(), key=lambda row: (-row[1].requests, row[0]))
