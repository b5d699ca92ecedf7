"""Threads for work that would hold up the event loop, shared fairly by all requests.

Work comes in steps. Of the jobs that wait, the one that had the least time so far goes on, so a small one goes before
a large one and two large ones take turns. One thread takes small jobs only: however many large ones there are, a small
one never waits for the end of their steps. A job whose request was given up is dropped before its next step.
"""

from __future__ import annotations

import asyncio
import atexit
import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import nullcontext, suppress
from threading import Condition, Event, Lock, Thread

from redaction.breath import begin, stand_back
from redaction.collector import Collector
from redaction.freed_memory import Freed

# Up to so many bytes or characters a job is small.
SMALL = 16_384
# Up to here work is done on the event loop itself: a thread would cost more than it saves.
ON_LOOP = 1 << 16
# A job goes on for so many seconds before it is asked whether another one should.
_TURN = 0.02
_THREADS = 2
# How long (seconds) the end of the process waits for a step.
_LAST_STEP = 1.0
# Beside a job of such a size the collector is kept short, behind it there is memory to give back.
_FREED = 1 << 18


class _Job:
    """Steps of one request, and who waits for their end."""

    __slots__ = ("done", "order", "size", "spent", "steps")

    def __init__(self, size: int, steps: Iterator[object], order: int) -> None:
        self.size = size
        self.steps = steps
        self.spent = 0.0
        self.order = order
        self.done: Future[None] = Future()

    def __lt__(self, other: _Job) -> bool:
        return (self.spent, self.size, self.order) < (other.spent, other.size, other.order)


class Workers:
    """Threads that start with the first job and end with the process."""

    def __init__(self, threads: int = _THREADS) -> None:
        """`threads`: for jobs of any size; one more is kept for small ones."""
        self._number = threads
        self._threads: list[Thread] = []
        self._stopped = Event()
        lock = Lock()
        self._any, self._only_small = Condition(lock), Condition(lock)
        self._idle = {self._any: 0, self._only_small: 0}  # asleep, and nobody has called them yet
        self._small: list[_Job] = []
        self._large: list[_Job] = []
        self._orders = itertools.count()
        self._freed = Freed()
        self._collector = Collector()

    def __repr__(self) -> str:
        return f"Workers({len(self._small)} small jobs wait, {len(self._large)} large ones)"

    async def run[T](self, size: int, work: Callable[[], T]) -> T:
        """The result of `work`, done on a thread; on the event loop itself for a `size` that is not worth one."""
        if size <= ON_LOOP:
            return work()
        result: list[T] = []

        def steps() -> Iterator[None]:
            result.append(work())
            yield

        await self.steps(size, steps())
        return result[0]

    async def steps(self, size: int, steps: Iterator[object]) -> None:
        """Run an iterator to its end on threads, never on two at once. Raises what it raises; when the waiting task
        is cancelled, no further step is taken."""
        job = _Job(size, steps, next(self._orders))
        with self._any:
            self._start()
            self._put(job)
            self._call()
        with self._collector.kept_short() if size > _FREED else nullcontext():
            await asyncio.wrap_future(job.done)

    def _start(self) -> None:
        while len(self._threads) <= self._number:
            only_small = not self._threads
            name = f"faasera-work-{len(self._threads)}"
            thread = Thread(target=self._work, args=(only_small,), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """End the threads behind their next step, for good: one that is in C++ when Python ends aborts the process."""
        with self._any:
            self._stopped.set()
            self._any.notify_all()
            self._only_small.notify_all()
        for thread in self._threads:
            thread.join(_LAST_STEP)

    def _work(self, only_small: bool) -> None:
        calls = self._only_small if only_small else self._any
        job: _Job | None = None
        while not self._stopped.is_set():
            with self._any:
                if job is not None:
                    self._put(job)  # and goes on with it, unless another job had less
                    job = None  # a name of one that waits would keep what it holds
                while (job := self._take(only_small)) is None:
                    self._idle[calls] += 1
                    calls.wait()
                    if self._stopped.is_set():
                        return
                self._call()
            if not _turn(job):
                if job.size > _FREED:
                    self._freed.give_back()
                job = None

    def _put(self, job: _Job) -> None:
        heapq.heappush(self._small if job.size <= SMALL else self._large, job)

    def _take(self, only_small: bool) -> _Job | None:
        if self._small and (only_small or not self._large or self._small[0] < self._large[0]):
            return heapq.heappop(self._small)
        return heapq.heappop(self._large) if self._large and not only_small else None

    def _call(self) -> None:
        """Wake one thread where one sleeps that could take what waits: each that takes a job calls the next. To wake
        all of them costs a small job more than its hop to a thread."""
        for calls, waiting in ((self._only_small, self._small), (self._any, self._small or self._large)):
            if waiting and self._idle[calls]:
                self._idle[calls] -= 1
                calls.notify()
                return


def _turn(job: _Job) -> bool:
    """Let a job go on for a while. Whether there is more to do."""
    begin()
    started, turn = time.thread_time(), time.perf_counter() + _TURN
    try:
        while not job.done.cancelled():
            try:
                next(job.steps)
            except StopIteration:
                with suppress(InvalidStateError):
                    job.done.set_result(None)
                return False
            # A clock that is read without asking the system says when to ask it: steps are many and short.
            stand_back()
            if time.perf_counter() > turn and (spent := time.thread_time() - started) > _TURN:
                job.spent += spent
                return True
    except BaseException as error:  # noqa: BLE001 - whoever waits gets it, the thread goes on
        with suppress(InvalidStateError):
            job.done.set_exception(error)
    return False


_shared = Workers()
atexit.register(_shared.stop)


def workers() -> Workers:
    """The threads of this process."""
    return _shared
