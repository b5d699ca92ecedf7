"""Characters of symbol fonts as Unicode: what a tick, an arrow or a Greek letter means when its font is not there.

Office writes them into the private use area (U+F020-U+F0FF) or as single bytes. Source of the rows: Microsoft's
Wingdings and Adobe's Symbol encoding, as listed by Unicode (Mappings/VENDORS/ADOBE/symbol.txt, L2/11-052).
"""

from __future__ import annotations

import re

UNKNOWN = "\ufffd"
_PRIVATE = re.compile("[\ue000-\uf8ff]")

_WINGDINGS = {
    0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "☐", 0x70: "☐", 0x71: "☐", 0x72: "☐",
    0x75: "◆", 0x76: "❖", 0x77: "◆", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "☐", 0xAB: "★", 0xD8: "➢", 0xDF: "←",
    0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS2 = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x2A: "☐", 0x30: "☐", 0xA3: "☐", 0x96: "•",
    0x97: "●",
}  # fmt: skip
_WEBDINGS = {0x61: "✓", 0x63: "☐", 0x67: "■", 0x6E: "●", 0x72: "✗"}
_SYMBOL = {
    **{0x41 + place: sign for place, sign in enumerate("ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ")},
    **{0x61 + place: sign for place, sign in enumerate("αβχδεφγηιϕκλμνοπθρστυϖωξψζ")},
    **{code: chr(code) for code in (*range(0x20, 0x22), 0x23, 0x25, 0x26, *range(0x28, 0x2A), 0x2B, *range(0x2E, 0x40),
                                    0x5B, 0x5D, 0x5F, *range(0x7B, 0x7E))},
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2C: ",", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0x7E: "∼",
    0xA0: "€", 0xA2: "′", 0xA3: "≤", 0xA4: "⁄", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓",
    0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠",
    0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xCC: "⊂", 0xCE: "∈", 0xCF: "∉", 0xD1: "∇",
    0xD2: "®", 0xD3: "©", 0xD4: "™", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔",
    0xDE: "⇒", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_FONTS = (("wingdings 2", _WINGDINGS2), ("wingdings2", _WINGDINGS2), ("wingdings", _WINGDINGS), ("webdings", _WEBDINGS))
# Where nothing says which font: what both mean alike, ticks and bullets first.
_EITHER = {**_SYMBOL, 0x95: "•", **{code: _WINGDINGS[code] for code in (0x6F, 0xA7, 0xA8, 0xFB, 0xFC, 0xFD, 0xFE)}}


def from_symbol_font(code: int, font: str = "") -> str:
    """The character that `code` (0x20-0xFF or U+F020-U+F0FF) means in a symbol font; U+FFFD where nobody knows."""
    place = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    name = font.lower()
    for known, table in _FONTS:
        if known in name:
            return table.get(place, UNKNOWN)
    return (_SYMBOL if "symbol" in name else _EITHER).get(place, UNKNOWN)


def readable(text: str, font: str = "") -> str:
    """`text` with the private characters of symbol fonts replaced."""
    return _PRIVATE.sub(lambda found: from_symbol_font(ord(found.group()), font), text)
