"""Finds the recovery phrases of wallets (BIP-39): 12 to 24 words of a public list whose last bits are a checksum.

Source: github.com/bitcoin/bips/blob/master/bip-0039.mediawiki; the word lists are that document's (MIT, see NOTICE).
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from redaction.detector.rules.byte_text import ByteText
from redaction.detector.rules.rule_matcher import compile_re2
from redaction.spans import Span

_LISTS = Path(__file__).with_name("bip39")
_SIZES = (24, 21, 18, 15, 12)
_BITS = 11
# A longer run of list words is a list, not a phrase.
_LONGEST_RUN = 48
_LETTERS = "A-Za-zÀ-ÖØ-öø-ÿĀ-ž\u0300-\u036f"
_SEPARATOR = r"(?:[\s,;|\"'\[\]()*-]|\\n|[0-9]{1,2}[.):]?){1,9}"
# The `n` of an escaped line break belongs to no word.
_WORD = re.compile(rf"(?<!\\)[{_LETTERS}]+")
_LABEL = re.compile(r"(?i)seed|mnemonic|recovery|backup|wallet|phrase|passphrase|secret|bip-?39|ledger|trezor|metamask")
_LABEL_REACH = 80


def _plain(word: str) -> str:
    """Small letters without accents: so are the words of each list still told apart."""
    if word.isascii():
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))


@functools.cache
def _lists() -> tuple[dict[str, int], ...]:
    return tuple(
        {_plain(word): number for number, word in enumerate(path.read_text(encoding="utf-8").split())}
        for path in sorted(_LISTS.glob("*.txt"))
    )


@functools.cache
def _all_words() -> frozenset[str]:
    """The words of all lists, as typed with and without accents."""
    typed = {unicodedata.normalize("NFC", w) for path in _LISTS.glob("*.txt") for w in path.read_text("utf-8").split()}
    return frozenset(typed.union(_plain(word) for word in typed if not word.isascii()))


def _hopeful(words: list[str]) -> bool:
    """Whether twelve words on end are of some list: few texts get past this."""
    known = _all_words()
    run = 0
    for word in words:
        run = run + 1 if word in known else 0
        if run == _SIZES[-1]:
            return True
    return False


@functools.cache
def _finder() -> Any:
    """Twelve words or more of three to nine letters, parted as people write lists."""
    word = f"[{_LETTERS}]{{3,9}}"
    return compile_re2(rf"(?:{word}{_SEPARATOR}){{11,}}{word}")


def checksum_holds(numbers: Sequence[int]) -> bool:
    """Whether the last bits of the words' numbers are the first of the SHA-256 of the others."""
    bits = "".join(f"{number:0{_BITS}b}" for number in numbers)
    size = len(bits) * 32 // 33
    entropy = int(bits[:size], 2).to_bytes(size // 8, "big")
    digest = f"{int.from_bytes(hashlib.sha256(entropy).digest(), 'big'):0256b}"
    return digest.startswith(bits[size:])


def seed_phrases(text: str) -> Iterator[Span]:
    """The phrases of a text: with a good checksum anywhere, beside a word such as `seed` also with a bad one."""
    coded = ByteText(text)
    at = 0
    while (hit := _finder().search(coded.data, at)) is not None:
        first, at = hit.span()
        start = coded.place(first)
        end = coded.place(at)
        if _hopeful(_WORD.findall(unicodedata.normalize("NFC", text[start:end].lower()))):
            yield from _phrases(text, [match.span() for match in _WORD.finditer(text, start, end)])


def _phrases(text: str, words: list[tuple[int, int]]) -> Iterator[Span]:
    for numbers in _lists():
        run: list[int] = []
        begin = 0
        for place in range(len(words) + 1):
            number = None
            if place < len(words):
                number = numbers.get(_plain(text[slice(*words[place])]))
            if number is not None:
                if not run:
                    begin = place
                run.append(number)
                continue
            if _SIZES[-1] <= len(run) <= _LONGEST_RUN:
                yield from _in_run(text, words[begin : begin + len(run)], run)
            run = []


def _in_run(text: str, words: list[tuple[int, int]], numbers: list[int]) -> Iterator[Span]:
    at = 0
    while at <= len(numbers) - _SIZES[-1]:
        for size in _SIZES:
            if at + size <= len(numbers) and checksum_holds(numbers[at : at + size]):
                yield Span(words[at][0], words[at + size - 1][1], "PRIVATE_KEY", 0.98, "seed_phrase")
                at += size
                break
        else:
            at += 1
    start = words[0][0]
    if len(numbers) in _SIZES and _LABEL.search(text, max(0, start - _LABEL_REACH), start):
        yield Span(start, words[-1][1], "PRIVATE_KEY", 0.9, "seed_phrase_labelled")
