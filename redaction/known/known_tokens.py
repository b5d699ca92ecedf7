"""Texts as tokens, so that a value is recognised in other spellings: case, accents and separators do not count.

A token is a run of letters or of digits; in scripts without spaces each character is one. A value is a sequence of
tokens; in a text it may have other separators between them, short ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Han, kana and Hangul syllables stand alone; marks belong to their letter.
_ALONE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
TOKEN = re.compile(rf"[{_ALONE}]|[0-9]++|[^\W\d_{_ALONE}]++|[^\W_{_ALONE}]")
_IN_ALONE = re.compile(f"[{_ALONE}]")
# So many characters may stand between two tokens of one value.
LONGEST_GAP = 4


class _Folding(dict[int, str]):
    """Code point -> one character without case and accents, made as needed: lengths stay, so places do."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        parts = unicodedata.normalize("NFKD", char)
        plain = len(parts) == 1 or all(map(unicodedata.combining, parts[1:]))
        base = (parts[:1] if plain else char).casefold()[:1] or char
        if len(self) < 20_000:
            self[code] = base
        return base


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The text without case and accents, of the same length."""
    if text.isascii():
        return text.lower()
    return text.translate(_FOLDING)


def stands_alone(char: str) -> bool:
    """Whether a character is of a script that puts no spaces between words: values have no edges there."""
    return _IN_ALONE.match(char) is not None


def tokens(folded: str) -> Iterator[tuple[int, int]]:
    """Half-open places of the tokens of a folded text."""
    return (match.span() for match in TOKEN.finditer(folded))


def spelled(value: str) -> tuple[str, ...]:
    """The tokens of a value, composed (NFC) and folded."""
    return tuple(TOKEN.findall(fold(unicodedata.normalize("NFC", value))))


def weight(value: tuple[str, ...]) -> float:
    """How much a value says: its letters and digits, a character that stands alone for one and a half."""
    return sum(1.5 if stands_alone(token) else len(token) for token in value)
