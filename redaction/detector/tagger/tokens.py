"""Words and their features: what the tagger sees of a text. Training and run time share this file.

A *word* is a piece of text with its leading space, if any: `What is Jane Doe's` -> `What`, ` is`, ` Jane`, ` Doe`,
`'`, `s`. The words of a text joined give the text again. Chinese, Japanese and Korean-Han characters are words
of their own; a run of one separator (`-----`) is one word, so that rules and tables cost little.

Of each word the tagger knows: its pieces in the teacher's WordPiece vocabulary (Devlin et al. 2018, greedy longest
match), its shape (capitals, digits, length, leading space), its first and last letters, and what the gazetteer
says of it (first name, last name, everyday word, place). Everything is a pure function of the word.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Mapping
from functools import lru_cache

_HAN = "\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff"
# No alternative can match the empty string and none overlaps another's first character: linear time.
SPLIT = re.compile(rf" ?[^\W_{_HAN}]+| ?[{_HAN}]| ?(?:-+|=+|_+|\*+|#+|\.+|/+|~+|[^\w\s])|\s+")

SHAPES = 1024
PREFIXES = 4096
SUFFIXES = 8192
UNKNOWN = 1  # [UNK]'s row in the vocabulary
_LONGEST = 64  # letters of a word that are looked up in pieces; longer ones are no names
_PIECE = 20  # no piece of the vocabulary has more letters


def split(text: str) -> list[str]:
    """The words of a text, in order; joined they are the text."""
    return SPLIT.findall(text)


def fold(word: str) -> str:
    """Lower case, without accents: the spelling that the vocabulary and the gazetteer are keyed by."""
    word = word.lower()
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if unicodedata.category(c) != "Mn")


def pieces(folded: str, vocabulary: Mapping[str, int]) -> tuple[int, ...]:
    """WordPiece: the longest piece first, `##` before the pieces that continue. `(UNKNOWN,)` if any part is unknown."""
    whole = vocabulary.get(folded)
    if whole is not None:
        return (whole,)
    if len(folded) > _LONGEST:
        return (UNKNOWN,)
    found: list[int] = []
    start, size = 0, len(folded)
    while start < size:
        for end in range(min(size, start + _PIECE), start, -1):
            piece = vocabulary.get(folded[start:end] if start == 0 else "##" + folded[start:end])
            if piece is not None:
                found.append(piece)
                start = end
                break
        else:
            return (UNKNOWN,)
    return tuple(found)


def shape(word: str) -> str:
    """How a word looks: kind of capitals or digits, length, leading space."""
    lead = word[0] == " "
    core = word[1:] if lead else word
    if not core or core.isspace():
        return f"S{min(word.count(chr(10)), 2)}{min(len(word), 4)}"
    if not core[0].isalnum():
        return f"P{lead}{core[0]}{min(len(core), 3)}"
    size = min(len(core), 10)
    if core.isalpha():
        if core.islower():
            kind = "l"
        elif core.isupper():
            kind = "U"
        elif core[0].isupper():
            kind = "C" if core[1:].islower() else "M"
        else:
            kind = "m" if core[0].islower() else "a"
        return f"{kind}{size}{lead}"
    if core.isdigit():
        return f"d{min(len(core), 12)}{lead}"
    return f"x{size}{min(sum(c.isdigit() for c in core), 6)}{lead}{core[0].isdigit()}"


def key(folded: str) -> int:
    """The 32-bit key of a word in the gazetteer (CRC-32: fast in the standard library, stable across machines)."""
    return zlib.crc32(folded.encode("utf-8", "surrogatepass"))


@lru_cache(4096)
def _shape_row(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) % SHAPES


def features(word: str, vocabulary: Mapping[str, int]) -> tuple[tuple[int, ...], int, int, int, int]:
    """`(pieces, shape, prefix, suffix, gazetteer key)` of a word; the three middle ones are hashed into tables."""
    folded = fold(word.strip())
    return (
        pieces(folded, vocabulary) if folded else (),
        _shape_row(shape(word)),
        zlib.crc32(folded[:3].encode("utf-8", "surrogatepass")) % PREFIXES,
        zlib.crc32(folded[-3:].encode("utf-8", "surrogatepass")) % SUFFIXES,
        key(folded),
    )
