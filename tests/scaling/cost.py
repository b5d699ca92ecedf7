"""CPU time of a piece of work at a size and at four times the size."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from tests.support.depth import depth

FACTOR = 4
# Linear is 4, quadratic 16. Caches, memory and a busy machine may double what is linear.
MOST = 8.0
# Less CPU time than this cannot be told from noise (seconds): the size is doubled until it takes more.
_LEAST = depth(0.004, 0.01)
_DOUBLINGS = 7
_TRIES = 3


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU time of all threads."""
    gc.disable()
    try:
        started = time.process_time()
        work()
        return time.process_time() - started
    finally:
        gc.enable()


def ratio(make: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times as long the work takes at `FACTOR` times the size, the best of a few tries.

    `make` gives the work of a size, all that it needs made before the clock starts.
    """
    size = max(1, size // depth(4, 1))
    make(size)()  # what is built at the first use
    small = cpu(make(size))
    for _ in range(_DOUBLINGS):
        if small >= _LEAST:
            break
        size *= 2
        small = cpu(make(size))
    best = float("inf")
    for _ in range(_TRIES):
        best = min(best, cpu(make(size * FACTOR)) / max(small, 0.001))
        if best < MOST:
            break
        small = cpu(make(size))
    return best
