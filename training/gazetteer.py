"""The gazetteer: what lists say of a word, as six bits by the word's key (`tokens.key`).

Bits: 1 first name, 2 last name, 4 everyday word, 8 place, 16 word of an organisation, work or product, 32 a first name
that is neither an everyday word nor a place. The lists are those of the generated text (`lexicon`) and, from the data
folder, `gazetteers/{first,last,everyday,places,organisations}.tsv.gz` with lines of
`word <tab> weight <tab> countries <tab> sources`.

Chinese and Japanese are read character by character; there, lists speak of two neighbours (`pairs`): 1 front and 2 back
of a Chinese full name, 4 Japanese given name, 8 Japanese family name, 16 inside of an ordinary word, 32 of a place.
"""

from __future__ import annotations

import gzip
import re
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import lexicon as lx
import listed
import numpy as np
import scripts
import wordlists
from dataset import Dataset, everyday
from fetch import DOWNLOADS

sys.path.insert(0, str(Path(__file__).parent.parent))
from redaction.detector.tagger import tokens as w

FIRST, LAST, EVERYDAY, AT, ORGANISATION, ONLY_FIRST = (1 << n for n in range(6))
BITS = 64


@dataclass(frozen=True, slots=True)
class List:
    """One file: words of at least this weight, except those of hand-made sources, which count always."""

    file: str
    bit: int
    least: int
    capital: bool = False


LISTS = (
    List("first", FIRST, 1),
    List("last", LAST, 1),
    List("everyday", EVERYDAY, 5),
    List("places", AT, 40_000, capital=True),
    List("organisations", ORGANISATION, 2, capital=True),
)
_HAND_MADE = frozenset({"compromise", "corpora"})
# Long tails whose endings say as much, and words cut out of Chinese text.
_SKIPPED = frozenset({"natasha", "Meertens", "jieba"})


def bits(data: Path | None, generated: Dataset) -> dict[int, int]:
    """Key of a folded word -> its bits. Without a data folder: the product's own lists alone."""
    first, last, place = lx.gazetteer()
    found: dict[int, int] = {}

    def add(name: str, bit: int, capital: bool = False) -> None:
        for part in w.split(name):
            part = part.strip()
            if part and part[0].isalpha() and (len(part) > 1) and not (capital and part[0].islower()):
                number = w.key(w.fold(part))
                found[number] = found.get(number, 0) | bit

    for bit, names in ((FIRST, first), (LAST, last), (EVERYDAY, everyday(generated)), (AT, place)):
        for name in names:
            add(name, bit)
    for table in LISTS if data else ():
        with gzip.open(data / "gazetteers" / f"{table.file}.tsv.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                word, weight, _, sources = line.rstrip("\n").split("\t")
                own = set(sources.split(" "))
                if own - _SKIPPED and (int(weight) >= table.least or own & _HAND_MADE):
                    add(word, table.bit, table.capital)
    ordinary = [(word, language) for language, top in _FREQUENT.items() for word in scripts.frequent(language, top)]
    words = [word for word, language in ordinary if not wordlists.is_name(word, language)]
    for name in (*words, *lx.korean()[listed.WORDS]):
        if not found.get(w.key(w.fold(name)), 0) & (FIRST | LAST | AT):
            add(name, EVERYDAY)
    for name in {*lx.korean()[listed.TWOFOLD]} & {*scripts.frequent("ko", _FREQUENT["ko"])}:
        add(name, EVERYDAY)
    for number, own_bits in found.items():
        if own_bits & FIRST and not own_bits & (EVERYDAY | AT):
            found[number] = own_bits | ONLY_FIRST
    return found


# Languages without capitals, or that the corpora lack, and German, whose nouns have capitals: how many of the words
# that are used most count as everyday ones, if they are no names.
_FREQUENT = dict.fromkeys(("ru", "uk", "el", "bg", "bn", "ta", "hi"), 8000)
_FREQUENT |= dict.fromkeys(("ko", "ar", "he", "fa", "de"), 16000)

_HAN = re.compile("[\u3400-\u9fff]{2,4}")
_DICTIONARY = ("jieba-0.42.1.tar.gz", "jieba-0.42.1/jieba/dict.txt")  # `word frequency part-of-speech`, MIT
_SEEN = 5  # times that a word of the dictionary was counted, at least
_BACK, _GIVEN, _FAMILY, _ORDINARY, _IN_PLACE = 2, 4, 8, 16, 32


def pairs(data: Path | None) -> dict[int, int]:
    """Key of two characters -> bits."""
    found: dict[int, int] = {}

    def add(word: str, *bits: int) -> None:
        """`bits` for each pair of the word; the last one for all that follow."""
        numbers = np.array([w.unspaced(char) for char in word], np.int64)
        for place, number in enumerate(w.pair_keys(numbers[:-1], numbers[1:]).tolist()):
            found[number] = found.get(number, 0) | bits[min(place, len(bits) - 1)]

    with tarfile.open(DOWNLOADS / _DICTIONARY[0]) as archive:
        member = archive.extractfile(_DICTIONARY[1])
        assert member is not None
        for line in member.read().decode("utf-8").splitlines():
            word, count, part = line.split(" ")
            if not _HAN.fullmatch(word) or int(count) < _SEEN:
                continue
            for spelt in {word, scripts.traditional(word)}:
                if part.startswith("nr"):
                    add(spelt, 1, _BACK)
                else:
                    add(spelt, _IN_PLACE if part == "ns" else _ORDINARY)
    for kind in ("last", "first"):
        for word in scripts.written("ja_JP", kind):
            if _HAN.fullmatch(word):
                add(word, _FAMILY if kind == "last" else _GIVEN)
    for file, bit in (("first", _GIVEN), ("last", _FAMILY)) if data else ():
        with gzip.open(data / "gazetteers" / f"{file}.tsv.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                word, _, _, sources = line.rstrip("\n").split("\t")
                if "japanese" in sources and _HAN.fullmatch(word):
                    add(word, bit)
    return found
