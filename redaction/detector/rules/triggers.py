"""Which rules a unit of text may hold: one RE2 set of their triggers, and a wider one for the rare unit that needs it.

Triggers with `\\b` make a small automaton. The edges that values really have (`value_edges`) let a number begin behind
a letter or `_`; the automaton for that has five times as many states, which new text has to build. So it is asked only
where a number or a long token touches a letter or `_` at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import re2

from redaction.detector.rules.re2_classes import loosened, spell_out
from redaction.detector.rules.value_edges import value_edges

# What may touch a letter or `_` and still be a value: seven digits or more in groups, a dotted quad, a long token with
# a `_` beside it, a short code, an address in hex pairs.
_GLUED = "|".join((
    # Not hex digits, not `2026-11-27T10:30`.
    r"(?:[G-Zg-z][A-Fa-f]{0,3}|_)[0-9](?:[ .()-]{0,3}[0-9]){6}",
    r"[0-9](?:[ .()-]{0,3}[0-9]){6}(?:[A-Fa-f]{0,3}[G-SU-Zg-z_]|T[^0-9])",
    r"[A-Za-z_][0-9]{1,3}(?:\.[0-9]{1,3}){3}",
    r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}[A-Za-z_]",
    r"_[0-9A-Za-z]{0,24}[0-9][0-9A-Za-z]{16}",
    r"[0-9A-Za-z]{16}[0-9][0-9A-Za-z]{0,24}_",
    r"_[A-Z]{1,6} ?[0-9]{4}",
    r"[0-9]{4} ?[A-Z]{0,6}_",
    r"_[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}|-[0-9A-Fa-f]{2}-)",
    r"(?:[0-9A-Fa-f]{2}:|-[0-9A-Fa-f]{2}-)[0-9A-Fa-f]{2}_",
))  # fmt: skip


def re2_options() -> Any:
    """RE2 with room for its automata, and silent."""
    options = re2.Options()
    options.max_mem = 64 << 20
    options.log_errors = False
    return options


def search_set(patterns: Sequence[str]) -> Any:
    """A compiled RE2 set that searches anywhere; None when there is nothing to look for."""
    if not patterns:
        return None
    found = re2.Set.SearchSet(re2_options())
    for pattern in patterns:
        found.Add(pattern)
    found.Compile()
    return found


class Triggers:
    """The triggers of a group of rules. `built_in` ones are spelled out, loosened, and have two readings of `\\b`."""

    def __init__(self, patterns: Sequence[str], *, built_in: bool) -> None:
        if not built_in:
            self._narrow = self._wide = search_set(patterns)
            return
        spelled = [spell_out(pattern) for pattern in patterns]
        self._narrow = search_set([loosened(pattern) for pattern in spelled])
        edged = [value_edges(pattern) for pattern in spelled]
        self._wide = self._narrow if edged == spelled else search_set([loosened(pattern) for pattern in edged])

    def match(self, data: bytes, *, glued: bool) -> Sequence[int]:
        """The indices of the patterns that may be in `data`."""
        triggers = self._wide if glued else self._narrow
        return triggers.Match(data) or () if triggers is not None else ()


_glued = re2.compile(_GLUED, re2_options())


def is_glued(data: bytes) -> bool:
    """Whether a number or long token touches a letter or `_` somewhere."""
    return _glued.search(data) is not None
