"""Gold sentences: templates filled with names, addresses and hard negatives, every character with its label.

Labels are those of `labels.py`: IGNORE where either answer is fine.
"""

# ruff: noqa: E501 - tables of words are easier to read in long lines
from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import addresses
import lexicon as lx
import scripts
from labels import ADDRESS, EMAIL, FIRM, ID, IGNORE, NAME, PHONE, PLACE, O, Piece

SLOT = re.compile(r"\{([A-Zfhl]+)\}")
# Languages that write names from elsewhere in their own letters.
FOREIGN = frozenset({"ko", "hi", "ar", "fa", "he", "ru", "uk", "bg"})
LATIN = {
    "en",
    "de",
    "es",
    "pt",
    "fr",
    "it",
    "nl",
    "pl",
    "da",
    "sv",
    "cs",
    "tr",
    "fi",
    "nb",
    "ro",
    "hu",
    "hr",
    "id",
    "vi",
}
# Languages whose names end in `s` where they own something: `Merkels Rede`.
GENITIVE_S = frozenset({"de", "da", "sv", "nb"})
PARTICLES = {
    "pt": "da de do dos",
    "es": "de|de la|del",
    "de": "von zu",
    "nl": "van de|van der|van den|de",
    "fr": "de du",
    "it": "di de",
}


@cache
def templates() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((Path(__file__).parent / "templates").glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            language, text = (
                line.split("|", 1) if path.stem in ("other", "quiet", "running", "scripts") else (path.stem, line)
            )
            if text:
                found.setdefault(language, []).append(text.replace("\\n", "\n"))
    return found


class Filler:
    """Fills one document's slots: its language, its names' origin, its habits of spelling."""

    def __init__(self, language: str, rng: Random) -> None:
        self.rng, self.language = rng, language
        self.locale = rng.choice(lx.LOCALES[language].split())
        self.names = self.locale
        if language in LATIN and rng.random() < 0.3:
            self.names = rng.choice(lx.WORLD)
        self.known: list[str] = []

    def first(self) -> str:
        if self.language in LATIN and self.rng.random() < 0.06:
            return self.rng.choice(lx.MORE_FIRST)
        names = lx.people(self.names)[0] or lx.people(lx.LOCALES[self.language].split()[0])[0] or lx.people("en_US")[0]
        name = self.rng.choice(names)
        if self.language in LATIN and self.rng.random() < 0.02:
            name += "-" + self.rng.choice(names)
        return name

    def last(self) -> str:
        rng = self.rng
        if self.language in LATIN and rng.random() < 0.08:
            return rng.choice(lx.MORE_LAST)
        names = lx.people(self.names)[1] or lx.people(lx.LOCALES[self.language].split()[0])[1] or lx.people("en_US")[1]
        name = rng.choice(names)
        if self.language in LATIN and rng.random() < 0.04:
            name += "-" + rng.choice(names)
        return name

    def full(self) -> str:
        rng = self.rng
        if self.language == "zh":
            return lx.transliterated(rng) if rng.random() < 0.15 else lx.chinese(rng)
        first, last = self.first(), self.last()
        if self.language in FOREIGN and rng.random() < 0.17:
            return self.foreign()
        if self.language in {"ja", "ko", "hu"}:
            return (
                last
                + (" " if self.language == "hu" or rng.random() < (0.4 if self.language == "ja" else 0.1) else "")
                + first
            )
        if self.language in {"ar", "fa", "hi", "he", "bn", "th", "ta"}:
            return self._as_there(first, last)
        roll = rng.random()
        if roll < 0.08:
            return f"{first} {rng.choice('ABCDEFGHJKLMNPRSTW')}. {last}"
        if roll < 0.11:
            return f"{first[0]}. {last}"
        if roll < 0.15:
            return f"{first} {self.first()} {last}"
        if roll < 0.18:
            return f"{last}, {first}"
        if roll < (0.45 if self.language in {"es", "pt"} else 0.19):
            return f"{first} {last} {self.last()}"
        if roll < 0.5 and self.language in PARTICLES and rng.random() < 0.35:
            words = PARTICLES[self.language]
            return f"{first} {rng.choice(words.split('|' if '|' in words else None))} {last}"
        if roll < 0.51:
            return f"{first} {last.upper()}"
        if roll < 0.525:
            return f"{first} {last} {rng.choice(('Jr.', 'Sr.', 'III', 'II'))}"
        return f"{first} {last}"

    def foreign(self) -> str:
        """Someone from elsewhere, in this language's letters."""
        first, last = lx.foreign(self.language, self.rng)
        if not first or not last:
            return self.first()
        roll = self.rng.random()
        return first if roll < 0.1 else last if roll < 0.3 else f"{first} {last}"

    def _as_there(self, first: str, last: str) -> str:
        """Full names as Arabic, Persian, Hindi and their neighbours have them."""
        rng, language = self.rng, self.language
        roll = rng.random()
        if language == "ar":
            if roll < 0.2:
                return f"{first} {self.first()} {last}"
            if roll < 0.3:
                return f"{first} {rng.choice(('بن', 'بن', 'ابن', 'بنت'))} {self.first()} {last}"
            if roll < 0.36:
                return f"{rng.choice(('أبو', 'أم', 'أبو', 'ابن'))} {self.first()}"
            if roll < 0.44:
                return f"عبد {rng.choice(('الله', 'الرحمن', 'العزيز', 'الكريم', 'القادر', 'الرزاق', 'الحميد', 'المجيد', 'السلام'))} {last}"
            if roll < 0.54:
                return f"{first} {self.first()}"
        if language == "hi":
            if roll < 0.18:
                return f"{first} {rng.choice(('कुमार', 'सिंह', 'प्रसाद', 'लाल', 'चंद्र', 'नाथ', 'देवी', 'राम', 'कुमारी', 'मोहन'))} {last}"
            if roll < 0.26:
                return f"{first} {rng.choice(('कुमार', 'सिंह', 'देवी', 'कुमारी', 'बाई', 'खान', 'राव', 'लाल'))}"
            if roll < 0.3:
                letters = ("ए", "बी", "सी", "के", "एम", "पी", "आर", "एस", "वी", "जे")
                return (
                    f"{rng.choice(letters)}. {rng.choice(letters)}. {last}"
                    if roll < 0.28
                    else f"{rng.choice(letters)}.{rng.choice(letters)}. {last}"
                )
        return f"{first} {last}"

    def person(self) -> str:
        """Someone new, or someone named before in this document."""
        if self.known and self.rng.random() < 0.15:
            return self.rng.choice(self.known)
        name = self.full()
        self.known.append(name)
        return name

    def handle(self) -> str:
        rng = self.rng
        base = (self.first() + rng.choice(("", "", "_", self.last(), str(rng.randint(1, 99))))).lower().replace(" ", "")
        return base if rng.random() < 0.7 else rng.choice(("its", "real", "the", "x", "mr", "xo")) + base

    def city(self) -> str:
        if self.language in scripts.RANGES and (own := scripts.cities(self.language)) and self.rng.random() < 0.9:
            return self.rng.choice(own[:300] if self.rng.random() < 0.5 else own)
        try:
            pool = lx.places(self.locale)
        except (ModuleNotFoundError, AttributeError):
            pool = lx.CITIES
        return self.rng.choice(pool if self.rng.random() < (0.2 if self.language == "en" else 0.75) else lx.CITIES)

    def org(self) -> list[Piece]:
        rng = self.rng
        roll = rng.random()
        if roll < 0.75 and (own := scripts.written(lx.LOCALES[self.language].split()[0], "org")):
            return [(rng.choice(own), FIRM)]
        if roll < 0.35:
            return [(rng.choice(lx.ORGS), FIRM)]
        if roll < 0.55:
            return [
                (f"{rng.choice(lx.ORG_WORDS)} {rng.choice(lx.ORG_NOUNS)}", FIRM),
                (rng.choice(("", " " + rng.choice(lx.ORG_ENDS))), FIRM),
            ]
        if roll < 0.7:
            return [(self.city(), IGNORE), (f" {rng.choice(lx.ORG_NOUNS)}", FIRM)]
        if roll < 0.78:
            return [
                (self.last(), IGNORE),
                (f" {rng.choice(('&', 'and'))} ", FIRM),
                (self.last(), IGNORE),
                (rng.choice(("", " " + rng.choice(lx.ORG_ENDS))), FIRM),
            ]
        if roll < 0.9:
            return [(self.last(), IGNORE), (f" {rng.choice(lx.ORG_ENDS + lx.ORG_NOUNS)}", FIRM)]
        return [("".join(rng.choice("ABCDEFGHIKLMNOPRSTUV") for _ in range(rng.randint(2, 5))), FIRM)]

    def number(self) -> str:
        return str(self.rng.randint(2, 99))

    def identifier(self) -> str:
        form = self.rng.choice(
            ("########", "###-##-####", "#########", "AB######", "## ## ####", "X#######L", "####-#####", "nhc ######")
        )
        return re.sub("#", lambda _: str(self.rng.randint(0, 9)), form)

    def fill(self, slot: str) -> list[Piece]:
        rng, language = self.rng, self.language
        fake = lx.fakers(self.locale)
        match slot:
            case "P" | "F" | "L" if language in GENITIVE_S and rng.random() < 0.07:
                return [({"P": self.person, "F": self.first, "L": self.last}[slot]() + "s", NAME)]
            case "P":
                return [(self.person(), NAME)]
            case "F":
                return [(self.first() if language != "zh" else self.person(), NAME)]
            case "V":
                return [(rng.choice(lx.DEEDS[language].split()).replace("|", " "), O)]
            case "L":
                if self.known and rng.random() < 0.3 and " " in self.known[-1] and language in LATIN:
                    return [(self.known[-1].split()[-1], NAME)]
                return [(self.last() if language != "zh" else self.person(), NAME)]
            case "f":
                return [(self.first().lower(), NAME)]
            case "l":
                return [(self.last().lower(), NAME)]
            case "U" | "UF":
                return [((self.last() if slot == "U" else self.first()).upper(), NAME)]
            case "X":
                return [(self.foreign(), NAME)]
            case "XL":
                return [(lx.foreign(language, rng)[1] or self.last(), NAME)]
            case "T":
                return [(lx.katakana(rng) if language == "ja" else lx.transliterated(rng), NAME)]
            case "PI":
                first, last = (rng.choice(lx.forms(name, language)) for name in (self.first(), self.last()))
                return [(rng.choice((first, last, f"{first} {last}")), NAME)]
            case "H" | "h":
                return [(self.handle(), NAME)]
            case "ORG":
                return self.org()
            case "THING":
                before, after = rng.choice(lx.NAMED_THINGS[language].split("|")).split("{}")
                return [(before, O), (rng.choice((self.last, self.last, self.first))(), FIRM), (after, O)]
            case "CITY":
                return [(self.city(), PLACE)]
            case "CITYW":
                return [(self.city().replace(" ", ""), IGNORE)]
            case "COUNTRY" if language in scripts.RANGES:
                return [(rng.choice(scripts.locale_data(language)[0]), PLACE)]
            case "COUNTRY":
                return [(rng.choice(lx.COUNTRIES), PLACE)]
            case "ADDR":
                return addresses.address(self)
            case "ADDRML":
                return addresses.address(self, lines=True)
            case "STN":
                return [(addresses.street_name(self), ADDRESS)]
            case "APO":
                return [(addresses.military(self), ADDRESS)]
            case "ST":
                text = addresses.street(self) + (addresses.unit(self) if rng.random() < 0.2 else "")
                return [(text.lower() if rng.random() < 0.12 else text, ADDRESS)]
            case "ZIP":
                return [(fake.postcode(), ADDRESS)]
            case "PHONE":
                return [(fake.phone_number(), PHONE)]
            case "EMAIL":
                return [(fake.ascii_email(), EMAIL)]
            case "DATE":
                return [
                    (
                        fake.date(
                            end_datetime=lx.TODAY,
                            pattern=rng.choice(("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%y", "%d-%m-%Y")),
                        ),
                        IGNORE,
                    )
                ]
            case "NUM":
                return [(self.number(), O)]
            case "ID":
                return [(self.identifier(), ID)]
            case "MONEY":
                return [(f"{rng.choice('$€£')}{rng.randint(5, 90000):,}", O)]
            case "PROD":
                return [(rng.choice(lx.PRODUCTS), FIRM)]
            case "MED":
                return [(rng.choice(lx.MEDICAL), O)]
            case "ROLE":
                return [(rng.choice(lx.ROLES), O)]
            case "MON" | "DAY" if language in scripts.RANGES:
                return [(rng.choice(scripts.locale_data(language)[1 if slot == "MON" else 2]), O)]
            case "MON":
                return [(rng.choice(lx.MONTHS.get(language, lx.MONTHS["en"]).split()), O)]
            case "DAY":
                return [(rng.choice(lx.DAYS.get(language, lx.DAYS["en"]).split()), O)]
        raise ValueError(slot)

    def sentence(self, template: str) -> list[Piece]:
        found: list[Piece] = []
        at = 0
        for match in SLOT.finditer(template):
            found.append((template[at : match.start()], O))
            found += self.fill(match[1])
            at = match.end()
        found.append((template[at:], O))
        return found


def _respell(pieces: list[Piece], rng: Random) -> list[Piece]:
    """People's and corpora's habits: all lower, all capitals, tokens set apart by spaces, no accents."""
    roll = rng.random()
    if roll < 0.05:
        return [(text.lower(), label) for text, label in pieces]
    if roll < 0.07:
        return [(text.upper(), label) for text, label in pieces]
    if roll < 0.15:
        return [(re.sub(r"(?<=\w)([.,!?:;()'’\"])", r" \1", text), label) for text, label in pieces]
    if roll < 0.19:  # as some corpora have it: every mark on its own
        return [
            (re.sub(r"(?<=\w)['’](?=\w)", " ' ", re.sub(r"([.,!?:;()\"@#_])", r" \1 ", text)), label)
            for text, label in pieces
        ]
    return pieces


def document(
    language: str, rng: Random, filler_texts: list[str], other: Callable[[Filler], list[Piece]]
) -> list[Piece]:
    """One document of 1-7 parts: template sentences, now and then an ordinary text of the language, or what `other` makes."""
    filler = Filler(language, rng)
    pool = templates()[language]
    joint = rng.choice((" ", " ", "\n", "\n\n", "\n- "))
    pieces: list[Piece] = []
    for index in range(rng.choice((1, 1, 2, 3, 4, 5, 7))):
        if index:
            pieces.append((joint, O))
        roll = rng.random()
        if filler_texts and roll < 0.2:
            pieces.append((rng.choice(filler_texts), O))
        elif roll < 0.3:
            pieces += [("\n", O), *other(filler), ("\n", O)]
        else:
            pieces += filler.sentence(rng.choice(pool))
    return _respell([piece for piece in pieces if piece[0]], rng)
