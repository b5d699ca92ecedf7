"""Threads shared fairly: small before large, large ones in turns, nothing done for those who left."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from redaction.given_up import GivenUp
from redaction.workers import ON_LOOP, SMALL, Workers


def test_small_work_stays_on_the_event_loop() -> None:
    async def go() -> tuple[int, int]:
        pool = Workers()
        return await pool.run(ON_LOOP, threading.get_ident), await pool.run(ON_LOOP + 1, threading.get_ident)

    here, there = asyncio.run(go())
    assert here == threading.get_ident() != there


def test_what_it_raises_comes_back() -> None:
    def broken() -> None:
        raise KeyError("x")

    async def go() -> None:
        pool = Workers()
        with pytest.raises(KeyError):
            await pool.run(ON_LOOP + 1, broken)
        assert await pool.run(ON_LOOP + 1, lambda: 7) == 7

    asyncio.run(go())


def test_a_small_job_does_not_wait_for_large_ones() -> None:
    """All threads but one are busy with steps that end only when the small job is done."""
    done = threading.Event()

    def large() -> Iterator[None]:
        assert done.wait(20)
        yield

    def small() -> Iterator[None]:
        done.set()
        yield

    async def go() -> None:
        pool = Workers(threads=2)
        jobs = [asyncio.create_task(pool.steps(SMALL + 1, large())) for _ in range(4)]
        await asyncio.sleep(0)
        await pool.steps(SMALL, small())
        await asyncio.gather(*jobs)

    asyncio.run(go())


def test_large_jobs_take_turns() -> None:
    """The second job ends although the first one goes on until it has."""
    second = threading.Event()

    def endless() -> Iterator[None]:
        while not second.is_set():
            sum(range(20_000))
            yield

    def short() -> Iterator[None]:
        for _ in range(3):
            yield
        second.set()

    async def go() -> None:
        pool = Workers(threads=1)
        first = asyncio.create_task(pool.steps(SMALL + 1, endless()))
        await asyncio.sleep(0)
        await asyncio.gather(first, pool.steps(SMALL + 2, short()))

    asyncio.run(go())


def test_a_job_that_was_given_up_takes_no_further_step() -> None:
    taken: list[int] = []
    stop, going = threading.Event(), threading.Event()

    def steps() -> Iterator[None]:
        taken.append(1)
        going.set()
        assert stop.wait(20)
        yield
        taken.append(2)

    async def go() -> None:
        pool = Workers(threads=1)
        task = asyncio.create_task(pool.steps(SMALL + 1, steps()))
        await asyncio.to_thread(going.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        stop.set()
        assert await pool.run(ON_LOOP + 1, lambda: 1) == 1  # the same thread goes on with something else

    asyncio.run(go())
    assert taken == [1]


def test_given_up() -> None:
    calls: list[int] = []
    given_up = GivenUp()
    given_up.check()
    forget = given_up.when(lambda: calls.append(1))
    given_up.when(lambda: calls.append(2))
    forget()
    given_up.tell()
    given_up.tell()
    assert calls == [2]
    given_up.when(lambda: calls.append(3))
    assert calls == [2, 3]
    with pytest.raises(Exception, match="client left"):
        given_up.check()


_ENDS = """
import asyncio, threading, time, re2
from redaction.workers import ON_LOOP, workers
data, pattern, going = b"[[ab " * 4_000_000, re2.compile("[[][[][A-Z]+zz"), threading.Event()
def steps():
    while True:
        going.set()
        pattern.search(data)
        yield
async def go():
    task = asyncio.create_task(workers().steps(ON_LOOP + 1, steps()))
    await asyncio.to_thread(going.wait, 20)
    task.cancel()
asyncio.run(go())
class Last:
    def __del__(self, sleep=time.sleep):
        sleep(0.3)
last = Last()
"""


def test_the_process_ends_in_order_beside_a_step_that_runs() -> None:
    """A thread that comes back from C++ while Python ends aborts the process (and writes its memory to a core file)."""
    ended = subprocess.run([sys.executable, "-c", _ENDS], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
