"""Which rules a chunk of text may hold: by the kernel, or by RE2 sets of their triggers and wider sets for the rare
chunk that needs them.

Triggers with `\\b` make a small automaton. The edges that values really have (`value_edges`) let a number begin behind
a letter or `_`; the automaton for that has five times as many states, which new text has to build. So it is asked only
where a number or a long token touches a letter or `_` at all.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import re2

from redaction.detector.kernel.factor_scan import FactorScan, factor_tables
from redaction.detector.kernel.library import Library
from redaction.detector.kernel.stored import Tables, stored, stored_json
from redaction.detector.rules.re2_classes import loosened, spell_out
from redaction.detector.rules.re2_search import Search, searching
from redaction.detector.rules.recognizer import Recognizer
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


class Later:
    """A pattern that is compiled when it is first asked: most rules never are."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @functools.cached_property
    def search(self) -> Search:
        return searching(re2.compile(self._pattern, re2_options()))


def with_edges(written: Sequence[str], keep: str) -> list[str]:
    """Patterns of built-in rules with their letters and edges spelled out. `keep` as for `Triggers`."""

    def make() -> list[str]:
        return [value_edges(spell_out(pattern)) for pattern in written]

    found: list[str] = stored_json(f"{keep}-patterns", make, of="\n".join(written)) if keep else make()
    return found


def _scan(kernel: Library, patterns: Sequence[str], keep: str) -> FactorScan:
    def make() -> Tables:
        return factor_tables(patterns)

    return FactorScan(kernel, stored(keep, make, of="\n".join(patterns)) if keep else make())


class Triggers:
    """The triggers of all rules, in their order, group by group.

    `built_in` ones are spelled out and read by the kernel where there is one, all in one pass over their factors. In
    Python they are loosened and have two readings of `\\b`, and each group has a set of its own: one set of everything
    has so many states that new text keeps building new ones (430 ms for 100 KB of prose, measured; 40 ms in groups).
    """

    def __init__(
        self, groups: Sequence[Sequence[Recognizer]], *, built_in: bool, kernel: Library | None = None, keep: str = ""
    ) -> None:
        """`keep`: the name under which the kernel's tables are stored, if they are."""
        self._scan = None
        self._sets: list[tuple[int, Any, Any]] = []  # where a group begins, and its sets
        if built_in and kernel is not None:
            rows = [row for group in groups for row in group]
            patterns = with_edges([row.trigger or row.pattern for row in rows], keep and f"{keep}-triggers")
            self._scan = _scan(kernel, patterns, keep)
            # Factors say more than a trigger of its own, which may be narrower than the rule's pattern.
            own = {number for number, row in enumerate(rows) if row.trigger}
            self._own = {number: Later(loosened(patterns[number])) for number in own}
            return
        start = 0
        for group in ([row.trigger or row.pattern for row in group] for group in groups):
            narrow = wide = None
            if built_in:
                spelled = [spell_out(pattern) for pattern in group]
                edged = [value_edges(pattern) for pattern in spelled]
                narrow = search_set([loosened(pattern) for pattern in spelled])
                wide = narrow if edged == spelled else search_set([loosened(pattern) for pattern in edged])
            else:
                narrow = wide = search_set(group)
            self._sets.append((start, narrow, wide))
            start += len(group)

    def match(self, chunks: Sequence[bytes]) -> list[list[int]]:
        """For each of some chunks the numbers of the rules whose triggers may be in it, in order."""
        if self._scan is not None:
            return [
                [
                    number
                    for number in self._scan.match(data)
                    if number not in self._own or self._own[number].search(data, 0) is not None
                ]
                for data in chunks
            ]
        found: list[list[int]] = [[] for _ in chunks]
        glued = [is_glued(data) for data in chunks]
        # Each set reads all chunks before the next one does: its automaton stays in the processor's cache.
        for start, narrow, wide in self._sets:
            for own, data, touching in zip(found, chunks, glued, strict=True):
                chosen = wide if touching else narrow
                own += [start + index for index in sorted(chosen.Match(data) or ())] if chosen is not None else ()
        return found

    def warm(self, data: bytes) -> None:
        """Have all automata built for text like this, also those that it does not need itself."""
        for _, *sets in self._sets:
            for own in sets:
                if own is not None:
                    own.Match(data)


class Words:
    """Kinds of words by patterns: which kinds may be near."""

    def __init__(self, patterns: Sequence[str], kernel: Library | None = None, keep: str = "") -> None:
        """`keep` as for `Triggers`."""
        self._scan = _scan(kernel, patterns, keep) if kernel is not None and patterns else None
        self._set = search_set(patterns) if self._scan is None else None

    def match(self, data: bytes) -> frozenset[int]:
        """The numbers of the patterns that may be in the text."""
        if self._scan is not None:
            return frozenset(self._scan.match(data))
        return frozenset(self._set.Match(data) or ()) if self._set is not None else frozenset()


_glued = re2.compile(_GLUED, re2_options())


def is_glued(data: bytes) -> bool:
    """Whether a number or long token touches a letter or `_` somewhere."""
    return _glued.search(data) is not None
