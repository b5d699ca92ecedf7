"""Names as packages list them: Korean, Chinese, Arabic and Persian people, foreigners as Korean and Arabic spell them.

Korean: mecab-ko-dic (Apache 2.0), a dictionary of 816,000 words that says of each whether it is a person, a place or
an ordinary word. Arabic and Persian: people of Wikidata (CC0; arabic-name-romanizer, MIT), and arabnamer's list of
names from everywhere (CC BY 4.0). Chinese: jieba's dictionary (MIT).
"""

from __future__ import annotations

import json
import re
import sqlite3
import struct
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path

import scripts
from fetch import cached, source_file

sys.path.insert(0, str(Path(__file__).parent.parent))
from redaction.detector.tagger import tokens as w

HANGUL = re.compile("[\uac00-\ud7a3]+")
ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3 ]+")
_PERSIAN = frozenset("پچژگکی")
# Kinds of Korean words, as `korean` returns them.
GIVEN, TWOFOLD, FOREIGN_FIRST, FOREIGN_LAST, PLACES, WORDS = (
    "given",
    "twofold",
    "foreign_first",
    "foreign_last",
    "places",
    "words",
)
_PART = re.compile("([\uac00-\ud7a3]+)/NNP/인명")


def _dictionary() -> list[str]:
    """`surface,...` lines of the Korean dictionary: its compiled form holds what the tables said."""
    with zipfile.ZipFile(source_file("python-mecab-ko-dic")) as wheel:
        data = wheel.read("mecab_ko_dic/dictionary/sys.dic")
    words, tries, tokens = (struct.unpack_from("<I", data, at)[0] for at in (12, 24, 28))
    first = 72 + tries
    texts = first + tokens
    found = []
    for row in range(words):
        at = texts + struct.unpack_from("<I", data, first + 16 * row + 8)[0]
        found.append(data[at : data.index(b"\0", at)].decode("utf-8", "replace"))
    return found


def _korean(surnames: frozenset[str]) -> dict[str, tuple[str, ...]]:
    given: Counter[str] = Counter()
    first: Counter[str] = Counter()
    last: Counter[str] = Counter()
    places: set[str] = set()
    words: Counter[str] = Counter()
    frequent = frozenset(scripts.frequent("ko", 4000))
    for line in _dictionary():
        fields = line.split(",")
        kind, sort, word = fields[0], fields[1], fields[3]
        if not HANGUL.fullmatch(word):
            continue
        if kind == "NNP" and sort == "인명":
            parts = _PART.findall(fields[7])
            if len(parts) > 1:
                first[parts[0]] += 1
                last[parts[-1]] += 1
            elif len(word) == 3 and word[0] in surnames:
                given[word[1:]] += 1
            elif len(word) > 3 and fields[4] == "*":
                last[word] += 1
        elif kind == "NNP" and sort == "지명" and 1 < len(word) < 6:
            places.add(word)
        elif kind == "NNG" or len(kind) > 3:
            words[word] += 1
    return {
        # A word that is an ordinary one too must be the name of many, and not be among those that are used most.
        GIVEN: tuple(sorted(name for name, count in given.items() if count > 1 and name not in words)),
        TWOFOLD: tuple(sorted(name for name, n in given.items() if n > 7 and words[name] and name not in frequent)),
        FOREIGN_FIRST: tuple(sorted(name for name, n in first.items() if n > 1 and len(name) > 1 and not words[name])),
        FOREIGN_LAST: tuple(sorted(name for name, n in last.items() if (n > 1 or len(name) > 3) and not words[name])),
        PLACES: tuple(sorted(places - words.keys())),
        # Ordinary words that may look like a full name: the first letter is a family name.
        WORDS: tuple(sorted(word for word in words if 1 < len(word) < 5 and word[0] in surnames)),
    }


@cache
def korean(surnames: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Words of the Korean dictionary by kind. `surnames`: family names of one syllable."""
    key = (Path(__file__).read_text("utf-8"), sorted(surnames))
    found: dict[str, tuple[str, ...]] = cached("korean", key, lambda: _korean(surnames))
    return found


def _endings(name: str, latin: str) -> str:
    """A name as it is spelt: the list's keys have no `ة` and no `ى`."""
    if latin.endswith(("a", "ah", "e")) and name.endswith("ه"):
        return name[:-1] + "ة"
    return name[:-1] + "ى" if latin.endswith("a") and name.endswith("ي") else name


# Countries whose people write Arabic, and Persian, by the list's code.
_OTHERS = frozenset({"IR", "PK", "AF"})
_TO_PERSIAN = str.maketrans("كيىة", "کییه")


# Words of a language that are used so much that a name must be that of many people to count as one.
_FREQUENT, _MANY = 10_000, 5


@cache
def people(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`(given names, family names)` of people who write Arabic ("ar": those seen twice), or of Iran ("fa")."""
    frequent = {w.fold(word) for word in scripts.frequent(language, _FREQUENT)}
    found: dict[str, set[str]] = {"given": set(), "surname": set()}
    with zipfile.ZipFile(source_file("arabic-name-romanizer")) as wheel, tempfile.NamedTemporaryFile() as file:
        file.write(wheel.read("arabic_name_romanizer/resources/names.sqlite3"))
        file.flush()
        rows = sqlite3.connect(file.name).execute("select arabic_key, latin, role, country, count from units")
        for name, latin, role, country, count in rows:
            if role not in found or not ARABIC.fullmatch(name) or len(name) < 3:
                continue
            if count < _MANY and w.fold(name.translate(_TO_PERSIAN) if language == "fa" else name) in frequent:
                continue
            if language == "fa" and country == "IR":
                found[role].add(name.translate(_TO_PERSIAN))
            elif language == "ar" and country not in _OTHERS and count > 1 and not _PERSIAN & set(name):
                found[role].add(_endings(name, latin.lower()))
    return tuple(sorted(found["given"])), tuple(sorted(found["surname"]))


@cache
def foreign_arabic() -> tuple[str, ...]:
    """Names from everywhere in Arabic letters."""
    frequent = {w.fold(word) for word in scripts.frequent("ar", _FREQUENT)}
    with zipfile.ZipFile(source_file("arabnamer")) as wheel:
        names = json.loads(wheel.read("arabnamer/data/dict_FINAL.json"))
    return tuple(
        sorted(
            {
                name
                for latin, name in names.items()
                if ARABIC.fullmatch(name)
                and " " not in name + latin
                and not latin.startswith(("abd", "ibn", "bin", "el"))
                if not name.startswith("ال") and len(name) > 2 and w.fold(name) not in frequent
            }
        )
    )


@cache
def chinese(surnames: str, sounds: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`(Chinese people, people from elsewhere)` of jieba's dictionary (MIT): those of two or three letters behind one
    of `surnames`, and those that are spelt with `sounds`."""
    people: list[str] = []
    foreign: list[str] = []
    with tarfile.open(source_file("jieba")) as archive:
        member = archive.extractfile("jieba-0.42.1/jieba/dict.txt")
        assert member is not None
        for line in member.read().decode("utf-8").splitlines():
            word, count, kind = line.split(" ")
            if kind.startswith("nr") and int(count) > 2:
                if kind != "nrt" and word[0] in surnames and len(word) in (2, 3):
                    people.append(word)
                elif 1 < len(word) < 6 and set(word) <= set(sounds):
                    foreign.append(word)
    return tuple(people), tuple(foreign)
