"""While a program runs: look at its proxy, and say at once why every request is refused.

Agents retry a refused request in silence, some for minutes, and keep the reason to themselves. Where the program draws
on the terminal itself a line of ours would break its picture: there the reason is said at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Protocol

_LOOK_SECONDS = 1.0


class Watched(Protocol):
    """What is looked at: a running proxy."""

    def problem(self) -> str:
        """Why it refuses every request, in its own words; "" if it does not."""
        ...


class HealthWatch:
    """Looks every second from a thread of its own. `tell` is given each new problem once, when it is seen."""

    def __init__(self, proxy: Watched, tell: Callable[[str], None] | None, every: float = _LOOK_SECONDS) -> None:
        self.problems: list[str] = []
        self._proxy, self._tell, self._every = proxy, tell, every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="faasera: health")

    def __enter__(self) -> HealthWatch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self.look()  # a program that ended within the first second was refused all the same

    def look(self) -> None:
        """One look."""
        problem = self._proxy.problem()
        if problem and problem not in self.problems:
            self.problems.append(problem)
            if self._tell is not None:
                self._tell(f"{problem}; nothing is sent")

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            self.look()
