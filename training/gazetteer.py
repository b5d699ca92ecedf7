"""The gazetteer: what lists say of a word, as six bits by the word's key (`tokens.key`).

Bits: 1 first name, 2 last name, 4 everyday word, 8 place, 16 word of an organisation, work or product, 32 a first name that
is neither an everyday word nor a place. The lists are those of the generated text (`lexicon`) and, from the data folder,
`gazetteers/{first,last,everyday,places,organisations}.tsv.gz`: `word <tab> weight <tab> countries <tab> sources`.
"""

from __future__ import annotations

import gzip
import sys
from dataclasses import dataclass
from pathlib import Path

import lexicon as lx
from dataset import Dataset, everyday

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
    for number, own_bits in found.items():
        if own_bits & FIRST and not own_bits & (EVERYDAY | AT):
            found[number] = own_bits | ONLY_FIRST
    return found
