"""Cuts a text into chunks, which are worked on one by one, and keeps what they yielded.

Cuts depend on what stands around them, not on what came before: a text edited in one line has the same chunks before
and after that line. What a chunk yields is a function of its key alone, so remembered and new results are the same.
"""

from __future__ import annotations

import re
import secrets
import zlib
from collections.abc import Iterator, Sized
from hashlib import blake2b

# A chunk is this long (code points): at least, and at most.
SHORTEST = 900
LONGEST = 2000
# One place in so many is a cut.
_ONE_IN = 8
# So many code points before a place decide whether it is a cut.
_TELLING = 48
_KEY_SIZE = 16
# So many findings (a few hundred bytes) are as much as an entry without any.
_SMALL = 2
_SPACE = re.compile(r"[ ,]")


def chunks_of(text: str) -> Iterator[tuple[int, int]]:
    """Half-open places that cover the text: whole lines where there are any, else cut behind a space or comma."""
    size = len(text)
    start = 0
    while size - start > LONGEST:
        end = _cut(text, start)
        yield start, end
        start = end
    if start < size:
        yield start, size


def _cut(text: str, start: int) -> int:
    low, high = start + SHORTEST, start + LONGEST
    # Read as bytes, and so encoded, once where a code point is one byte.
    before = low - _TELLING
    piece = text[before:high]
    data = piece.encode("utf-8", "replace")
    plain = len(data) == len(piece)

    def is_cut(at: int) -> bool:
        told = (
            data[at - before - _TELLING : at - before] if plain else text[at - _TELLING : at].encode("utf-8", "replace")
        )
        return not zlib.crc32(told) % _ONE_IN

    last = 0
    at = text.find("\n", low, high)
    while at >= 0:
        last = at + 1
        if is_cut(last):
            return last
        at = text.find("\n", last, high)
    if last:
        return last
    for match in _SPACE.finditer(text, low, high):
        last = match.end()
        if is_cut(last):
            return last
    return last or high


class Remembered[T: Sized]:
    """Results by keyed hash (a random key per process: no text is kept), at most twice `entries`. Thread-safe.

    Two generations: a full young one becomes the old one, and what was not asked for in the meantime is gone. A result
    of some size counts as several entries.
    """

    def __init__(self, entries: int) -> None:
        self.entries = entries
        self._secret = blake2b(key=secrets.token_bytes(32), digest_size=_KEY_SIZE)
        self._weight = 0
        self._young: dict[bytes, T] = {}
        self._old: dict[bytes, T] = {}

    def __repr__(self) -> str:
        return f"Remembered({len(self)} entries)"

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def key(self, text: str, *places: int, beside: str = "") -> bytes:
        """The key of a chunk: the text it was read from, the places in it, and what else decides the result."""
        hasher = self._secret.copy()
        data = text.encode("utf-8", "surrogatepass")
        hasher.update(b"%d %d %r " % (len(data), len(beside), places))
        hasher.update(data)
        if beside:
            hasher.update(beside.encode("utf-8", "surrogatepass"))
        return hasher.digest()

    def get(self, key: bytes) -> T | None:
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: bytes, result: T) -> None:
        if self._weight >= self.entries:
            self._old, self._young, self._weight = self._young, {}, 0
        self._weight += 1 + len(result) // _SMALL
        self._young[key] = result
