"""The embedded profiler: the Profiler's interface in process, no network, no waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Event
from weakref import WeakKeyDictionary

from config.redaction_settings import Policy
from redaction.budget import Budget, OverBudget
from redaction.detector.coded import proven_spans
from redaction.detector.detect import Detector, Found, Tagger, built_in_rules
from redaction.detector.policy import CompiledPolicy, compile_policies, compile_policy
from redaction.detector.rules.name_lists import AMBIGUOUS, NO_SURNAMES
from redaction.detector.tagger.tagged_spans import Scorer
from redaction.errors import ProfilerFailed
from redaction.profiler.protocol import Masking, over_budget
from redaction.spans import Span, substitute
from redaction.workers import Workers, workers

# Texts up to this many code points in all are masked on the event loop (well under a millisecond without a tagger).
_INLINE = 3000
_INLINE_WITH_TAGGER = 600
# Short texts are read by the tagger so many at a time: many where they are as short as this in all, else few.
_SHORT = 600
_TOGETHER, _FEW = 128, 32
_FEW_FROM = 20_000
# What is done is told to the event loop in lots.
_LOT = 64
# What was warmed up in this process, for each tagger: the next configuration finds it so. Without one, for the rules.
_WARM: WeakKeyDictionary[object, set[bool]] = WeakKeyDictionary()
# Units of work (redaction.budget) that one step of the detector stands for.
_STEP = 4000


class EmbeddedProfiler:
    """Rules and tagger behind `redaction.profiler.protocol.Profiler`.

    A mask is a pure function of (text, policy, `identity`). Raises ConfigError at construction for a policy that
    cannot be compiled. The repr shows no text.
    """

    def __init__(
        self, policies: Mapping[str, Policy], tagger: Tagger | Scorer | None = None, threads: Workers | None = None
    ) -> None:
        self._policies = compile_policies(policies)
        self._policies.setdefault("default", compile_policy(Policy()))
        self._detector = Detector(tagger)
        self._identity = f"embedded {self._detector.version}"
        self._is_warm = _WARM.setdefault(built_in_rules() if tagger is None else tagger, set())
        self._warm()
        self._inline = _INLINE if tagger is None else _INLINE_WITH_TAGGER
        self._threads = threads or workers()

    def __repr__(self) -> str:
        return f"EmbeddedProfiler({self.identity!r}, {len(self._policies)} policies)"

    @property
    def identity(self) -> str:
        """Detector and version: part of every cache key."""
        return self._identity

    def is_everyday(self, word: str) -> bool:
        """Whether a word in lower case means something else than a name, a place or a brand among it. Without a tagger
        nobody knows words: all are."""
        return self._detector.is_everyday(word) is not False or word in AMBIGUOUS or word in NO_SURNAMES

    def warm_rest(self) -> None:
        """Build the tables that not every text needs: on a thread, once requests are served."""
        self._warm(rest=True)

    def _warm(self, *, rest: bool = False) -> None:
        if rest not in self._is_warm:
            self._is_warm.add(rest)
            self._detector.warm(self._policies["default"], rest=rest)

    def find(self, text: str, policy: str = "default") -> tuple[Span, ...]:
        """The spans of one text, sorted and disjoint. Raises ProfilerFailed for an unknown policy."""
        return self._detector.find(text, self._policy(policy))

    def explain(self, text: str, policy: str = "default") -> list[Span]:
        """Every candidate with its recognizer and score, also those that lost or that the policy dropped."""
        found = [span for part in self._detector.candidates(text, self._policy(policy)) for span in part]
        return sorted(found, key=lambda s: (s.start, -s.score, s.end))

    def strict_spans(self, text: str, policy: str = "default") -> tuple[Span, ...]:
        """What checksum and format rules find in a number or key, as the policy wants it. Raises ProfilerFailed for an
        unknown policy."""
        return proven_spans(text, self._policy(policy))

    def mask_text(self, text: str, policy: str = "default") -> Masking:
        """The masking of one text, computed here and now."""
        return _finished(self._mask(text, self._policy(policy), Event()))

    async def mask_many(self, texts: Sequence[str], policy: str, done: Callable[[int, Masking], None]) -> None:
        """See `redaction.profiler.protocol.Profiler`. Long texts are masked in a worker thread, slice by slice, short
        ones together."""
        rules = self._policy(policy)
        size = sum(map(len, texts))
        stop = Event()
        try:
            if size <= self._inline:
                for index, text in enumerate(texts):
                    done(index, _finished(self._mask(text, rules, stop)))
                return
            lots = _Lots(asyncio.get_running_loop(), done)
            await self._threads.steps(size, self._many(texts, rules, stop, lots))
            lots.tell()
        except asyncio.CancelledError:
            stop.set()
            raise
        except ProfilerFailed:
            raise
        except Exception:  # noqa: BLE001  whatever broke, the text must not be sent, and its traceback may hold text
            raise ProfilerFailed("the embedded profiler failed on a text (profiler.endpoint: embedded)") from None

    async def aclose(self) -> None:
        """Nothing to let go of: the threads are the process's."""

    def _many(self, texts: Sequence[str], rules: CompiledPolicy, stop: Event, lots: _Lots) -> Iterator[None]:
        """Mask texts in steps; the tagger looks at short ones together, before the rules do one by one."""
        for start in range(0, len(texts), _TOGETHER):
            together = texts[start : start + _TOGETHER]
            short = [text for text in together if len(text) <= _SHORT]
            many = _TOGETHER if sum(map(len, short)) <= _FEW_FROM else _FEW
            for at in range(0, len(short) if len(short) > 1 else 0, many):
                self._detector.prepare(short[at : at + many])
                yield
            for index, text in enumerate(together, start):
                long = len(text) > _SHORT
                for step in self._mask(text, rules, stop):
                    if step is not None:
                        lots.add(index, step)
                    if long:
                        yield
                if not long:  # ten steps of a few characters each would cost as much as what they do
                    yield

    def _mask(self, text: str, rules: CompiledPolicy, stop: Event) -> Iterator[Masking | None]:
        """The masking of a text behind None for each bounded step. A text that takes far more work than its size allows
        is one placeholder: its finding is a function of the text like every other."""
        budget = Budget(len(text), lambda: _check(stop))
        found = Found(())
        slices = self._detector.slices(text, rules)
        try:
            while True:
                budget.spend(_STEP)
                step = next(slices, _END)
                if step is _END:
                    break
                found = step or found
                yield None
        except OverBudget:
            yield over_budget(text)
            return
        yield Masking(substitute(text, found.spans) if found.spans else text, found.spans, left=found.left)

    def _policy(self, name: str) -> CompiledPolicy:
        try:
            return self._policies[name]
        except KeyError:
            raise ProfilerFailed(f"there is no policy {name!r} (policies)", code="faasera_unknown_policy") from None


_END = Found((), -1)


class _Lots:
    """What a thread has done, on its way to the event loop: some at a time, the last with the end of the work."""

    def __init__(self, loop: asyncio.AbstractEventLoop, done: Callable[[int, Masking], None]) -> None:
        self._loop = loop
        self._done = done
        self._waiting: list[tuple[int, Masking]] = []

    def add(self, index: int, masking: Masking) -> None:
        self._waiting.append((index, masking))
        if len(self._waiting) >= _LOT:
            lot, self._waiting = self._waiting, []
            self._loop.call_soon_threadsafe(self._tell, lot)

    def tell(self) -> None:
        """What was not sent, on the event loop, when the thread is done."""
        self._tell(self._waiting)

    def _tell(self, lot: Sequence[tuple[int, Masking]]) -> None:
        for index, masking in lot:
            self._done(index, masking)


def _finished(steps: Iterator[Masking | None]) -> Masking:
    """The masking at the end of the steps."""
    return next(masking for masking in steps if masking is not None)


def _check(stop: Event) -> None:
    if stop.is_set():
        raise ProfilerFailed("the request was given up while a text was being masked")
