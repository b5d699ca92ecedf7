"""The embedded profiler: the Profiler's interface in process, no network, no waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from config.redaction_settings import Policy
from redaction.detector.detect import Detector, Found, Tagger
from redaction.detector.policy import CompiledPolicy, compile_policies, compile_policy
from redaction.errors import ProfilerFailed
from redaction.profiler.protocol import Masking
from redaction.spans import Span, substitute

# Texts up to this many code points in all are masked on the event loop (well under a millisecond without a tagger).
_INLINE = 3000
_INLINE_WITH_TAGGER = 600
_WORKERS = 2


class EmbeddedProfiler:
    """Rules and tagger behind `redaction.profiler.protocol.Profiler`.

    A mask is a pure function of (text, policy, `identity`). Raises ConfigError at construction for a policy that
    cannot be compiled. The repr shows no text.
    """

    def __init__(self, policies: Mapping[str, Policy], tagger: Tagger | None = None) -> None:
        self._policies = compile_policies(policies)
        self._policies.setdefault("default", compile_policy(Policy()))
        self._detector = Detector(tagger)
        self._detector.warm(self._policies["default"])
        self._inline = _INLINE if tagger is None else _INLINE_WITH_TAGGER
        self._pool: ThreadPoolExecutor | None = None

    def __repr__(self) -> str:
        return f"EmbeddedProfiler({self.identity!r}, {len(self._policies)} policies)"

    @property
    def identity(self) -> str:
        """Detector and version: part of every cache key."""
        return f"embedded {self._detector.version}"

    def find(self, text: str, policy: str = "default") -> tuple[Span, ...]:
        """The spans of one text, sorted and disjoint. Raises ProfilerFailed for an unknown policy."""
        return self._detector.find(text, self._policy(policy))

    def explain(self, text: str, policy: str = "default") -> list[Span]:
        """Every candidate with its recognizer and score, also those that lost or that the policy dropped."""
        found = [span for part in self._detector.candidates(text, self._policy(policy)) for span in part]
        return sorted(found, key=lambda s: (s.start, -s.score, s.end))

    def mask_text(self, text: str, policy: str = "default") -> Masking:
        """The masking of one text, computed here and now."""
        return self._mask(text, self._policy(policy), Event())

    async def mask_many(self, texts: Sequence[str], policy: str, done: Callable[[int, Masking], None]) -> None:
        """See `redaction.profiler.protocol.Profiler`. Long texts are masked in a worker thread, slice by slice."""
        rules = self._policy(policy)
        inline = sum(map(len, texts)) <= self._inline
        loop = asyncio.get_running_loop()
        stop = Event()
        try:
            if inline:
                for index, text in enumerate(texts):
                    done(index, self._mask(text, rules, stop))
                return

            def work() -> None:
                for index, text in enumerate(texts):
                    masking = self._mask(text, rules, stop)
                    loop.call_soon_threadsafe(done, index, masking)

            await loop.run_in_executor(self._workers(), work)
        except asyncio.CancelledError:
            stop.set()
            raise
        except ProfilerFailed:
            raise
        except Exception:  # noqa: BLE001  whatever broke, the text must not be sent, and its traceback may hold text
            raise ProfilerFailed("the embedded profiler failed on a text (profiler.endpoint: embedded)") from None

    async def aclose(self) -> None:
        """Let the workers go. Calls under way finish."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _mask(self, text: str, rules: CompiledPolicy, stop: Event) -> Masking:
        found = Found(())
        for step in self._detector.slices(text, rules):
            if stop.is_set():
                raise ProfilerFailed("the request was given up while a text was being masked")
            found = step or found
        return Masking(substitute(text, found.spans) if found.spans else text, found.spans, left=found.left)

    def _policy(self, name: str) -> CompiledPolicy:
        try:
            return self._policies[name]
        except KeyError:
            raise ProfilerFailed(f"there is no policy {name!r} (policies)", code="faasera_unknown_policy") from None

    def _workers(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="profiler")
        return self._pool
