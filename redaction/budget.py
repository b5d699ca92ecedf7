"""A budget of work for one text: so much for its size, counted in steps of the work.

Work is counted, not time: what is found in a text must not depend on how busy the machine is. One unit is one look at
one code point by one pass over the text, some tens of nanoseconds; ordinary text needs a few hundred a code point.
"""

from __future__ import annotations

from collections.abc import Callable

# What any text may cost, and what each of its code points adds.
BASE = 2_000_000
PER_CODE_POINT = 2_000
# Findings in one text, and in all texts of one request: each takes some hundred bytes, and ordinary text has one in a
# hundred code points.
MOST_FOUND = 40_000
# Places replaced in one request, each time that a text comes again and a value that was shown before included: a text
# of a few bytes a place may hold millions.
MOST_REPLACED = 200_000


class OverBudget(Exception):
    """Raised where the work on a text exceeds its budget."""


class Budget:
    """What is left to spend on one text. `check` raises when the request was given up."""

    __slots__ = ("check", "left")

    def __init__(self, size: int, check: Callable[[], None] | None = None) -> None:
        self.left = BASE + PER_CODE_POINT * size
        self.check = check

    def __repr__(self) -> str:
        return f"Budget({self.left} left)"

    def spend(self, units: int) -> None:
        """Raises OverBudget when nothing is left."""
        self.left -= units
        if self.left < 0:
            raise OverBudget
        if self.check is not None:
            self.check()
