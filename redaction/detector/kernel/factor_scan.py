"""Which of many patterns may match in a text: their factors, looked for by the kernel in one pass."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import c_int64, c_void_p
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel.factors import EDGE, Factor, factors
from redaction.detector.kernel.library import Library

_WORD, _LANES, _MOST_BLOCKS = 64, 8, 64
_BLOCK = _WORD * _LANES


class _Factors(ctypes.Structure):
    """`factors_t` of the kernel."""

    _fields_: ClassVar = [
        ("blocks", c_int64),
        ("classes", c_int64),
        *((name, c_void_p) for name in ("class_of", "enter", "stay", "first", "last")),
    ]


class FactorScan:
    """Thread-safe. Never misses a pattern that matches; may name one that does not."""

    def __init__(self, library: Library, patterns: Sequence[str]) -> None:
        """RE2 patterns. Raises ValueError for more than the kernel has room for."""
        self._search = library.words.kernel_factors
        own: dict[Factor, list[int]] = {}
        always: list[int] = []
        for number, pattern in enumerate(patterns):
            found = factors(pattern)
            if found is None:
                always.append(number)
            for factor in found or ():
                own.setdefault(factor, []).append(number)
        self._always = frozenset(always)
        self._patterns: dict[int, list[int]] = {}  # by the last place of a factor
        places: list[tuple[int, int]] = []
        first: list[int] = []
        for factor in sorted(own, key=len, reverse=True):
            if len(places) % _WORD + len(factor) > _WORD:
                places += [(0, 0)] * (-len(places) % _WORD)
            first.append(len(places))
            places += factor
            self._patterns[len(places) - 1] = own[factor]
        places += [(0, 0)] * (-len(places) % (2 * _BLOCK))
        blocks = len(places) // _BLOCK
        if blocks > _MOST_BLOCKS:
            raise ValueError("more patterns than the kernel has room for")
        enter, stay = (_bits([place[side] for place in places]) for side in (0, 1))
        both = np.concatenate((enter, stay))
        kinds: dict[bytes, int] = {}  # symbols that are in the same masks are of one class
        class_of = [kinds.setdefault(column.tobytes(), len(kinds)) for column in both.T]
        columns = np.ascontiguousarray(both[:, [class_of.index(own) for own in range(len(kinds))]])
        classes = len(kinds)
        if classes > 256:
            raise ValueError("more classes of bytes than the kernel has room for")
        self._kept: tuple[NDArray[Any], ...] = (
            np.array(class_of, np.uint8),
            _packed(columns[: len(places)], blocks),
            _packed(columns[len(places) :], blocks),
            _marks(first, len(places)),
            _marks(list(self._patterns), len(places)),
        )
        self._factors = _Factors(blocks, classes, *(array.ctypes.data for array in self._kept))
        self._room = len(own)

    def __repr__(self) -> str:
        return f"FactorScan({self._room} factors)"

    def match(self, data: bytes) -> list[int]:
        """The numbers of the patterns that may match, in order."""
        out = (ctypes.c_int32 * self._room)()
        count = self._search(ctypes.byref(self._factors), data, len(data), out)
        found = set(self._always)
        for place in out[:count]:
            found.update(self._patterns[place])
        return sorted(found)


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
