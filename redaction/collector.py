"""Keeps Python's garbage collector from standing in everybody's way while a large request is worked on.

A full collection looks at every object there is, with the interpreter's lock held: 0.1 to 0.3 s while a body of 32 MB
is objects. What makes so many objects leaves next to no cycles, so the full one waits until the large requests are
done, but no longer than a minute. Source: the gc module's documentation (generations).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Between two full collections, so many of the middle ones: never.
_NEVER = 1 << 30
_LONGEST = 60.0


class Collector:
    """For one event loop: not to be shared between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._large = 0
        self._since = 0.0
        self._full = 0

    @contextmanager
    def kept_short(self) -> Iterator[None]:
        """While any of these is open, there is no full collection."""
        if not self._large:
            self._since = self._clock()
            self._full = gc.get_threshold()[2]
            _every(_NEVER)
        self._large += 1
        try:
            yield
        finally:
            self._large -= 1
            if not self._large:
                _every(self._full)  # the next one that is due comes by itself
            elif self._clock() - self._since > _LONGEST:
                self._since = self._clock()
                gc.collect()


def _every(times: int) -> None:
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, times)
