r"""What any match of a pattern must contain: short rows of classes of bytes, with gaps between them.

A *factor* is a row of (class of one byte, class of what may follow it any number of times). Some factor of a pattern
stands in every text that the pattern matches in; that one stands there is no proof that it does. `\b\d{3}[ -]?\d{4}\b`
has one: seven digits, behind the third of which spaces and hyphens may stand. What cannot be written so is widened
(an optional part is a gap of all its characters), never narrowed. Bytes are those of UTF-8.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

# (bytes as bits, and whether they may be left out and repeated).
type _Item = tuple[int, bool]
type _Row = tuple[_Item, ...]
# (bytes as bits, what may stand behind it as bits)
type Factor = tuple[tuple[int, int], ...]

# What stands in front of a text and behind it, as one more symbol.
EDGE = 256
LONGEST = 18
# Alternatives of one pattern beyond which some are read as one.
_MOST = 420
_COPIES = 16
# Of rows that are too many so much is kept.
_HEADS = (6, 5, 4, 3)
# A factor that is met so seldom need not be longer.
_SELDOM = 1e-9
_DOTALL, _MULTILINE, _IGNORECASE = int(re.DOTALL), int(re.MULTILINE), int(re.IGNORECASE)
_LEADS = sum(1 << byte for byte in range(0xC2, 0xF5))
_TAILS = sum(1 << byte for byte in range(0x80, 0xC0))
_ASCII = (1 << 128) - 1
_WORD = sum(1 << ord(char) for char in map(chr, range(128)) if char.isalnum() or char == "_")
_SPACE = sum(1 << ord(char) for char in "\t\n\v\f\r ")
_DIGIT = sum(1 << ord(char) for char in "0123456789")
_OTHERWISE = _ASCII | _LEADS
_CATEGORIES = {
    "CATEGORY_DIGIT": _DIGIT, "CATEGORY_SPACE": _SPACE, "CATEGORY_WORD": _WORD,
    "CATEGORY_NOT_DIGIT": _OTHERWISE & ~_DIGIT, "CATEGORY_NOT_SPACE": _OTHERWISE & ~_SPACE,
    "CATEGORY_NOT_WORD": _OTHERWISE & ~_WORD,
}  # fmt: skip
# Scripts by name (`\p{Han}`), of which Python knows none: any letter beyond ASCII.
_SCRIPT = re.compile(r"\\[pP](?:\{\w+\}|\w)")


class _Unknown(Exception):
    """A pattern in which nothing is certain."""


def factors(pattern: str) -> list[Factor] | None:
    """The factors of an RE2 pattern; None where every text may match."""
    parser: Any = importlib.import_module("re._parser")
    try:
        tree = parser.parse(_SCRIPT.sub(_any_letter, pattern))
        rows = _rows(tree, int(tree.state.flags))
    except (re.error, _Unknown):
        return None
    found: dict[Factor, None] = {}
    for row in rows:
        best = _best(row)
        if best is None:
            return None
        found[best] = None
    return list(found)


def _any_letter(match: re.Match[str]) -> str:
    inside = match.string.rfind("[", 0, match.start()) > match.string.rfind("]", 0, match.start())
    return "\u0080-\U0010ffff" if inside else "[\u0080-\U0010ffff]"


def _rows(tree: Iterable[tuple[Any, Any]], flags: int) -> list[_Row]:
    here: list[_Row] = [()]
    for kind, argument in tree:
        options = _options(str(kind), argument, flags)
        if len(here) * len(options) > _MOST:
            options = _fewer(options, _MOST // len(here))
        here = [row + option for row in here for option in options]
    return here


def _options(kind: str, argument: Any, flags: int) -> list[_Row]:
    if kind == "LITERAL":
        return [_literal(argument, flags)]
    if kind in ("IN", "NOT_LITERAL", "ANY"):
        if kind == "NOT_LITERAL":
            argument = [("NEGATE", None), ("LITERAL", argument)]
        elif kind == "ANY":
            argument = [("NEGATE", None)] + ([] if flags & _DOTALL else [("LITERAL", 10)])
        return [_one(_class(argument, flags))]
    if kind == "BRANCH":
        return _either([row for tree in argument[1] for row in _rows(tree, flags)])
    if kind == "SUBPATTERN":
        _, more, less, tree = argument
        return _rows(tree, (flags | more) & ~less)
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        return _repeated(argument[0], argument[1], _rows(argument[2], flags))
    if kind == "AT":
        # `^` and `$` for the text's ends; for those of lines, and words, nothing is certain.
        ends = str(argument) in ("AT_BEGINNING", "AT_BEGINNING_STRING", "AT_END", "AT_END_STRING")
        return [((1 << EDGE, False),)] if ends and not flags & _MULTILINE else [()]
    raise _Unknown


def _one(mask: int) -> _Row:
    """One character of a class; one beyond ASCII is its first byte, and what follows that."""
    return ((mask, False), (_TAILS, True)) if mask & _LEADS else ((mask, False),)


@lru_cache(4096)
def _spellings(code: int) -> frozenset[str]:
    """A character in all cases, those of RE2's `(?i)` among them."""
    char = chr(code)
    more = {"k": "\u212a", "s": "\u017f", "\u00e5": "\u212b"}.get(char.lower(), "")
    return frozenset(own for own in (char, char.lower(), char.upper(), char.swapcase(), *more) if len(own) == 1)


@lru_cache(4096)
def _literal(code: int, flags: int) -> _Row:
    spelled = [own.encode() for own in (_spellings(code) if flags & _IGNORECASE else (chr(code),))]
    if len({len(own) for own in spelled}) > 1:
        return _one(sum(1 << byte for byte in {own[0] for own in spelled}))
    return tuple((sum(1 << byte for byte in set(column)), False) for column in zip(*spelled, strict=True))


def _class(items: Sequence[tuple[Any, Any]], flags: int) -> int:
    mask = 0
    negated = False
    for kind, argument in items:
        name = str(kind)
        if name == "NEGATE":
            negated = True
        elif name == "CATEGORY":
            mask |= _CATEGORIES[str(argument)]
        else:
            first, last = (argument, argument) if name == "LITERAL" else argument
            mask |= _range(first, last, flags)
    if not negated:
        return mask
    return (_ASCII & ~mask) | _LEADS


@lru_cache(4096)
def _range(first: int, last: int, flags: int) -> int:
    mask = 0
    for code in range(first, min(last, 127) + 1):
        for own in _spellings(code) if flags & _IGNORECASE else (chr(code),):
            mask |= 1 << own.encode()[0]
    if last > 127:
        low, high = (
            chr(max(first, 128)).encode("utf-8", "surrogatepass")[0],
            chr(last).encode("utf-8", "surrogatepass")[0],
        )
        mask |= sum(1 << byte for byte in range(low, high + 1))
        if flags & _IGNORECASE:
            mask |= _LEADS | 1 << ord("k") | 1 << ord("K") | 1 << ord("s") | 1 << ord("S")
    return mask


def _repeated(least: int, most: Any, rows: list[_Row]) -> list[_Row]:
    alphabet = _alphabet(rows)
    copies = min(least, _COPIES)
    if copies > 1 and len(rows) > 1:
        rows = [_as_one(rows)]
    out: list[_Row] = [()]
    for _ in range(copies):
        out = [row + more for row in out for more in rows]
    if int(most) > copies and alphabet:
        out = [(*row, (alphabet, True)) for row in out]
    return out


def _alphabet(rows: Iterable[_Row]) -> int:
    mask = 0
    for row in rows:
        for own, _ in row:
            mask |= own
    return mask


def _either(rows: list[_Row]) -> list[_Row]:
    """Alternatives, those of one character as one."""
    single = [row for row in rows if _is_one(row)]
    if len(single) < 2:
        return list(dict.fromkeys(rows))
    mask = 0
    for row in single:
        mask |= row[0][0]
    return list(dict.fromkeys([_one(mask), *(row for row in rows if not _is_one(row))]))


def _is_one(row: _Row) -> bool:
    return bool(row) and not row[0][1] and row[1:] in ((), ((_TAILS, True),))


def _fewer(rows: list[_Row], most: int) -> list[_Row]:
    """At most so many rows that stand for the rows: their beginnings, or one for all."""
    rest = ((_alphabet(rows), True),)
    for size in _HEADS:
        heads = list(dict.fromkeys(row if len(row) <= size else row[:size] + rest for row in rows))
        if len(heads) <= most:
            return heads
    return [_as_one(rows)]


def _as_one(rows: Sequence[_Row]) -> _Row:
    """A row that stands for any of the rows: their characters place by place, as far as all have one, then a gap."""
    alphabet = _alphabet(rows)
    out: list[_Item] = []
    for column in zip(*rows, strict=False):
        if any(gap for _, gap in column):
            break
        out.append((_alphabet([column]), False))
    return (*out, (alphabet, True)) if alphabet else tuple(out)


_LETTERS = "etaoinsrhldcumfpgwybvkxjqz"
_SHARES = (
    9, 7, 6.3, 6, 6, 5.6, 5.2, 5.2, 4, 3.6, 3.4, 2.8, 2.4, 2.2, 2, 2, 1.6, 1.6, 1.5, 1.3, 0.9, 0.7, 0.3, 0.2, 0.2, 0.1,
)  # fmt: skip


def _shares() -> list[float]:
    """How often each symbol stands in ordinary text, code and data."""
    found = [0.0005] * 128 + [0.0008] * 128 + [0.001]
    for letter, share in zip(_LETTERS, _SHARES, strict=True):
        found[ord(letter)] = share / 100 * 0.7
        found[ord(letter.upper())] = share / 100 * 0.06
    for char, share in {" ": 0.14, "\n": 0.02, "-": 0.012, ".": 0.014, ",": 0.012, '"': 0.012, "_": 0.012}.items():
        found[ord(char)] = share
    for char in "=:()/'\t<>;[]{}*#":
        found[ord(char)] = 0.006
    for char in "0123456789":
        found[ord(char)] = 0.006
    return found


_SHARE = _shares()
# Characters come in runs of a kind: a capital or a digit stands beside another one every second time.
_KINDS = (
    (sum(1 << ord(char) for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 0.6),
    (_DIGIT, 0.6),
    (sum(1 << ord(char) for char in "abcdefghijklmnopqrstuvwxyz"), 0.85),
    (sum(1 << ord(char) for char in "-=*#./"), 0.2),
    (_TAILS | _LEADS, 0.8),
)


@lru_cache(4096)
def _share(mask: int) -> float:
    return sum(share for symbol, share in enumerate(_SHARE) if mask >> symbol & 1)


@lru_cache(4096)
def _share_beside(mask: int, before: int) -> float:
    """How often a symbol of a class stands behind one of another."""
    likely = _share(mask)
    for kind, stays in _KINDS:
        own = _share(mask & kind) / _share(kind)
        shared = _share(before & kind) / max(1e-9, _share(before))
        likely += shared * stays * (own - likely)
    return min(1.0, max(likely, 1e-6))


def rarest(factor: Factor) -> tuple[float, int]:
    """The class of a factor that text holds least, and how often."""
    return min((1.0 if enters >> EDGE else _share(enters), enters) for enters, _ in factor)


def _best(row: _Row) -> Factor | None:
    """The piece of a row that ordinary text holds least."""
    parts: list[tuple[int, int]] = []
    for mask, gap in row:
        if not gap:
            parts.append((mask, 0))
        elif parts:
            parts[-1] = (parts[-1][0], parts[-1][1] | mask)
    best, least = None, 2.0
    # Of each place behind the first: how often it stands behind the one before, and what may stand between them.
    beside = [1.0, *(_share_beside(mask, before) for (before, _), (mask, _) in pairwise(parts))]
    between = [1.0, *(max(0.02, 1 - _share(gap)) if gap else 1.0 for _, gap in parts[:-1])]
    for start in range(len(parts)):
        seldom = _share(parts[start][0])
        for end in range(start, min(len(parts), start + LONGEST)):
            if end > start:
                seldom = min(1.0, seldom / between[end]) * beside[end]
            if seldom < least * 0.999:
                best, least = (start, end + 1), seldom
            if least < _SELDOM:
                break
        if least < _SELDOM:
            break
    if best is None:
        return None
    chosen = parts[best[0] : best[1]]
    return (*chosen[:-1], (chosen[-1][0], 0))
