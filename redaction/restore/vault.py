"""Tag -> value, in memory only: bounded, with a time limit, and apart for each client.

What is expired is never given out, and is dropped within `_SWEEP` seconds also where nobody asks any more.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

# What an entry costs beside its value: two objects, two table rows and the tag, measured on CPython 3.13.
_ENTRY_COST = 320
# Seconds between two looks at what is expired, at most; a fourth of a shorter time limit.
_SWEEP = 60.0

# A scope begins with the digest of whose it is; what follows tells the owner's credentials apart.
OWNER_BYTES = 16

# Does some work so many seconds later.
type Later = Callable[[float, Callable[[], None]], None]


def scope_of(*parts: bytes) -> bytes:
    """The scope of a client from what tells it apart (proxy user, credential). Only the digest is kept."""
    digest = hashlib.blake2b(digest_size=OWNER_BYTES, person=b"faasera-scope")
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


@dataclass(slots=True)
class _Entry:
    value: str | None  # None: two values met under one tag, none of them is ever restored
    cost: int
    until: float


class Vault:
    """Values of all clients. For several threads: large bodies are masked in workers.

    `entries` and `size` (bytes, estimated) bound everything together; one scope gets at most half of both, so that
    a busy client cannot push everybody else out. `ttl` is in seconds since an entry was last put or looked up.
    Whoever is over a bound loses the entries not used for the longest time: their placeholders stay placeholders.
    `later` is the timer that sweeps while there is anything to sweep; without one, only `put` does.
    """

    def __init__(
        self,
        *,
        entries: int = 100_000,
        size: int = 32 * 1024 * 1024,
        ttl: float = 12 * 3600.0,
        clock: Callable[[], float] = time.monotonic,
        later: Later | None = None,
    ) -> None:
        if entries < 2 or size < 2 or ttl <= 0:
            raise ValueError("a vault needs room and time")
        self._max_entries, self._max_size, self._ttl, self._clock = entries, size, ttl, clock
        self._scopes: OrderedDict[bytes, OrderedDict[str, _Entry]] = OrderedDict()  # both: least recently used first
        self._sizes: dict[bytes, int] = {}
        self._types: dict[bytes, frozenset[str]] = {}
        self._entries = 0
        self._size = 0
        self._next_sweep = clock() + self._period
        self._later = later
        self._armed = False
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"Vault({self._entries} entries, {len(self._scopes)} scopes)"

    def __len__(self) -> int:
        return self._entries

    @property
    def size(self) -> int:
        """Estimated bytes of all entries."""
        return self._size

    def keep_for(self, ttl: float) -> None:
        """Another time limit, in seconds. A shorter one drops everything: entries know their old end only."""
        with self._lock:
            if ttl < self._ttl:
                self._scopes.clear()
                self._sizes.clear()
                self._types.clear()
                self._entries = self._size = 0
            self._ttl = ttl
            self._next_sweep = self._clock() + self._period

    def put(self, scope: bytes, tag: str, value: str, kind: str = "") -> bool:
        """Remember a value of a type. False when it cannot come back: another value has its tag, or it is too big."""
        with self._lock:
            now = self._clock()
            if now >= self._next_sweep:
                self.sweep()
            found = self._alive(scope, tag, now)
            if found is None:
                return self._add(scope, tag, value, kind, now)
            if found.value is not None and found.value != value:
                found.value = None
            self._touch(scope, tag, found, now)
            return found.value is not None

    def get(self, scope: bytes, tag: str) -> str | None:
        """The value under a tag of this client, or None: unknown, expired or ambiguous."""
        with self._lock:
            now = self._clock()
            entry = self._alive(scope, tag, now)
            if entry is None:
                return None
            self._touch(scope, tag, entry, now)
            return entry.value

    def scope(self, scope: bytes) -> VaultScope:
        """A client's view: callable as `lookup(tag)`, false while there is nothing to restore."""
        return VaultScope(self, scope)

    def scope_entries(self, scope: bytes) -> int:
        """How many tags a client has, expired ones perhaps included."""
        return len(self._scopes.get(scope, ()))

    def types(self, scope: bytes) -> frozenset[str]:
        """The types that a client has, or had, values of."""
        return self._types.get(scope, frozenset())

    def forget(self, chosen: Callable[[bytes], bool] = lambda scope: True) -> int:
        """Drop everything of the clients whose scope is chosen. Returns how many scopes that were."""
        with self._lock:
            gone = [scope for scope in self._scopes if chosen(scope)]
            for scope in gone:
                for tag in list(self._scopes[scope]):
                    self._drop(scope, tag)
            return len(gone)

    def sweep(self) -> None:
        """Drop what is expired. `put` and the timer call it."""
        with self._lock:
            now = self._clock()
            self._next_sweep = now + self._period
            for scope, entries in list(self._scopes.items()):
                for tag, entry in list(entries.items()):
                    if entry.until > now:
                        break  # in order of use, and one ttl for all: the rest is younger
                    self._drop(scope, tag)

    @property
    def _period(self) -> float:
        return min(self._ttl / 4, _SWEEP)

    def _arm(self) -> None:
        if self._later is not None and not self._armed and self._entries:
            self._armed = True
            self._later(self._period, self._tick)

    def _tick(self) -> None:
        with self._lock:
            self._armed = False
            self.sweep()
            self._arm()

    def _alive(self, scope: bytes, tag: str, now: float) -> _Entry | None:
        entries = self._scopes.get(scope)
        entry = entries.get(tag) if entries is not None else None
        if entry is not None and entry.until <= now:
            self._drop(scope, tag)
            return None
        return entry

    def _touch(self, scope: bytes, tag: str, entry: _Entry, now: float) -> None:
        entry.until = now + self._ttl
        self._scopes[scope].move_to_end(tag)
        self._scopes.move_to_end(scope)

    def _add(self, scope: bytes, tag: str, value: str, kind: str, now: float) -> bool:
        cost = _ENTRY_COST + len(tag) + 4 * len(value)
        if cost > self._max_size // 2:
            return False
        entries = self._scopes.setdefault(scope, OrderedDict())
        entries[tag] = _Entry(value, cost, now + self._ttl)
        self._scopes.move_to_end(scope)
        if kind and kind not in self.types(scope):
            self._types[scope] = self.types(scope) | {kind}
        self._sizes[scope] = self._sizes.get(scope, 0) + cost
        self._entries += 1
        self._size += cost
        while len(entries) > max(1, self._max_entries // 2) or self._sizes[scope] > self._max_size // 2:
            self._evict(scope)
        while self._entries > self._max_entries or self._size > self._max_size:
            self._evict(next(iter(self._scopes)))
        self._arm()
        return True

    def _evict(self, scope: bytes) -> None:
        self._drop(scope, next(iter(self._scopes[scope])))

    def _drop(self, scope: bytes, tag: str) -> None:
        entry = self._scopes[scope].pop(tag)
        self._entries -= 1
        self._size -= entry.cost
        self._sizes[scope] -= entry.cost
        if not self._scopes[scope]:
            del self._scopes[scope], self._sizes[scope]
            self._types.pop(scope, None)


class VaultScope:
    """One client's view of the vault. The repr shows neither the scope nor a value."""

    __slots__ = ("_scope", "_vault")

    def __init__(self, vault: Vault, scope: bytes) -> None:
        self._vault = vault
        self._scope = scope

    def __repr__(self) -> str:
        return f"VaultScope({len(self)} entries)"

    def __call__(self, tag: str) -> str | None:
        return self._vault.get(self._scope, tag)

    def __len__(self) -> int:
        return self._vault.scope_entries(self._scope)

    @property
    def types(self) -> frozenset[str]:
        """See `Vault.types`."""
        return self._vault.types(self._scope)

    def put(self, tag: str, value: str, kind: str = "") -> bool:
        """See `Vault.put`."""
        return self._vault.put(self._scope, tag, value, kind)
