"""Private key blocks that span many lines: PEM, SSH2, PGP, OpenVPN, PuTTY, Ansible Vault, and keys in bare base64."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from redaction.detector.canonical.scan import places
from redaction.detector.rules.rule_matcher import compile_re2

_DASHES = "-----"
_BEGINS = "BEGIN "
_BEGIN = re.compile(
    r"-----BEGIN (?:(?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?|OpenVPN Static key V[0-9])-----"
    r"|---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----"
)
# A key without its end (cut off) reaches as far as base64 does.
_END = re.compile(r"-----END (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_BODY = re.compile(r"(?:[A-Za-z0-9+/=:,.\- \t\r\n\\]|\[[^\]\n]{0,3})*")
_LONGEST = 40_000
_NEWLINE = r"(?:\r?\n|\\r\\n|\\n)"
# Fewer characters of base64 above an END are an example.
_SHORTEST_CUT = 40
# So many lines or characters of base64 are still one key.
_MOST_LINES = 400
_LINE = re.compile(rf"[ \t>|+#*]{{0,8}}([A-Za-z0-9+/=]{{4,200}})[ \t]*+(?={_NEWLINE}|[\"'<]|$)")
_PUTTY = re.compile(rf"(?i)private-lines:[ \t]*([0-9]{{1,4}})[ \t]*{_NEWLINE}")
_VAULT = re.compile(rf"\$ANSIBLE_VAULT;[0-9.]{{3,5}};[A-Z0-9]{{3,10}}(?:;[\w.-]{{1,60}})?[ \t]*{_NEWLINE}")
_SIGNIFY = re.compile(rf"(?i)untrusted comment: [^\n\\]{{0,200}}secret key[^\n\\]{{0,80}}{_NEWLINE}")
_BREAK = re.compile(_NEWLINE)
# Base64 of a DER sequence; `_is_private` says of what.
_DER = re.compile(
    r"(?<![A-Za-z0-9+/])(?:M[A-Za-z]|/u3)[A-Za-z0-9+/]{42,}+"
    r"(?:(?:\r?\n|\\n|\\r\\n)[ \t]{0,16}[A-Za-z0-9+/]{40,200}+)*+"
    # the last line: padded, or no word
    r"(?:(?:\r?\n|\\n|\\r\\n)[ \t]{0,16}"
    r"(?:[A-Za-z0-9+/]{2,39}(?==)|(?=[A-Za-z]{0,38}[0-9+/])[A-Za-z0-9+/]{3,39}+(?![\w.:-])))?+={0,2}"
)
_MAY_BE_DER = compile_re2(r"(?:M[A-Za-z]|/u3)[A-Za-z0-9+/]{42}")
_HEAD = 48
# Base64 of base64 in a frame, as Kubernetes and CI variables keep it.
_CODED = re.compile(r"(?<![A-Za-z0-9+/])LS0tLS1CRUdJTi[A-Za-z0-9+/]{60,}+={0,2}")
# PBES2 and the PKCS#12 methods, as an encrypted PKCS#8 key begins.
_ENCRYPTED = (bytes.fromhex("06092a864886f70d01050d"), bytes.fromhex("060a2a864886f70d010c01"))


def private_keys(text: str) -> list[tuple[int, int]]:
    """Sorted places of the blocks; of PuTTY and Ansible only the secret lines (the heading stays)."""
    found = list(_framed(text))
    if "PRIVATE KEY" in text:
        found += _beginless(text, found)
    if "rivate-" in text or "RIVATE-" in text:
        found += _lines_behind(text, _PUTTY, counted=True)
    if "$ANSIBLE_VAULT" in text:
        found += _lines_behind(text, _VAULT)
    if "ecret key" in text and "ntrusted comment" in text:
        found += _lines_behind(text, _SIGNIFY)
    done = 0
    for place in places(_MAY_BE_DER, text):
        if place >= done and (match := _DER.match(text, place)) is not None:
            done = match.end()
            if _is_private(text[place : place + _HEAD]):
                found.append(match.span())
    if "LS0tLS1CRUdJTi" in text:
        found += [match.span() for match in _CODED.finditer(text) if _is_coded_frame(match.group()[:80])]
    return _disjoint(found)


def _framed(text: str) -> Iterator[tuple[int, int]]:
    """From BEGIN to END (RFC 7468, RFC 9580, RFC 4716), `\\n` escapes and missing ends included."""
    at = text.find(_BEGINS)
    while at >= 0:
        begin = _BEGIN.match(text, max(0, at - len(_DASHES)))
        if begin is None:
            at = text.find(_BEGINS, at + len(_BEGINS))
            continue
        first = begin.end()
        mark = begin.group().replace(_BEGINS, "END ")
        end = text.find(mark, first, first + _LONGEST)
        if end >= 0:
            inside, end = text[first:end], end + len(mark)
        else:
            body = _BODY.match(text, first, first + _LONGEST)
            end = body.end() if body else first
            while end > first and text[end - 1].isspace():
                end -= 1
            inside = text[first:end]
        if sum(c.isalnum() for c in inside[:400]) >= 16 and "..." not in inside[:40]:
            yield begin.start(), end
        at = text.find(_BEGINS, max(end, first))


def _beginless(text: str, framed: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The lines of base64 above an END whose BEGIN was cut off (a screen that scrolled, `tail`)."""
    ends = {end for _, end in framed}
    for mark in _END.finditer(text):
        if mark.end() in ends:
            continue
        low = max(0, mark.start() - _LONGEST)
        start = text.rfind("\n", low, mark.start()) + 1
        if not start or text[start : mark.start()].strip(" \t>|+#*"):
            continue
        while start > low:
            end = start - 2 if text.startswith("\r\n", start - 2) else start - 1
            line = text.rfind("\n", low, end) + 1 or low
            if _LINE.fullmatch(text, line, end) is None:
                break
            start = line
        if mark.start() - start >= _SHORTEST_CUT:
            yield start, mark.end()


def _is_private(head: str) -> bool:
    """Whether base64 begins as a private key or a store of keys does.

    Source: RFC 8017 (RSAPrivateKey), RFC 5208 (PKCS#8), RFC 5915 (EC), RFC 7292 (PFX): a sequence whose first member
    is the version 0, 1 or 3, or an algorithm for passwords; Java key stores begin with FE ED FE ED.
    """
    try:
        data = base64.b64decode(head[: len(head) // 4 * 4], validate=True)
    except ValueError:  # a line break or a letter beyond ASCII within the head
        return False
    if data.startswith(b"\xfe\xed\xfe\xed"):
        return True
    if data[0] != 0x30:
        return False
    inner = data[2 + (data[1] & 0x7F if data[1] > 0x80 else 0) :]
    if inner[:2] == b"\x02\x01":
        # PKCS#1 and PKCS#8 go on with an integer or a sequence, EC with octets, a PFX with a sequence.
        return inner[2:4] in (b"\x00\x02", b"\x00\x30", b"\x01\x04", b"\x01\x30", b"\x03\x30")
    return inner[:1] == b"\x30" and inner[2:].startswith(_ENCRYPTED)


def _lines_behind(text: str, heading: re.Pattern[str], *, counted: bool = False) -> Iterator[tuple[int, int]]:
    """The lines of base64 or hexadecimal behind each heading; `counted`: as many as its first group says."""
    for head in heading.finditer(text):
        left = min(_MOST_LINES, int(head.group(1))) if counted else _MOST_LINES
        at = end = head.end()
        start = -1
        while left and (line := _LINE.match(text, at)) is not None:
            start = line.start(1) if start < 0 else start
            end = line.end(1)
            left -= 1
            following = _BREAK.match(text, line.end())
            if following is None:
                break
            at = following.end()
        if start >= 0:
            yield start, end


def _is_coded_frame(head: str) -> bool:
    """Whether base64 of a frame (`-----BEGIN ...`) is that of a private key."""
    plain = base64.b64decode(head[: len(head) // 4 * 4])
    return b"PRIVATE KEY" in plain


def _disjoint(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not out or start >= out[-1][1]:
            out.append((start, end))
        elif end > out[-1][1]:
            out[-1] = (out[-1][0], end)
    return out
