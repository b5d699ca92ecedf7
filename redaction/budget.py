"""A budget of work for one text: so much for its size, counted where the work is done.

Work is counted, not time: what is found in a text must not depend on how busy the machine is. One unit is one look at
one code point by one pass over the text, some tens of nanoseconds; ordinary text needs a few hundred a code point.
Loops whose turns are not bounded by the text's length call `spend` in each turn. A thread works on one text at a time,
so the budget in force is kept by thread.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import local

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


class _InForce(local):
    budget: Budget | None = None


_in_force = _InForce()


def spend(units: int) -> None:
    """Count work on the text that this thread is at. Nothing where no budget is in force."""
    budget = _in_force.budget
    if budget is not None:
        budget.spend(units)


def put_in_force(budget: Budget | None) -> None:
    """Have `spend` on this thread take from a budget, from none with None."""
    _in_force.budget = budget
