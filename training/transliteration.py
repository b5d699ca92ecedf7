"""Latin names in the letters of other languages, roughly as they are spelt there.

What counts is that a word of such sounds can be a name: every language writes names from elsewhere in its own letters.
"""

# ruff: noqa: E501, SIM905 - tables of letters are easier to read in long lines
from __future__ import annotations

import re
import unicodedata
from random import Random

_DIGRAPHS = "sch tch sh ch zh kh th ph ts ck qu".split()
_HANGUL_ON = dict(zip("g n d r m b s j ch k t p h".split(), (0, 2, 3, 5, 6, 7, 9, 12, 14, 15, 16, 17, 18), strict=True))
_HANGUL_ON |= {"l": 5, "v": 7, "f": 17, "c": 15, "q": 15, "x": 9, "z": 12, "sh": 9, "sch": 9, "zh": 12, "kh": 18}
_HANGUL_ON |= {"th": 9, "ph": 17, "ts": 14, "tch": 14, "ck": 15, "qu": 15, "w": 11, "y": 11}
_HANGUL_VOWEL = {"a": 0, "e": 5, "i": 20, "o": 8, "u": 13, "y": 20}
_HANGUL_END = {"n": 4, "m": 16, "l": 8, "r": 8, "k": 1, "p": 17, "t": 19, "b": 17, "ck": 1}
_DEVANAGARI = dict(zip("b c d f g h j k l m n p q r s t v w x z".split(), "ब क ड फ ग ह ज क ल म न प क र स ट व व क्स ज़".split(), strict=True))  # fmt: skip
_DEVANAGARI |= {"sh": "श", "sch": "श", "ch": "च", "tch": "च", "zh": "झ", "kh": "ख", "th": "थ", "ph": "फ", "ts": "त्स", "ck": "क", "qu": "क्व", "y": "य"}  # fmt: skip
_ARABIC = dict(zip("b c d f g h j k l m n p q r s t v w x z".split(), "ب ك د ف غ ه ج ك ل م ن ب ك ر س ت ف و كس ز".split(), strict=True))  # fmt: skip
_ARABIC |= {"sh": "ش", "sch": "ش", "ch": "تش", "tch": "تش", "zh": "ج", "kh": "خ", "th": "ث", "ph": "ف", "ts": "تس", "ck": "ك", "qu": "كو", "y": "ي"}  # fmt: skip
_PERSIAN = {"g": "گ", "p": "پ", "ch": "چ", "tch": "چ", "zh": "ژ"}
_TO_PERSIAN = str.maketrans("كيأإ", "کیاا")
_ARABIC_VOWEL = {"a": "ا", "e": "ي", "i": "ي", "o": "و", "u": "و", "y": "ي"}
_HEBREW = dict(zip("b c d f g h j k l m n p q r s t v w x z".split(), "ב ק ד פ ג ה ג ק ל מ נ פ ק ר ס ט ו ו קס ז".split(), strict=True))  # fmt: skip
_HEBREW |= {"sh": "ש", "sch": "ש", "ch": "צ", "tch": "צ", "zh": "ז", "kh": "ח", "th": "ת", "ph": "פ", "ts": "צ", "ck": "ק", "qu": "קוו", "y": "י"}  # fmt: skip
_HEBREW_VOWEL = {"a": "א", "e": "", "i": "י", "o": "ו", "u": "ו", "y": "י"}
_CYRILLIC = dict(zip("a b c d e f g h i j k l m n o p q r s t u v w x y z".split(), "а б к д е ф г х и дж к л м н о п к р с т у в в кс и з".split(), strict=True))  # fmt: skip
_CYRILLIC |= {"sh": "ш", "sch": "ш", "ch": "ч", "tch": "ч", "zh": "ж", "kh": "х", "th": "т", "ph": "ф", "ts": "ц", "ck": "к", "qu": "кв"}  # fmt: skip


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name.lower()) if "a" <= c <= "z")


def _sounds(name: str) -> list[str]:
    plain = _plain(name)
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
        closes = (
            at < len(sounds)
            and sounds[at] in _HANGUL_END
            and (at + 1 == len(sounds) or sounds[at + 1] not in _HANGUL_VOWEL)
        )
        if closes and (sounds[at] in "nml" or (sounds[at] in "kpt" and at + 1 == len(sounds))):
            end = _HANGUL_END[sounds[at]]
            at += 1
        elif closes and sounds[at] == "r":  # silent before a consonant
            at += 1
        out += chr(0xAC00 + onset * 588 + vowel * 28 + end)
    return out


# English spelling as it sounds, for Hindi, in this order; `@` is the short vowel that is not written.
_SOUNDS_LIKE = tuple(
    (re.compile(pattern), sounds.split("|"))
    for pattern, sounds in (
        (r"^mich", "maik"), (r"^(?:geo|jo)(?=r)", "jo"), (r"joh?n", "jon|joh@n"), (r"(?<=[^aeiou])es?$", "|"), (r"([bdfglmnprstz])\1", "\\1"),
        (r"sch", "sh"), (r"chr", "kr"), (r"ck", "k"), (r"ph", "f"), (r"wh", "w"), (r"x", "ks"), (r"qu", "kw"), (r"dge?(?=[^aeiou]|$)", "j"),
        (r"c(?=[eiy])", "s"), (r"g(?=[ey])", "j|g"), (r"c(?!h)", "k"), (r"ee|ea|ie(?=.)", "I"), (r"oo|oe", "U"), (r"ou", "au|U"), (r"ai|ay|ei|ey", "e"),
        (r"au|aw", "O"), (r"ow", "au|o"), (r"(?<=[^aeiouIUO@])[aeo](?=[nlrs][dts]?$)", "@|@|a"), (r"(?<=[^aeiouIUO@])e(?=r[^aeiou])", "@"),
        (r"(?<=[^aeiouIUO@])a(?=[^aeiou][aeiou])", "a|a|@|E"), (r"(?<=[^aeiouIUO@])a(?=[kmnpt])", "E|a|a"), (r"(?<=[^aeiouIUO@])o(?=[^aeiou])", "O|o"),
        (r"y$|i$", "I"), (r"^a(?=[^aeiou])", "E|A|@"), (r"n(?=[bcdfgjkpstz])|m(?=[bp])", "N|N|n"),
    )
)  # fmt: skip
_SIGNS = {"a": ("आ", "ा"), "A": ("आ", "ा"), "e": ("ए", "े"), "i": ("इ", "ि"), "I": ("ई", "ी"), "o": ("ओ", "ो"), "O": ("ऑ", "ॉ"), "u": ("उ", "ु"),
    "U": ("ऊ", "ू"), "E": ("ए", "ै"), "@": ("अ", ""), "y": ("इ", "ि")}  # fmt: skip
_JOINED = re.compile(r"(?:[bdfgkp](?=[rl])|[td](?=r)|s(?=[ptkmnlw])|k(?=[sw])|[nm](?=[tdkgs])|l(?=[tkdms])|r(?=[^r]))")


def _devanagari(name: str, rng: Random) -> str:
    word = _plain(name)
    for pattern, sounds in _SOUNDS_LIKE:
        word = pattern.sub(lambda match, own=sounds: match.expand(rng.choice(own)), word)
    out, bare, at = "", False, 0
    while at < len(word):
        sound = next((d for d in ("sh", "ch", "th", "kh", "zh") if word.startswith(d, at)), word[at])
        if sound == "N":
            out += "ं"
            bare = False
        elif sound in _SIGNS and not (sound == "y" and word[at + 1 : at + 2] in tuple("aAeiIoOuUE@")):
            out += _SIGNS[sound][bare]
            bare = False
        elif sound == "h" and bare and word[at + 1 : at + 2] not in tuple(_SIGNS):
            pass  # silent: `John`
        else:
            joined = bare and _JOINED.match(word, at - 1) is not None and (at == 1 or rng.random() < 0.8)
            out += ("्" if joined else "") + _DEVANAGARI[sound]
            bare = True
        at += len(sound)
    return out


def transliterated(name: str, language: str, rng: Random) -> str:
    """A Latin name in the letters of another language, roughly as it is spelt; "" where there is no way."""
    sounds = _sounds(name)
    if len(sounds) < 2:
        return ""
    if language == "ko":
        return _hangul(sounds)
    if language == "hi":
        return _devanagari(name, rng)
    if language in ("ar", "fa"):
        letters = _ARABIC | _PERSIAN if language == "fa" else _ARABIC
        out = ("أ" if sounds[0] in "aou" else "إ" if sounds[0] in "ei" else "") + "".join(
            letters.get(s, "") or (_ARABIC_VOWEL[s] if s not in "e" or rng.random() < 0.5 else "")
            for s in sounds[sounds[0] in "aeiou" :]
        )
        return out.translate(_TO_PERSIAN) if language == "fa" else out
    if language == "he":
        return "".join(_HEBREW.get(s, "") or _HEBREW_VOWEL.get(s, "") for s in sounds)
    if language in ("ru", "uk", "bg", "mk"):
        return "".join(_CYRILLIC[s] for s in sounds).capitalize()
    return ""
