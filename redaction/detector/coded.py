"""Values behind a coding of bytes: base64 (both alphabets), base32, base85, hex, also layered and of gzip or zlib.

A coded string is looked into, and is a finding only if it decodes to text in which a strict rule fires (a checksum, a
vendor's format, an e-mail address): hashes, keys of unknown make, pictures and identifiers decode to no text at all.
The whole coded string is then the value. Sources: RFC 4648, RFC 1950, RFC 1952, RFC 1924.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import zlib
from collections.abc import Callable, Iterator, Sequence

from redaction.spans import Span

type Rules = Callable[[str], Sequence[Span]]

# What one text may decode to in all (bytes): what lies behind is not looked into.
BUDGET = 1 << 18
# Of one string so much is looked into (characters).
_LONGEST = 1 << 16
_MOST_LAYERS = 3
_SCORE = 0.92
# Decodes to nine bytes: if they are no text, nothing is.
_HEAD = 12
# Strings between two of which others may run.
_STEP = 256

# A line of base64 that goes on in the next one is as long as MIME (76), PEM (64) or a terminal makes it.
_TOKEN = re.compile(
    r"[A-Za-z0-9+/_-]{60,}+(?:\r?\n[A-Za-z0-9+/_-]{60,}+)*+(?:\r?\n[A-Za-z0-9+/_-]{2,}+)?+={0,2}"
    r"|[A-Za-z0-9+/_-]{12,}+={0,6}"
    r"|[0-9A-Fa-f]{2}(?:[ :][0-9A-Fa-f]{2}){8,}+(?![ :]?[0-9A-Fa-f])"
)
_HEX = re.compile(r"[0-9A-Fa-f]{2}(?:[ :\r\n]*+[0-9A-Fa-f]{2}){8,}+")
_BASE32 = re.compile(r"[A-Z2-7]{16,}+={0,6}")
_BASE85 = re.compile(r"[!-~]{15,}+")
_PARTS = re.compile(r"[A-Za-z0-9]{12,}+(?==|[/_+-]|$)")
_TEXT = frozenset(range(0x20, 0x7F)) | {9, 10, 13}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")


def coded_spans(text: str, rules: Rules) -> Iterator[list[Span]]:
    """The coded strings of a text that hide a value, of the value's type, in bounded steps."""
    yield from _looked_into(text, rules, [BUDGET], _MOST_LAYERS)


def _looked_into(text: str, rules: Rules, budget: list[int], layers: int) -> Iterator[list[Span]]:
    if (whole := text.strip()) and _BASE85.fullmatch(whole[:_LONGEST]) and not whole.isalnum():
        kind = _hidden(_base85(whole), rules, budget, layers)
        if kind:
            start = text.find(whole)
            yield [Span(start, start + len(whole), kind, _SCORE, "coded")]
            return
    found: list[Span] = []
    for number, match in enumerate(_TOKEN.finditer(text)):
        if budget[0] <= 0:
            break
        if number % _STEP == _STEP - 1:
            yield found
            found = []
        start, end = match.span()
        kind = _hidden(_decoded(match.group()[:_LONGEST]), rules, budget, layers)
        if kind:
            found.append(Span(start, end, kind, _SCORE, "coded"))
            continue
        # `/users/amFuZUBj...`: an alphabet's sign may be a separator.
        for part in _PARTS.finditer(text, start, end) if _has_sign(match.group()) else ():
            first, last = part.span()
            last += len(text[last : last + 2]) - len(text[last : last + 2].lstrip("="))
            kind = _hidden(_decoded(text[first:last]), rules, budget, layers)
            if kind:
                found.append(Span(first, last, kind, _SCORE, "coded"))
    yield found


def _has_sign(token: str) -> bool:
    return any(sign in token for sign in "/_+-")


def _hidden(candidates: Iterator[bytes], rules: Rules, budget: list[int], layers: int) -> str:
    """The type of a value in any of the readings of one string; empty for none."""
    for data in candidates:
        plain = _text(data, budget)
        if not plain:
            continue
        budget[0] -= len(plain)
        spans = rules(plain)
        if spans:
            return max(spans, key=lambda span: (span.score, span.end - span.start)).type
        if layers > 1:
            for inner in _looked_into(plain, rules, budget, layers - 1):
                if inner:
                    return inner[0].type
    return ""


def _decoded(token: str) -> Iterator[bytes]:
    """The bytes that a string may stand for, as far as it can be decoded."""
    if _HEX.fullmatch(token):
        yield bytes.fromhex(re.sub(r"[^0-9A-Fa-f]", "", token))
    body = token.rstrip("=")
    if "\n" in body:
        body = body.replace("\r", "").replace("\n", "")
    if _BASE32.fullmatch(token):
        try:
            yield base64.b32decode(body[: len(body) // 8 * 8] + _pad(body[len(body) // 8 * 8 :], 8))
        except binascii.Error:
            pass
    if "-" in body or "_" in body:
        body = body.replace("-", "+").replace("_", "/")
    if _is_text(_base64(body[:_HEAD])):
        yield _base64(body)


def _base64(body: str) -> bytes:
    body = body[: len(body) - (len(body) % 4 == 1)]
    return base64.b64decode(_pad(body, 4))


def _pad(body: str, size: int) -> str:
    return body + "=" * (-len(body) % size)


def _base85(token: str) -> Iterator[bytes]:
    for decode in (base64.b85decode, base64.a85decode):
        try:
            yield decode(token[:_LONGEST])
        except ValueError:
            continue


def _is_text(head: bytes) -> bool:
    """Whether the first bytes of a string may begin a text, or something compressed that holds one."""
    if head[:2] in (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda", b"\xff\xfe"):
        return True
    if head[1:8:2] == b"\0\0\0\0":  # UTF-16, as `powershell -EncodedCommand` wants it
        return _TEXT.issuperset(head[::2])
    if head.isascii():
        return _TEXT.issuperset(head)
    try:
        plain, _ = codecs.utf_8_decode(head, "strict", False)
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(plain)


def _text(data: bytes, budget: list[int]) -> str:
    """The text that the bytes are, inflated where they are compressed; empty where they are none."""
    if data[:2] in (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        inflating = zlib.decompressobj(wbits=47)
        try:
            data = inflating.decompress(data, max(1, budget[0]))
        except zlib.error:
            return ""
    if data[1:8:2] == b"\0\0\0\0" or data[:2] == b"\xff\xfe":
        plain = data[: len(data) // 2 * 2].decode("utf-16-le", "replace").removeprefix("\ufeff")
    else:
        try:
            plain, _ = codecs.utf_8_decode(data, "strict", False)
        except UnicodeDecodeError:
            return ""
    return "" if _CONTROL.search(plain) else plain
