"""Characters that are another spelling of one plain character: wide forms, other scripts' digits, dashes, spaces.

One character for one, so that every place stays where it is. Nothing here is in doubt: no reader takes a wide 1 for
anything but a one. Letters of another script are never folded to Latin ones.
"""

from __future__ import annotations

import unicodedata

from redaction.detector.canonical.scan import beyond_ascii, characters_of
from redaction.in_pieces import PIECE

_LATIN_COSTUMES = (
    *range(0x1D400, 0x1D6A4),  # mathematical alphanumerics
    *range(0x2100, 0x2150),  # letterlike symbols: the holes in the block above
    *range(0x24B6, 0x24EA),  # circled letters
    *range(0x1F130, 0x1F14A),  # squared letters
    *range(0x1F150, 0x1F16A),
    *range(0x1F170, 0x1F18A),
)
# Unicode has no decomposition for letters on a filled ground.
_FILLED = (0x1F150, 0x1F170)


def _table() -> dict[str, str]:
    table: dict[int, str] = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
    # Not the long dashes (U+2014, U+2015): they stand between sentences; between digits `digit_groups` reads them.
    table |= dict.fromkeys((*range(0x2010, 0x2014), 0x2212, 0x2043, 0xFE58, 0xFE63, 0xFF0D), "-")
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF0D}
    table |= {0x2024: ".", 0xFE52: ".", 0xFF61: ".", 0xFE6B: "@", 0x2028: "\n", 0x2029: "\n", 0x85: "\n"}
    table |= {0x2044: "/", 0x2215: "/", 0xFE55: ":", 0xA789: ":", 0x2236: ":"}
    table |= {ord(digit): str(unicodedata.decimal(digit)) for digit in characters_of()["Nd"]}
    for code in _LATIN_COSTUMES:
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain.isascii() and plain.isalpha():
            table[code] = plain
        for first in _FILLED:
            if first <= code < first + 26:
                table[code] = chr(65 + code - first)
    return {chr(code): plain for code, plain in table.items()}


FOLD = _table()
_FOLDED = frozenset(FOLD)


def plain(text: str) -> str:
    """The text with such characters made plain; every place stays."""
    if text.isascii():
        return text
    if len(text) > PIECE:
        return "".join(plain(text[at : at + PIECE]) for at in range(0, len(text), PIECE))
    # One pass for each kind of character to fold, of which texts have few: `translate` reads a table for every one.
    for char in _FOLDED & beyond_ascii(text):
        text = text.replace(char, FOLD[char])
    return text
