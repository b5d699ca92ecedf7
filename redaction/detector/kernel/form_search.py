"""The forms of labels in the kernel: the match that RE2 finds with their pattern, without an automaton that grows."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from ctypes import c_void_p
from itertools import chain
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel.library import Library
from redaction.detector.kernel.stored import Tables
from redaction.detector.labels.label_tree import FIRST_SIGN, SPECIAL, Forms, Node

# What an edge reads that reads no byte; a byte is 1 + itself, and one of a set of words this + the number of the set.
_NOTHING, _WORDS = 0, 257
_HEADS = 1 << 16
_TWO = ctypes.c_int64 * 2
# Of `forms_t`, in its order.
_ARRAYS = ("first", "reads", "leads", "ends", "begins", "goes_on", "sets", "words", "bytes", "heads")


class _Forms(ctypes.Structure):
    """`forms_t` of the kernel."""

    _fields_: ClassVar = [(name, c_void_p) for name in _ARRAYS]


class _Graph:
    """Nodes with edges that read one byte or nothing."""

    def __init__(self, sets: Mapping[str, int]) -> None:
        self.edges: list[list[tuple[int, int]]] = []
        self.ends: list[int] = []
        self._sets = sets

    def node(self, *, ends: bool = False) -> int:
        self.edges.append([])
        self.ends.append(ends)
        return len(self.ends) - 1

    def root(self, tree: Node) -> int:
        own = self.node(ends=tree.ends)
        self._grow(own, tree)
        return own

    def _grow(self, own: int, tree: Node) -> None:
        for base, child in tree.children.items():
            target = self.node(ends=child.ends)
            if base == " ":
                self._joint(own, target)
            elif base == "'":
                self.edges[own].append((_NOTHING, target))
                for sign in "'’":
                    self._path(own, sign.encode(), target)
            elif base in self._sets:
                before, behind = self.node(), self.node()
                self._joint(own, before)
                self.edges[before].append((_WORDS + self._sets[base], behind))
                self._joint(behind, target)
            else:
                several = len(child.spellings) > 1 and base not in SPECIAL and base < chr(FIRST_SIGN)
                for char in child.spellings if several else base:
                    self._path(own, char.encode(), target)
            self._grow(target, child)

    def _path(self, own: int, data: bytes, target: int) -> None:
        for byte in data[:-1]:
            own, before = self.node(), own
            self.edges[before].append((1 + byte, own))
        self.edges[own].append((1 + data[-1], target))

    def _joint(self, own: int, target: int) -> None:
        """`label_tree.JOINT`."""
        middle = self.node()
        self.edges[own] += [(_NOTHING, target), *((1 + byte, middle) for byte in b" _.-")]
        self.edges[middle] += [(_NOTHING, target), (1 + ord("_"), target)]

    def ways(self, node: int, words: Sequence[Sequence[bytes]]) -> Iterator[tuple[int, int, int]]:
        """How forms begin at a node: the first byte, the number of the word that is read or -1, the node behind it."""
        for reads, leads in self.edges[node]:
            if reads == _NOTHING:
                yield from self.ways(leads, words)
            elif reads < _WORDS:
                yield reads - 1, -1, leads
            else:
                before = sum(map(len, words[: reads - _WORDS]))
                yield from ((word[0], number, leads) for number, word in enumerate(words[reads - _WORDS], before))


def form_tables(library: Library, forms: Forms) -> Tables:
    """What the kernel reads of some forms."""
    graph = _Graph({sign: number for number, sign in enumerate(forms.counts)})
    roots = graph.root(forms.inner), graph.root(forms.outer)
    edges = [sorted(own) if len(own) > 1 else own for own in graph.edges]
    reads, leads = zip(*chain(*edges), strict=True)
    sets = [[word.encode() for word in words] for words in forms.counts.values()]
    words = list(chain(*sets))
    goes_on: list[list[tuple[int, int]]] = [[] for _ in range(2 * 256)]
    for number, root in enumerate(roots):
        for byte, *way in sorted(set(graph.ways(root, sets))):
            goes_on[number * 256 + byte].append((way[0], way[1]))
    tables: dict[str, NDArray[Any]] = {
        "first": np.cumsum([0, *map(len, edges)], dtype=np.int32),
        "reads": np.array(reads, np.uint16),
        "leads": np.array(leads, np.int32),
        "ends": np.array(graph.ends, np.uint8),
        "begins": np.cumsum([0, *map(len, goes_on)], dtype=np.int32),
        "goes_on": np.array(list(chain(*goes_on)), np.int32),
        "sets": np.cumsum([0, *map(len, sets)], dtype=np.int32),
        "words": np.cumsum([0, *map(len, words)], dtype=np.int32),
        "bytes": np.frombuffer(b"".join(words) or b"\0", np.uint8),
        "heads": np.zeros(4 * _HEADS // 8, np.uint8),
    }
    library.words.kernel_forms_start(ctypes.byref(_placed(tables)), *roots)
    return tables


def _placed(tables: Tables) -> _Forms:
    return _Forms(*(tables[name].ctypes.data for name in _ARRAYS))


class FormSearch:
    """Thread-safe."""

    def __init__(self, library: Library, tables: Tables) -> None:
        """`tables`: `form_tables` of the forms."""
        self._search = library.words.kernel_forms
        self._tables = tables
        self._forms = _placed(tables)
        self._place = ctypes.addressof(self._forms)

    def __repr__(self) -> str:
        return f"FormSearch({len(self._tables['ends'])} nodes)"

    def search(self, data: bytes, at: int) -> Sequence[tuple[int, int]] | None:
        """The first and longest match from a place on, as `re2_search.Search` gives it."""
        place = _TWO()
        if not self._search(self._place, data, len(data), at, place):
            return None
        return [(place[0], place[1])]
