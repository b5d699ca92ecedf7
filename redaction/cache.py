"""What was masked before, bounded in entries and bytes, without a copy of any text that was sent to us.

Keys are keyed hashes (a random key per process), so the cache does not tell who asked what. A text that
needed no masking leaves a marker only; a changed one leaves its replacement, which holds no found value.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

from redaction import in_pieces
from redaction.bounded_cache import BoundedCache
from redaction.profiler.protocol import Masking

if TYPE_CHECKING:
    from _hashlib import HASH as Hasher

KEY_SIZE = 16  # bytes: random key, so nobody can search for two texts with one hash

# Measured with tracemalloc on CPython 3.13 (64 bit): 176 to 215 bytes, by how full the table is.
ENTRY_BYTES = 216
SPAN_BYTES = 72 + 2 * 32 + 24 + 8  # object, two ints, a float, its place in the tuple
_PREFIXES = 256


class MaskCache:
    """The least recently used entry goes first. Safe to share between threads."""

    def __init__(self, max_bytes: int, max_entries: int) -> None:
        self.max_bytes = max_bytes
        self.max_entries = max_entries
        self._secret = secrets.token_bytes(32)
        self._prefixes = BoundedCache[tuple[str, str], "Hasher"](_PREFIXES)
        self._entries = BoundedCache[bytes, object](max_entries, max_bytes)

    def __repr__(self) -> str:
        return f"MaskCache({len(self._entries)} entries, {self._entries.weighs} bytes)"

    def __len__(self) -> int:
        return len(self._entries)

    def key(self, identity: str, policy: str, text: str) -> bytes:
        """The key of a text under a detector and a policy. Any str will do, lone surrogates too."""
        hasher = (self._prefixes.get((identity, policy)) or self._prefix(identity, policy)).copy()
        hasher.update(in_pieces.encode(text, "utf-8", "surrogatepass"))
        return hasher.digest()[:KEY_SIZE]

    def get(self, key: bytes, text: str) -> Masking | None:
        """The Masking of `text`, or None. `text` must be the one the key was made of."""
        known = self._entries.get(key)
        if known is None:
            return None
        assert isinstance(known, Masking | int)
        return known if isinstance(known, Masking) else Masking(text, (), left=known)

    def put(self, key: bytes, text: str, masking: Masking) -> None:
        """Remember a Masking. One that is too big for the whole cache is not kept."""
        if masking.exact and not masking.spans and masking.replacement == text:
            self._entries.put(key, masking.left, ENTRY_BYTES)
            return
        size = ENTRY_BYTES + sys.getsizeof(masking) + sys.getsizeof(masking.replacement)
        size += sys.getsizeof(masking.spans) + SPAN_BYTES * len(masking.spans)
        self._entries.put(key, masking, size)

    def hasher(self, parts: Iterable[bytes], person: bytes = b"entries") -> Hasher:
        """The beginning of keys for entries of another kind (`redaction.remembered`), which share the bounds."""
        # Behind a key that nobody else has, and processors have instructions for it: half the time of BLAKE2b.
        hasher = sha256(self._secret)
        for part in (person, *parts):
            hasher.update(len(part).to_bytes(8, "big") + part)  # lengths keep the parts apart
        return hasher

    def entry(self, key: bytes) -> object:
        """An entry of another kind, or None."""
        return self._entries.get(key)

    def put_entry(self, key: bytes, entry: object, size: int) -> None:
        self._entries.put(key, entry, size)

    def _prefix(self, identity: str, policy: str) -> Hasher:
        hasher = self.hasher((part.encode("utf-8", "surrogatepass") for part in (identity, policy)), b"texts")
        self._prefixes.put((identity, policy), hasher)
        return hasher
