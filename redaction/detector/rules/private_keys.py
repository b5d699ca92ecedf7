"""PEM and PGP private key blocks: the one kind of secret that spans many lines."""

from __future__ import annotations

import re

_PEM_BEGIN = re.compile(r"-----BEGIN ((?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?)-----")
_PEM_END = "-----END "
# A key without its end (cut off) reaches as far as base64 does.
_PEM_BODY = re.compile(r"(?:[A-Za-z0-9+/=:,.\- \t\r\n\\]|\[[^\]\n]{0,3})*")
_LONGEST = 40_000


def private_keys(text: str) -> list[tuple[int, int]]:
    """PEM and PGP private key blocks (RFC 7468, RFC 9580), from BEGIN to END, `\\n` escapes and missing ends
    included."""
    found: list[tuple[int, int]] = []
    at = text.find("-----BEGIN ")
    while at >= 0:
        begin = _PEM_BEGIN.match(text, at)
        if begin is None:
            at = text.find("-----BEGIN ", at + 11)
            continue
        mark = f"{_PEM_END}{begin.group(1)}-----"
        end = text.find(mark, begin.end(), begin.end() + _LONGEST)
        if end >= 0:
            end += len(mark)
        else:
            body = _PEM_BODY.match(text, begin.end(), begin.end() + _LONGEST)
            end = body.end() if body else begin.end()
            while end > begin.end() and text[end - 1].isspace():
                end -= 1
        inside = text[begin.end() : end].removesuffix(mark)
        if sum(c.isalnum() for c in inside[:400]) >= 16 and "..." not in inside[:40]:
            found.append((at, end))
        at = text.find("-----BEGIN ", end)
    return found
