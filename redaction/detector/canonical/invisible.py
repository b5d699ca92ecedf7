"""Characters that print nothing, marks on top of others, and digits in costume.

Nothing printed: all format characters (category Cf: joiners, direction marks, soft hyphen), fillers, variation
selectors (Unicode's Default_Ignorable_Code_Point). Tag characters print nothing either, but models read them as the
ASCII that they are named after: text is smuggled so. Marks are composed (NFC); a mark that has no composed form with an
ASCII character (a strike, an underline, a keycap) decorates it and goes. Digits in costume are raised, lowered,
circled, bracketed ones: unlike the digits of `typography` they may be a note's number behind a value, so both readings
count. Characters that have no meaning (private use, unassigned) go where they hold single characters apart: elsewhere
they may be a font's bullet.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator

from redaction.detector.canonical.scan import any_of, beyond_ascii, characters_of, places, runs_of
from redaction.detector.canonical.segments import Edit
from redaction.detector.kernel.stored import stored_json


def _ignorable() -> frozenset[str]:
    codes = (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810))
    codes += (*range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), 0xFFFC)
    return frozenset((*characters_of()["Cf"], *map(chr, codes)))


def _costumes() -> dict[str, str]:
    """Digits that are no decimal digits, and the numbers 10 to 20 in circles and brackets."""
    found: dict[str, str] = {}
    for code in (*range(0x80, 0x3000), *range(0x1F100, 0x1F10D)):
        char = chr(code)
        if unicodedata.decimal(char, None) is not None:
            continue
        digit = unicodedata.digit(char, None)
        if digit is None and unicodedata.category(char) == "No" and 0x2460 <= code < 0x2794:
            number = unicodedata.numeric(char)
            digit = int(number) if number == int(number) else None
        if digit is not None:
            found[char] = str(digit)
    return found


_TAGS = {chr(0xE0000 + code): chr(code) for code in range(0x20, 0x7F)}
_COSTUMES: dict[str, str] = stored_json("costumes", _costumes) | _TAGS
_SPECIAL = _ignorable().union(_COSTUMES)
# Tags, and 4,000 code points beside them that are kept for the like: none of them prints.
_FIRST_TAG, _BEHIND_TAGS = "\U000e0000", "\U000e1000"


def _special(characters: frozenset[str]) -> frozenset[str]:
    found = characters & _SPECIAL
    if characters and max(characters) >= _FIRST_TAG:
        found |= {char for char in characters if _FIRST_TAG <= char < _BEHIND_TAGS}
    return found


def _class(codes: Iterable[int]) -> str:
    """A character class of `re` with these code points as ranges."""
    parts: list[str] = []
    first = last = -2
    for code in (*sorted(codes), sys.maxunicode + 2):
        if code == last + 1:
            last = code
            continue
        if first >= 0:
            parts.append(f"\\U{first:08x}-\\U{last:08x}")
        first = last = code
    return "".join(parts)


# Marks that any script uses: the only ones that decorate an ASCII character.
_COMMON = frozenset((
    *range(0x300, 0x370), *range(0x483, 0x48A), *range(0x1AB0, 0x1B00), *range(0x1DC0, 0x1E00), *range(0x20D0, 0x2100),
    *range(0xFE00, 0xFE10), *range(0xFE20, 0xFE30),
))  # fmt: skip
_COMBINING = _COMMON.union(map(ord, characters_of()["combining"]))
_MARKS = frozenset(map(chr, _COMBINING))
# With Hangul's second letters, which join the first one.
_JOINING = _MARKS.union(map(chr, range(0x1161, 0x1176)))
# Marks on one base: more than so many are a run of their own.
_MOST_MARKS = 64
_CLUSTER = re.compile(
    f"[^{_class(_COMBINING)}][{_class(_COMBINING)}]{{1,{_MOST_MARKS}}}|[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"
)
_DECORATION = re.compile(f"[{_class(_COMMON)}]+")


def prints_otherwise(text: str) -> bool:
    """Whether `composed_edits` or `invisible_edits` have anything to look at."""
    characters = beyond_ascii(text)
    if not characters:
        return False
    if _special(characters) or not characters.isdisjoint(_JOINING) or _meaningless(characters):
        return True
    return not unicodedata.is_normalized("NFC", "".join(characters))


def _meaningless(characters: frozenset[str]) -> list[str]:
    return [char for char in characters - _special(characters) if unicodedata.category(char) in ("Co", "Cn")]


def apart_edits(text: str) -> Iterator[Edit]:
    """Leave out characters without a meaning where two of them stand around one plain character."""
    signs = _meaningless(beyond_ascii(text))
    if signs:
        sign = f"[{_class(map(ord, signs))}]"
        apart = re.compile(f"(?<={sign}[ -~]){sign}|{sign}(?=[ -~]{sign})")
        yield from ((at, at + 1, "", 0) for at in places(any_of(signs), text) if apart.match(text, at))


def composed_edits(text: str) -> Iterator[Edit]:
    """Marks and their base as the one character that they make."""
    signs = beyond_ascii(text) & _JOINING
    if not signs:
        return
    done = 0
    for place in places(any_of(signs), text):
        if place <= done:
            continue
        found = _CLUSTER.match(text, place - 1)
        if found is None:
            continue
        old = found.group()
        done = found.end()
        new = unicodedata.normalize("NFC", old)
        if old[0].isascii() and len(new) > 2:  # two marks too many: none of them is of a language
            new = old[0]
        elif new[0].isascii() or (old[0].isascii() and len(new) > 1):
            new = new[0] + _DECORATION.sub("", new[1:])
        if new != old:
            yield place - 1, done, new, 0


def invisible_edits(text: str) -> Iterator[Edit]:
    """Leave out what prints nothing; digits in costume, and characters that NFC writes otherwise, as plain ones."""
    characters = beyond_ascii(text)
    table = {char: _COSTUMES.get(char, "") for char in _special(characters)}
    if not unicodedata.is_normalized("NFC", "".join(characters)):
        for char in characters:
            composed = unicodedata.normalize("NFC", char)
            if composed != char:
                table[char] = composed
    if not table:
        return
    runs = re.compile(f"[{_class(map(ord, table))}]+")
    done = 0
    for place in places(runs_of(table), text):
        if place >= done and (run := runs.match(text, place)) is not None:
            done = run.end()
            old = run.group()
            new = "".join(map(table.__getitem__, old))
            if len(new) == len(old) or not new:  # one edit, whatever its length
                yield place, done, new, 1 if new else 0
            else:
                yield from ((at, at + 1, table[char], 0) for at, char in enumerate(old, place))
