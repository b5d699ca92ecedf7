from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from redaction.cache import MaskCache
from redaction.errors import ProfilerFailed
from redaction.mask_service import Masked, MaskService
from redaction.profiler.alignment import align
from redaction.profiler.protocol import Masking


class Told:
    """A Profiler in process: holds texts at `gates`, fails on texts in `poison`, leaves out texts in `forgets`."""

    def __init__(self, identity: str = "told-1") -> None:
        self.identity = identity
        self.calls: list[tuple[str, ...]] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.poison: set[str] = set()
        self.forgets: set[str] = set()
        self.called = asyncio.Event()

    async def mask_many(self, texts: Sequence[str], policy: str, done: Callable[[int, Masking], None]) -> None:
        self.calls.append(tuple(texts))
        self.called.set()
        for index, text in enumerate(texts):
            if text in self.gates:
                await self.gates[text].wait()
            if text in self.poison:
                raise ProfilerFailed("poison")
            if text not in self.forgets:
                done(index, align(text, text.replace("Jane", "[[NAME]]")))

    async def aclose(self) -> None:
        pass


def masker(profiler: Told, *, max_entries: int = 1000, deadline: float | None = None) -> MaskService:
    return MaskService(profiler, MaskCache(1 << 20, max_entries), deadline=deadline)


def replacements(masked: Masked) -> dict[str, str]:
    return {text: masking.replacement for text, masking in masked.maskings.items()}


def counts(masked: Masked) -> tuple[int, int]:
    return masked.new, masked.cached


def kept(one: MaskService, text: str) -> bool:
    """Whether the cache has the masking of a text."""
    return one.cache.get(one.cache.key(one.profiler.identity, "default", text), text) is not None


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_new_cached_and_blank() -> None:
    async def go() -> None:
        profiler = Told()
        one = masker(profiler)
        first = await one.mask(["I am Jane", "", " \n\t\u3000", "hello", "hello"], "default")
        assert replacements(first) == {
            "I am Jane": "I am [[NAME]]",
            "": "",
            " \n\t\u3000": " \n\t\u3000",
            "hello": "hello",
        }
        assert counts(first) == (2, 0)
        again = await one.mask(["hello", "new", "I am Jane", ""], "default")
        assert counts(again) == (1, 2)
        assert profiler.calls == [("I am Jane", "hello"), ("new",)]

    asyncio.run(go())


def test_a_cached_request_never_gives_up_control() -> None:
    one = masker(Told())
    asyncio.run(one.mask(["a"], "default"))
    step = one.mask(["a"], "default")
    with pytest.raises(StopIteration) as stopped:
        step.send(None)  # no loop at all: it may not wait for anything
    assert counts(stopped.value.value) == (0, 1)


def test_another_policy_or_profiler_is_another_entry() -> None:
    async def go() -> None:
        first, second = Told("one"), Told("two")
        one = masker(first)
        await one.mask(["a"], "default")
        await one.mask(["a"], "strict")
        assert len(first.calls) == 2
        one.profiler = second
        await one.mask(["a"], "default")
        assert second.calls == [("a",)]
        one.profiler = first
        assert counts(await one.mask(["a"], "default")) == (0, 1)

    asyncio.run(go())


def test_a_swap_leaves_running_requests_with_theirs() -> None:
    async def go() -> None:
        first, second = Told("one"), Told("two")
        first.gates["a"] = asyncio.Event()
        one = masker(first)
        running = asyncio.create_task(one.mask(["a"], "default"))
        await first.called.wait()
        one.profiler = second
        assert counts(await one.mask(["a"], "default")) == (1, 0)
        first.gates["a"].set()
        assert counts(await running) == (1, 0)

    asyncio.run(go())


def test_equal_texts_in_flight_share_one_call() -> None:
    async def go() -> None:
        profiler = Told()
        profiler.gates["Jane"] = asyncio.Event()
        one = masker(profiler)
        leader = asyncio.create_task(one.mask(["Jane"], "default"))
        await profiler.called.wait()
        others = [asyncio.create_task(one.mask(["Jane", f"own {n}"], "default")) for n in range(3)]
        await settle()
        profiler.gates["Jane"].set()
        assert counts(await leader) == (1, 0)
        for other in others:
            masked = await other
            assert counts(masked) == (1, 0)
            assert replacements(masked)["Jane"] == "[[NAME]]"
        assert [call for call in profiler.calls if "Jane" in call] == [("Jane",)]
        assert not one._flights

    asyncio.run(go())


@pytest.mark.parametrize("max_entries", [1000, 0])
def test_a_failing_request_does_not_fail_who_waits(max_entries: int) -> None:
    async def go() -> None:
        profiler = Told()
        profiler.gates["poison"] = asyncio.Event()
        profiler.poison.add("poison")
        one = masker(profiler, max_entries=max_entries)
        failing = asyncio.create_task(one.mask(["done", "poison", "Jane"], "default"))
        await profiler.called.wait()
        other = asyncio.create_task(one.mask(["Jane", "done"], "default"))
        await settle()
        profiler.gates["poison"].set()
        with pytest.raises(ProfilerFailed):
            await failing
        assert replacements(await other) == {"Jane": "[[NAME]]", "done": "done"}
        assert not one._flights
        assert kept(one, "done") == (max_entries > 0)

    asyncio.run(go())


def test_a_cancelled_request_does_not_cancel_who_waits() -> None:
    async def go() -> None:
        profiler = Told()
        profiler.gates["Jane"] = asyncio.Event()
        one = masker(profiler)
        leader = asyncio.create_task(one.mask(["Jane"], "default"))
        await profiler.called.wait()
        waiting = [asyncio.create_task(one.mask(["Jane"], "default")) for _ in range(3)]
        await settle()
        waiting[0].cancel()  # nor does one who waits cancel the leader
        await settle()
        assert not leader.done()
        leader.cancel()
        await settle()
        profiler.gates["Jane"].set()
        for task in waiting[1:]:
            assert replacements(await task) == {"Jane": "[[NAME]]"}
        for task in (leader, waiting[0]):
            with pytest.raises(asyncio.CancelledError):
                await task
        assert len(profiler.calls) == 2
        assert not one._flights

    asyncio.run(go())


def test_everybody_fails_on_a_poisoned_text_but_only_on_that() -> None:
    async def go() -> None:
        profiler = Told()
        profiler.poison.add("poison")
        one = masker(profiler)
        results = await asyncio.gather(
            *(one.mask(["poison", f"t{n}"], "default") for n in range(4)), return_exceptions=True
        )
        assert all(isinstance(result, ProfilerFailed) for result in results)
        assert replacements(await one.mask(["Jane"], "default")) == {"Jane": "[[NAME]]"}
        assert not one._flights

    asyncio.run(go())


def test_a_profiler_that_leaves_texts_out_is_a_failure() -> None:
    async def go() -> None:
        profiler = Told()
        profiler.forgets.add("canary")
        one = masker(profiler)
        with pytest.raises(ProfilerFailed) as caught:
            await one.mask(["a", "canary"], "default")
        assert "canary" not in str(caught.value)
        assert kept(one, "a")
        assert not one._flights

    asyncio.run(go())


def test_the_deadline_bounds_waiting_for_others_too() -> None:
    async def go() -> None:
        profiler = Told()
        profiler.gates["a"] = asyncio.Event()
        one = masker(profiler)
        leader = asyncio.create_task(one.mask(["a"], "default"))
        await profiler.called.wait()
        one.deadline = 0.01
        with pytest.raises(ProfilerFailed) as caught:
            await one.mask(["a"], "default")
        assert caught.value.code == "faasera_profiler_timeout"
        profiler.gates["a"].set()
        assert counts(await leader) == (1, 0)

    asyncio.run(go())


def test_reprs_hold_no_text() -> None:
    async def go() -> None:
        one = masker(Told())
        masked = await one.mask(["canary"], "default")
        assert "canary" not in repr(masked) + repr(one) + repr(one.cache)

    asyncio.run(go())
