"""Letters in patterns: `\\pL`, `\\p{Lu}`, `\\p{Ll}`, `\\pM`, `\\pN` as a few ranges of the scripts that rules are
written for.

Unicode's own classes have 600 ranges each, and RE2 writes them out at every place: 100 ms to compile an address
pattern and megabytes of program. These stand for Latin (with Vietnamese), Greek and Cyrillic; scripts without
spaces between words are left out on purpose, so that `邮箱jane@corp.com` is an address and not one word. Capital and
small letters of Latin Extended-A alternate: both classes hold all of them.
"""

from __future__ import annotations

import re

_UPPER = "A-ZÀ-ÖØ-ÞĀ-ſƠ-ưȘ-țΆ-ΫЀ-ЯҐḀ-ỿ"
_LOWER = "a-zß-öø-ÿĀ-ſƠ-ưȘ-țά-ώа-џґḀ-ỿ"
_CLASSES = {
    r"\p{Lu}": _UPPER,
    r"\p{Ll}": _LOWER,
    r"\pL": "A-Za-zÀ-ÖØ-öø-ɏΆ-ώЀ-ӿḀ-ỿ",
    r"\pM": "\u0300-\u036f",
    r"\pN": "0-9",
}
_TOKEN = re.compile(r"\\p\{Lu\}|\\p\{Ll\}|\\p[LMN]|\\.|\[\^?\]?|\]", re.DOTALL)


def spell_out(pattern: str) -> str:
    """The pattern with its letter classes as ranges, inside brackets and outside."""
    inside = False

    def replace(match: re.Match[str]) -> str:
        nonlocal inside
        token = match.group()
        if token in _CLASSES:
            return _CLASSES[token] if inside else f"[{_CLASSES[token]}]"
        if token[0] == "[" and not inside:
            inside = True
        elif token == "]":
            inside = False
        return token

    return _TOKEN.sub(replace, pattern)


_COUNT = re.compile(r"(?<!\\)\{(\d+)(?:,(\d*))?\}")


def loosened(pattern: str) -> str:
    """A superset of a pattern with small counts: `{20,255}` becomes `{12,}`. Keeps the automaton of a set small."""

    def loose(match: re.Match[str]) -> str:
        low, high = int(match.group(1)), match.group(2)
        if low <= 12 and (high is None or (high and int(high) <= 16)):
            return match.group()
        return f"{{{min(low, 12)},}}"

    return _COUNT.sub(loose, pattern)
