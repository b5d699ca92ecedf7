"""Limits of one walk over a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from redaction.remembered import Memory

# Keys and values of a request, for each string that it may hold (numbers are many and cheap), and in any case.
VALUES_PER_STRING = 10
LEAST_VALUES = 250_000


def _never_stops() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one walk.

    `depth`: nesting of containers. `strings`: strings and different keys of one turn of a conversation, or of a
    request without turns. `check` is called inside the walk and raises when the request was given up. `everything`:
    short keys and numbers are leaves too (somebody knows values). `foreign`: the request goes to
    another vendor than it was made for. `memory`: what became of parts of earlier requests.
    """

    depth: int = 200
    strings: int = 50_000
    check: Callable[[], None] = _never_stops
    everything: bool = False
    foreign: bool = False
    memory: Memory | None = None

    @property
    def values(self) -> int:
        """The most JSON keys and values of one document."""
        return max(self.strings * VALUES_PER_STRING, LEAST_VALUES)
