"""The tagger at work on a text: unit by unit, gated, remembered.

A unit's scores depend on its words and the eight words on both sides, which is all the network sees. So only units
that are new go through it, and of those only the surroundings of words that can be names (`gate`): a log without
names costs no more than its splitting into words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from redaction.detector.tagger import network as model
from redaction.detector.tagger import tokens
from redaction.detector.tagger.candidates import asked
from redaction.detector.tagger.chunks import Remembered, units
from redaction.spans import Span

# The network sees so many words to each side.
REACH = 8
# Text beside a unit in which these words are looked for (code points).
_BESIDE = 120
# Scores below are as good as none: what `Tagger` still takes for the further places of a sure name.
_LEAST = 0.05
_PAD = "\n"
# The least score of a name without any capital.
_SURE_LOWER = 0.85
# The least score within so many code points of a placeholder.
_SURE_BESIDE_PLACEHOLDER = 0.7
_BESIDE_PLACEHOLDER = 60
# No house number, post code or flat has so many digits.
_LONG_NUMBER = re.compile(r"[0-9]{9}")
# Units that go through the network in one call, and so in one slice of work.
_TOGETHER = 16
_CLASSES = 8

# A word with a score: (start in the unit, length, its eight probabilities).
type Hit = tuple[int, int, NDArray[np.float32]]


@runtime_checkable
class Scorer(Protocol):
    """The network: eight probabilities for each word, the first one of which says "nothing"."""

    version: str

    def scores(self, text_words: list[str]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class _Piece:
    """A unit to be scored: its words between those beside it."""

    key: bytes
    before: list[str]
    inside: list[str]
    after: list[str]


class UnitTagger:
    """`redaction.detector.detect.Tagger` on top of the network. Thread-safe; a pure function of the text."""

    def __init__(self, scorer: Scorer, *, remember: int = 8192) -> None:
        """Keeps the scores of `remember` to twice as many units, under keyed hashes and without their words."""
        self._scorer = scorer
        self._remembered = Remembered[tuple[Hit, ...]](remember)
        self.version = f"{scorer.version}-units1"

    def __repr__(self) -> str:
        return f"UnitTagger({self.version!r})"

    def warm(self) -> list[str]:
        """Have the vectors of everyday words ready (0.2 s). Returns those words."""
        if not isinstance(self._scorer, model.Tagger):
            return []
        tables, _ = model.read_weights(model.WEIGHTS)
        pieces = bytes(tables["vocabulary"]).decode("utf-8").split("\n")
        everyday = sorted(piece for piece in pieces if piece.isascii() and piece.isalpha() and len(piece) > 1)
        numbers = [str(number) for number in range(1000)]
        self._scorer.scores([form for word in everyday + numbers for form in (word, f" {word}")])
        return everyday

    def spans(self, text: str) -> list[Span]:
        """Sorted, disjoint spans of type NAME or STREET_ADDRESS."""
        *_, spans = self.slices(text)
        return spans or []

    def slices(self, text: str) -> Iterator[list[Span] | None]:
        """As `spans`, in bounded steps: None after each step, the spans at the end."""
        places = list(units(text))
        found: dict[int, tuple[Hit, ...]] = {}
        pieces: list[tuple[int, _Piece]] = []
        for number, (start, end) in enumerate(places):
            low, high = max(0, start - _BESIDE), min(len(text), end + _BESIDE)
            key = self._remembered.key(text[low:high], start - low, end - low, low == 0, high == len(text))
            hits = self._remembered.get(key)
            if hits is not None:
                found[number] = hits
                continue
            before = tokens.split(text[low:start])[-REACH:]
            after = tokens.split(text[end:high])[:REACH]
            # Only the first and the last unit stand beside nothing: they come first and last in a call.
            if start:
                before = [_PAD] * (REACH - len(before)) + before
            if end < len(text):
                after += [_PAD] * (REACH - len(after))
            pieces.append((number, _Piece(key, before, tokens.split(text[start:end]), after)))
            if len(pieces) == _TOGETHER:
                self._score(pieces, found)
                pieces = []
                yield None
        if pieces:
            self._score(pieces, found)
            yield None
        yield _decoded(text, places, found)

    def _score(self, pieces: Sequence[tuple[int, _Piece]], found: dict[int, tuple[Hit, ...]]) -> None:
        """Scores of several units from one call. Each one brings the words on both sides: none sees another."""
        sequence: list[str] = []
        starts: list[int] = []
        inside: list[tuple[int, int]] = []
        for _, piece in pieces:
            starts.append(len(sequence))
            first = len(sequence) + len(piece.before)
            inside.append((first, first + len(piece.inside)))
            sequence += piece.before
            sequence += piece.inside
            sequence += piece.after
        counts = asked(sequence, starts)
        own = np.zeros(len(sequence), np.bool_)
        for first, last in inside:
            own[first:last] = True
        counts &= own
        scores = self._scores(sequence, counts)
        something = np.flatnonzero(counts & (1 - scores[:, 0] >= _LEAST))
        for (number, piece), (first, last) in zip(pieces, inside, strict=True):
            hits: list[Hit] = []
            low, high = np.searchsorted(something, (first, last))
            if low < high:
                offsets = np.cumsum([0, *map(len, piece.inside)])
                for index in something[low:high]:
                    word = int(index) - first
                    hits.append((int(offsets[word]), len(piece.inside[word]), scores[index].copy()))
            found[number] = tuple(hits)
            self._remembered.put(piece.key, found[number])

    def _scores(self, sequence: list[str], counts: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The scores of the words that count; the others are "nothing" at once."""
        needed = _around(counts)
        if needed.size == len(sequence):
            return self._scorer.scores(sequence)
        out = np.zeros((len(sequence), _CLASSES), np.float32)
        out[:, 0] = 1
        if needed.size:
            out[needed] = self._scorer.scores([sequence[index] for index in needed])
        return out


def _around(counts: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Indices of the words that count and of all that the network sees beside them."""
    size = len(counts)
    total = np.zeros(size + 2 * REACH + 2, np.int64)
    np.cumsum(counts, out=total[REACH + 1 : REACH + 1 + size])
    total[REACH + 1 + size :] = total[REACH + size]
    # How many count from REACH words before to REACH words after.
    return np.flatnonzero(total[2 * REACH + 1 : 2 * REACH + 1 + size] > total[:size])


def _decoded(text: str, places: Sequence[tuple[int, int]], found: dict[int, tuple[Hit, ...]]) -> list[Span]:
    """Spans from scored words. What stands between two of them goes in as one word without a score."""
    text_words: list[str] = []
    rows: list[NDArray[np.float32]] = []
    nothing = np.zeros(_CLASSES, np.float32)
    nothing[0] = 1
    at = 0
    for number, (base, _) in enumerate(places):
        for offset, length, row in found[number]:
            start = base + offset
            if at < start:
                text_words.append(text[at:start])
                rows.append(nothing)
            at = start + length
            text_words.append(text[start:at])
            rows.append(row)
    if not rows:
        return []
    text_words.append(text[at:])
    rows.append(nothing)
    scores = np.array(rows)
    spans = model._plausible(text, [*model._decode(text, text_words, scores)])
    return [span for span in model._repeated(text, text_words, scores, spans) if _credible(text, span)]


def _credible(text: str, span: Span) -> bool:
    """Not a lower-case word that the network half believes in, and no address of small letters or of an identifier.

    Scripts without capitals are judged by the score alone. A placeholder says less than the value that it stands for:
    what is faint beside one was fainter beside the value, and masking a masked text should change nothing.
    """
    value = text[span.start : span.end]
    if span.score < _SURE_BESIDE_PLACEHOLDER and (
        "]]" in text[max(0, span.start - _BESIDE_PLACEHOLDER) : span.start]
        or "[[" in text[span.end : span.end + _BESIDE_PLACEHOLDER]
    ):
        return False
    if span.type == "NAME":
        return span.score >= _SURE_LOWER or not value.islower()
    if _LONG_NUMBER.search(value):
        return False
    return not value.islower()
