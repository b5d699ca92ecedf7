"""Text in, spans out: normalise, run rules, ask the tagger, apply the policy, resolve overlaps. Pure and
synchronous."""

from __future__ import annotations

import bisect
import functools
import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from dialects.vendor_keys import vendor_keys
from redaction.budget import MOST_FOUND, OverBudget
from redaction.detector.accounts import is_account
from redaction.detector.canonical.canonical_text import Canonical, canonical, canonical_steps
from redaction.detector.coded import coded_spans
from redaction.detector.extents import extents
from redaction.detector.file_paths import paths_around
from redaction.detector.labels.label_engine import labelled_values
from redaction.detector.labels.label_version import labels_version
from redaction.detector.overlaps import SURE, mapped, places, resolve, touching
from redaction.detector.policy import CompiledPolicy
from redaction.detector.rules import name_rules
from redaction.detector.rules.recognizer import Recognizer
from redaction.detector.rules.recognizers import GROUPS, ROWS
from redaction.detector.rules.rule_matcher import RuleMatcher
from redaction.detector.rules.secret_scans import secret_scans, secrets_around
from redaction.detector.rules.strict_rules import strict_spans
from redaction.detector.tagger.tagged_spans import ChunkTagger, Scorer
from redaction.detector.warmup import SELDOM, warm_up
from redaction.spans import NAME_TYPES, Span, substitute

# The tagger guesses, the rules check: its scores are scaled below those of every rule with a checksum.
_TAGGER_FLOOR = 0.3
_TAGGER_RANGE = 0.35
# Counted into the version beside the rows: raise it when code (not a row) changes what is found.
_LOGIC = "6"
# Chunks of text (some 1200 code points) whose findings are kept: those of 10 to 20 MB of text.
_REMEMBERED = 8192
# Of the everyday words one in so many is read until the first request is served.
_FIRST_PART = 4
# How often a text with values that touch each other is read again.
_MOST_PASSES = 3


@dataclass(frozen=True, slots=True)
class Found:
    """The spans to mask, sorted and disjoint, and how many names were left because they stand in paths."""

    spans: tuple[Span, ...]
    left: int = 0


class Tagger(Protocol):
    """Finds names and places by a model. `version` changes with its weights."""

    @property
    def version(self) -> str: ...

    def spans(self, text: str) -> Sequence[Span]:
        """Spans of the text as given, any order; scores 0..1."""
        ...


@runtime_checkable
class ManyTagger(Protocol):
    """A tagger that reads short texts together, and remembers what it read."""

    def spans_many(self, texts: Sequence[str]) -> Sequence[Sequence[Span]]: ...


@functools.cache
def built_in_rules() -> RuleMatcher:
    """The built-in rules and name cues, compiled once per process."""
    return RuleMatcher((*GROUPS, *name_rules.GROUPS), remember=_REMEMBERED, also=labelled_values, keep="rules")


@functools.cache
def rules_version() -> str:
    """Changes whenever a row changes."""
    rows: tuple[Recognizer, ...] = (*ROWS, *(row for group in name_rules.GROUPS for row in group))
    text = "\n".join(
        f"{r.name} {r.type} {r.pattern} {r.context} {r.needs_context} {r.unchecked} {r.score} {r.near}" for r in rows
    )
    text += "\n".join(f"{key.format} {key.flags}" for key in vendor_keys())
    return hashlib.sha256(f"{_LOGIC}\n{labels_version()}\n{text}".encode()).hexdigest()[:12]


class Detector:
    """Rules, and a tagger if there is one. Safe to share between threads if the tagger is."""

    def __init__(self, tagger: Tagger | Scorer | None = None) -> None:
        """A tagger that gives scores by word is run chunk by chunk."""
        self._matcher = built_in_rules()
        self._tagger: Tagger | None = ChunkTagger(tagger) if isinstance(tagger, Scorer) else tagger

    def __repr__(self) -> str:
        return f"Detector({self.version!r})"

    @property
    def version(self) -> str:
        return f"rules-{rules_version()}" + (f"+tagger-{self._tagger.version}" if self._tagger else "")

    def is_everyday(self, word: str) -> bool | None:
        """Whether a word in small letters is an everyday word. None where nobody knows words."""
        return self._tagger.is_everyday(word) if isinstance(self._tagger, ChunkTagger) else None

    def warm(self, policy: CompiledPolicy, *, rest: bool = False) -> None:
        """Pay now for what the first texts would pay: RE2 builds its automata as it reads. `rest`: the same for what
        comes less often."""
        everyday = self._tagger.everyday if isinstance(self._tagger, ChunkTagger) else []
        text = warm_up(everyday if rest else everyday[::_FIRST_PART]) + (SELDOM if rest else "")
        self._matcher.warm(text)
        self.find(text, policy)

    def prepare(self, texts: Sequence[str]) -> None:
        """Have the tagger read short texts together: `slices` of each then finds its results remembered."""
        tagger: object = self._tagger
        if isinstance(tagger, ManyTagger):
            tagger.spans_many(texts)

    def find(self, text: str, policy: CompiledPolicy) -> tuple[Span, ...]:
        """The spans to mask, sorted and disjoint."""
        *_, found = self.slices(text, policy)
        return found.spans if found else ()

    def slices(self, text: str, policy: CompiledPolicy) -> Iterator[Found | None]:
        """As `find`, in bounded steps: None after each step, what was found at the end."""
        candidates: list[Span] = []
        for part in self.candidates(text, policy):
            candidates += part
            if len(candidates) > MOST_FOUND:
                raise OverBudget
            yield None
        kept, dropped = self._kept(text, policy, candidates)
        spans = resolve(text, extents(text, kept))
        left = len(resolve(text, dropped)) if dropped else 0
        more: Sequence[Span] = spans
        for _ in range(_MOST_PASSES):
            # Values that touch each other hide each other's edges: what is left is read again beside its placeholders,
            # from the second time on where there is a new one.
            glued = touching(text, more)
            if not glued:
                break
            masked = substitute(text, spans)
            candidates = []
            near = places(spans, glued)
            reading = canonical(masked)
            for part in self._rules(reading.text, policy, near=[reading.place(at) for at in near]):
                candidates += _mapped(reading, part)
                yield None
            doubts = self._doubts(masked, policy, reading, candidates) if reading.spots else ()
            for part in self._rules(reading.plain, policy, near=near, within=doubts) if doubts else ():
                candidates += part
                yield None
            more = mapped(spans, resolve(masked, self._kept(masked, policy, candidates)[0]))
            spans = tuple(sorted((*spans, *more), key=lambda span: span.start))
        yield Found(spans, left)

    def candidates(self, text: str, policy: CompiledPolicy) -> Iterator[list[Span]]:
        """What rules and tagger find, before policy and overlap are looked at, chunk by chunk, in places of
        `text`."""
        steps = canonical_steps(text)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                reading: Canonical = done.value
                break
            yield []
        read: list[Span] = []
        for found in itertools.chain(secret_scans(reading.text), self._rules(reading.text, policy)):
            mapped = _mapped(reading, found)
            yield mapped
            if reading.spots:
                read += mapped
        if reading.spots:
            covers = _Cover(read)
            doubts = self._doubts(text, policy, reading, read)
            rules = self._rules(reading.plain, policy, within=doubts)
            for found in itertools.chain(secrets_around(reading.plain, doubts), rules):
                yield [_clipped(reading, span) if covers.touches(span) else span for span in found]
        for hidden in coded_spans(reading.text, strict_spans):
            yield _mapped(reading, hidden)
        for tagged in self._tagged(reading.text):
            yield [
                Span(
                    *reading.original(s.start, s.end),
                    s.type,
                    _TAGGER_FLOOR + _TAGGER_RANGE * min(1.0, s.score),
                    s.recognizer or "tagger",
                )
                for s in tagged
            ]

    @staticmethod
    def _doubts(
        text: str, policy: CompiledPolicy, reading: Canonical, read: Sequence[Span]
    ) -> tuple[tuple[int, int], ...]:
        """Where the text as written may show what its reading does not: outside of what is masked for sure."""
        sure = _Cover([span for span in read if span.score >= SURE and span.type not in NAME_TYPES])
        return reading.doubts(lambda start, end: sure.holds(text, policy, start, end))

    def _rules(
        self,
        text: str,
        policy: CompiledPolicy,
        *,
        near: Sequence[int] | None = None,
        within: Sequence[tuple[int, int]] | None = None,
    ) -> Iterator[list[Span]]:
        listed = self._tagger.listed if isinstance(self._tagger, ChunkTagger) else None
        for matcher in (self._matcher, policy.matcher):
            if matcher is not None:
                for found in matcher.chunks(text, near, within):
                    yield [s for s in found if s.type != "USERNAME" or is_account(s, text[s.start : s.end], listed)]

    def _tagged(self, text: str) -> Iterator[Sequence[Span]]:
        if isinstance(self._tagger, ChunkTagger):
            for spans in self._tagger.slices(text):
                yield spans or ()
        elif self._tagger is not None:
            yield self._tagger.spans(text)

    @staticmethod
    def _kept(text: str, policy: CompiledPolicy, found: list[Span]) -> tuple[list[Span], list[Span]]:
        """What the policy masks, and the names that it leaves in paths."""
        found = [span for span in found if policy.keeps(text, span)]
        names = [span for span in found if span.type in NAME_TYPES]
        if not policy.leave_paths or not names:
            return found, []
        paths = paths_around(text, names)
        starts = [start for start, _ in paths]
        kept: list[Span] = []
        dropped: list[Span] = []
        for span in found:
            (dropped if span.type in NAME_TYPES and _inside(span, paths, starts) else kept).append(span)
        return kept, dropped


def _inside(span: Span, paths: Sequence[tuple[int, int]], starts: Sequence[int]) -> bool:
    """Whether one of the sorted, disjoint `paths` covers the span."""
    index = bisect.bisect_right(starts, span.start) - 1
    return index >= 0 and span.end <= paths[index][1]


class _Cover:
    """Whether spans overlap any of some others."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = sorted(spans, key=lambda s: s.start)
        self._starts: list[int] = []
        self._ends: list[int] = []  # the furthest end of any span that begins here or before
        self._alone: dict[Span, bool] = {}
        for span in self._spans:
            self._starts.append(span.start)
            self._ends.append(max(span.end, self._ends[-1] if self._ends else 0))

    def holds(self, text: str, policy: CompiledPolicy, start: int, end: int) -> bool:
        """Whether the place lies inside one span that will be masked and that nothing touches."""
        at = bisect.bisect_right(self._starts, start) - 1
        if at < 0 or self._spans[at].end < end:
            return False
        span = self._spans[at]
        alone = self._alone.get(span)
        if alone is None:
            alone = self._alone[span] = policy.keeps(text, span) and not touching(text, [span])
        return alone

    def touches(self, span: Span) -> bool:
        at = bisect.bisect_left(self._starts, span.end) - 1
        return at >= 0 and self._ends[at] > span.start


def _clipped(reading: Canonical, span: Span) -> Span:
    """What the text as written shows of a value that its reading shows too: no half of a notation beside it."""
    return Span(*reading.whole(span.start, span.end), span.type, span.score, span.recognizer)


def _mapped(reading: Canonical, found: Sequence[Span]) -> list[Span]:
    if not reading.layers:
        return list(found)
    return [Span(*reading.original(s.start, s.end), s.type, s.score, s.recognizer) for s in found]
