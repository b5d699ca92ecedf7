"""Which of many patterns may match in a text: their factors, looked for by the kernel in one pass."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import c_int64, c_uint64, c_void_p
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel.factors import EDGE, Factor, factors, rarest
from redaction.detector.kernel.library import Library
from redaction.detector.kernel.stored import Tables

_WORD, _LANES, _MOST_BLOCKS, _PRESENT = 64, 8, 64, 5
_BLOCK = _WORD * _LANES
# Of `factors_t`, in its order.
_ARRAYS = ("class_of", "enter", "stay", "first", "last", "owners", "patterns", "needs")


class _Factors(ctypes.Structure):
    """`factors_t` of the kernel."""

    _fields_: ClassVar = [
        ("blocks", c_int64),
        ("classes", c_int64),
        *((name, c_void_p) for name in _ARRAYS),
    ]


def factor_tables(patterns: Sequence[str]) -> Tables:
    """What the kernel reads of some RE2 patterns. Raises ValueError for more than it has room for."""
    own: dict[Factor, list[int]] = {}
    always = 0
    for number, pattern in enumerate(patterns):
        found = factors(pattern)
        if found is None:
            always |= 1 << number
        for factor in found or ():
            own.setdefault(factor, []).append(number)
    ends: dict[int, list[int]] = {}  # by the last place of a factor
    places: list[tuple[int, int]] = []
    first: list[int] = []
    needs: list[int] = []  # of each block
    # Those that need the same seldom characters are in one block: it is left out where a text has none of them.
    for factor in sorted(own, key=lambda factor: (rarest(factor), len(factor), factor)):
        if len(places) % _WORD + len(factor) > _WORD:
            places += [(0, 0)] * (-len(places) % _WORD)
        first.append(len(places))
        places += factor
        ends[len(places) - 1] = own[factor]
        needs += [0] * ((len(places) - 1) // _BLOCK + 1 - len(needs))
        needs[-1] |= rarest(factor)[1]
    places += [(0, 0)] * (-len(places) % _BLOCK)
    blocks = len(places) // _BLOCK
    if blocks > _MOST_BLOCKS:
        raise ValueError("more patterns than the kernel has room for")
    enter, stay = (_bits([place[side] for place in places]) for side in (0, 1))
    both = np.concatenate((enter, stay))
    kinds: dict[bytes, int] = {}  # symbols that are in the same masks are of one class
    class_of = [kinds.setdefault(column.tobytes(), len(kinds)) for column in both.T]
    columns = np.ascontiguousarray(both[:, [class_of.index(own) for own in range(len(kinds))]])
    if len(kinds) > 256:
        raise ValueError("more classes of bytes than the kernel has room for")
    words = len(patterns) // 64 + 1
    return {
        "class_of": np.array(class_of, np.uint8),
        "enter": _packed(columns[: len(places)], blocks),
        "stay": _packed(columns[len(places) :], blocks),
        "first": _marks(first, len(places)),
        "last": _marks(list(ends), len(places)),
        "owners": np.cumsum([0, *(len(ends.get(place, ())) for place in range(len(places)))], dtype=np.int32),
        "patterns": np.array([number for place in sorted(ends) for number in ends[place]], np.int32),
        "needs": np.frombuffer(b"".join(mask.to_bytes(_PRESENT * 8, "little") for mask in needs), np.uint64),
        "always": np.frombuffer(always.to_bytes(words * 8, "little"), np.uint64),
        "sizes": np.array([blocks, len(kinds), len(own)], np.int64),
    }


class FactorScan:
    """Thread-safe. Never misses a pattern that matches; may name one that does not."""

    def __init__(self, library: Library, tables: Tables) -> None:
        """`tables`: `factor_tables` of the patterns."""
        self._search = library.words.kernel_factors
        self._tables = tables
        blocks, classes, self._size = map(int, tables["sizes"])
        self._factors = _Factors(blocks, classes, *(tables[name].ctypes.data for name in _ARRAYS))
        self._place = ctypes.addressof(self._factors)
        self._always = int.from_bytes(tables["always"].tobytes(), "little")
        self._out = c_uint64 * len(tables["always"])

    def __repr__(self) -> str:
        return f"FactorScan({self._size} factors)"

    def match(self, data: bytes) -> list[int]:
        """The numbers of the patterns that may match, in order."""
        out = self._out()
        if self._search(self._place, data, len(data), out):
            raise ValueError("more patterns than the kernel has room for")
        left = int.from_bytes(out, "little") | self._always
        found: list[int] = []
        while left:
            lowest = left & -left
            found.append(lowest.bit_length() - 1)
            left ^= lowest
        return found


def _bits(masks: Sequence[int]) -> NDArray[np.uint8]:
    """`(places, symbols)`: whether a symbol is in a mask."""
    made = {mask: mask.to_bytes(EDGE // 8 + 1, "little") for mask in set(masks)}
    rows = np.frombuffer(b"".join(made[mask] for mask in masks), np.uint8).reshape(len(masks), -1)
    return np.unpackbits(rows, axis=1, bitorder="little", count=EDGE + 1)


def _packed(bits: NDArray[np.uint8], blocks: int) -> NDArray[np.uint64]:
    """`(places, classes)` as `[blocks][classes][words of a block]`."""
    words = np.packbits(bits, axis=0, bitorder="little")  # (places / 8, classes)
    parts = words.reshape(blocks, _LANES, _WORD // 8, -1).transpose(0, 3, 1, 2)
    return np.ascontiguousarray(parts).view(np.uint64)


def _marks(places: Sequence[int], size: int) -> NDArray[np.uint64]:
    marks = np.zeros(size, np.uint8)
    marks[list(places)] = 1
    return np.packbits(marks, bitorder="little").view(np.uint64)
