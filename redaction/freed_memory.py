"""Gives memory that a large request has freed back to the system.

glibc keeps it: it raises the size from which blocks are mapped on their own to the largest one freed so far, and gives
each thread an arena whose free top it seldom gives back. Source: mallopt(3), malloc_trim(3). Elsewhere nothing is done.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterable, Iterator

# M_MMAP_THRESHOLD and M_ARENA_MAX of malloc.h; the threshold stays where it is put.
_MAPPED_FROM, _ARENAS = -3, -8
_OPTIONS = ((_MAPPED_FROM, 1 << 18), (_ARENAS, 2))
# So many things are let go of in one step.
_AT_ONCE = 64
# Giving back takes some milliseconds of one thread.
_SECONDS = 5.0


def _function(name: str) -> Callable[[int, int], int] | Callable[[int], int] | None:
    try:
        found = getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):  # Windows has no such handle
        return None
    return found if callable(found) else None


_trim = _function("malloc_trim")
_option = _function("mallopt")


def emptied(holders: Iterable[object]) -> Iterator[None]:
    """Take everything out of lists and dicts, bit by bit: to let go of the objects of a large body at once keeps the
    interpreter's lock for 0.1 s. Yields between steps."""
    for holder in holders:
        out = holder.pop if isinstance(holder, list) else holder.popitem if isinstance(holder, dict) else None
        while out is not None and holder:
            for _ in range(min(_AT_ONCE, len(holder))):  # type: ignore[arg-type]
                out()
            yield


class Freed:
    """Gives back what is free, from time to time. For one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = 0.0
        if _option is not None:
            for option, value in _OPTIONS:
                _option(option, value)  # type: ignore[call-arg]

    def give_back(self) -> bool:
        """Whether something may have gone back: not more often than every few seconds."""
        now = self._clock()
        if _trim is None or now - self._last < _SECONDS:
            return False
        self._last = now
        _trim(0)  # type: ignore[call-arg]
        return True
