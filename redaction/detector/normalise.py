"""Other ways to write the same characters, read as the plain ones, with a way back to the original places.

A *view* is a text to search and, for each of its code points, the place in the original. Two views exist: the
folded text (zero-width characters dropped, full-width and other decimal digits, dashes and spaces made plain) and
the decoded lines (percent-, HTML- and quoted-printable-encoded characters). Cyrillic, Greek and other letters are
never folded to Latin.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

# Characters that print nothing: soft hyphen, joiners, direction marks, variation selectors, tag characters, BOM.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef"
)
_DROP = re.compile(f"[{_INVISIBLE}]+")


def _fold_table() -> dict[int, str]:
    table: dict[int, str] = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
    table |= dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0x2043, 0xFE58, 0xFE63, 0xFF0D), "-")
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF0D}
    table |= {0x2024: ".", 0xFE52: ".", 0xFF61: ".", 0x3002: "。", 0xFE6B: "@", 0x2028: "\n", 0x2029: "\n", 0x85: "\n"}
    # Every decimal digit of Unicode (category Nd: Arabic-Indic, Devanagari ...), raised, lowered and circled ones.
    decimals = (code for code in range(0x80, 0x1FBFA) if unicodedata.category(chr(code)) == "Nd")
    table |= {code: str(unicodedata.decimal(chr(code))) for code in decimals}
    raised = (0xB2, 0xB3, 0xB9, 0x2070, *range(0x2074, 0x207A), *range(0x2080, 0x208A))
    table |= {code: str(unicodedata.digit(chr(code))) for code in raised}
    table |= {0x2460 + n: str(n + 1) for n in range(9)} | {0x24EA: "0"}
    # Mathematical alphanumerics are Latin letters in costume.
    for code in range(0x1D400, 0x1D6A4):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain.isascii():
            table[code] = plain
    return table


_FOLD = _fold_table()
# Sets, not expressions: a character class of that many ranges is slow to search.
_FOLDED = frozenset(chr(code) for code, plain in _FOLD.items() if plain != chr(code))
_DROPPED = frozenset(
    chr(code) for code in (*range(0x3000), *range(0xFE00, 0x10000), *range(0xE0000, 0xE0200)) if _DROP.match(chr(code))
)

# `status=200` and `port=4000` are no quoted-printable. Each alternative begins with a literal: `re` skips to those.
_ESCAPED = re.compile(
    r"%[0-9A-Fa-f]{2}|&(?:#[0-9]{1,6}|#[xX][0-9A-Fa-f]{1,5}|[A-Za-z][A-Za-z0-9]{1,8});|=(?:3D|2E|2D|2B|3A|5F)|=(?:40|20)(?![0-9])|=[2-7][0-9A-F](?:=[2-7][0-9A-F])+|=\r?\n"
)
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_MAX_LAYERS = 3


@dataclass(frozen=True, slots=True)
class View:
    """A text to search. `starts[i]` and `ends[i]` are the original place of code point i; None: the same place."""

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original text of `[start, end)` of this view."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


class _Ends(Sequence[int]):
    """The end of each single character, by its place."""

    def __init__(self, places: list[int]) -> None:
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, slice):
            return [place + 1 for place in self._places[index]]
        return self._places[index] + 1


def views(text: str) -> list[View]:
    """The folded view, and the decoded one when the text holds encoded characters."""
    folded = _fold(text)
    found = [folded]
    if ("%" in folded.text or "&" in folded.text or "=" in folded.text) and _ESCAPED.search(folded.text):
        decoded = _decoded_lines(folded)
        if decoded is not None:
            found.append(decoded)
    return found


def _fold(text: str) -> View:
    if text.isascii():
        return View(text)
    plain = text
    characters = set(text)
    # One pass for each kind of character to fold, of which texts have few: `translate` reads a table for every one.
    for char in characters & _FOLDED:
        plain = plain.replace(char, _FOLD[ord(char)])
    if characters.isdisjoint(_DROPPED):
        return View(plain)
    kept: list[str] = []
    places: list[int] = []
    at = 0
    for match in _DROP.finditer(plain):
        kept.append(plain[at : match.start()])
        places.extend(range(at, match.start()))
        at = match.end()
    kept.append(plain[at:])
    places.extend(range(at, len(plain)))
    return View("".join(kept), places, _Ends(places))


def _decoded_lines(view: View) -> View | None:
    """Only the lines with encoded characters (a soft line break joins its neighbour), decoded."""
    text = view.text
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    line_start = 0
    last_end = 0
    for match in _ESCAPED.finditer(text):
        if match.start() < last_end:
            continue
        line_start = max(text.rfind("\n", 0, match.start()) + 1, last_end)
        line_end = text.find("\n", match.start())
        while line_end > 0 and text[max(0, line_end - 2) : line_end].rstrip("\r").endswith("="):
            line_end = text.find("\n", line_end + 1)
        line_end = len(text) if line_end < 0 else line_end + 1
        last_end = line_end
        line, a, b = (
            text[line_start:line_end],
            list(range(line_start, line_end)),
            list(range(line_start + 1, line_end + 1)),
        )
        for _ in range(_MAX_LAYERS):
            changed = _decode_once(line, a, b)
            if changed is None:
                break
            line, a, b = changed
        out.append(line)
        starts += a
        ends += b
    decoded = "".join(out)
    if not decoded:
        return None
    if view.starts is not None and view.ends is not None:
        starts = [view.starts[place] for place in starts]
        ends = [view.ends[place - 1] for place in ends]
    return View(decoded, starts, ends)


def _decode_once(line: str, starts: list[int], ends: list[int]) -> tuple[str, list[int], list[int]] | None:
    out: list[str] = []
    a: list[int] = []
    b: list[int] = []
    at = 0
    for match in _ESCAPED.finditer(line):
        start, end = match.span()
        if start < at:
            continue
        code = match.group()
        if code[0] == "%":
            run = _PERCENT.match(line, start)
            assert run is not None
            end = run.end()
            raw = bytes.fromhex(run.group().replace("%", ""))
            plain = raw.decode("utf-8", "replace")
        elif code[0] == "&":
            plain = html.unescape(code)
            if plain == code:
                continue
        elif code[1] in "\r\n":
            plain = ""
        else:
            plain = bytes.fromhex(code.replace("=", "")).decode("ascii", "replace")
        if any(c < " " and c not in "\t\n\r" for c in plain):
            continue
        out.append(line[at:start])
        a += starts[at:start]
        b += ends[at:start]
        # A run decodes to several characters: each one stands for its share when they are single bytes, else for
        # the whole run.
        share = 3 if code[0] in "%=" and len(plain) * 3 == end - start else 0
        for index, char in enumerate(plain):
            out.append(char)
            a.append(starts[start + index * share] if share else starts[start])
            b.append(ends[start + index * share + 2] if share else ends[end - 1])
        at = end
    if not out and at == 0:
        return None
    out.append(line[at:])
    a += starts[at:]
    b += ends[at:]
    return "".join(out).translate(_FOLD), a, b
