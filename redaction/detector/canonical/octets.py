"""Bytes written as text: percent coding (RFC 3986), quoted-printable (RFC 2045), and UTF-7 where it hides ASCII.

A run of coded bytes is one notation, read once: the cost is linear whatever stands in it. Bytes that are no UTF-8 are
read as Latin-1.
"""

from __future__ import annotations

import base64
import re

from redaction.detector.canonical.escapes import octets_read
from redaction.detector.canonical.segments import Edit

PERCENT = r"%(?:u[0-9A-Fa-f]{4}|25(?:25){1,8}[2-7][0-9A-Fa-f]|[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2}){0,4095}+)"
# `status=200` and `port=4000` are no quoted-printable: a single code counts where hardly anything else looks like it,
# and a space before the first group of a number.
QUOTED = (
    r"=(?:(?:[2-7C-Fc-f][0-9A-Fa-f])(?:=[2-9A-Fa-f][0-9A-Fa-f]){1,4095}+"
    # `==` pads base64, and in front of a line `key: ...` nothing is broken.
    r"|(?:3D|2E|2D|2B|3A|5F)|(?:40|20)(?![0-9])|20(?=[0-9]{3,4}[ .-][0-9])"
    r"|(?<=[0-9]=)20(?=[0-9A-Z]{2,4}(?:[^0-9A-Za-z]|\Z))"
    r"|(?<!==)\r?\n(?![ \t]{0,40}[\w.-]{1,60}[ \t]?[:=][ \t\r\n]))"
)
_PADDED = re.compile(r"(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+/]{11,}\Z")
# No line of quoted-printable is longer (RFC 2045).
_LONGEST_LINE = 76
# How rsyslog writes control characters, in octal (EscapeControlCharactersOnReceive).
RSYSLOG = r"#0(?:1[125]|33)(?=[A-Z0-9\[+/])"
UTF7 = r"\+A[A-H][A-Za-z0-9+/]-"


def read_percent(text: str, found: re.Match[str]) -> list[Edit]:
    """The edits that read a run of percent-coded bytes, or one `%uXXXX`."""
    start, end = found.span()
    if text[start + 1 : start + 5] == "2525":  # coded over and over
        return [(start, end, chr(int(text[end - 2 : end], 16)), 0)]
    if text[start + 1] == "u":
        code = int(text[start + 2 : end], 16)
        return [] if 0xD800 <= code < 0xE000 else [(start, end, chr(code), 0)]
    return _run(text, start, end)


def read_quoted(text: str, found: re.Match[str]) -> list[Edit]:
    """The edits that read a run of quoted-printable bytes, or leave out a soft line break."""
    start, end = found.span()
    if text[end - 1] == "\n":
        word = _PADDED.search(text, max(0, start - _LONGEST_LINE), start)
        padded = word is not None and (start - word.start()) % 4 == 3
        return [] if padded else [(start, end, "", 0)]
    return _run(text, start, end)


def _run(text: str, start: int, end: int) -> list[Edit]:
    raw = bytes.fromhex(text[start:end].replace(text[start], ""))
    if raw.isascii():
        return [(start, end, raw.decode("ascii"), 3)]
    return octets_read([(at, at + 3, byte) for at, byte in zip(range(start, end, 3), raw, strict=True)])


def read_utf7(found: re.Match[str]) -> list[Edit]:
    """One ASCII character in UTF-7 (RFC 2152): `+AEA-`."""
    raw = base64.b64decode(found.group()[1:4] + "=")
    return [] if raw[0] or not 0x20 < raw[1] < 0x7F else [(found.start(), found.end(), chr(raw[1]), 0)]
