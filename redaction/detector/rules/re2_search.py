"""RE2's search without the objects of its Python wrapper, which take longer than the search where matches are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import re2

# The places of a match and of its groups, (-1, -1) for a group that took no part; None for no match.
type Search = Callable[[bytes, int], Sequence[tuple[int, int]] | None]


def searching(pattern: Any) -> Search:
    """The search of a compiled pattern in bytes from a place on."""
    try:
        match, anywhere = pattern._regexp.Match, re2._Anchor.UNANCHORED
        if match(anywhere, b"", 0, 0)[0] not in ((0, 0), (-1, -1)):
            raise TypeError
    except (AttributeError, TypeError, IndexError):  # another release of the wrapper
        return lambda data, at: _places(pattern.search(data, at))

    def search(data: bytes, at: int) -> Sequence[tuple[int, int]] | None:
        spans: Sequence[tuple[int, int]] = match(anywhere, data, at, len(data))
        return None if spans[0][0] < 0 else spans

    return search


def _places(match: Any) -> Sequence[tuple[int, int]] | None:
    return None if match is None else [match.span(number) for number in range(match.re.groups + 1)]
