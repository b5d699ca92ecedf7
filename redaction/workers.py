"""Threads for work that would hold up the event loop, shared fairly by all requests.

Work comes in steps. Of the jobs that wait, the one that had the least time so far goes on, so a small one goes before
a large one and two large ones take turns. One thread takes small jobs only: however many large ones there are, a small
one never waits for the end of their steps. A job whose request was given up is dropped before its next step.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from threading import Condition, Thread

from redaction.freed_memory import Freed

# Up to so many bytes or characters a job is small.
SMALL = 16_384
# Up to here work is done on the event loop itself: a thread would cost more than it saves.
ON_LOOP = 1 << 16
# A job goes on for so many seconds before it is asked whether another one should.
_TURN = 0.02
_THREADS = 2
# Behind a job of such a size there is memory to give back.
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
        self._changed = Condition()
        self._small: list[_Job] = []
        self._large: list[_Job] = []
        self._orders = itertools.count()
        self._freed = Freed()

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
        with self._changed:
            self._start()
            heapq.heappush(self._small if size <= SMALL else self._large, job)
            self._changed.notify_all()
        await asyncio.wrap_future(job.done)

    def _start(self) -> None:
        while len(self._threads) <= self._number:
            only_small = not self._threads
            name = f"faasera-work-{len(self._threads)}"
            thread = Thread(target=self._work, args=(only_small,), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self, only_small: bool) -> None:
        while True:
            job = self._next(only_small)
            more = _turn(job)
            if not more and job.size > _FREED:
                self._freed.give_back()
            if more:
                with self._changed:
                    heapq.heappush(self._small if job.size <= SMALL else self._large, job)
                    self._changed.notify_all()
            del job

    def _next(self, only_small: bool) -> _Job:
        with self._changed:
            while True:
                if self._small and (only_small or not self._large or self._small[0] < self._large[0]):
                    return heapq.heappop(self._small)
                if self._large and not only_small:
                    return heapq.heappop(self._large)
                self._changed.wait()


def _turn(job: _Job) -> bool:
    """Let a job go on for a while. Whether there is more to do."""
    started = time.thread_time()
    try:
        while not job.done.cancelled():
            try:
                next(job.steps)
            except StopIteration:
                with suppress(InvalidStateError):
                    job.done.set_result(None)
                return False
            spent = time.thread_time() - started
            if spent > _TURN:
                job.spent += spent
                return True
    except BaseException as error:  # noqa: BLE001 - whoever waits gets it, the thread goes on
        with suppress(InvalidStateError):
            job.done.set_exception(error)
    return False


_shared = Workers()


def workers() -> Workers:
    """The threads of this process."""
    return _shared
