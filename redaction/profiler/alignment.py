"""Which part of a text each `[[TYPE]]` of its replacement stands for.

The Profiler returns only text. Read the replacement as literals with a hole at each placeholder: a hole is
any non-empty piece of the original, and a placeholder the original already had is a hole filled with itself.
Placing every literal as far left as it goes, then as far right as it goes, gives the two outermost
alignments; they are the same if and only if there is just one. Both passes only ever move forward, so the
time is linear in the texts, whatever a Profiler answers.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from redaction.profiler.protocol import Masking
from redaction.spans import Span

OTHER = "OTHER"

# What a Profiler writes. A tag (`[[NAME_k3f9w2c]]`) is ours: in a replacement it is text like any other.
_TYPE = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*"
_HOLE = re.compile(rf"\[\[({_TYPE})\]\]")
_HOLE_OR_WORD = re.compile(rf"\[\[{_TYPE}\]\]|(\w+)")


def align(original: str, replacement: str) -> Masking:
    """`original` and what a Profiler made of it -> Masking with spans in the original.

    `exact` is True only when replacing spans by placeholders explains the replacement in exactly one way.
    Otherwise the spans are good for counting: what is not of the form `[[TYPE]]` is one `OTHER` a changed place.
    """
    if original == replacement:
        return Masking(replacement, ())
    literals, types = _pattern(replacement)
    left = _holes(original, literals)
    if left is None:
        return Masking(replacement, tuple(_best_effort(original, replacement)), exact=False)
    spans = _spans(original, left, types)
    mirrored = _holes(original[::-1], [literal[::-1] for literal in reversed(literals)])
    size = len(original)
    right = [(size - end, size - start) for start, end in reversed(mirrored or [])]
    if left == right:
        return Masking(replacement, spans)
    # More than one way. The likely one leaves the placeholders alone that were there before.
    known = set(_HOLE.findall(original)) & set(types)
    literals, types = _pattern(replacement, known)
    likely = _holes(original, literals) if known else None
    return Masking(replacement, _spans(original, likely, types) if likely else spans, exact=False)


def _pattern(replacement: str, known: AbstractSet[str] = frozenset()) -> tuple[list[str], list[str]]:
    """Literals (one more than holes) and the types of the holes; placeholders of `known` types are literal."""
    literals: list[str] = []
    types: list[str] = []
    at = 0
    for hole in _HOLE.finditer(replacement):
        if hole[1] not in known:
            literals.append(replacement[at : hole.start()])
            types.append(sys.intern(hole[1]))
            at = hole.end()
    return [*literals, replacement[at:]], types


def _spans(original: str, holes: Sequence[tuple[int, int]], types: Sequence[str]) -> tuple[Span, ...]:
    """Holes as spans; one that holds its own placeholder was not masked."""
    return tuple(
        Span(start, end, kind)
        for (start, end), kind in zip(holes, types, strict=True)
        if original[start:end] != f"[[{kind}]]"
    )


def _holes(text: str, literals: Sequence[str]) -> list[tuple[int, int]] | None:
    """The holes between literals when each literal is placed as far left as possible; None if they do not fit."""
    first, last = literals[0], literals[-1]
    if len(literals) == 1 or not text.startswith(first) or not text.endswith(last):
        return None
    end = len(text) - len(last)
    holes: list[tuple[int, int]] = []
    start = len(first)
    for literal in literals[1:-1]:
        at = text.find(literal, start + 1, end)
        if at < 0:
            return None
        holes.append((start, at))
        start = at + len(literal)
    if start >= end:
        return None
    holes.append((start, end))
    return holes


def _best_effort(original: str, replacement: str) -> Iterator[Span]:
    """Changed places found between words that both texts have once: one span a placeholder, one for the rest."""
    words_here = _single_words(original)
    words_there = _single_words(replacement)
    shared = sorted((at, words_there[word], word) for word, at in words_here.items() if word in words_there)
    here = there = 0
    for at, at_there, word in [*_rising(shared), (len(original), len(replacement), "")]:
        yield from _changed(original, here, at, replacement[there:at_there])
        here, there = at + len(word), at_there + len(word)


def _changed(original: str, start: int, end: int, new: str) -> Iterator[Span]:
    """Spans for `original[start:end]` having become `new`: equal ends are cut off, the rest is shared out."""
    old = original[start:end]
    if old == new:
        return
    holes = list(_HOLE.finditer(new))
    head = _common_prefix(old, new, holes[0].start() if holes else len(new))
    tail_limit = min(len(old), len(new)) - head
    tail_limit = min(tail_limit, len(new) - holes[-1].end()) if holes else tail_limit
    tail = _common_prefix(old[::-1], new[::-1], tail_limit)
    kinds = [sys.intern(hole[1]) for hole in holes]
    if len(_HOLE.sub("", new)) > head + tail or not kinds:
        kinds.append(OTHER)
    at, stop = start + head, end - tail
    for number, kind in enumerate(kinds):
        until = stop if number == len(kinds) - 1 else min(at + 1, stop)
        yield Span(at, until, kind)
        at = until


def _single_words(text: str) -> dict[str, int]:
    """Words outside placeholders that occur once, with their place."""
    places: dict[str, int] = {}
    for match in _HOLE_OR_WORD.finditer(text):
        if match[1] is not None:
            places[match[1]] = -1 if match[1] in places else match.start()
    return {word: at for word, at in places.items() if at >= 0}


def _rising(pairs: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The longest run of pairs, already sorted by their first place, whose second place rises too."""
    ends: list[int] = []  # smallest second place that ends a run of each length
    last: list[int] = []  # the pair it belongs to
    before: list[int] = []
    for number, (_, there, _) in enumerate(pairs):
        length = bisect_left(ends, there)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [there]
        last[length : length + 1] = [number]
    run: list[tuple[int, int, str]] = []
    at = last[-1] if last else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _common_prefix(one: str, other: str, limit: int) -> int:
    """Length of the common prefix, at most `limit`. Halving beats a loop over characters by far."""
    low, high = 0, min(len(one), len(other), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
