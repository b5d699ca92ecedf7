"""Masks the texts of a request through a Profiler, each distinct one once, also across requests (single flight).

    blank              never reaches the Profiler
    cached             known under this detector and policy
    shared             another request is having it masked right now: wait for that one
    new                this request has it masked, for itself and for whoever waits

A request that fails or is cancelled gives its unfinished texts back: those who waited see to them
themselves. What was finished stays cached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from redaction.cache import MaskCache
from redaction.errors import ProfilerFailed
from redaction.profiler.protocol import Masking, Profiler, over_budget
from redaction.workers import workers


@dataclass(frozen=True, slots=True)
class Masked:
    """Maskings by text, for every text asked for, and how many distinct texts were new and how many cached."""

    maskings: dict[str, Masking] = field(default_factory=dict, repr=False)
    new: int = 0
    cached: int = 0


# Done with its Masking, or None when the request that had it masked gave up.
_Flight = asyncio.Future[Masking | None]


class MaskService:
    """One per process, for one event loop. `profiler` may be replaced at any time: running requests keep theirs.

    `deadline` bounds one `mask` call in seconds, waiting for other requests included.
    """

    def __init__(self, profiler: Profiler, cache: MaskCache, *, deadline: float | None = None) -> None:
        self.profiler = profiler
        self.cache = cache
        self.deadline = deadline
        self._flights: dict[bytes, _Flight] = {}

    def __repr__(self) -> str:
        return f"MaskService({self.profiler.identity!r}, {len(self._flights)} in flight)"

    async def mask(self, texts: Iterable[str], policy: str) -> Masked:
        """Mask texts; a small request with nothing new does not give up control even once.

        Raises ProfilerFailed when any text could not be masked.
        """
        texts = list(texts)
        # The key of 32 MB takes 0.2 s.
        known, missing, blank = await workers().run(sum(map(len, texts)), lambda: self._look_up(texts, policy))
        cached = len(known) - blank
        if not missing:
            return Masked(known, cached=cached)
        try:
            async with asyncio.timeout(self.deadline):
                shared = await self._complete(known, missing, policy)
        except TimeoutError:
            raise ProfilerFailed(
                "the texts of this request were not masked in time (profiler.request_deadline)",
                code="faasera_profiler_timeout",
            ) from None
        return Masked(known, len(missing) - shared, cached)

    def _look_up(self, texts: Iterable[str], policy: str) -> tuple[dict[str, Masking], dict[str, bytes], int]:
        """Maskings known at once, keys of the other texts, number of blank ones. Each text counts once."""
        identity = self.profiler.identity
        known: dict[str, Masking] = {}
        missing: dict[str, bytes] = {}
        blank = 0
        for text in texts:
            if text in known or text in missing:
                continue
            if not text or text.isspace():
                known[text] = Masking(text, ())
                blank += 1
                continue
            key = self.cache.key(identity, policy, text)
            masking = self.cache.get(key, text)
            if masking is None:
                missing[text] = key
            else:
                known[text] = masking
        return known, missing, blank

    async def _complete(self, known: dict[str, Masking], missing: dict[str, bytes], policy: str) -> int:
        """Fill `known` with every missing text; returns how many came from other requests."""
        profiler = self.profiler
        left = dict(missing)
        shared = 0
        while left:
            awaited = {text: flight for text, key in left.items() if (flight := self._flights.get(key))}
            own = {text: key for text, key in left.items() if text not in awaited}
            if own:
                await self._lead(profiler, own, policy, known)
            if awaited:
                await asyncio.wait(awaited.values())  # unlike await or gather, cancels no future when cancelled
            for text, flight in awaited.items():
                masking = flight.result()
                if masking is not None:
                    known[text] = masking
                    shared += 1
            left = {text: key for text, key in left.items() if text not in known}
        return shared

    async def _lead(self, profiler: Profiler, own: dict[str, bytes], policy: str, known: dict[str, Masking]) -> None:
        """Have `own` texts masked, into `known`, the cache and the hands of those who wait."""
        texts = list(own)
        loop = asyncio.get_running_loop()
        flights: dict[str, _Flight] = {text: loop.create_future() for text in texts}
        self._flights.update((own[text], flight) for text, flight in flights.items())

        def done(index: int, masking: Masking) -> None:
            text = texts[index]
            if text in flights:
                known[text] = masking
                self.cache.put(own[text], text, masking)
                self._hand_over(own[text], flights.pop(text), masking)

        try:
            await profiler.mask_many(texts, policy, done)
            if flights:
                raise ProfilerFailed(f"the Profiler left out {len(flights)} of {len(texts)} texts")
        finally:
            for text, flight in flights.items():
                self._hand_over(own[text], flight, None)
            flights.clear()  # a late `done` of a Profiler that was cancelled changes nothing

    def _hand_over(self, key: bytes, flight: _Flight, masking: Masking | None) -> None:
        del self._flights[key]
        with suppress(asyncio.InvalidStateError):  # a loop that is shut down cancels futures
            flight.set_result(masking)


def bound(maskings: dict[str, Masking], texts: Iterable[str], left: int) -> None:
    """Texts behind more findings than one request may have become one placeholder each: what is made of a finding
    takes memory. Earlier texts count first: what a turn becomes never depends on those that follow."""
    for text in dict.fromkeys(texts) if sum(len(masking.spans) for masking in maskings.values()) > left else ():
        spans = maskings[text].spans
        left -= len(spans)
        if left < 0 and spans:
            maskings[text] = over_budget(text)
