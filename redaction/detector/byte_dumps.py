"""Bytes written one by one: hex pairs, bits, the numbers of a list, characters as strings of one, and what `xxd`,
`hexdump -C`, `od -t x1` and uuencode print. Sources: POSIX od, uuencode; the manuals of xxd and hexdump.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator

import re2

from redaction.detector.canonical.scan import places
from redaction.in_pieces import holds

_SIGN = r"(?:[^\"'\\\n]|\\.)"
_BYTE = r"(?:12[0-7]|1[01][0-9]|[1-9][0-9]|[0-9])"
_PAIR, _FOUR = "[0-9A-Fa-f]{2}", "[0-9A-Fa-f]{4}"
# Between two bytes of a list of programs.
_NEXT = r"[\"']?(?:,\s{0,12}|[ \n]{1,3})(?:[\"']|\(byte\) ?)?"
# A line of a dump: where it begins in the file, its bytes, what they print as.
_ROW = rf"[0-9A-Fa-f]{{6,8}}:?[ ]{{1,3}}(?:{_PAIR} {{0,2}}){{1,32}}+(?:[^\r\n]{{0,40}}+)"
_ROW_BYTES = re.compile(rf"[0-9A-Fa-f]{{6,8}}:?[ ]{{1,3}}((?:{_PAIR} ?)+ ?(?:(?:{_PAIR} ?)+)?)")
# One character by its number: `chr(48)`, `CHAR(48)`, `[char]48`, `[char]0x30`, `U+0030`.
_NUMBERED = rf"(?i:(?:chr[w$]?|char)\([ ]?{_BYTE}[ ]?\)|\[char\](?:0x{_PAIR}|{_BYTE}(?![0-9]))|u\+00{_PAIR})"
_NUMBER = re.compile(rf"(?i)(?:\([ ]?|\])({_BYTE})(?!x)|(?:u\+00|0x)({_PAIR})")


_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": ""}


def _hex(text: str) -> bytes:
    return bytes.fromhex(re.sub("[^0-9A-Fa-f]", "", text))


def _prefixed(text: str) -> bytes:
    return _hex(re.sub("0[xX]", "", text))


def _rows(text: str) -> bytes:
    return b"".join(_hex(row[1]) for line in text.splitlines() if (row := _ROW_BYTES.match(line)) is not None)


def _swapped(octets: bytes) -> bytes:
    """As `hexdump` prints words of two bytes, the second one first."""
    swapped = bytearray(octets)
    swapped[: len(octets) & ~1 : 2], swapped[1::2] = octets[1::2], octets[: len(octets) & ~1 : 2]
    return bytes(swapped)


def _numbered(text: str) -> bytes:
    return bytes(int(m[1]) if m[1] else int(m[2], 16) for m in _NUMBER.finditer(text))


def _bits(text: str) -> bytes:
    return bytes(int(bits, 2) for bits in re.findall("[01]{7,8}", text))


def _octal(text: str) -> bytes:
    numbers = re.findall(r"(?<![0-7])[01][0-7]{2}(?![0-7])", text)
    return bytes(int(number, 8) for number in numbers).lstrip(b"\0")  # the end of an offset


def _numbers(text: str) -> bytes:
    return bytes(map(int, re.findall(r"[0-9]+", text)))


def _characters(text: str) -> bytes:
    found = re.findall(rf"[\"']({_SIGN})[\"'](?=,|$)", text)
    return "".join(sign if len(sign) == 1 else _ESCAPED.get(sign[1], sign[1]) for sign in found).encode(
        "utf-8", "replace"
    )


# How each is written, and read. The one group is what may not follow: it is read, and not only looked for, so that a
# run that ends so is read once and not from each of its places on.
_DUMPS: tuple[tuple[re.Pattern[str], Callable[[str], bytes]], ...] = (
    (re.compile(r"(?:[01]{8}(?:(?:[ ,]{0,2}|\r?\n)[01]{8}){8,}+|[01]{7}(?: [01]{7}){8,}+)([01])?+"), _bits),
    (re.compile(rf"{_ROW}(?:\r?\n{_ROW}){{0,4095}}+"), _rows),
    (re.compile(rf"{_PAIR}(?:(?:[ :-]|\r?\n[ ]?){_PAIR}){{8,}}+([ :-]?[0-9A-Fa-f])?+"), _hex),
    (re.compile(rf"{_FOUR}(?: {_FOUR}){{4,}}+(?: {_PAIR})?( ?[0-9A-Fa-f])?+"), _hex),
    # `hex:4a,61,...` of a registry.
    (re.compile(rf"(?=[0-9,]{{0,90}}[A-Fa-f]){_PAIR}(?:,(?:\\\r?\n[ ]{{0,8}})?{_PAIR}){{8,}}+([0-9A-Fa-f])?+"), _hex),
    # The lines of `xxd -p`.
    (re.compile(rf"(?:{_PAIR}){{8,64}}+(?:\r?\n[ \t]{{0,8}}(?:{_PAIR}){{1,64}}+(?![0-9A-Fa-f])){{1,4095}}+"), _hex),
    # `od -b`
    (re.compile(r"[01][0-7]{2}(?:(?: |\r?\n(?:[0-7]{7})? )[01][0-7]{2}){8,}+([0-9])?+"), _octal),
    (re.compile(rf"0[xX]{_PAIR}(?:{_NEXT}0[xX]{_PAIR}){{8,}}+"), _prefixed),
    (re.compile(rf"{_BYTE}(?:(?:, ?|,\n *| ){_BYTE}){{8,}}+([0-9.])?+"), _numbers),
    (re.compile(rf"{_NUMBERED}(?:[ .,+&|]{{0,5}}{_NUMBERED}){{8,}}+"), _numbered),
    *(
        (re.compile(rf"{sign}{_SIGN}{sign}(?:,\s{{0,12}}{sign}{_SIGN}{sign}){{8,}}+"), _characters)
        for sign in "\"'"
    ),
)  # fmt: skip
# Where one begins, in RE2's syntax.
_DUMP = re2.compile(
    rf"(?:{_PAIR}[ :-]){{8,}}{_PAIR}|(?:{_PAIR},(?:\\\r?\n[ ]{{0,8}})?){{8}}{_PAIR}"
    rf"|[0-9A-Fa-f]{{16,128}}\r?\n[ \t]{{0,8}}[0-9A-Fa-f]{{2}}"
    rf"|(?:[01][0-7]{{2}} ){{8}}[01][0-7]{{2}}"
    rf"|(?:{_FOUR} ){{4}}{_FOUR}|[0-9A-Fa-f]{{6,8}}:?[ ]{{1,3}}{_PAIR}(?: ?{_PAIR}){{3}}"
    rf"|0[xX]{_PAIR}(?:{_NEXT}0[xX]{_PAIR}){{8}}"
    rf"|[01]{{8}}(?:(?:[ ,]{{0,2}}|\r?\n)[01]{{8}}){{8}}|[01]{{7}}(?: [01]{{7}}){{8}}"
    rf"|(?:{_BYTE}(?:, ?|,\n *| )){{8}}{_BYTE}|(?:[\"']{_SIGN}[\"'],\s{{0,12}}){{8}}"
    rf"|(?i:(?:chr[w$]?|char)\([ ]?{_BYTE}[ ]?\)[ .,+&|]{{0,5}}(?:chr[w$]?|char)\("
    rf"|\[char\][0-9xa-f]{{2,4}}[ ,+]{{1,3}}\[char\]|u\+00{_PAIR}[ ,]{{0,2}}u\+00)"
)
_UU_HEAD = re2.compile(r"begin [0-7]{3,4} ")
_UU = re.compile(r"begin [0-7]{3,4} [^\n]{1,80}\r?\n((?:[!-M][ -`]{2,61}\r?\n){1,4096}+)")


def dumps(text: str, longest: int) -> Iterator[tuple[int, int, list[bytes]]]:
    """Where bytes stand one by one, and what they may be; of each place so many characters are read."""
    done = 0
    in_vain = [0] * len(_DUMPS)  # so far each was read to find what may not follow
    for place in places(_DUMP, text):
        for row, (pattern, read) in enumerate(_DUMPS) if place >= done else ():
            if place < in_vain[row] or (found := pattern.match(text, place, place + longest)) is None:
                continue
            if found.lastindex:
                in_vain[row] = found.end()
                continue
            done = found.end()
            octets = read(found.group())
            yield place, done, [octets, _swapped(octets)] if read is _rows else [octets]
            break
    done = 0
    for place in places(_UU_HEAD, text) if holds(text, "begin ") else ():
        if place < done or (block := _UU.match(text, place)) is None:
            continue
        done = block.end()
        lines = block.group(1).encode("ascii").splitlines()
        try:
            yield block.start(), block.end(), [b"".join(map(binascii.a2b_uu, lines))]
        except binascii.Error:
            continue
