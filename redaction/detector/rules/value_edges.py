r"""`\b` at the end of a value, read as the edge of the value's own alphabet.

`\b` takes `_` and letters for the same kind of thing as digits: `tax_078-05-1120.pdf` and `no4111...` have no `\b` in
front of the number. RE2 has no look-around, so where a pattern begins or ends with `\b` beside a digit, the neighbour
is part of the match and the value a group: `\b\d{9}\b` becomes `(?:^|[^0-9])(\d{9})(?:[^0-9]|$)`. Beside a class of
letters and digits it is `[^0-9A-Za-z]`. Beside written words (labels) `\b` stays. What may stand there is the guards'
business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGIT, _ALNUM, _OTHER = "digit", "alnum", "other"
_EDGES = {_DIGIT: "[^0-9]", _ALNUM: "[^0-9A-Za-z]"}
_QUANTIFIER = re.compile(r"(?:[?*+]|\{(\d+)(?:,\d*)?\})[?]?")
_FLAGS = re.compile(r"\(\?[a-zA-Z]+\)")
_OPENS = re.compile(r"\((?:\?(?:P<\w+>|[a-zA-Z]*:))?")


@dataclass(slots=True)
class _Atom:
    """What an atom can begin and end with; `empty` if it can be nothing."""

    first: frozenset[str]
    last: frozenset[str]
    empty: bool = False


class _Parser:
    """Reads a pattern just far enough to say what its values begin and end with."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.captures = False

    def alternatives(self) -> list[list[_Atom]]:
        found: list[list[_Atom]] = [[]]
        while self.at < len(self.pattern) and self.pattern[self.at] != ")":
            if self.pattern[self.at] == "|":
                self.at += 1
                found.append([])
            else:
                found[-1].append(self._quantified())
        return found

    def _quantified(self) -> _Atom:
        atom = self._atom()
        quantifier = _QUANTIFIER.match(self.pattern, self.at)
        if quantifier:
            self.at = quantifier.end()
            if quantifier.group()[0] in "?*" or quantifier.group(1) == "0":
                atom.empty = True
        return atom

    def _atom(self) -> _Atom:
        char = self.pattern[self.at]
        flags = _FLAGS.match(self.pattern, self.at)
        if flags:
            self.at = flags.end()
            return _Atom(frozenset(), frozenset(), True)
        if char == "(":
            opens = _OPENS.match(self.pattern, self.at)
            assert opens is not None
            self.captures |= not opens.group().startswith("(?") or "P<" in opens.group()
            self.at = opens.end()
            inside = self.alternatives()
            self.at += 1
            return _either(inside)
        if char == "[":
            return self._class()
        if char == "\\":
            self.at += 2
            kind = self.pattern[self.at - 1]
            if kind in "bB":
                return _Atom(frozenset(), frozenset(), True)
            return _one(_DIGIT if kind == "d" else _OTHER)
        self.at += 1
        if char in "^$":
            return _Atom(frozenset(), frozenset(), True)
        return _one(_DIGIT if "0" <= char <= "9" else _OTHER)

    def _class(self) -> _Atom:
        start = self.at + 1
        at = start + 1 if self.pattern[start : start + 1] in ("^", "]") else start
        while self.pattern[at] != "]":
            at += 2 if self.pattern[at] == "\\" else 1
        inside = self.pattern[start:at].replace("\\d", "0-9")
        self.at = at + 1
        if inside.startswith("^") or not re.fullmatch(r"(?:[0-9A-Za-z](?:-[0-9A-Za-z])?)+", inside):
            return _one(_OTHER)
        return _one(_DIGIT if re.fullmatch(r"[0-9-]+", inside) else _ALNUM)


_ONE = {kind: frozenset((kind,)) for kind in (_DIGIT, _ALNUM, _OTHER)}


def _one(kind: str) -> _Atom:
    return _Atom(_ONE[kind], _ONE[kind])


def _ends(atoms: list[_Atom]) -> tuple[frozenset[str], bool]:
    """What a sequence can begin with, and whether it can be nothing."""
    kinds: frozenset[str] = frozenset()
    for atom in atoms:
        kinds |= atom.first
        if not atom.empty:
            return kinds, False
    return kinds, True


def _either(alternatives: list[list[_Atom]]) -> _Atom:
    first: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    empty = False
    for atoms in alternatives:
        kinds, nothing = _ends(atoms)
        first |= kinds
        empty |= nothing
        last |= _ends([_Atom(atom.last, atom.first, atom.empty) for atom in reversed(atoms)])[0]
    return _Atom(first, last, empty)


def _edge(kinds: frozenset[str]) -> str:
    """The class of what ends a value of such characters; empty where words end it."""
    if not kinds or _OTHER in kinds:
        return ""
    return _EDGES[_DIGIT if kinds == {_DIGIT} else _ALNUM]


def value_edges(pattern: str) -> str:
    r"""The pattern (letter classes spelled out) with `\b` at the ends of its alternatives read so."""
    if r"\b" not in pattern:
        return pattern
    flags = _FLAGS.match(pattern)
    head = flags.group() if flags else ""
    return head + "|".join(_alternative(part) for part in _top_level(pattern[len(head) :]))


def _alternative(pattern: str) -> str:
    if not pattern.startswith(r"\b") and not pattern.endswith(r"\b"):
        return pattern
    parser = _Parser(pattern)
    ends = _either(parser.alternatives())
    before = _edge(ends.first) if pattern.startswith(r"\b") else ""
    after = _edge(ends.last) if pattern.endswith(r"\b") else ""
    if not before and not after:
        return pattern
    body = pattern[2 if before else 0 : -2 if after else None]
    if not parser.captures:
        body = f"({body})"
    return (f"(?:^|{before})" if before else "") + body + (f"(?:{after}|$)" if after else "")


def _top_level(pattern: str) -> list[str]:
    """The pattern's alternatives."""
    if "|" not in pattern:
        return [pattern]
    parser = _Parser(pattern)
    found: list[str] = []
    start = 0
    while parser.at < len(pattern):
        if pattern[parser.at] == "|":
            found.append(pattern[start : parser.at])
            parser.at = start = parser.at + 1
        else:
            parser._quantified()
    return [*found, pattern[start:]]
