"""Who reads when: a slow document holds nobody, a process is used again and let go of."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from redaction.attachments import reader_pool
from redaction.attachments.extraction.result import Extracted, Request
from redaction.attachments.reader_pool import ReaderPool
from redaction.errors import ProfilerFailed

REQUEST = Request(format="zip", task="text", limit=1000, seconds=5)
ANSWER = Extracted(kind="document", format="docx", text="read")


class FakeProcess:
    """Reads `slow` only when `released` is set, and dies of `bad`."""

    started: list[FakeProcess]
    released: threading.Event

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self.documents = self.bytes = 0
        self.alive = True
        self.ended = threading.Event()
        type(self).started.append(self)

    def read(self, request: Request, data: bytes) -> Extracted | None:
        self.documents += 1
        self.bytes += len(data)
        if data.startswith(b"slow"):
            while not self.released.wait(0.01):
                if self.ended.is_set():
                    return None
        return None if data.startswith(b"bad") or self.ended.is_set() else ANSWER

    def end(self) -> None:
        self.alive = False
        self.ended.set()

    close = end


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeProcess]]:
    reader_pool.end_kept()
    FakeProcess.started, FakeProcess.released = [], threading.Event()
    monkeypatch.setattr(reader_pool, "ReaderProcess", FakeProcess)
    monkeypatch.setattr(reader_pool, "QUICK", 0.05)
    yield FakeProcess
    FakeProcess.released.set()
    reader_pool.end_kept()


async def read(pool: ReaderPool, data: bytes, deadline: float = 20.0) -> Extracted | None:
    return await pool.read(REQUEST, data, deadline, 1)


def test_one_process_reads_many_documents(processes: type[FakeProcess]) -> None:
    async def run() -> None:
        pool = ReaderPool()
        assert [await read(pool, b"a") for _ in range(5)] == [ANSWER] * 5

    asyncio.run(run())
    assert len(processes.started) == 1


def test_slow_documents_hold_nobody(processes: type[FakeProcess]) -> None:
    async def run() -> list[str]:
        pool, order = ReaderPool(), list[str]()

        async def one(name: str, data: bytes) -> None:
            assert await read(pool, data) == ANSWER
            order.append(name)

        slow = [asyncio.create_task(one(f"slow {i}", b"slow" * 1000)) for i in range(3)]
        await asyncio.sleep(0)
        await asyncio.gather(*(one("small", b"a") for _ in range(3)))
        processes.released.set()
        await asyncio.gather(*slow)
        return order

    order = asyncio.run(run())
    assert order[:3] == ["small"] * 3
    assert sorted(order[3:]) == ["slow 0", "slow 1", "slow 2"]


def test_small_before_large_in_the_quick_lane(processes: type[FakeProcess]) -> None:
    async def run() -> list[int]:
        pool, order = ReaderPool(), list[int]()

        async def one(size: int) -> None:
            await read(pool, b"x" * size)
            order.append(size)

        await asyncio.gather(*(one(size) for size in (50, 900, 10, 300)))
        return order

    assert asyncio.run(run()) == [50, 10, 300, 900]


def test_a_document_that_takes_too_long_is_given_up(processes: type[FakeProcess]) -> None:
    async def run() -> None:
        pool = ReaderPool()
        assert await read(pool, b"slow", 0.01) is None
        assert await read(pool, b"slow", 0.1) is None
        assert await read(pool, b"a") == ANSWER

    asyncio.run(run())
    assert [process.alive for process in processes.started] == [False, False, True]


def test_a_process_that_ended_while_it_waited_is_replaced(processes: type[FakeProcess]) -> None:
    async def run() -> None:
        pool = ReaderPool()
        assert await read(pool, b"a") == ANSWER
        processes.started[0].ended.set()  # it ends between the question whether it lives and the document
        assert await read(pool, b"b") == ANSWER
        assert await read(pool, b"bad") is None
        assert await read(pool, b"c") == ANSWER

    asyncio.run(run())


def test_too_many_wait(processes: type[FakeProcess], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_pool, "_WAITING", 2)

    async def run() -> list[str]:
        pool = ReaderPool()
        results = await asyncio.gather(*(read(pool, b"a") for _ in range(5)), return_exceptions=True)
        return [type(result).__name__ for result in results]

    assert sorted(asyncio.run(run())) == ["Extracted"] * 3 + [ProfilerFailed.__name__] * 2


def test_waiters_that_leave_give_their_turn_on(processes: type[FakeProcess]) -> None:
    async def run() -> None:
        pool = ReaderPool()
        first = asyncio.create_task(read(pool, b"slow"))
        await asyncio.sleep(0)
        left, stays = asyncio.create_task(read(pool, b"a")), asyncio.create_task(read(pool, b"bb"))
        await asyncio.sleep(0)
        left.cancel()
        assert await stays == ANSWER
        processes.released.set()
        assert await first == ANSWER
        with pytest.raises(asyncio.CancelledError):
            await left

    asyncio.run(run())
