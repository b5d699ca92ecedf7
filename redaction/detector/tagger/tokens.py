"""Words and their features: what the tagger sees of a text. Training and run time share this file.

A *word* is a piece of text with its leading space, if any: `What is Jane Doe's` -> `What`, ` is`, ` Jane`, ` Doe`,
`'`, `s`. The words of a text joined give the text again. Marks (accents, vowel signs, viramas) belong to the letter
before them. Scripts without spaces are cut small: Chinese characters and Hiragana one by one, Thai, Lao, Burmese
and Khmer by clusters of a letter with its signs; a run of Katakana is one word. A Korean word is cut before
its particle (`김철수는` -> `김철수`, `는`). A run of one separator (`-----`) is one word: rules and tables cost little.

Of each word the tagger knows: its pieces in the teacher's WordPiece vocabulary (Devlin et al. 2018, greedy longest
match), its shape (capitals, digits, length, leading space, script), its first and last letters, itself (hashed) and
what the gazetteer says of it. Everything is a pure function of the word. What two characters of a script without
spaces say together (`pair_keys`) is a function of both.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

# Signs that are written on, under or behind a letter (categories Mn and Mc), and the joiners that bind letters.
_MARK = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957"
    "\u0962\u0963\u0981-\u0983\u09bc\u09be-\u09cd\u09d7\u09e2\u09e3\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71\u0a75"
    "\u0a81-\u0a83\u0abc\u0abe-\u0acd\u0ae2\u0ae3\u0b01-\u0b03\u0b3c\u0b3e-\u0b57\u0b62\u0b63\u0b82\u0bbe-\u0bcd"
    "\u0bd7\u0c00-\u0c04\u0c3c\u0c3e-\u0c56\u0c62\u0c63\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0ce2\u0ce3\u0d00-\u0d03"
    "\u0d3b\u0d3c\u0d3e-\u0d4d\u0d57\u0d62\u0d63\u0d81-\u0d83\u0dca-\u0ddf\u0df2\u0df3\u0f18\u0f19\u0f35\u0f37\u0f39"
    "\u0f3e\u0f3f\u0f71-\u0f84\u0f86\u0f87\u0f8d-\u0fbc\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\ua802\ua8e0-\ua8f1\ufe20-\ufe2f"
)
# Each character of these is a word of its own: Han with its signs and marks, Hiragana.
_HAN = "\u2e80-\u303f\u3041-\u309f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff"
_HANGUL = "\uac00-\ud7a3"
# Thai and Lao (vowels that are written in front), Burmese, Khmer: letters, signs, and signs that stack a letter.
_FRONT, _STACK = "\u0e40-\u0e44\u0ec0-\u0ec4", "\u1039\u17d2"
_LETTER = "\u0e01-\u0e2f\u0e81-\u0eaf\u0edc-\u0edf\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3"
_SIGN = "\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0eb0-\u0ebd\u0ec8-\u0ece\u102b-\u1038\u103a-\u103e"
_SIGN += "\u1056-\u1059\u17b4-\u17d1\u17d3"
_UNSPACED = f"{_HAN}{_KATAKANA}{_HANGUL}{_FRONT}{_STACK}{_LETTER}{_SIGN}"
# Korean particles and endings of names: `씨`, `님` (forms of address), cases, `and`, `only`, `is`, `says that`.
_PARTICLE = (
    "(?:씨|님|군|양|측)?(?:에게서|에게는|에게도|에게|께서는|께서|께|한테|이랑|랑|에서는|에서|으로|로|까지|부터|보다|처럼|만|도|은|는|이|가|을|를|의"
    "|와는|과는|와|과|이나|이며|이고|이다|이라고|라고|이라는|라는|입니다|이었다|였다|에는|에)"
)
# Classes of characters as the words below are made of them. Where a character is of two, the later one counts.
MARK, LETTER, SPACE, RUN, UNSPACED = f"[{_MARK}]", rf"[^\W_{_UNSPACED}]", r"\s", r"[-=_*#./~]", f"[{_UNSPACED}]"
# No alternative can match the empty string, and none gives back what it has (or has nothing behind it): linear time.
SPLIT = re.compile(
    rf" ?(?:[^\W_{_UNSPACED}]++[{_MARK}]*+)++"
    r"| ?(?:-+|=+|_+|\*+|#+|\.+|/+|~+|[!-/:-@\[-`{-~])"
    rf"| ?[{_HANGUL}]{{2,}}?(?=(?:{_PARTICLE}|씨|님)(?![{_HANGUL}]))| ?[{_HANGUL}]+"
    rf"| ?[{_HAN}][{_MARK}]*| ?[{_KATAKANA}]+"
    rf"| ?[{_FRONT}]?[{_LETTER}](?:[{_STACK}][{_LETTER}]?|[{_SIGN}])*"
    r"| ?(?:[^\w\s]|\w)|\s+"
)
# The same for text in ASCII: `[^\W_]` and the like are slow to test.
_ASCII = re.compile(r" ?[A-Za-z0-9]+| ?(?:-+|=+|_+|\*+|#+|\.+|/+|~+|[!-/:-@\[-`{-~\0-\x08\x0e-\x1b\x7f])|\s+")

SHAPES = 1024
PREFIXES = 4096
SUFFIXES = 8192
WHOLE = 32768
PAIRS = 16384
UNKNOWN = 1  # [UNK]'s row in the vocabulary
_LONGEST = 64  # letters of a word that are looked up in pieces; longer ones are no names
_PIECE = 20  # no piece of the vocabulary has more letters
_ACCENTS = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05c5\u0610-\u061a\u064b-\u065f\u0670\u200c\u200d]+")
_SIGNS = re.compile(f"[{_MARK}]+")


def split(text: str) -> list[str]:
    """The words of a text, in order; joined they are the text."""
    return (_ASCII if text.isascii() else SPLIT).findall(text)


def fold(word: str) -> str:
    """Lower case, without accents: the spelling that the vocabulary and the gazetteer are keyed by.

    Vowel signs of Indian scripts stay: they are letters there.
    """
    word = word.lower()
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", word)))


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
    """How a word looks: kind of capitals or digits, length, leading space; of letters without capitals, the script."""
    lead = word[0] == " "
    core = word[1:] if lead else word
    if not core or core.isspace():
        return f"S{min(word.count(chr(10)), 2)}{min(len(word), 4)}"
    if not core[0].isalnum():
        return f"P{lead}{core[0]}{min(len(core), 3)}"
    if not core.isascii():
        core = _SIGNS.sub("", unicodedata.normalize("NFC", core))
    size = min(len(core), 10)
    if core.isalpha():
        if core.islower():
            kind = "l"
        elif core.isupper():
            kind = "U"
        elif core[0].isupper():
            kind = "C" if core[1:].islower() else "M"
        elif core[0].islower():
            kind = "m"
        else:
            kind = f"a{ord(core[0]) >> 8:x}"
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


class Features(NamedTuple):
    """Rows of one word in the tables; `key` is looked up in the gazetteer."""

    pieces: tuple[int, ...]
    shape: int
    prefix: int
    suffix: int
    whole: int
    key: int


def features(word: str, vocabulary: Mapping[str, int], cut: Callable[[str], tuple[int, ...]] | None = None) -> Features:
    """What the tagger knows of a word. `cut`: the same as `pieces` without the vocabulary."""
    folded = fold(word.strip())
    data = folded.encode("utf-8", "surrogatepass")
    if folded.isascii():
        first, last = data[:3], data[-3:]
    else:
        # A Korean name is a family name of one syllable and a given name of two.
        korean = "\uac00" <= folded[0] <= "\ud7a3"
        first = folded[: 1 if korean else 3].encode("utf-8", "surrogatepass")
        last = folded[-2 if korean else -3 :].encode("utf-8", "surrogatepass")
    number = zlib.crc32(data)
    return Features(
        () if not folded else cut(folded) if cut else pieces(folded, vocabulary),
        _shape_row(shape(word)),
        zlib.crc32(first) % PREFIXES,
        zlib.crc32(last) % SUFFIXES,
        number % WHOLE,
        number,
    )


def unspaced(word: str) -> int:
    """The number of a word of a script without spaces, by which it makes pairs with neighbours; 0 for all others."""
    core = word[1:] if word[0] == " " and len(word) > 1 else word
    code = ord(core[0])
    if code < 0x0E00 or not core[0].isalpha() or 0xAC00 <= code < 0xD7A4 or 0x1100 <= code < 0x1780 or len(core) > 8:
        return 0
    if 0x1800 <= code < 0x2E80:
        return 0
    return code if len(core) == 1 else zlib.crc32(core.encode("utf-8", "surrogatepass")) | 1


def pair_keys(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Keys of neighbours by their numbers (`unspaced`): the lists of pairs are sorted by these."""
    mixed = (left * 0x9E3779B1 + (right ^ left >> 3) * 0x85EBCA6B) & 0xFFFFFFFF
    return (mixed ^ mixed >> 15).astype(np.uint32)


def pair_rows(keys: NDArray[np.uint32]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Rows in the table of pairs for the left and the right one of neighbours."""
    return (keys >> 7) % PAIRS, (keys * np.uint32(2654435761) >> 11) % PAIRS
