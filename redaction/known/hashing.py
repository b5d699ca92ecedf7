"""Keyed hashes of tokens and of runs of tokens, for whole texts at once.

A token's hash is a polynomial over its code points modulo 2^64, taken from running sums, so a text costs a few passes
of numpy whatever its tokens are. Hashes of runs are sums over the tokens, so those of all runs of one length are one
more addition. They only say where to look: what counts is the keyed BLAKE2b digest of the tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from redaction.known.known_tokens import tokens

type Hashes = NDArray[np.uint64]
type Places = NDArray[np.int64]

# Runs are told apart by so many of their tokens; the digest is over all.
MOST_IN_RUN = 12
# A text is read in pieces of so many code points.
PIECE = 1 << 15
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
_ZERO, _NINE = np.uint64(ord("0")), np.uint64(ord("9"))


class Hasher:
    """Hashes under one secret key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        seed = blake2b(b"tokens", key=key, digest_size=16).digest()
        base = int.from_bytes(seed[:8], "little") | 1
        turn = int.from_bytes(seed[8:], "little") | 1
        self._powers = _powers(base, PIECE + 1)
        self._inverses = _powers(pow(base, -1, 1 << 64), PIECE + 1)
        self._turns = _powers(turn, MOST_IN_RUN)

    def __repr__(self) -> str:
        return "Hasher(...)"

    def tokens(self, folded: str) -> tuple[Places, Places, Hashes, NDArray[np.bool_]]:
        """Starts, ends and hashes of the tokens of a folded text of at most `PIECE` code points, and which of them are
        digits."""
        places = list(tokens(folded))
        starts = np.fromiter((start for start, _ in places), np.int64, len(places))
        ends = np.fromiter((end for _, end in places), np.int64, len(places))
        codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
        sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum(codes * self._powers[: len(codes)], out=sums[1:])
        hashes = self._mixed((sums[ends] - sums[starts]) * self._inverses[starts])
        return starts, ends, hashes, (codes[starts] >= _ZERO) & (codes[starts] <= _NINE)

    def runs(self, hashes: Hashes) -> list[Hashes]:
        """For each length from 1 to `MOST_IN_RUN` the hashes of the runs of so many tokens, by their first token."""
        found: list[Hashes] = []
        total = np.zeros(len(hashes), np.uint64)
        for length in range(1, min(MOST_IN_RUN, len(hashes)) + 1):
            size = len(hashes) - length + 1
            total = total[:size] + hashes[length - 1 :][:size] * self._turns[length - 1]
            found.append(total)
        return found

    def values(self, values: Sequence[Sequence[str]]) -> Hashes:
        """The hash of each value's first tokens, as `runs` gives it."""
        each = [token for value in values for token in value[:MOST_IN_RUN]]
        counts = np.fromiter((min(len(value), MOST_IN_RUN) for value in values), np.int64, len(values))
        if not each:
            return np.zeros(len(values), np.uint64)
        hashes = self._alone(each)
        firsts = np.cumsum(counts) - counts
        inside = np.arange(len(each)) - np.repeat(firsts, counts)
        return np.add.reduceat(hashes * self._turns[inside], firsts)

    def digest(self, value: Sequence[str]) -> int:
        """The digest of a value by its tokens: 64 bits."""
        text = "\x1f".join(value).encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(text, key=self.key, digest_size=8).digest(), "little")

    def _alone(self, each: Sequence[str]) -> Hashes:
        """Hashes of tokens that stand for themselves."""
        lengths = np.fromiter(map(len, each), np.int64, len(each))
        codes = np.frombuffer("".join(each).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
        starts = np.cumsum(lengths) - lengths
        inside = np.arange(len(codes)) - np.repeat(starts, lengths)
        return self._mixed(np.add.reduceat(codes * self._powers[inside], starts))

    @staticmethod
    def _mixed(sums: Hashes) -> Hashes:
        sums = (sums ^ (sums >> _HALF)) * _MIX
        return sums ^ (sums >> _HALF)


def pair_hash(one: Hashes, other: Hashes) -> Hashes:
    """A hash of two values that does not depend on their order."""
    return (one ^ other) * _MIX + one + other


def _powers(base: int, count: int) -> Hashes:
    powers = np.ones(count, np.uint64)
    powers[1:] = np.uint64(base)
    return np.cumprod(powers, dtype=np.uint64)
