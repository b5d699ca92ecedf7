"""The store of values: what it holds is sealed, what was tampered with opens no more, and its failures cost little."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from addon.resp_client import StoreError
from addon.state_store import StateStore

SCOPE, OTHER = b"scope-of-ann", b"scope-of-bob"
VALUES = [("abcdefg", "NAME", "Zebedee Quill"), ("hijklmn", "SSN", "078-05-1120")]


class FakeServer:
    """The commands that the store uses, on a dict."""

    def __init__(self) -> None:
        self.hashes: dict[bytes, dict[bytes, bytes]] = {}
        self.expiry: dict[bytes, int] = {}
        self.down = False
        self.asked = 0

    async def ask(self, *commands: Sequence[bytes]) -> list[Any]:
        self.asked += 1
        if self.down:
            raise StoreError("ConnectionRefusedError")
        return [self._one(*command) for command in commands]

    def _one(self, verb: bytes, name: bytes, *rest: bytes) -> Any:
        entries = self.hashes.setdefault(name, {})
        match verb:
            case b"HGETALL":
                return [part for pair in entries.items() for part in pair]
            case b"HSETNX":
                entries.setdefault(rest[0], rest[1])
                return 1
            case b"HDEL":
                return len([entries.pop(field, None) for field in rest])
            case b"EXPIRE":
                self.expiry[name] = int(rest[0])
                return 1
        raise AssertionError(verb)

    def close(self) -> None:
        pass


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def run(work: Any) -> Any:
    return asyncio.run(work)


def store(
    server: FakeServer, clock: Clock | None = None, key: bytes = b"k" * 32, told: list[str] | None = None
) -> StateStore:
    tell = told.append if told is not None else lambda _: None
    return StateStore(server, key, 3600.0, tell, clock or Clock())  # type: ignore[arg-type]


async def saved(kept: StateStore, values: Any = VALUES, scope: bytes = SCOPE) -> None:
    kept.save(scope, values)
    await kept.close()


def test_another_replica_with_the_key_reads_what_was_written() -> None:
    async def go() -> None:
        server = FakeServer()
        await saved(store(server))
        assert sorted(await store(server).load(SCOPE)) == sorted(VALUES)
        assert await store(server).load(OTHER) == []
        assert await store(server, key=b"x" * 32).load(SCOPE) == []

    run(go())


def test_nothing_is_readable_in_the_server() -> None:
    server = FakeServer()
    run(saved(store(server)))
    everything = b"".join(name + field + value for name, row in server.hashes.items() for field, value in row.items())
    for word in (b"Zebedee", b"078-05", b"scope-of-ann"):
        assert word not in everything
    assert list(server.expiry.values()) == [3600]


def test_swapped_replayed_and_aged_values_open_no_more() -> None:
    async def go() -> None:
        server, clock = FakeServer(), Clock()
        await saved(store(server, clock))
        await saved(store(server, clock), [("opqrstu", "NAME", "Bob Other")], OTHER)
        (first, one), (second, two) = server.hashes.items()
        [foreign] = two.values()
        a, b = one
        for tampered in (
            {a: one[b]},
            {a: one[a][:-1] + bytes((one[a][-1] ^ 1,))},
            {a: foreign},
            {a: b""},
            {b"other": one[a]},
        ):
            server.hashes[first] = dict(tampered)
            kept = store(server, clock)
            assert await kept.load(SCOPE) == []
            await kept.close()
            assert server.hashes[first] == {}, "what cannot be opened is taken off"
        server.hashes[first] = dict(one)
        clock.now += 3601
        assert await store(server, clock).load(SCOPE) == []
        assert second

    run(go())


def test_the_first_write_sets_the_end() -> None:
    async def go() -> None:
        server, clock = FakeServer(), Clock()
        await saved(store(server, clock), VALUES[:1])
        clock.now += 3000
        await saved(store(server, clock), VALUES[:1])
        clock.now += 700
        assert await store(server, clock).load(SCOPE) == []

    run(go())


def test_a_store_that_fails_is_left_alone_and_told_of_once() -> None:
    async def go() -> None:
        server, told = FakeServer(), []
        server.down = True
        kept = store(server, told=told)
        for _ in range(20):
            assert await kept.load(SCOPE) == []
        assert server.asked == 3
        assert len(told) == 1
        assert "does not answer" in told[0]
        assert kept.lost == 20
        server.down = False
        kept._again = 0.0  # the pause is over
        await kept.load(SCOPE)
        assert told[1:] == [""]

    run(go())


def test_a_slow_store_costs_the_budget_only() -> None:
    class Slow(FakeServer):
        async def ask(self, *commands: Sequence[bytes]) -> list[Any]:
            await asyncio.Event().wait()
            return []

    assert run(store(Slow()).load(SCOPE)) == []


@pytest.mark.parametrize("scope", [b"", b"x" * 300])
def test_any_scope(scope: bytes) -> None:
    async def go() -> None:
        server = FakeServer()
        await saved(store(server), scope=scope)
        assert len(await store(server).load(scope)) == 2

    run(go())
