"""Lets other threads have the interpreter's lock.

One that gives the lock away for microseconds again and again, as hashes and RE2 do, has it back before those wake up
that wait for it, and they never come to ask for it: 50,000 numbers kept the event loop waiting for 2 s.
"""

from __future__ import annotations

import threading
import time

# So often (seconds) a thread stands back for so long.
_EVERY, _BREATH = 0.005, 0.0001
_last = threading.local()


def begin() -> None:
    """This thread begins with something: what is done within some milliseconds never sleeps."""
    _last.time = time.perf_counter()


def stand_back() -> None:
    """Sleep for a moment where this thread has not for some milliseconds. Not on the main thread: it is waited for."""
    now = time.perf_counter()
    if now - getattr(_last, "time", 0.0) < _EVERY:
        return
    if threading.current_thread() is not threading.main_thread():
        time.sleep(_BREATH)
    _last.time = time.perf_counter()
