"""Values behind a coding of bytes: base64 (both alphabets), base32 (both), base58, base85, hex and all that
byte_dumps.py reads, also layered, and compressed by gzip, zlib, raw deflate, bzip2 or xz.

A coded string is looked into, and is a finding only if it decodes to text in which a strict rule fires (a checksum, a
vendor's format, an e-mail address): hashes, keys of unknown make, pictures and identifiers decode to no text at all.
The whole coded string is then the value. Sources: RFC 4648, RFC 1950 to 1952, RFC 1924,
POSIX uuencode.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import lzma
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence

import re2

from redaction.detector.byte_dumps import dumps
from redaction.detector.overlaps import resolve
from redaction.detector.policy import CompiledPolicy
from redaction.detector.rules.byte_text import ByteText
from redaction.detector.rules.re2_search import searching
from redaction.detector.rules.strict_rules import is_number, strict_spans
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
# Less is no deflated text, and most other bytes are found out in so many characters.
_SHORTEST_DEFLATED = 40
_DEFLATED_HEAD = 160
_COMPRESSED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda", b"BZ", b"\xfd7", b"\x5d\0")
# Strings between two of which others may run.
_STEP = 256

# Text in base64 has a sign only for `>`, `?`, `~` and few letters beyond ASCII: so many letters and digits in a row are
# in any coded string that is long enough to hold a value, and in few names, paths and dates.
_RUN = r"[A-Za-z0-9]{12,}"
_HAS_RUN = re.compile(_RUN)
_RUNS = searching(re2.compile(_RUN))
_REST = re.compile(r"[A-Za-z0-9+/_-]*+={0,6}")
# A line of base64 that goes on in the next one is as long as MIME (76), PEM (64) or a terminal makes it.
_LINE = 60
_LINES = re.compile(r"(?:\r?\n[A-Za-z0-9+/_-]{60,}+)*+(?:\r?\n[A-Za-z0-9+/_-]{2,}+)?+={0,2}")
# What is written before a number in base 16, also by databases (`\x`).
_PREFIX = re.compile(r"0?[xX](?=[0-9A-Fa-f]{18})")
_HEX = re.compile(r"[0-9A-Fa-f]{2}(?:[ :\r\n]*+[0-9A-Fa-f]{2}){8,}+")
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_BASE32 = re.compile(r"[A-Z2-7]{16,}+={0,6}|[a-z2-7]{16,}+={0,6}")
_BASE32_HEX = re.compile(r"[0-9A-V]{16,}+={0,6}")
# Longer ones cost the square of their length.
_BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]{15,160}")
_DIGITS58 = {char: at for at, char in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_BASE85 = re.compile(r"[!-~]{15,}+")
# What names and ids have no sign of.
_SIGNS85 = re.compile(r"[^A-Za-z0-9_.:/=+-]")
_PARTS = re.compile(r"[A-Za-z0-9]{12,}+(?==|[/_+-]|$)")
_SIGNED = re.compile(r"[A-Za-z0-9]{12}[/_+-]|[/_+-][A-Za-z0-9]{12}")
# What xz may ask for: its preset 6 takes 9 MB.
_MOST_MEMORY = 16 << 20
_TEXT = frozenset(range(0x20, 0x7F)) | {9, 10, 13}
_PRINTED = bytes(_TEXT)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")


def coded_spans(text: str, rules: Rules) -> Iterator[list[Span]]:
    """The coded strings of a text that hide a value, of the value's type, in bounded steps."""
    yield from _looked_into(text, rules, [BUDGET], _MOST_LAYERS)


def proven_spans(text: str, policy: CompiledPolicy | None = None) -> tuple[Span, ...]:
    """As `strict_spans`, and what they find behind a coding: for ids, keys, headers, whatever must not change at a
    guess."""
    spans = strict_spans(text, policy)
    if spans or is_number(text) or not _HAS_RUN.search(text):
        return spans
    found = [span for part in coded_spans(text, strict_spans) for span in part]
    if policy is not None:
        found = [span for span in found if policy.keeps(text, span)]
    return resolve(text, found) if found else ()


def _looked_into(text: str, rules: Rules, budget: list[int], layers: int) -> Iterator[list[Span]]:
    start = len(text) - len(text.lstrip()) if text[:1].isspace() else 0
    head = text[start : start + _LONGEST].rstrip()
    if _BASE85.fullmatch(head) and _SIGNS85.search(head):
        kind = _hidden(_base85(head), rules, budget, layers)
        if kind:
            yield [Span(start, len(text.rstrip()), kind, _SCORE, "coded")]
            return
    found: list[Span] = []
    for start, end, readings in dumps(text, _LONGEST):
        if kind := _hidden(readings, rules, budget, layers):
            found.append(Span(start, end, kind, _SCORE, "coded"))
    done = at = number = 0
    data = ByteText(text)
    while budget[0] > 0 and (run := _RUNS(data.data, at)) is not None:
        first, at = run[0]
        number += 1
        if number % _STEP == 0:
            yield found
            found = []
        piece = data.data[first:at]
        if piece.isalpha() and piece.islower():
            continue  # small letters alone: in base64 an `@` and digits always give a capital or a digit
        place = data.place(first)
        if place < done:
            continue
        start, end = _token(text, place, place + at - first, done)
        done = end
        token = text[start:end]
        if end - start >= _LINE and token[-1] != "=":
            rest = _LINES.match(text, end)
            done = end = rest.end() if rest else end
            token = text[start : min(end, start + _LONGEST)]
        readings = _decoded(token[:_LONGEST])
        if readings and (kind := _hidden(readings, rules, budget, layers)):
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
    digits = token[prefix.end() :] if token[0] in "0xX" and (prefix := _PREFIX.match(token)) else token
    digits = digits[:-1] if digits[-1] in "hH" else digits  # of an assembler
    if digits[0] in _HEX_DIGITS and _HEX.fullmatch(digits):
        found.append(bytes.fromhex(digits if digits.isalnum() else re.sub(r"[^0-9A-Fa-f]", "", digits)))
    body = token.rstrip("=") if token[-1] == "=" else token
    if "\n" in body:
        body = body.replace("\r", "").replace("\n", "")
    if _BASE58.fullmatch(token) and not token.isalpha():
        found.append(_base58(token))
    for alphabet, decode in ((_BASE32, base64.b32decode), (_BASE32_HEX, base64.b32hexdecode)):
        if alphabet.fullmatch(token):
            try:
                found.append(decode(_pad(body.upper(), 8)))
            except binascii.Error:
                pass
    if len(body) >= _HEAD and body[2] not in " :" and _is_text(binascii.a2b_base64(_standard(body[:_HEAD]))):
        found.append(_base64(_standard(body)))
    elif len(body) >= _SHORTEST_DEFLATED and not found and (data := _inflated(body)):
        found.append(data)
    return found


def _inflated(body: str) -> bytes:
    """What a string holds that is raw deflate behind base64 (diagrams, SAML): nothing tells it but that it inflates."""
    inflating = zlib.decompressobj(wbits=-15)
    try:
        head = inflating.decompress(_base64(_standard(body[:_DEFLATED_HEAD])), _HEAD * 4)
        if not head or not _is_text(head[:_HEAD]):
            return b""
        return zlib.decompressobj(wbits=-15).decompress(_base64(_standard(body)), BUDGET)
    except (zlib.error, binascii.Error):
        return b""


def _standard(body: str) -> str:
    return body.replace("-", "+").replace("_", "/") if "-" in body or "_" in body else body


def _base64(body: str) -> bytes:
    body = body[: len(body) - (len(body) % 4 == 1)]
    return base64.b64decode(_pad(body, 4))


def _pad(body: str, size: int) -> str:
    return body + "=" * (-len(body) % size)


def _base58(token: str) -> bytes:
    number = 0
    for char in token:
        number = number * 58 + _DIGITS58[char]
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _base85(token: str) -> Iterator[bytes]:
    body = token[:_LONGEST].removeprefix("<~").removesuffix("~>")
    for decode in (base64.b85decode, base64.a85decode):
        try:
            yield decode(body)
        except ValueError:
            continue


def _is_text(head: bytes) -> bool:
    """Whether the first bytes of a string may begin a text, or something compressed that holds one."""
    if head[:2] in _COMPRESSED or head[:2] == b"\xff\xfe":
        return True
    if head[1:8:2] == b"\0\0\0\0":  # UTF-16, as `powershell -EncodedCommand` wants it
        return _TEXT.issuperset(head[::2])
    if head.isascii():
        return _TEXT.issuperset(head)
    try:
        plain, _ = codecs.utf_8_decode(head, "strict", False)
    except UnicodeDecodeError:
        return _western(head)
    return not _CONTROL.search(plain)


def _western(data: bytes) -> bool:
    """Text of one byte a letter: hardly anything but ASCII, so that other bytes are found out."""
    others = len(data.translate(None, _PRINTED))
    return others <= len(data) // 8 + 1 and not _CONTROL.search(data.decode("latin-1"))


def _decompressed(data: bytes, most: int) -> bytes:
    if data[:3] == b"BZh":
        return bz2.BZ2Decompressor().decompress(data, most)
    if data[:6] == b"\xfd7zXZ\0" or data[:2] == b"\x5d\0":
        return lzma.LZMADecompressor(memlimit=_MOST_MEMORY).decompress(data, most)
    return zlib.decompressobj(wbits=47).decompress(data, most) if data[:1] in b"\x1f\x78" else data


def _text(data: bytes, budget: list[int]) -> str:
    """The text that the bytes are, inflated where they are compressed; empty where they are none."""
    if data[:2] in _COMPRESSED:
        try:
            data = _decompressed(data, max(1, budget[0]))
        except (zlib.error, OSError, lzma.LZMAError, EOFError):
            return ""
    if data[1:8:2] == b"\0\0\0\0" or data[:2] == b"\xff\xfe":
        plain = data[: len(data) // 2 * 2].decode("utf-16-le", "replace").removeprefix("\ufeff")
    else:
        try:
            plain, _ = codecs.utf_8_decode(data, "strict", False)
        except UnicodeDecodeError:
            plain = data.decode("latin-1") if _western(data) else ""
    return "" if _CONTROL.search(plain) else plain
