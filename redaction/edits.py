"""Edits of a text or of bytes, and the one place that applies them.

An edit is half-open `[start, end)` in the source and what takes its place. Lists of edits are sorted and disjoint.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, overload

# In a text: offsets count code points.
type Edit = tuple[int, int, str]
# In bytes: offsets count bytes.
type ByteEdit = tuple[int, int, bytes]


@overload
def apply(source: str, edits: Iterable[Edit]) -> str: ...
@overload
def apply(source: bytes, edits: Iterable[ByteEdit]) -> bytes: ...
def apply(source: Any, edits: Iterable[Any]) -> Any:
    """`source` with sorted, disjoint edits applied; the very same object when there is none. Linear.

    Raises ValueError for edits out of order, overlapping or outside the source.
    """
    out: list[Any] = []
    at = 0
    size = len(source)
    for start, end, new in edits:
        if not at <= start <= end <= size:
            raise ValueError("edits must be sorted, disjoint and inside the source")
        out += (source[at:start], new)
        at = end
    if not out:
        return source
    out.append(source[at:])
    return source[:0].join(out)
