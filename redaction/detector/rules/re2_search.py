"""RE2's search and match without the objects of its wrapper, which take longer than the search itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import re2

# The places of a match and of its groups, (-1, -1) for a group that took no part; None for no match.
type Search = Callable[[bytes, int], Sequence[tuple[int, int]] | None]


def searching(pattern: Any) -> Search:
    """The search of a compiled pattern in bytes from a place on."""
    return _direct(pattern, "UNANCHORED") or (lambda data, at: _places(pattern.search(data, at)))


def matching(pattern: Any) -> Search:
    """The match of a compiled pattern that begins at a place."""
    return _direct(pattern, "ANCHOR_START") or (lambda data, at: _places(pattern.match(data, at)))


def _direct(pattern: Any, where: str) -> Search | None:
    try:
        match, anchor = pattern._regexp.Match, getattr(re2._Anchor, where)
        if match(anchor, b"", 0, 0)[0] not in ((0, 0), (-1, -1)):
            raise TypeError
    except (AttributeError, TypeError, IndexError):  # another release of the wrapper
        return None

    def found(data: bytes, at: int) -> Sequence[tuple[int, int]] | None:
        spans: Sequence[tuple[int, int]] = match(anchor, data, at, len(data))
        return None if spans[0][0] < 0 else spans

    return found


def _places(match: Any) -> Sequence[tuple[int, int]] | None:
    return None if match is None else [match.span(number) for number in range(match.re.groups + 1)]
