# ruff: noqa: E501, SIM905 - tables of words are easier to read in long lines
"""Addresses of many countries, every character with its label: street, post code, town, country."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import lexicon as lx
from labels import ADDRESS, PLACE, O, Piece

if TYPE_CHECKING:
    from generate import Filler


DISTRICTS_ZH = (
    "朝阳区 海淀区 西城区 浦东新区 徐汇区 天河区 越秀区 福田区 南山区 武侯区 江北区 鼓楼区 玄武区 和平区 雁塔区".split()
)
ROADS_ZH = "建国路 中山路 人民路 解放路 和平路 长江路 南京东路 文化路 学院路 科技大道 滨江大道 新华街 胜利街 花园路 大学城北路".split()


# Flats, floors, staircases and blocks, as they follow the house number.
UNITS = {
    "en": ", Apt. {}|, Apt {}B| Suite {}|\n Apt. {}|, Unit {}| #{}|\nSuite {}|, Flat {}|, flat {}|, {}th floor| unit {}b|, Ste {}|, Floor {}",
    "de": ", {}. OG|, {}. Stock| (Whg. {})|, Hinterhaus|, {}. Etage links|, Aufgang {}|, c/o Büro {}| a",
    "fr": ", {}e étage|, appt {}|, bât. {}|, bâtiment B|, porte {}|, escalier {}| bis| ter|, résidence des Lilas, appt. {}",
    "es": ", {}º B|, piso {}|, bloque {}|, portal {}|, {}º izda.|, Esc. {}|, puerta {}|, depto. {}|, interior {}|, Col. Centro",
    "it": ", int. {}|, interno {}|, scala B|, piano {}|/A|/bis|, palazzina {}",
    "pt": ", apto {}|, bloco B|, {}º andar|, casa {}|, sala {}|, {}º Dto.|, fundos|, Bl. {} Ap. {}",
    "nl": "-{}| hs| {}-II|-A| bis|, {}e verdieping", "pl": "/{}| m. {}| lok. {}|, klatka {}|, piętro {}",
    "da": ", {}. tv.|, {}. th.|, {}. sal| st. tv", "sv": ", lgh {}| lgh 1{}03|, {} tr", "nb": ", leil. {}| H0{}01|, {}. etg.",
    "fi": " A {}| B {}| as. {}|, {}. krs", "ru": ", кв. {}|, корп. {}|, подъезд {}|, этаж {}|, стр. {}|, офис {}", "uk": ", кв. {}|, корп. {}|, офіс {}",
    "cs": "/{}|, byt {}|, {}. patro", "tr": " Daire: {}| D:{}| Kat {}|/{}", "hu": " {}. em. {}.|, fsz. {}.|/B", "ro": ", ap. {}|, bl. {}, sc. A|, et. {}",
    "hr": ", {}. kat|/{}", "el": ", {}ος όροφος|, διαμ. {}", "vi": ", tầng {}|, phòng {}", "id": " No. {} RT {}|, Lt. {}|, Blok {}",
    "ko": " {}동 1{}02호| {}층|, {}호| 지하 1층", "ja": "-{}|{}号室|{}階| 2{}01号", "zh": "{}室|{}楼|B座{}室", "ar": "، شقة {}|، الطابق {}|، عمارة {}",
    "hi": ", मकान नं. {}|, फ्लैट {}|, प्लॉट नं. {}", "fa": "، پلاک {}|، واحد {}|، طبقه {}", "he": " דירה {}|, קומה {}|/{}",
}  # fmt: skip


def unit(filler: Filler) -> str:
    """Which flat, floor or block it is."""
    form = filler.rng.choice(UNITS.get(filler.language, UNITS["en"]).split("|"))
    return form.replace(
        "{}", str(filler.rng.choice((1, 2, 3, 4, filler.rng.randint(5, 30), filler.rng.randint(31, 999))))
    )


def street(filler: Filler) -> str:
    """A street and house number, post box or the like, as the filler's country writes it."""
    fake = lx.fakers(filler.locale)
    fake.seed_instance(filler.rng.getrandbits(32))
    text = fake.street_address().replace("\n", ", ")
    if filler.language == "zh" and filler.rng.random() < 0.7:
        number = filler.rng.randint(1, 900)
        room = filler.rng.choice(
            (
                "",
                "",
                f"{filler.rng.randint(1, 30)}栋{filler.rng.randint(101, 2502)}室",
                f"{filler.rng.randint(2, 30)}层",
            )
        )
        return f"{filler.rng.choice(DISTRICTS_ZH)}{filler.rng.choice(ROADS_ZH)}{number}号{room}"
    if filler.language == "es" and filler.rng.random() < 0.6:
        kind = filler.rng.choice(
            ("Calle", "C/", "Avda.", "Av.", "Avenida", "Plaza", "Paseo", "Pº", "Ronda", "Camino", "Carretera")
        )
        name = filler.rng.choice(
            (
                filler.city(),
                filler.last(),
                filler.full(),
                "de la " + filler.last(),
                "San " + filler.first(),
                filler.last().lower(),
            )
        )
        number = filler.rng.choice(
            (", {}", " {}", " nº {}", ", {}, 3º B", " {}, 2D", " No. {}", ", s/n", ",{} 1A")
        ).format(filler.rng.randint(1, 220))
        text = f"{kind} {name}{number}"
    elif filler.language == "en" and filler.rng.random() < 0.15:
        text = filler.rng.choice(
            (
                "P.O. Box {}",
                "PO Box {}",
                "Flat {}, Rose Court",
                "{} Route 9",
            )
        ).format(filler.rng.randint(2, 9999))
    elif filler.rng.random() < 0.12:
        # number and street of one country in another country's order: mixed-up forms are common in exports
        text = f"{filler.rng.randint(1, 99999)} {re.sub(r'[0-9]+.*', '', text).strip(' ,') or text} {filler.rng.randint(1, 999)}"
    return text


def address(filler: Filler, lines: bool = False) -> list[Piece]:
    """A street with post code and town, on one line or several; now and then all in lower case."""
    parts = _address(filler, lines)
    return [(text.lower(), label) for text, label in parts] if filler.rng.random() < 0.15 else parts


def _address(filler: Filler, lines: bool) -> list[Piece]:
    rng = filler.rng
    fake = lx.fakers(filler.locale)
    comma = "\n" if lines else rng.choice((", ", ", ", " "))
    parts: list[Piece] = [(street(filler), ADDRESS)]
    if rng.random() < 0.35:
        parts.append((unit(filler), ADDRESS))
    code, city = fake.postcode(), filler.city()
    if filler.locale.startswith("en_"):
        state = getattr(fake, "state_abbr", lambda: "NSW")()
        tail: list[Piece] = [(comma, ADDRESS), (city, PLACE), (", ", O), (state, PLACE), (" ", O), (code, ADDRESS)]
    else:
        tail = [(comma, ADDRESS), (code, ADDRESS), (" ", O), (city, PLACE)]
    if lines and rng.random() < 0.35:
        comma = "\n "
        town = city.upper() if rng.random() < 0.4 else city
        return [
            *parts,
            (comma, ADDRESS),
            (town, PLACE),
            (comma, O),
            (rng.choice(lx.COUNTRIES), PLACE),
            (" ", O),
            (code, ADDRESS),
        ]
    if rng.random() < 0.2:
        tail += [(comma if comma != " " else ", ", O), (rng.choice(lx.COUNTRIES), PLACE)]
    if rng.random() < 0.1:
        tail = [(comma, O), (city, PLACE), (comma, O), (rng.choice(lx.COUNTRIES), PLACE), (" ", O), (code, ADDRESS)]
    return parts + tail


def street_name(filler: Filler) -> str:
    """A street without its number."""
    return re.sub(r"[\d#]+\s?\w?\b", "", street(filler)).strip(" ,.-/") or "Main Street"


def military(filler: Filler) -> str:
    """An address of the United States' military mail (USPS Publication 28, section 238)."""
    rng = filler.rng
    unit = rng.choice(("PSC {}, Box {}", "Unit {} Box {}", "CMR {}, Box {}", "USS {}, Hull {}")).format(
        rng.randint(1, 9999), rng.randint(1, 9999)
    )
    end = f"{rng.choice((chr(10), ', '))}{rng.choice(('APO', 'FPO', 'DPO'))} {rng.choice(('AA', 'AE', 'AP'))}"
    return f"{unit}{end} {lx.fakers(filler.locale).postcode()}"
