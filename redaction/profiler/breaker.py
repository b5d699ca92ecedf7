"""A circuit breaker: a service that fails again and again is left alone for a while, then tried once.

    closed --(`failures` in a row, over different texts)--> open --(`open_for` seconds)--> one probe
    probe answered -> closed;  probe failed -> open again;  probe dropped -> the next caller probes

Different texts, because one text that kills the service, sent again and again by a client that retries,
must not lock out everybody else.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable


class Breaker:
    """Ask `admit` before each call, then report `answered`, `failed` or `dropped`. `clock` is in seconds."""

    def __init__(
        self, *, failures: int = 5, open_for: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = failures
        self._open_for = open_for
        self._clock = clock
        self._failed: set[Hashable] = set()
        self._opened_at: float | None = None
        self._probe: object | None = None

    def admit(self) -> object | None:
        """A ticket for one call, or None while open. A ticket must be reported back exactly once."""
        if self._opened_at is None:
            return object()
        if self._probe is not None or self._clock() - self._opened_at < self._open_for:
            return None
        self._probe = object()
        return self._probe

    @property
    def is_open(self) -> bool:
        return self._opened_at is not None

    @property
    def retry_after(self) -> int:
        """Whole seconds until a call may be let through, at least 1."""
        if self._opened_at is None:
            return 1
        return max(1, math.ceil(self._opened_at + self._open_for - self._clock()))

    def answered(self) -> None:
        """The service is alive: any answer but a 5xx. Closes the breaker."""
        self._failed.clear()
        self._opened_at = self._probe = None

    def failed(self, ticket: object, text: Hashable) -> None:
        """A connect error, a timeout or a 5xx. `text` tells texts apart; give a hash, not the text."""
        if self._opened_at is not None:
            if ticket is self._probe:
                self._opened_at, self._probe = self._clock(), None
            return  # a call from before it opened: known already
        self._failed.add(text)
        if len(self._failed) >= self._limit:
            self._opened_at = self._clock()

    def dropped(self, ticket: object) -> None:
        """The call ended without a verdict: its client left."""
        if ticket is self._probe:
            self._probe = None
