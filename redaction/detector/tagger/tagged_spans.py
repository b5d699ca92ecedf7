"""The tagger at work on texts: chunk by chunk, only words that can be names, remembered.

A chunk's scores depend on its words and those on both sides that the network sees. So only chunks that are new go
through it, and of those only the surroundings of words that can be names (`candidates`): a log without names costs no
more than its splitting into words. Short texts of one request share a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from redaction.budget import MOST_FOUND, OverBudget
from redaction.detector.tagger import known_names
from redaction.detector.tagger.chunks import Remembered, chunks_of
from redaction.detector.tagger.network import GROUPS, NAME, NOTHING, REACH, Tagger
from redaction.detector.tagger.span_decoding import LEAST, Hits, decoded
from redaction.detector.tagger.windows import Places, Window
from redaction.detector.tagger.word_table import Floats, Known
from redaction.spans import Span

# Text beside a chunk in which the words that the network sees are looked for (code points).
_BESIDE = 120
# The least score within so many code points of a placeholder.
_SURE_BESIDE_PLACEHOLDER = 0.7
_BESIDE_PLACEHOLDER = 60
# Hits that are decoded together, some hundred bytes each.
_DECODED_AT_ONCE = 100_000
# So many words that are names for sure make more findings than any text may have: the rest need not be read.
_SURE = 0.6
_MOST_SURE = 5 * MOST_FOUND
# Chunks that go through the network in one call, and so in one slice of work.
_TOGETHER = 16


@runtime_checkable
class Scorer(Protocol):
    """What finds names in words: the network, or a stand-in for it."""

    version: str

    def look_up_windows(self, windows: Sequence[Window], reach: int) -> tuple[Known, list[Places]]:
        """What is known of the words of each window and of `reach` words on both sides, and the words' places."""
        ...

    def probabilities(self, known: Known, index: NDArray[np.int64], wanted: NDArray[np.bool_] | None = None) -> Floats:
        """Scores of some of the words, `(len(index), GROUPS)`, the first of which says "nothing"; those of words that
        are not `wanted` say nothing else."""
        ...


@dataclass(frozen=True, slots=True)
class _NewChunk:
    """A chunk to be scored, and what stands beside it."""

    key: bytes
    window: Window


class ChunkTagger:
    """`redaction.detector.detect.Tagger` on top of the network. Thread-safe; a pure function of the text."""

    def __init__(self, scorer: Scorer, *, remember: int = 8192) -> None:
        """Keeps the scores of `remember` to twice as many chunks, under keyed hashes and without their words."""
        self._scorer = scorer
        self._remembered = Remembered[Hits](remember)
        self.version = f"{scorer.version}-chunks2"

    def __repr__(self) -> str:
        return f"ChunkTagger({self.version!r})"

    @property
    def everyday(self) -> list[str]:
        """Some thousand everyday words in small letters, the commonest first, as far as the scorer knows any."""
        return self._scorer.words.everyday if isinstance(self._scorer, Tagger) else []

    def is_everyday(self, word: str) -> bool | None:
        """Whether a word is one of those, and of many more. None where nobody knows words."""
        return self._scorer.words.is_everyday(word) if isinstance(self._scorer, Tagger) else None

    def listed(self, word: str) -> int:
        """What the gazetteer says of a word, as bits (`word_table`)."""
        return self._scorer.words.listed(word) if isinstance(self._scorer, Tagger) else 0

    def spans(self, text: str) -> list[Span]:
        """Sorted, disjoint spans of type NAME or STREET_ADDRESS."""
        *_, spans = self.slices(text)
        return spans or []

    def spans_many(self, texts: Sequence[str]) -> list[list[Span]]:
        """The spans of each text, as `spans` gives them; short texts go through the network together."""
        *_, spans = self._sliced(texts)
        return spans or []

    def slices(self, text: str) -> Iterator[list[Span] | None]:
        """As `spans`, in bounded steps: None after each step, the spans at the end."""
        for step in self._sliced((text,)):
            yield step if step is None else step[0]

    def _sliced(self, texts: Sequence[str]) -> Iterator[list[list[Span]] | None]:
        found: dict[tuple[int, int], Hits] = {}
        places = [list(chunks_of(text)) for text in texts]
        new: list[tuple[tuple[int, int], _NewChunk]] = []
        sure = 0
        for row, text in enumerate(texts):
            for number, (start, end) in enumerate(places[row]):
                chunk = self._chunk(text, start, end)
                if isinstance(chunk, Hits):
                    found[row, number] = chunk
                    sure += _sure(chunk)
                    continue
                new.append(((row, number), chunk))
                if len(new) == _TOGETHER:
                    self._score(new, found)
                    sure += sum(_sure(found[place]) for place, _ in new)
                    new = []
                    if sure > _MOST_SURE:
                        raise OverBudget
                    yield None
        if new:
            self._score(new, found)
            yield None
        yield [
            _found(text, places[row], [found[row, n] for n in range(len(places[row]))])
            for row, text in enumerate(texts)
        ]

    def _chunk(self, text: str, start: int, end: int) -> _NewChunk | Hits:
        """The chunk ready to be scored, or what is remembered of it."""
        low, high = max(0, start - _BESIDE), min(len(text), end + _BESIDE)
        beside = text[low:high]
        own = self._remembered.key(beside, start - low, end - low, low == 0, high == len(text))
        hits = self._remembered.get(own)
        if hits is not None:
            return hits
        return _NewChunk(own, Window(beside, start - low, end - low))

    def _score(self, new: Sequence[tuple[tuple[int, int], _NewChunk]], found: dict[tuple[int, int], Hits]) -> None:
        """Scores of several chunks from one call. Each one brings the words on both sides: none sees another."""
        known, places = self._scorer.look_up_windows([chunk.window for _, chunk in new], REACH)
        size = len(known.rows)
        ends = np.cumsum([len(own.starts) for own in places])
        starts = [0, *ends[:-1].tolist()]
        counts = known.asked(starts)
        for start, end in zip(starts, ends.tolist(), strict=True):
            counts[start : start + REACH] = counts[end - REACH : end] = False
        needed = around(counts)
        scores = np.zeros((0, GROUPS), np.float32)
        hits = np.zeros(0, np.int64)
        if len(needed):
            scores = self._scorer.probabilities(known, needed, counts[needed])
            some = np.flatnonzero(counts[needed] & (1 - scores[:, NOTHING] >= LEAST))
            hits, scores = needed[some], scores[some]
        bits = known.bits(hits)
        bounds = np.searchsorted(hits, [*starts, size])
        for turn, (place, chunk) in enumerate(new):
            part = slice(bounds[turn], bounds[turn + 1])
            at = hits[part] - starts[turn]
            begin, text = places[turn].starts[at], chunk.window.text
            # A leading space belongs to a word of the table, not to the word that is masked.
            spaced = np.fromiter((text[start] == " " for start in begin), np.int64, len(at))
            first = chunk.window.start
            found[place] = Hits(
                begin + spaced - first, places[turn].ends[at] - first, scores[part].copy(), bits[part].copy()
            )
            self._remembered.put(chunk.key, found[place])


def _sure(hits: Hits) -> int:
    """How many words are names for sure."""
    return int(np.count_nonzero(hits.scores[:, NAME] > _SURE)) if len(hits.scores) else 0


def around(counts: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Indices of the words that count and of all that the network sees beside them."""
    size = len(counts)
    total = np.zeros(size + 2 * REACH + 2, np.int64)
    np.cumsum(counts, out=total[REACH + 1 : REACH + 1 + size])
    total[REACH + 1 + size :] = total[REACH + size]
    # How many count from REACH words before to REACH words after.
    return np.flatnonzero(total[2 * REACH + 1 : 2 * REACH + 1 + size] > total[:size])


def _found(text: str, places: Sequence[tuple[int, int]], parts: Sequence[Hits]) -> list[Span]:
    """The spans of a text from the hits of its chunks; a text of megabytes in several parts, each of whole chunks."""
    spans: list[Span] = []
    some: list[tuple[int, Hits]] = []
    count = 0
    for (start, _), hits in zip(places, parts, strict=True):
        if len(hits):
            some.append((start, hits))
            count += len(hits)
        if count >= _DECODED_AT_ONCE:
            spans += _together(text, some)
            some, count = [], 0
    return spans + _together(text, some) if some else spans


def _together(text: str, some: Sequence[tuple[int, Hits]]) -> list[Span]:
    hits = Hits(
        np.concatenate([own.starts + start for start, own in some]),
        np.concatenate([own.ends + start for start, own in some]),
        np.concatenate([own.scores for _, own in some]),
        np.concatenate([own.bits for _, own in some]),
    )
    spans = known_names.found_again(text, hits, decoded(text, hits))
    return [span for span in spans if not _beside_placeholder(text, span)]


def _beside_placeholder(text: str, span: Span) -> bool:
    """Whether a faint find stands beside a placeholder, which says less than the value that it stands for: what is
    faint beside one was fainter beside the value, and masking a masked text should change nothing."""
    return span.score < _SURE_BESIDE_PLACEHOLDER and (
        "]]" in text[max(0, span.start - _BESIDE_PLACEHOLDER) : span.start]
        or "[[" in text[span.end : span.end + _BESIDE_PLACEHOLDER]
    )
