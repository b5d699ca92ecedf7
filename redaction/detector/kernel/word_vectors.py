"""Vectors of words in ASCII in the kernel: what `tokens.features` and the tables say, added in the same order."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from ctypes import c_int64, c_void_p
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel.library import Library
from redaction.detector.kernel.word_index import WordIndex
from redaction.detector.tagger import tokens
from redaction.detector.tagger.coded_words import Coded

# In the kernel's order; `prefix` and so on are tables of `training/export.py`.
_TABLES = ("gazetteer", "shape", "prefix", "suffix", "whole", "pieces")
_SIZES = (tokens.SHAPES, tokens.PREFIXES, tokens.SUFFIXES, tokens.WHOLE)
_PIECES = c_int64 * 64


class _Features(ctypes.Structure):
    """`features_t` of the kernel."""

    _fields_: ClassVar = [
        ("vocabulary", c_void_p),
        *((name + part, c_void_p) for name in _TABLES for part in ("", "_scale")),
        *((name, c_int64) for name in ("shapes", "prefixes", "suffixes", "wholes", "width")),
        ("key_starts", c_void_p),
        ("key_lows", c_void_p),
        ("bits", c_void_p),
    ]


class WordVectors:
    """Called with the lock of the table of words."""

    def __init__(self, library: Library, tables: Mapping[str, Any], pieces: Coded) -> None:
        """`tables` as `training/export.py` writes them. Raises ValueError where they have other types."""
        self._library = library.words
        self._vocabulary = WordIndex(library)
        self._vocabulary.add(pieces)
        self._kept: list[NDArray[Any]] = []
        width = tables["pieces"].shape[1]
        places: list[int] = []
        for name in _TABLES:
            places += (
                self._place(tables[name], np.int8),
                self._place(tables[name + "_scale"].astype(np.float32), np.float32),
            )
        starts, lows = self._place(tables["key_starts"], np.uint32), self._place(tables["key_lows"], np.uint16)
        bits = self._place(tables["bits"], np.uint8)
        self._features = _Features(self._vocabulary.table, *places, *_SIZES, width, starts, lows, bits)

    def __repr__(self) -> str:
        return "WordVectors()"

    def _place(self, array: NDArray[Any], kind: type) -> int:
        if array.dtype != kind:
            raise ValueError("a table of words has values of another type")
        self._kept.append(np.ascontiguousarray(array))
        return self._kept[-1].ctypes.data

    def pieces(self, folded: str) -> tuple[int, ...]:
        """`tokens.pieces` of a word."""
        data = folded.encode("utf-8", "surrogatepass")
        out = _PIECES()
        return tuple(out[: self._library.kernel_pieces(ctypes.byref(self._features), data, len(data), out)])

    def make_ready(
        self,
        index: WordIndex,
        rows: NDArray[np.int64],
        places: NDArray[np.int32],
        used: int,
        vectors: NDArray[np.float32],
        bits: NDArray[np.uint8],
    ) -> int:
        """Vectors, from place `used` on, and bits of those of the rows that have no place yet and whose words are in
        ASCII. How many places are used then. The words of all rows were added to the index in the rows' order."""
        now: int = self._library.kernel_ready(
            ctypes.byref(self._features), index.table, rows.ctypes.data, len(rows), places.ctypes.data, used,
            vectors.ctypes.data, bits.ctypes.data,
        )  # fmt: skip
        return now
