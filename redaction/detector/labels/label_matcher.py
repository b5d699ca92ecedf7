"""Finds labels in a piece of text: one pass over all languages, then the edges and neighbours of each hit."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

import re2

from redaction.detector.kernel.form_search import FormSearch, form_tables
from redaction.detector.kernel.library import library
from redaction.detector.kernel.stored import stored
from redaction.detector.labels.label_kinds import KINDS, Kind
from redaction.detector.labels.label_table import label_table
from redaction.detector.labels.label_tree import Forms
from redaction.detector.labels.neighbour_words import neighbours
from redaction.detector.labels.vocabulary import kind_of, vocabulary
from redaction.detector.rules.re2_search import Search, searching

# A key (`spring.datasource.password.prod`) reaches this far to both sides of its label (code points).
_REACH = 60
# Labels are read this far beyond the end of the piece they begin in.
_TAIL = 48
_KEY_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$\\-"
_KEY_AFTER = re.compile(r"(?:[_.-]{0,2}(?:[A-Za-z]{1,30}\d{0,2}|\d{1,2})(?!\d)){0,6}")
# `acme-token-9f1c...`: what is joined is the value.
_RUN = re.compile(r"[-_.](?=[A-Za-z-]{0,12}\d)[A-Za-z0-9_-]{16}")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NEXT_WORD = re.compile(r"[ \t]([A-Za-z]{2,20})\b")


_JOINTS = b" _-."


class Label(NamedTuple):
    """A label in a text. `start, end` are its key with all that is joined to it; `word` is where the label begins.

    `doubtful`: a word of unknown meaning is joined behind it. `joined`: the key is a name of code or configuration.
    """

    kind: Kind
    start: int
    end: int
    word: int
    doubtful: bool
    joined: bool


@functools.cache
def _search(plain: bool) -> Search:
    """The longest form at the first place where one begins."""
    kernel = library()
    if kernel is not None:
        name = "forms-ascii" if plain else "forms"
        return FormSearch(kernel, stored(name, lambda: form_tables(kernel, _forms(plain)))).search
    options = re2.Options()
    options.max_mem = 128 << 20
    options.log_errors = False
    options.longest_match = True
    options.never_capture = True
    return searching(re2.compile(_forms(plain).pattern, options))


def _forms(plain: bool) -> Forms:
    return label_table().ascii_forms() if plain else label_table().forms()


@functools.cache
def _foreign() -> re.Pattern[str]:
    """A letter beyond ASCII that some label has."""
    return re.compile(f"[{vocabulary().letters}]")


def labels(text: str, start: int, end: int) -> Iterator[Label]:
    """The labels that begin in `[start, end)`, in order. Places are code points of `text`."""
    piece = text[start : end + _TAIL]
    low = _lower(piece)
    data = low.encode("utf-8", "replace")
    plain = len(data) == len(piece)
    # The automaton of all alphabets is many times as large: typographic quotes and emoji need none of it.
    search = _search(plain or _foreign().search(low) is None)
    at = at_byte = at_char = 0
    while (match := search(data, at)) is not None:
        first, last = match[0]
        # A joint may be matched at the ends.
        while first < last and data[first] in _JOINTS:
            first += 1
        while last > first and data[last - 1] in _JOINTS[:3]:
            last -= 1
        if plain:
            a, b = start + first, start + last
        else:
            at_char += len(data[at_byte:first].decode("utf-8", "replace"))
            at_byte = first
            a = start + at_char
            b = a + len(data[first:last].decode("utf-8", "replace"))
        if a >= end:
            return
        if not text[a].isalnum() and b - a > 1:
            a += 1
        kind = kind_of(text[a:b])
        if kind is None and b - a > 1:
            # The character before the label is part of the match.
            a += 1
            kind = kind_of(text[a:b])
        if kind is not None and text[b : b + 1] in (" ", "\t") and text[a:b].lower() in vocabulary().commands:
            kind = KINDS["command"]
        label = _judged(text, kind, a, b) if kind is not None else None
        if label is None:
            # Another label may begin inside what was none.
            at = first + 1
            while at < len(data) and data[at] & 0xC0 == 0x80:
                at += 1
        else:
            at = last
            yield label


def _lower(text: str) -> str:
    """In lower case, code point by code point: the pattern is, and without `(?i)` its automaton is half the size."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


def unspaced(char: str) -> bool:
    """A letter of a script that writes no spaces between words: Thai, Lao, Burmese, Khmer, Han, Kana, Hangul."""
    return char >= "\u0e00" and (
        char >= "\u2e80" or "\u0e00" <= char <= "\u0eff" or "\u1000" <= char <= "\u109f" or "\u1780" <= char <= "\u17ff"
    )


def _letter(char: str) -> bool:
    return (char.isalpha() or "\u0300" <= char <= "\u036f" or "\u0900" <= char <= "\u0dff") and not unspaced(char)


def _judged(text: str, kind: Kind, start: int, end: int) -> Label | None:
    """The label with its key, unless it is a piece of another word or its neighbours make it none."""
    if kind.shape in ("command", "insert"):
        return Label(kind, start, end, start, False, False)
    first, last = text[start], text[end - 1]
    before, after = text[start - 1 : start], text[end : end + 1]
    # Camel case and joints are boundaries; within a run of letters of one case only `glued` labels end a word.
    if after.isascii() and after.isalpha() and not (last.islower() and after.isupper()):
        return None
    if not first.isascii():
        if before and _letter(before) and not unspaced(first):
            return None
        if after and _letter(after) and not unspaced(last):
            return None
        return Label(kind, start, end, start, False, False)
    if after and after.isalnum() and not after.isascii() and not unspaced(after):
        return None
    if before and not before.isascii() and before.isalpha() and not unspaced(before):
        return None
    left = _left(text, start)
    if before.isascii() and before.isalpha() and not _camel(text, start):
        if not kind.glued or len(text[start:end]) < 5:
            return None
        left_words: list[str] = []
        if left.lower().endswith(("un", "non", "by", "non_")):
            return None
    else:
        left_words = [word.lower() for word in _WORDS.findall(left)] if left else []
    goes_on = last.isascii() and (after.isalnum() or after in ("_", ".", "-"))
    tail = _KEY_AFTER.match(text, end, min(len(text), end + _REACH)) if goes_on else None
    right = tail.group() if tail else ""
    if (right.startswith(".") and not _dotted(right)) or (right and kind.shape == "secret" and _RUN.match(text, end)):
        right = ""
    near = neighbours()
    if left_words and (left_words[-1] in near.before or "public" in left_words):
        return None
    doubtful = False
    for word in _WORDS.findall(right) if right else ():
        word = word.lower()
        if word in near.after:
            return None
        doubtful = doubtful or word not in near.neutral
    if not right:
        word_after = _NEXT_WORD.match(text, end) if after == " " and before not in ("<", ":") else None
        if word_after and word_after.group(1).lower() in near.after:
            return None
        if not left and before == " ":
            words = text[max(0, start - 24) : start - 1].rsplit(None, 1)
            if words and words[-1].lower() in near.before:
                doubtful = True
    joined = bool(right or left_words) or "_" in text[start:end]
    return Label(kind, start - len(left), end + len(right), start, doubtful, joined)


def _left(text: str, end: int) -> str:
    """What is joined in front of `end` to one key."""
    piece = text[max(0, end - _REACH) : end]
    return piece[len(piece.rstrip(_KEY_SIGNS)) :]


def _camel(text: str, start: int) -> bool:
    """Whether a word begins at `start` inside `dbPassword` or `DBPassword`."""
    if not text[start].isupper():
        return False
    return text[start - 1].islower() or text[start + 1 : start + 2].islower()


def _dotted(right: str) -> bool:
    """`.prod` behind a key; not the end of a sentence."""
    return len(right) > 2 and right[1].isalnum()
