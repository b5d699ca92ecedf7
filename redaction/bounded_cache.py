"""One bounded memory for everything that is remembered: the least recently used entry goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock


class BoundedCache[K: Hashable, V]:
    """At most `entries` entries of at most `weight` in all. Safe to share between threads.

    An entry that is heavier than the whole is not kept. The repr shows counts only.
    """

    def __init__(self, entries: int, weight: int | None = None) -> None:
        self.entries = entries
        self.weight = weight
        self._lock = Lock()
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._weight = 0

    def __repr__(self) -> str:
        return f"BoundedCache({len(self._kept)} entries, weight {self._weight})"

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def weighs(self) -> int:
        """What all entries weigh together."""
        return self._weight

    def get(self, key: K) -> V | None:
        """The value of a key, which is the most recently used one now; None where there is none."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: K, value: V, weight: int = 1) -> None:
        """Keep a value, in place of another of that key."""
        with self._lock:
            old = self._kept.pop(key, None)
            if old is not None:
                self._weight -= old[1]
            if self.entries < 1 or (self.weight is not None and weight > self.weight):
                return
            self._kept[key] = value, weight
            self._weight += weight
            while len(self._kept) > self.entries or (self.weight is not None and self._weight > self.weight):
                _, (_, gone) = self._kept.popitem(last=False)
                self._weight -= gone
