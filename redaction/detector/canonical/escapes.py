"""Backslash escapes, as JSON, C, Python, JavaScript, shells and Markdown write them, also doubled.

`\\n \\r \\t`, `\\uXXXX` with surrogate pairs, `\\u{...}`, `\\UXXXXXXXX`, `\\xXX` (runs of it are UTF-8), `\\x{...}`,
`\\033`, `\\e[`, `\\000040` and `\\40 ` (CSS), `\\"`, `\\/`, and escaped punctuation; any other letter in front of a
digit (`\\b4111`) ends what was before. However many backslashes stand in front: a text that was quoted twice has two or
four. Of `\\x` and a long number in base 16 (a database's) only the sign goes, unless it begins with a blank or a quote.
Sources: RFC 8259 section 7, Python reference 2.4.1, ECMA-262 12.9.4, CommonMark 2.4.
"""

from __future__ import annotations

import re
import unicodedata

from redaction.detector.canonical.segments import Edit

# The run of backslashes is consumed whole whatever follows: a run is looked at once.
PATTERN = (
    r"\\++(?:"
    r"u[dD][89abAB][0-9A-Fa-f]{2}\\{1,8}u[dD][c-fC-F][0-9A-Fa-f]{2}"
    r"|u{1,8}[0-9A-Fa-f]{4}|u\{0{0,8}[0-9A-Fa-f]{1,6}\}|U[0-9A-Fa-f]{8}"
    r"|x\{0{0,8}[0-9A-Fa-f]{1,6}\}|x[0-9A-Fa-f]{2}(?:\\{1,8}x[0-9A-Fa-f]{2}){0,4095}+"
    r"|0000[2-7][0-9A-Fa-f](?![0-9A-Fa-f]) ?"
    r"|00[2-7][0-9A-Fa-f](?:\\{1,8}00[2-7][0-9A-Fa-f]){2,4095}+"
    r"|[0-7]{2,3}(?:\\{1,8}[0-7]{2,3}){4,4095}+"
    r"|[0-3][0-7]{2}(?:\\{1,8}[0-3][0-7]{2}){0,4095}+"
    r"|(?:40|2[bBdDeE])(?: |(?![0-9A-Fa-f]))"
    r"|N\{[A-Z][A-Z0-9 -]{1,80}\}|o\{[0-7]{1,7}\}|0(?=[A-Z])|[, ](?=[0-9])"
    r"|[nrt]|[A-Ta-tVWYZvwyz](?=[0-9])|[fv](?![a-z])|[ab](?=[A-Z+])|e(?=\[)|[\"'/@._:=+-]|)"
)
_SPELLED = {"n": "\n", "r": "\r", "t": "\t", "f": "\n", "v": "\n", "e": "\x1b"}
_HEX = re.compile(r"\\+x([0-9A-Fa-f]{2})")
# Oracle's `UNISTR('\\0041\\0042')`.
_UNISTR = re.compile(r"00[2-7][0-9A-Fa-f]\\")
_SHORT = re.compile(r"\\+00([2-7][0-9A-Fa-f])")
_OCTAL = re.compile(r"\\+([0-7]{2,3})")
# `\textbf{`, `\nabla^`: a command of LaTeX, no line break.
_COMMAND = re.compile(r"[a-z]{1,24}[{}^]")
# A database's bytes: one sign in front of a number whose first digits spell ASCII.
_NUMBER = re.compile(r"(?:[2-7][0-9A-Fa-f]){9}")
_DRIVE = re.compile(r"[A-Za-z]:\\")
_LONGEST_PATH = 260
_BLANKS = " \n\t\"'`=("
_SURROGATES = range(0xD800, 0xE000)


def read(text: str, found: re.Match[str]) -> list[Edit]:
    """The edits that read one escape, or a run of escaped bytes; none where it is in truth something else."""
    start, end = found.span()
    body = found.group().lstrip("\\")
    if not body:
        return []
    kind = body[0]
    if kind in "nrt":
        if _is_letter(text, start, end):
            return []
        return [(start, end, _SPELLED[kind], 0)]
    if kind == "e":
        return [(start, end, _SPELLED[kind], 0)]
    if kind == "x" and len(body) == 3 and _NUMBER.match(text, end - 2):
        return []
    if kind == "x" and body[1] != "{":
        return octets_read([(m.start(), m.end(), int(m.group(1), 16)) for m in _HEX.finditer(text, start, end)])
    if body.startswith("0000"):
        return [(start, end, chr(int(body, 16)), 0)]
    if kind in "24" and len(body.rstrip()) == 2:
        within = text[start - 1 : start].isalnum() and text[end : end + 1].isalnum()
        return [(start, end, chr(int(body, 16)), 0)] if within else []
    if body[1:2] == "{" and kind in "No":
        return _told(start, end, body)
    if kind in ", " or body == "0":
        return [(start, end, " ", 0)]
    if _UNISTR.match(body):
        return octets_read([(m.start(), m.end(), int(m.group(1), 16)) for m in _SHORT.finditer(text, start, end)])
    if kind in "01234567":
        octets = [(m.start(), m.end(), int(m.group(1), 8)) for m in _OCTAL.finditer(text, start, end)]
        return octets_read(octets) if all(octet < 256 for _, _, octet in octets) else []
    if kind in "uUx" and len(body) > 1:
        return _code_point(start, end, body)
    if kind.isalpha():
        return [] if _in_path(text, start) else [(start, end, _SPELLED.get(kind, " "), 0)]
    return [(start, end, kind, 0)]


def _told(start: int, end: int, body: str) -> list[Edit]:
    """`\\N{COMMERCIAL AT}`, `\\o{100}`."""
    try:
        char = unicodedata.lookup(body[2:-1]) if body[0] == "N" else chr(int(body[2:-1], 8))
    except (KeyError, ValueError):
        return []
    return [(start, end, char, 0)] if len(char) == 1 and ord(char) not in _SURROGATES else []


def _code_point(start: int, end: int, body: str) -> list[Edit]:
    if "\\" in body:  # a surrogate pair
        high, low = int(body[1:5], 16), int(body[-4:], 16)
        return [(start, end, chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00), 0)]
    code = int(body.lstrip("uUx").strip("{}"), 16)
    return [(start, end, chr(code), 0)] if code < 0x110000 and code not in _SURROGATES else []


def octets_read(octets: list[tuple[int, int, int]]) -> list[Edit]:
    """Edits for a run of spelled bytes `(start, end, byte)`, read as UTF-8, and as Latin-1 where they are none."""
    plain = bytes(byte for _, _, byte in octets).decode("utf-8", "surrogateescape")
    edits: list[Edit] = []
    at = 0
    for char in plain:
        code = ord(char)
        escaped = 0xDC80 <= code < 0xDD00  # a byte that is no UTF-8
        size = 1 if code < 0x80 or escaped else 2 if code < 0x800 else 3 if code < 0x10000 else 4
        start, end = octets[at][0], octets[at + size - 1][1]
        new = chr(code - 0xDC00) if escaped else char
        edits.append((start, end, new, end - start if size == 1 else 0))
        at += size
    return edits


def _is_letter(text: str, start: int, end: int) -> bool:
    """Whether `\\n`, `\\r` or `\\t` before a small letter begins a name: in a Windows path, or a command of LaTeX."""
    if not "a" <= text[end : end + 1] <= "z":
        return False
    return _COMMAND.match(text, end) is not None or _in_path(text, start)


def _in_path(text: str, start: int) -> bool:
    """Whether the backslash at `start` is one of a Windows path."""
    low = max(0, start - _LONGEST_PATH)
    if text.find(":\\", low, start + 2) < 0 and text.find("\\\\", low, start + 2) < 0:
        return False
    word = max(low, *(text.rfind(blank, low, start) + 1 for blank in _BLANKS))
    begin = text[word : start + 2]
    return _DRIVE.match(begin) is not None or begin.startswith("\\\\")
