"""From words with scores to spans: which words are names and addresses, where they begin and end.

Words reach this module as `Hits`: only those with a score worth a look, in the order of the text, each with what the
gazetteer says of it. Everything is a function of the text and its hits.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redaction.detector.canonical.scan import places
from redaction.detector.rules.name_lists import AMBIGUOUS, is_phrase
from redaction.detector.tagger import tokens
from redaction.detector.tagger.network import ADDRESS, NAME, NOTHING, PLACE, RULES
from redaction.detector.tagger.not_names import (
    BEFORE_NAMES,
    EPONYMS,
    FONTS,
    NAMED_THINGS,
    NOT_LAST,
    PRODUCT_PARTS,
    PRODUCTS,
    SMALL,
    TECHNICAL,
    THING_HEAD,
    THING_LIST,
    THINGS,
    TWO_MEANINGS,
)
from redaction.detector.tagger.word_table import EVERYDAY, Floats
from redaction.spans import Span

# A word in Latin or Cyrillic letters is a name at this probability. Chosen on development rows (MODEL_CARD.md).
NAME_AT = 0.10
# ... and when it is this much likelier a place, it is none.
PLACE_OVER_NAME = 3.0
# Other scripts by their first code point: Chinese characters speak for each other; of Greek, Hebrew, Arabic, Hindi and
# Korean the network knows generated sentences only, of the rest little. Chosen on interface texts in these languages.
SCRIPTS = (
    (0x370, 0.3), (0x400, NAME_AT), (0x530, 0.8), (0x590, 0.6), (0x700, 0.8), (0x900, 0.65), (0x980, 0.8),
    (0xE00, 0.2), (0xE80, 0.8), (0x1E00, NAME_AT), (0x1F00, 0.3), (0x2000, NAME_AT), (0x3040, 0.15),
    (0x3400, 0.08), (0xA000, 0.8), (0xAC00, 0.35), (0xD7B0, NAME_AT),
)  # fmt: skip
# One everyday word alone is a name at this one, one that is the whole text (a leaf, a label) at the second one.
EVERYDAY_AT = 0.35
EVERYDAY_TEXT_AT = 0.9
# Several words that are all everyday ones are a name at this mean: `Last Page, First Page`.
EVERYDAY_WORDS_AT = 0.5
# A word of `TWO_MEANINGS` alone is a name at this one.
TWO_MEANINGS_AT = 0.97
# A capitalised word that is no everyday word joins a name beside it at this one.
JOINS_AT = 0.04
# A word belongs to an address when "nothing" has less than the rest of this.
ADDRESS_AT = 0.25
# Scores below are as good as none.
LEAST = 0.03
_LOWER = 0.5  # the least score of a name or address without a capital, in scripts that have them
_NUMBER_NEAR = 80  # characters between a bare number and the street that makes it part of an address
_SURE_PRODUCT = 0.9  # the least score of a single name that is a product's too
_SURE_STREET = 0.9  # the least score of a single word without a number as a street

_SHORT = 60  # code points of a text that can be one word
_EDGES = " \t\r\n.,:;!?\"'()[]{}*#"
_FEW = 8  # hits that are looked at one by one
_FIRST_CODES = [first for first, _ in SCRIPTS]
_FIRSTS = np.array(_FIRST_CODES)
_LIMITS = [NAME_AT, *(own for _, own in SCRIPTS)]
_WORD = re.compile(r"[^\W\d_]{3}|[\u3400-\u9fff]")
# No house number, post code or flat has so many digits.
_LONG_NUMBER = re.compile(r"[0-9]{9}")
# What follows a street in Chinese, Japanese and Korean: lots, houses, floors, rooms.
_NUMBERS = re.compile(
    r" ?(?:[-－‐~]?[0-9０-９]{1,5}(?:号楼|丁目|番地|번길|번지|[号號番室階楼层栋幢座동호층])?){1,6}"
    r"|[丁目番地号號]{1,2}[-－‐0-9０-９]{0,12}"
)
# A heading and its number are no street: `Chapter 4, 10000 Words`, `Version 12, 10115 Berlin release`.
_HEADING = re.compile(
    r"(?i:chapter|version|section|step|page|part|figure|table|appendix|article|volume|phase|slide|lesson|release"
    r"|kapitel|abschnitt|seite|chapitre|cap[íi]tulo|capitolo) \d{1,4}, \d{4,6} [^\W\d_]+\Z"
)
# `routeRule`, `CreateDomain`; but `McDonald`, `DeLuca`, `FitzRoy`.
_CAMEL = re.compile(r"(?!Mc|Mac|De|Di|Du|La|Le|Lo|Van|Von|Fitz|O)[A-Za-z][a-z]+(?:[A-Z][a-z]+)+")
_KINDS = {NAME: "NAME", ADDRESS: "STREET_ADDRESS"}

# Small words inside of names, between two capitalised parts.
_PARTICLES = re.compile(
    r" (?:(?:de|da|do|dos|das|del|della|dello|di|du|des|la|le|los|las|van|von|vom|der|den|dem|ter|ten|te|zu|zum|zur|af"
    r"|av|bin|bint|ibn|abu|al|el|e|y|i|of|St\.|Mc|Mac|O|D)[ '’]){1,3}"
)


@dataclass(frozen=True, slots=True)
class Hits:
    """Words worth a look: places in the text (code points), probabilities `(n, GROUPS)`, gazetteer bits."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    scores: Floats
    bits: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class _Words:
    """The hits as lists, for work on single words, and for each one NAME, ADDRESS, PLACE or 0."""

    starts: list[int]
    ends: list[int]
    scores: list[list[float]]
    bits: list[int]
    kinds: list[int]


def decoded(text: str, hits: Hits) -> list[Span]:
    """Sorted, disjoint spans of type NAME or STREET_ADDRESS; the score is the mean probability of their words."""
    if not len(hits):
        return []
    starts = hits.starts.tolist()
    kinds = _kinds(text, hits, starts)
    words = _Words(starts, hits.ends.tolist(), hits.scores.tolist(), hits.bits.tolist(), kinds)
    _join(text, words)
    found: list[Span] = []
    for span in _spans(text, words):
        if not found or found[-1].end <= span.start:  # numbers that an address took are no find of their own
            found.append(span)
    return _plausible(text, found)


def _kinds(text: str, hits: Hits, starts: list[int]) -> list[int]:
    """For each hit NAME, ADDRESS, PLACE or 0, by its own scores."""
    if len(starts) <= _FEW:
        return [_kind(text[start], row) for start, row in zip(starts, hits.scores.tolist(), strict=True)]
    scores = hits.scores
    name, address, place = scores[:, NAME], scores[:, ADDRESS], scores[:, PLACE]
    kinds = 1 + scores[:, 1:].argmax(1)
    kinds[(kinds == RULES) | (1 - scores[:, NOTHING] < ADDRESS_AT) | (kinds == NAME)] = 0
    codes = np.array([ord(text[start]) for start in starts], np.int64)
    limit = np.array(_LIMITS)[np.searchsorted(_FIRSTS, codes, "right")]
    kinds[(name >= limit) & (name >= address) & (place < name * PLACE_OVER_NAME)] = NAME
    out: list[int] = kinds.tolist()
    return out


def _kind(first: str, scores: list[float]) -> int:
    """The same for one hit, without an array's overhead."""
    name, address, place = scores[NAME], scores[ADDRESS], scores[PLACE]
    if name >= _LIMITS[bisect_right(_FIRST_CODES, ord(first))] and name >= address and place < name * PLACE_OVER_NAME:
        return NAME
    kind = max(range(1, len(scores)), key=scores.__getitem__)
    return 0 if kind in (RULES, NAME) or 1 - scores[NOTHING] < ADDRESS_AT else kind


def _join(text: str, words: _Words) -> None:
    """Capitalised words join the name beside them: half a name never stays. Glued to one, any hint will do."""
    names = [index for index, kind in enumerate(words.kinds) if kind == NAME]
    for step, order in ((1, names), (-1, names[::-1])):
        for own in order:
            at = own + step
            while 0 <= at < len(words.kinds) and not words.kinds[at] and _joins_name(text, words, at, at - step):
                words.kinds[at] = NAME
                at += step


def _joins_name(text: str, words: _Words, at: int, beside: int) -> bool:
    if not text[words.starts[at]].isupper():
        return False
    low, high = min(at, beside), max(at, beside)
    end, start = words.ends[low], words.starts[high]
    near = words.scores[at][NAME] >= JOINS_AT and not words.bits[at] & EVERYDAY
    return (near or text[end:start] in {"-", "'", "’"}) and _joins(text, end, start, NAME)


def _joins(text: str, end: int, start: int, kind: int) -> bool:
    """Whether two words belong to one span, by what stands between them at `end`..`start`.

    In a name a space, hyphen or apostrophe, a dot after an initial, or particles between capitals; in an address also
    commas and one line break, an apostrophe only inside of a word.
    """
    gap = text[end:start]
    if kind == NAME:
        if gap in {"", " ", "-", "'", "’", "·", "・", "＝"}:
            return True
        if gap in {".", ". "}:
            return end < 3 or any(not c.isalnum() for c in text[end - 3 : end])
        return len(gap) < 20 and _PARTICLES.fullmatch(gap) is not None and text[start].isupper()
    if gap in {"'", "’"} or (gap and len(gap) <= 2 and all("\u3400" <= c <= "\u9fff" for c in gap)):
        return True
    return len(gap) <= 4 and all(c in " ,.-/#º°\n" for c in gap) and "\n\n" not in gap


def _spans(text: str, words: _Words) -> Iterator[Span]:
    """Runs of words of one kind. Places are part of an address beside one, and nothing else."""
    chosen: list[int] = []
    kind = 0
    for index, own in enumerate(words.kinds):
        if not own:
            continue
        group = ADDRESS if own == PLACE else own
        if chosen and (group != kind or not _joins(text, words.ends[chosen[-1]], words.starts[index], group)):
            yield from _span(text, words, chosen, kind)
            chosen = []
        kind = group
        chosen.append(index)
    if chosen:
        yield from _span(text, words, chosen, kind)


def _span(text: str, words: _Words, chosen: list[int], kind: int) -> Iterator[Span]:
    if kind == ADDRESS:
        if all(words.kinds[index] == PLACE for index in chosen):
            return
        chosen = _address_words(text, words, chosen)
    else:
        chosen = _name_words(text, words, chosen)
        if len(chosen) == 1 and words.bits[chosen[0]] & EVERYDAY:
            doubtful = (
                _alone(text, words, chosen[0])
                or of_title(text, words.starts[chosen[0]])
                or _OBJECT.match(text, words.ends[chosen[0]]) is not None
            )
            limit = EVERYDAY_TEXT_AT if doubtful else EVERYDAY_AT
            if words.scores[chosen[0]][NAME] < limit:
                return
        elif all(words.bits[index] & EVERYDAY for index in chosen) and (
            sum(words.scores[index][NAME] for index in chosen) < EVERYDAY_WORDS_AT * len(chosen)
        ):
            return
        if len(chosen) == 1 and words.scores[chosen[0]][NAME] < TWO_MEANINGS_AT:
            word = text[words.starts[chosen[0]] : words.ends[chosen[0]]]
            if not word.isascii() and tokens.fold(word) in TWO_MEANINGS:
                return
    if not chosen:
        return
    start, end = words.starts[chosen[0]], words.ends[chosen[-1]]
    if kind == ADDRESS and text[end - 1] >= "\u1100" and (number := _NUMBERS.match(text, end)) is not None:
        end = number.end()
    if kind == NAME and text[start:end].endswith(("'s", "’s")):
        end -= 2
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not _of_word(text[end - 1]):
        end -= 1
    if start < end:
        proof = [words.scores[index][PLACE if words.kinds[index] == PLACE else kind] for index in chosen]
        yield Span(start, end, _KINDS[kind], round(sum(proof) / len(proof), 4), "tagger")


_BEFORE = re.compile(r"([A-Z][a-z]+) \Z")
# An article behind a word makes it a verb: `Complete a review`, `Grant the user access`, `Marca el archivo`.
_OBJECT = re.compile(r" (?:an?|the|this|these|those|all|any|every|each|your|un|una|une|el|los|las|les|o|os|um|uma) \w")


def of_title(text: str, start: int) -> bool:
    """Whether a word stands behind another capitalised one: `Central Park`, `Last Page`, but `Dr Park`."""
    before = _BEFORE.search(text, max(0, start - 40), start)
    return before is not None and before[1].lower() not in BEFORE_NAMES


def _alone(text: str, words: _Words, index: int) -> bool:
    """Whether the word is the whole text."""
    return len(text) <= _SHORT and not (text[: words.starts[index]] + text[words.ends[index] :]).strip(_EDGES)


def _of_word(char: str) -> bool:
    """A letter, a digit, or a sign written on one."""
    return char.isalnum() or not (
        char.isspace() or char.isascii() or char in "’‘”“»«。、，．！？：；）（】【」「』『…–—·・"
    )


def _name_words(text: str, words: _Words, chosen: list[int]) -> list[int]:
    """Without titles and labels in front, as long as anything is left."""
    while len(chosen) > 1 and text[words.starts[chosen[0]] : words.ends[chosen[0]]].lower() in BEFORE_NAMES:
        chosen = chosen[1:]
    return chosen


def _address_words(text: str, words: _Words, chosen: list[int]) -> list[int]:
    """Without small words at the end, and without faint everyday words in lower case at both ends."""

    def goes(index: int) -> bool:
        word = text[words.starts[index] : words.ends[index]]
        faint = words.scores[index][ADDRESS] < 0.5 and bool(words.bits[index] & EVERYDAY)
        return word in NOT_LAST or (faint and word.islower() and word.isalpha())

    while chosen and goes(chosen[-1]):
        chosen = chosen[:-1]
    while chosen and goes(chosen[0]):
        chosen = chosen[1:]
    return chosen


_NEXT = re.compile(r" ([A-Z][a-z]+)\b")


def _capitalised_next(text: str, end: int) -> tuple[str, ...]:
    """The capitalised word behind a span and a space, if there is one."""
    following = _NEXT.match(text, end)
    return (following[1],) if following else ()


def _no_name(text: str, span: Span, value: str) -> bool:
    """Small words only; or one word that is a product as well and not sure, `camelCase`, an eponym or named thing."""
    words = value.lower().split()
    if SMALL.issuperset(words):
        return True
    if len(words) > 1:
        if words[0] in PRODUCTS and PRODUCT_PARTS.issuperset(words[1:]) and span.score < _SURE_PRODUCT:
            return True
        return (is_phrase(value.split()) and value[0].isupper()) or words[0] in FONTS
    if words[0] in AMBIGUOUS and is_phrase((value, *_capitalised_next(text, span.end))):
        return True
    if (words[0] in PRODUCTS and span.score < _SURE_PRODUCT) or _CAMEL.fullmatch(value):
        return True
    if TECHNICAL.fullmatch(value):
        return True
    if EPONYMS.match(text, span.end) or NAMED_THINGS.match(text, span.end):
        return True
    return text[max(0, span.start - 4) : span.start].lower() == "the " and THINGS.match(text, span.end) is not None


# Whom a licence tells to write to: the address behind it is printed in a million files.
_PUBLISHER = re.compile(r"(?:Foundation|Commons|Consortium)(?:,? Inc\.?)?,[\s#*/;-]{1,12}\Z")
_PIECES_APART = 12


def _unpublished(text: str, found: Sequence[Span]) -> list[Span]:
    """Without the addresses of publishers, which may have been found in pieces."""
    kept: list[Span] = []
    end = -_PIECES_APART
    for span in found:
        if span.type == "STREET_ADDRESS" and (
            span.start - end < _PIECES_APART or _PUBLISHER.search(text, max(0, span.start - 40), span.start)
        ):
            end = span.end
        else:
            kept.append(span)
    return kept


def _outside_thing_lists(text: str, found: Sequence[Span]) -> Sequence[Span]:
    """Without what stands in lists whose heading says that they are of things."""
    if not found:
        return found
    lists: list[tuple[int, int]] = []
    done = 0
    for place in places(THING_HEAD, text):  # a list and its heading stand in one line
        if place >= done:
            start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
            done = end if end >= 0 else len(text)
            lists += [match.span(1) for match in THING_LIST.finditer(text, start, done)]
    if not lists:
        return found
    kept: list[Span] = []
    at = 0
    for span in found:
        while at < len(lists) and lists[at][1] <= span.start:
            at += 1
        if at == len(lists) or span.start < lists[at][0]:
            kept.append(span)
    return kept


def _plausible(text: str, found: Sequence[Span]) -> list[Span]:
    """Without what is hardly one: small words and numbers as names, faint finds in lower case, bare numbers near no
    street (a post code counts beside one only), faint single words as streets."""
    found = _outside_thing_lists(text, _unpublished(text, found))
    streets = [span for span in found if span.type == "STREET_ADDRESS" and _WORD.search(text, span.start, span.end)]
    kept: list[Span] = []
    at = 0
    for span in found:
        value = text[span.start : span.end]
        if span.score < _LOWER and value.islower():
            continue
        if span.type == "NAME":
            if any(map(str.isalpha, value)) and not _no_name(text, span, value):
                kept.append(span)
            continue
        if (
            _HEADING.search(text[max(0, span.start - 20) : span.end])
            or _LONG_NUMBER.search(value)
            or (value.islower() and not any(map(str.isdigit, value)))
        ):
            continue
        if span.score < _SURE_STREET and value.isalpha() and value[0] < "\u2e80":
            continue  # one word without a number: `Gateway`
        while at < len(streets) and streets[at].end + _NUMBER_NEAR < span.start:
            at += 1
        if at < len(streets) and streets[at].start - _NUMBER_NEAR <= span.end:
            kept.append(span)
    return kept
