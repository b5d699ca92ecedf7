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
from collections.abc import Callable, Iterable, Iterator, Sequence

import re2

from redaction.detector.canonical.scan import places
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

# Text in base64 has a sign only for `>`, `?`, `~` and few letters beyond ASCII: so many letters and digits in a row are
# in any coded string that is long enough to hold a value, and in few names, paths and dates.
_RUN = re.compile(r"[A-Za-z0-9]{12,}+")
_REST = re.compile(r"[A-Za-z0-9+/_-]*+={0,6}")
# A line of base64 that goes on in the next one is as long as MIME (76), PEM (64) or a terminal makes it.
_LINE = 60
_LINES = re.compile(r"(?:\r?\n[A-Za-z0-9+/_-]{60,}+)*+(?:\r?\n[A-Za-z0-9+/_-]{2,}+)?+={0,2}")
# A dump: pairs of hex digits held apart. Where one begins, in RE2's syntax.
_PAIRS = re.compile(r"[0-9A-Fa-f]{2}(?:[ :][0-9A-Fa-f]{2}){8,}+(?![ :]?[0-9A-Fa-f])")
_DUMP = re2.compile(r"(?:[0-9A-Fa-f]{2}[ :]){8,}[0-9A-Fa-f]{2}")
_HEX = re.compile(r"[0-9A-Fa-f]{2}(?:[ :\r\n]*+[0-9A-Fa-f]{2}){8,}+")
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_BASE32 = re.compile(r"[A-Z2-7]{16,}+={0,6}")
_BASE85 = re.compile(r"[!-~]{15,}+")
_PARTS = re.compile(r"[A-Za-z0-9]{12,}+(?==|[/_+-]|$)")
_SIGNED = re.compile(r"[A-Za-z0-9]{12}[/_+-]|[/_+-][A-Za-z0-9]{12}")
# Small letters alone: in base64 an `@` and digits always give a capital or a digit.
_WORDS = re.compile(r"[a-z]++")
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
    for place in places(_DUMP, text):
        pairs = _PAIRS.match(text, place)
        kind = _hidden(_decoded(pairs.group()[:_LONGEST]), rules, budget, layers) if pairs else ""
        if kind and pairs:
            found.append(Span(place, pairs.end(), kind, _SCORE, "coded"))
    done = 0
    for number, run in enumerate(_RUN.finditer(text)):
        if budget[0] <= 0:
            break
        if number % _STEP == _STEP - 1:
            yield found
            found = []
        if run.start() < done or _WORDS.fullmatch(run.group()):
            continue
        start, end = _token(text, run.start(), run.end(), done)
        done = end
        token = text[start:end]
        if end - start >= _LINE and token[-1] != "=":
            rest = _LINES.match(text, end)
            done = end = rest.end() if rest else end
            token = text[start : min(end, start + _LONGEST)]
        kind = _hidden(data, rules, budget, layers) if (data := _decoded(token[:_LONGEST])) else ""
        if kind:
            found.append(Span(start, end, kind, _SCORE, "coded"))
        elif _SIGNED.search(token):
            found += _parts(text, start, end, rules, budget, layers)
    yield found


def _token(text: str, start: int, end: int, low: int) -> tuple[int, int]:
    """The string of the base64 alphabets around a run of letters and digits."""
    while start > low and (text[start - 1] in "+/_-" or (text[start - 1].isascii() and text[start - 1].isalnum())):
        start -= 1
    rest = _REST.match(text, end)
    return start, rest.end() if rest else end


def _parts(text: str, start: int, end: int, rules: Rules, budget: list[int], layers: int) -> Iterator[Span]:
    """Coded parts of a string: `/users/amFuZUBj...`, where a sign of the alphabet is a separator."""
    for part in _PARTS.finditer(text, start, end):
        first, last = part.span()
        last += len(text[last : last + 2]) - len(text[last : last + 2].lstrip("="))
        kind = _hidden(data, rules, budget, layers) if (data := _decoded(text[first:last])) else ""
        if kind:
            yield Span(first, last, kind, _SCORE, "coded")


def _hidden(candidates: Iterable[bytes], rules: Rules, budget: list[int], layers: int) -> str:
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


def _decoded(token: str) -> list[bytes]:
    """The bytes that a string may stand for, as far as it can be decoded; none where they begin like no text."""
    found: list[bytes] = []
    if token[0] in _HEX_DIGITS and _HEX.fullmatch(token):
        found.append(bytes.fromhex(token if token.isalnum() else re.sub(r"[^0-9A-Fa-f]", "", token)))
    body = token.rstrip("=") if token[-1] == "=" else token
    if "\n" in body:
        body = body.replace("\r", "").replace("\n", "")
    if token[:2].isupper() and _BASE32.fullmatch(token):
        try:
            found.append(base64.b32decode(body[: len(body) // 8 * 8] + _pad(body[len(body) // 8 * 8 :], 8)))
        except binascii.Error:
            pass
    if len(body) >= _HEAD and body[2] not in " :" and _is_text(binascii.a2b_base64(_standard(body[:_HEAD]))):
        found.append(_base64(_standard(body)))
    return found


def _standard(body: str) -> str:
    return body.replace("-", "+").replace("_", "/") if "-" in body or "_" in body else body


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
