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
_LEAST = 0.01
_DOUBLINGS = 7


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
    """How many times as long the work takes at `FACTOR` times the size, the best of up to three tries.

    `make` gives the work of a size, all that it needs made before the clock starts.
    """
    size = max(1, size // depth(4, 1))
    make(size)()
    for _ in range(_DOUBLINGS):
        if cpu(make(size)) >= _LEAST:
            break
        size *= 2
    best = float("inf")
    for _ in range(3):
        best = min(best, cpu(make(size * FACTOR)) / max(cpu(make(size)), 0.001))
        if best < MOST:
            break
    return best
