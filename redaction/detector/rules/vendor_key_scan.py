"""Finds keys that begin with their vendor's prefix: all formats of `dialects.vendor_keys` in one pass.

One RE2 pattern of all prefixes says where a key may begin; there the formats of that prefix are tried, and the longest
that fits decides. A key begins behind anything that is no ASCII letter or digit, behind an escape (`\\n`, `%3D`,
`\\u0022`, a terminal colour), and ends where its alphabet ends. A telling prefix (`ghp_`) begins a key behind any
letter or digit, one of capitals (`AKIA`) behind a small letter, when what follows is random and of the right length.
"""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dialects import vendor_keys
from dialects.vendor_keys import VendorKey
from redaction.detector.rules.byte_text import ByteText
from redaction.detector.rules.context_words import context_pattern, contexts
from redaction.detector.rules.re2_search import Search, matching, searching
from redaction.detector.rules.rule_matcher import compile_re2
from redaction.detector.rules.token_judge import randomness
from redaction.spans import Span

# Shorter beginnings are everywhere: such formats are rules of their own (`recognizers.secrets_vendors`).
SHORTEST_PREFIX = 2
_SCORE = 0.96
# A format counts as soon as this many characters follow its prefix; the format itself asks for more.
_BODY = 10
_BODY_CHARS = r"[A-Za-z0-9_.+/=:%$~|@-]"
_LEADS = (
    r"(?:^|[^A-Za-z0-9]|\\(?:[abfnrtv0]|x[0-9A-Fa-f]{2}|[0-7]{3}|[uU][0-9A-Fa-f]{4,8})|%[0-9A-Fa-f]{2}"
    r"|\x1b\[[0-9;]{0,24}[A-Za-z])"
)
# Vendors change the length of their keys: this many random characters behind a telling prefix count too.
_OTHER_LENGTH = 16
_TELLING_PREFIX = 3
# Shorter prefixes end words too (`wolf_`, `shoe_`).
_TELLING_GLUED = 4
# How far before and after a key its context word may stand (bytes).
_BEFORE = 80
_AFTER = 30
# Below this score of the judge a body with few digits is words, whatever its prefix.
_WORDS = -6.0
_DIGITS_OF_A_KEY = 3
_PARTS = re.compile(r"[|:./$]")
_RUNS = re.compile(r"(.)\1{3,}")
_HEXADECIMAL = re.compile(r"(?=[^0-9]*[0-9])(?=[^a-fA-F]*[a-fA-F])[0-9a-fA-F-]{16,}")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TRAILING = b"._-~:%&;"


def github_checksum(token: str) -> bool:
    """Whether the last six characters are the CRC-32 of the thirty before, in base 62 (GitHub's and npm's tokens).

    Source: github.blog/2021-04-05-behind-githubs-new-authentication-token-formats
    """
    body = token.rpartition("_")[2]
    number, told = zlib.crc32(body[:-6].encode("utf-8", "replace")), 0
    for char in body[-6:]:
        place = _DIGITS.find(char)
        if place < 0:
            return False
        told = told * 62 + place
    return told == number


def drawn(body: str, *, sure: bool = False) -> bool:
    """Whether what follows a prefix is a key, not a form to fill in (`xxxx`, `your_key_here`) or joined words.

    `sure`: the judge of tokens must say so; otherwise only clear words and masks are refused.
    """
    least = min(8, 2 + len(body) // 3)
    if len(set(body)) < least:
        return False
    rest = _RUNS.sub("", body)
    if len(set(rest)) < least or len(rest) < len(body) // 2:
        return False
    if _HEXADECIMAL.fullmatch(body):
        # Too few letters to judge, and words are not written so.
        return True
    if sure:
        # `123456789012345|random`: a number beside it says nothing.
        return max(map(randomness, _PARTS.split(body))) > 0
    # Words joined by signs hold no digits, or one or two of a version.
    return sum(map(str.isdigit, body)) >= _DIGITS_OF_A_KEY or randomness(body) > _WORDS


@dataclass(slots=True)
class _Format:
    row: VendorKey
    sure: bool
    context: bool
    strict: bool
    checksum: bool
    loose: bool
    joins: bool
    pattern: Search | None = None

    def match(self, data: bytes, at: int) -> tuple[int, int] | None:
        """Where the secret is, when a key of this format begins at `at`."""
        if self.pattern is None:
            self.pattern = matching(compile_re2(self.row.pattern))
        match = self.pattern(data, at)
        return match[1] if match else None


@functools.cache
def _formats() -> dict[bytes, tuple[_Format, ...]]:
    found: dict[bytes, tuple[_Format, ...]] = {}
    for row in vendor_keys.vendor_keys():
        context = vendor_keys.NEEDS_CONTEXT in row.flags
        sure = vendor_keys.NEEDS_RANDOM in row.flags
        plain = not context and not sure
        loose = plain and vendor_keys.EXACT not in row.flags and not row.secret_from
        joins = loose and vendor_keys.ENDS_WORDS not in row.flags
        form = _Format(row, sure, context, plain, vendor_keys.HAS_CRC32 in row.flags, loose, joins)
        for prefix in row.prefixes:
            if len(prefix) >= SHORTEST_PREFIX:
                found[prefix.encode()] = (*found.get(prefix.encode(), ()), form)
    return found


@functools.cache
def _lengths() -> dict[bytes, tuple[int, ...]]:
    """First two characters -> lengths of the prefixes that begin so."""
    found: dict[bytes, set[int]] = {}
    for prefix in _formats():
        found.setdefault(prefix[:SHORTEST_PREFIX], set()).add(len(prefix))
    return {start: tuple(sorted(lengths)) for start, lengths in found.items()}


@functools.cache
def _finder() -> Search:
    every = _alternatives(_formats())
    told = _alternatives(prefix for prefix, forms in _formats().items() if _telling(prefix, forms))
    capitals = _alternatives(prefix for prefix, forms in _formats().items() if _capitals(prefix, forms))
    body = rf"{_BODY_CHARS}{{{_BODY}}}"
    return searching(
        compile_re2(rf"{_LEADS}((?:{every}){body})|[A-Za-z0-9]((?:{told}){body})|[a-z0-9]((?:{capitals}){body})")
    )


def _alternatives(prefixes: Iterable[bytes]) -> str:
    """The prefixes as one pattern: the shortest of those that begin alike finds the others too."""
    shortest: list[str] = []
    for prefix in sorted(prefix.decode() for prefix in prefixes):
        if not shortest or not prefix.startswith(shortest[-1]):
            shortest.append(prefix)
    return "|".join(map(re.escape, shortest))


def _telling(prefix: bytes, forms: Iterable[_Format]) -> bool:
    """Whether the prefix begins a key even behind a letter: `ghp_`, not `ion_` (of `version_`)."""
    return len(prefix) >= _TELLING_GLUED and prefix[-1:] in b"_-." and any(form.joins for form in forms)


def _capitals(prefix: bytes, forms: Iterable[_Format]) -> bool:
    """Whether the format knows capitals and digits only, so that it stands out between small letters: `AKIA`."""
    return (
        len(prefix) >= _TELLING_GLUED and prefix.isupper() and any(form.joins and form.row.capitals for form in forms)
    )


@functools.cache
def _other_length() -> Search:
    return matching(compile_re2(rf"[A-Za-z0-9_-]{{{_OTHER_LENGTH},400}}"))


@functools.cache
def _telling_prefixes() -> dict[bytes, tuple[tuple[bytes, _Format], ...]]:
    """First two characters -> prefixes that are told without the length of their keys, the longest first."""
    found: dict[bytes, list[tuple[bytes, _Format]]] = {}
    for prefix, forms in sorted(_formats().items(), key=lambda item: -len(item[0])):
        if len(prefix) >= _TELLING_PREFIX and prefix[-1] in b"_-.:":
            found.setdefault(prefix[:SHORTEST_PREFIX], []).extend((prefix, form) for form in forms if form.loose)
    return {start: tuple(own) for start, own in found.items() if own}


@functools.cache
def _context() -> Any:
    return compile_re2(context_pattern(contexts()["secret"]))


def vendor_key_spans(text: str, *, strict: bool = False) -> Iterator[Span]:
    """The keys in a text, in order and disjoint. `strict`: only formats that need no context and no judge."""
    coded = ByteText(text)
    data = coded.data
    search = _finder()
    at = 0
    while (hit := search(data, max(0, at - 1))) is not None:
        start = max(hit[1][0], hit[2][0], hit[3][0])
        if start < at:
            at += 1
            continue
        found = _longest(data, start, strict, glued=hit[1][0] < 0)
        if found is None:
            at = start + 1
            continue
        first, last, row = found
        at = last
        place = coded.place(first)
        yield Span(place, place + last - first, "API_KEY", _SCORE, f"vendor_{row.name}")  # keys are ASCII


def _longest(data: bytes, start: int, strict: bool, glued: bool) -> tuple[int, int, VendorKey] | None:
    """The longest key that begins at `start`; `glued`: a letter or digit stands in front of it."""
    best: tuple[int, int, VendorKey] | None = None
    formats = _formats()
    for length in _lengths()[data[start : start + SHORTEST_PREFIX]]:
        for form in formats.get(data[start : start + length], ()):
            if (strict and not form.strict) or (glued and not form.joins):
                continue
            span = form.match(data, start)
            if span is None or (best is not None and span[1] <= best[1]):
                continue
            first, last = span
            whole = _ends(data, last)
            if not whole and not (form.loose and form.row.ends_before(chr(data[last]))):
                continue
            while last > first and data[last - 1] in _TRAILING:
                last -= 1
            if _accepted(form, data, start, last, length, glued=glued or not whole):
                best = (first, last, form.row)
    return best if best or strict or glued else _of_other_length(data, start)


def _of_other_length(data: bytes, start: int) -> tuple[int, int, VendorKey] | None:
    """A telling prefix (`glsa_`) with random characters of no format that is in the table."""
    for prefix, form in _telling_prefixes().get(data[start : start + SHORTEST_PREFIX], ()):
        if not data.startswith(prefix, start):
            continue
        match = _other_length()(data, start + len(prefix))
        if match is None or not _ends(data, match[0][1]):
            continue
        last = match[0][1]
        while data[last - 1] in _TRAILING:
            last -= 1
        if drawn(data[start + len(prefix) : last].decode("ascii"), sure=True):
            return start, last, form.row
    return None


def _ends(data: bytes, end: int) -> bool:
    """No letter or digit goes on behind the key (letters of other scripts may)."""
    return end >= len(data) or not (data[end - 1 : end].isalnum() and data[end : end + 1].isalnum())


def _accepted(form: _Format, data: bytes, start: int, last: int, prefix: int, *, glued: bool) -> bool:
    token = data[start:last].decode("ascii", "replace")
    if form.checksum and github_checksum(token):
        return True
    if not drawn(token[prefix:], sure=form.sure or glued):
        return False
    if not form.context:
        return True
    before = data[max(0, start - _BEFORE) : start]
    after = data[last : last + _AFTER].partition(b"\n")[0]
    return bool(_context().search(before) or _context().search(after))
