"""Finds random tokens that no prefix and no label announces: the judge decides by their characters and neighbours.

A secret and a public id are both drawn at random; what tells them apart is where they stand. So a token counts only
when it is surely random, mixes capitals, small letters and digits as keys do, and nothing beside it says hash, id or
data.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from redaction.detector.rules.byte_text import ByteText
from redaction.detector.rules.re2_search import Search, searching
from redaction.detector.rules.rule_matcher import compile_re2
from redaction.detector.rules.token_judge import randomness
from redaction.spans import Span

_SHORTEST = 24
_LONGEST = 96
# Log-odds from which a token is surely random (the judge's threshold for a guess is 0).
_SURE = 4.0
_SCORE = 0.72
_CHARS = r"A-Za-z0-9_+/~\-"
# What hashes, ids, addresses of files, public keys and pieces of data are announced by.
_PUBLIC_WORDS = (
    r"md5|blake\w*|crc\d*|integrity|base64|digest\w*|checksum|hash\w*|etag|fingerprint|thumbprint|commit|revision|nonce"
    r"|signature\w*|cipher\w*|x509\w*|modulus|ssh-[a-z0-9-]+|ecdsa-[a-z0-9-]+"
    r"|(?:^|[^a-z])(?:\w*[-_ ]?ids?|uu?ids?|guids?|ref|version|rev|cursor|trace\w*|span|request|sig|cert\w*|pubkey"
    r"|public[-_ ]?key|favicon|image|img|video|src|href|url|path|file\w*|module|import|from|chunk|build|asset|data"
    r"|seed|salt|iv|tag|sitekey|address|wallet|tx\w*)"
)
_PUBLIC_BEFORE = re.compile(
    rf"(?i)(?:{_PUBLIC_WORDS})[\"'\])]{{0,2}}[ \t]{{0,3}}(?::|=|=>|,|-|\(|>)?[ \t]{{0,3}}[\"'`\[(>]{{0,3}}$"
)
# How much of the text before a token is read for them.
_BEFORE = 48
_HASHES = ("sha1", "sha256", "sha384", "sha512", "md5")
# A lone run of such characters.
_TOKEN = re.compile(
    rf"(?<![{_CHARS}.:@#&?%$\\\[\]{{}}|*!^])[{_CHARS}]{{{_SHORTEST},}}+={{0,2}}(?=$|[\s\"'`,;)<]|\.(?:\s|$))"
)
# `call_...`, `msg-...`: an id with its kind in front. Keys with a prefix are the vendor table's.
_KIND = re.compile(r"[a-z]{2,12}[_-]")
# Base64 of data that begins with its kind: DER, SSH keys, PEM, PNG, JPEG, GIF, ZIP, gzip, PDF, JSON; wallet addresses.
_DATA = re.compile(
    r"MI[IGH]|M(?:Fk|Co|HY|C4|Hc|D[Aw])w?|AAAA|LS0t|iVBOR|/9j/|R0lGOD|UEsDB|H4sI|JVBER|eyJ|ewog|[13LMDTXr][1-9A-HJ-NP-Za-km-z]{25,34}$"
)
# What stands around a line of data in code.
_SIGNS = r"[ \t\r\"',;+\\]"
# A line of nothing else is a line of data when its neighbour is one too.
_DATA_LINE = re.compile(rf"{_SIGNS}*+(?:[{_CHARS}=]{{{_SHORTEST},}}+{_SIGNS}*+(?:\r?\n|$)|-----)")
_DATA_TAIL = re.compile(rf"(?:^|[^{_CHARS}])[{_CHARS}=]{{{_SHORTEST},200}}{_SIGNS}{{0,9}}$|-----{_SIGNS}{{0,9}}$")
_STRIPPED = " \t\r\"',;+\\"
_LONGEST_LINE = 200


@functools.cache
def _finder() -> Search:
    return searching(compile_re2(f"[{_CHARS}]{{{_SHORTEST},}}"))


def surely_random(token: str) -> bool:
    """Random for sure, and of the mix of kinds that generated keys have: hexadecimal, GUIDs and one case are ids."""
    bare = token.rstrip("=")
    lower = sum(map(str.islower, bare))
    upper = sum(map(str.isupper, bare))
    digits = sum(map(str.isdigit, bare))
    if min(lower, upper) < 4 or digits < 2 or len(set(bare)) < 14:
        return False
    return randomness(bare) > _SURE


def _in_data(text: str, start: int, end: int) -> bool:
    """Whether a line ends or begins with the token and its neighbour is a line of data: certificates, pictures."""
    line_end = text.find("\n", end, end + _LONGEST_LINE)
    ends = line_end >= 0 and not text[end:line_end].strip(_STRIPPED)
    if ends and _DATA_LINE.match(text, line_end + 1, line_end + 1 + 4 * _LONGEST_LINE):
        return True
    line_start = text.rfind("\n", max(0, start - _LONGEST_LINE), start) + 1
    if not line_start or text[line_start:start].strip(_STRIPPED):
        return False
    before = text[max(0, line_start - 4 * _LONGEST_LINE) : line_start - 1].rpartition("\n")[2]
    return bool(_DATA_TAIL.search(before))


def bare_tokens(text: str) -> Iterator[Span]:
    """The surely random tokens of a text with nothing beside them that says what else they are."""
    coded = ByteText(text)
    search = _finder()
    at = 0
    while (hit := search(coded.data, at)) is not None:
        first, at = hit[0]
        if at - first > _LONGEST:
            continue
        run = coded.data[first:at]
        if run == run.lower() or run == run.upper():
            continue  # of one case, so not surely random: most are hashes and numbers
        start = coded.place(first)
        if text[max(0, start - 7) : start - 1].lower().endswith(_HASHES):
            continue  # most of all in lock files
        match = _TOKEN.match(text, start)
        if (
            match is None
            or _KIND.match(match.group())
            or match.group().lower().startswith(_HASHES)
            or _DATA.match(match.group())
        ):
            continue
        if not surely_random(match.group()) or _PUBLIC_BEFORE.search(text[max(0, start - _BEFORE) : start]):
            continue
        if not _in_data(text, start, match.end()):
            yield Span(start, match.end(), "API_KEY", _SCORE, "bare_token")
