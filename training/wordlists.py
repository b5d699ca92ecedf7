"""Words beside each other without a sentence, ordinary ones and names, each with its label.

For languages of which little text is at hand: which words of their frequency lists and dictionaries are names, and
which are not, whatever stands around them.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from random import Random

import lexicon as lx
import listed
import scripts
import transliteration
from generate import Filler
from labels import IGNORE, NAME, PLACE, O, Piece

sys.path.insert(0, str(Path(__file__).parent.parent))
from redaction.detector.tagger import tokens as w

# Documents of each language.
COUNTS = {"ko": 3500, "hi": 3000, "ar": 3000, "fa": 1200, "he": 1200}
_PARTICLES = (
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "에서",
    "와",
    "과",
    "도",
    "만",
    "으로",
    "까지",
    "부터",
    "에게",
)


# Small words that are written together with the next one: `ولمحمد`, "and to Muhammad".
_CLITICS = {"ar": "وفبلك", "he": "ולבמשהכ"}


@cache
def _names() -> frozenset[str]:
    first, last, place = lx.gazetteer()
    return frozenset(w.fold(name) for name in first | last | place)


@cache
def _foreign(language: str) -> frozenset[str]:
    """Names from elsewhere as the language may spell them, in several ways; not the words that are used most."""
    rng = Random(1)
    names = {name for locale in set(lx.WORLD) for part in lx.people(locale) for name in part}
    spelt = {transliteration.transliterated(name, language, rng) for name in sorted(names) for _ in range(4)}
    return frozenset(w.fold(name) for name in spelt) - {w.fold(word) for word in scripts.frequent(language, 1500)}


def is_name(word: str, language: str) -> bool:
    """Whether lists know a word as a name: alone, behind small words, or as a Korean full name."""
    word = w.fold(word)
    if word in _names() or (language == "hi" and word in _foreign(language)):
        return True
    if language == "ko":
        return len(word) == 3 and word[0] in lx.surnames() and word[1:] in _names()
    return len(word) > 3 and word[0] in _CLITICS.get(language, "") and is_name(word[1:], language)


@cache
def ordinary(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of a language that no list knows as names: by frequency, and of the dictionary."""
    top = 8000 if language == "hi" else 30_000  # no list says which of its rarer words are names from elsewhere
    found = tuple(word for word in scripts.frequent(language, top) if not is_name(word, language))
    more = lx.korean()[listed.WORDS] if language == "ko" else ()
    return found, tuple(word for word in more if w.fold(word) not in _names())


@cache
def common_words(language: str) -> frozenset[str]:
    """The words that are used most, names or not: alone they say nothing."""
    return frozenset(w.fold(word) for word in scripts.frequent(language, 6000))


def document(language: str, rng: Random) -> list[Piece]:
    """Six to thirty words."""
    filler = Filler(language, rng)
    common, rare = ordinary(language)
    between = rng.choice((" ", " ", " ", " ", ", ", "\n"))
    pieces: list[Piece] = []
    for _ in range(rng.randint(6, 30)):
        roll = rng.random()
        if roll < 0.1:
            name = rng.choice((filler.full, filler.full, filler.first, filler.last))()
            pieces.append((name, IGNORE if common_words(language) & {*w.fold(name).split()} else NAME))
        elif roll < 0.15:
            pieces.append((filler.city(), PLACE))
        elif rare and roll < 0.45:
            pieces.append((rng.choice(rare), O))
        else:
            pieces.append((common[int(len(common) * rng.random() ** 1.6)], O))
        end = rng.choice(_PARTICLES) if language == "ko" and rng.random() < 0.5 else ""
        pieces.append((end + (". " if rng.random() < 0.06 else between), O))
    return pieces
