"""Who reads which document when: one lane for quick ones, small before large, and one for those that take long.

Every document starts in the quick lane. One that is not done within a second leaves it, together with its process, and
the next one begins: a slow PDF holds nobody. Only one such document goes on; others wait for its end and start anew.
A process that is done waits for the next document, up to a minute.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from redaction.attachments.extraction.result import Extracted, Request
from redaction.attachments.reader_process import ReaderProcess
from redaction.errors import ProfilerFailed

QUICK = 1.0  # seconds in the quick lane
_WAITING = 64  # documents that may wait in a lane
_PATIENCE = 60.0  # seconds to wait for the slow lane
# After so much a process is replaced: what a parser leaks stays small.
_DOCUMENTS, _BYTES = 200, 16 << 20

_threads = ThreadPoolExecutor(4, thread_name_prefix="document reader")
# The process that waits for the next document, if there is one. Lists are changed in one step, whatever thread asks.
_kept: list[ReaderProcess] = []


def end_kept() -> None:
    """Let go of the process that waits."""
    while _kept:
        _kept.pop().close()


class _Lane:
    """A lock that goes to the smallest of those who wait, the first of equals. For one event loop."""

    def __init__(self) -> None:
        self._held = False
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._number = 0

    @asynccontextmanager
    async def turn(self, size: int, patience: float | None = None) -> AsyncIterator[None]:
        """Raises ProfilerFailed (503) when too many wait, or it takes longer than `patience` seconds."""
        if self._held:
            if len(self._waiting) >= _WAITING:
                raise _busy()
            self._number += 1
            turn = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (size, self._number, turn))
            try:
                async with asyncio.timeout(patience):
                    await turn
            except BaseException as error:
                if turn.done() and not turn.cancelled():
                    self._next()  # it was our turn already
                elif isinstance(error, TimeoutError):
                    raise _busy() from None
                raise
        self._held = True
        try:
            yield
        finally:
            self._next()

    @property
    def free(self) -> bool:
        return not self._held

    def _next(self) -> None:
        while self._waiting:
            turn = heapq.heappop(self._waiting)[2]
            if not turn.done():
                turn.set_result(None)  # `_held` stays: the lane changes hands
                return
        self._held = False


class ReaderPool:
    """The readers of one event loop."""

    def __init__(self) -> None:
        self._quick, self._slow = _Lane(), _Lane()

    async def read(self, request: Request, data: bytes, deadline: float, memory: int) -> Extracted | None:
        """The answer for one document, or None when its process died, hung or answered anything else.

        `deadline` bounds the reading in seconds, `memory` the address space of its process in bytes. Raises
        ProfilerFailed when too many documents wait.
        """
        async with self._quick.turn(len(data)):
            known = bool(_kept)
            reading = await self._start(request, data, memory)
            if reading is None:
                return None
            try:
                done = await _wait(reading.task, min(QUICK, deadline))
                if done and reading.task.result() is None and known:  # it ended while it was idle: ask a fresh one
                    reading.end()
                    reading = await self._start(request, data, memory)
                    if reading is None:
                        return None
                    done = await _wait(reading.task, min(QUICK, deadline))
            except BaseException:
                if reading is not None:
                    reading.end()
                raise
            if done:
                return self._finish(reading)
        if self._slow.free and deadline > QUICK:
            async with self._slow.turn(0):
                return await self._go_on(reading, deadline - QUICK)
        reading.end()
        if deadline <= QUICK:
            return None
        async with self._slow.turn(len(data), _PATIENCE):
            again = await self._start(request, data, memory, fresh=True)
            return None if again is None else await self._go_on(again, deadline)

    async def _start(self, request: Request, data: bytes, memory: int, *, fresh: bool = False) -> _Reading | None:
        """Give the document to a process: the warm one, or a new one."""
        worker = None
        if not fresh:
            try:
                worker = _kept.pop()
            except IndexError:
                pass
            if worker is not None and (worker.memory != memory or not worker.alive):
                worker.close()
                worker = None
        if worker is None:
            starting = _threads.submit(ReaderProcess, memory)
            try:
                worker = await asyncio.wrap_future(starting)
            except OSError:  # no interpreter to start, or no process left
                return None
            except BaseException:
                starting.add_done_callback(_close_started)
                raise
        return _Reading(worker, _threads.submit(worker.read, request, data))

    async def _go_on(self, reading: _Reading, seconds: float) -> Extracted | None:
        try:
            if await _wait(reading.task, seconds):
                return self._finish(reading)
        except BaseException:
            reading.end()
            raise
        reading.end()
        return None

    def _finish(self, reading: _Reading) -> Extracted | None:
        """Take the answer, and keep the process if it is in order and none is kept."""
        worker, answer = reading.worker, reading.task.result()
        if answer is None or _kept or worker.documents >= _DOCUMENTS or worker.bytes > _BYTES:
            worker.close()
        else:
            _kept.append(worker)
        return answer


class _Reading:
    """A document and the process that reads it."""

    def __init__(self, worker: ReaderProcess, thread: Future[Extracted | None]) -> None:
        self.worker = worker
        self.task = asyncio.wrap_future(thread)
        self._thread = thread

    def end(self) -> None:
        """Kill the process: the thread that waits for its answer ends with it."""
        self.worker.end()
        self._thread.add_done_callback(lambda _: self.worker.close())


def _close_started(starting: Future[ReaderProcess]) -> None:
    """Nobody waits any more for a process that was being started."""
    if not starting.cancelled() and starting.exception() is None:
        starting.result().close()


async def _wait(task: asyncio.Future[Extracted | None], seconds: float) -> bool:
    """Whether the task is done within its time; it is not cancelled."""
    done, _ = await asyncio.wait({task}, timeout=seconds)
    return bool(done)


def _busy() -> ProfilerFailed:
    return ProfilerFailed("too many documents wait to be read", code="faasera_documents_busy", retry_after=5)


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, ReaderPool] = WeakKeyDictionary()


def pool() -> ReaderPool:
    """The readers of the running event loop."""
    return _pools.setdefault(asyncio.get_running_loop(), ReaderPool())
