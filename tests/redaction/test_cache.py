from __future__ import annotations

import gc
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.cache import ENTRY_BYTES, MaskCache
from redaction.profiler.protocol import Masking
from redaction.spans import Span
from tests.support.depth import depth

MASKED = Masking("I am [[NAME]]", (Span(5, 9, "NAME", 0.8, "tagger"),))


def filled(max_bytes: int = 1 << 20, max_entries: int = 100) -> MaskCache:
    return MaskCache(max_bytes, max_entries)


def test_round_trip() -> None:
    cache = filled()
    changed, unchanged, guessed = (cache.key("d", "p", text) for text in ("I am Jane", "hello", "odd"))
    cache.put(changed, "I am Jane", MASKED)
    cache.put(unchanged, "hello", Masking("hello", ()))
    cache.put(guessed, "odd", Masking("even", (Span(0, 3, "OTHER"),), exact=False))
    assert cache.get(changed, "I am Jane") == MASKED
    assert cache.get(unchanged, "hello") == Masking("hello", ())
    assert cache.get(guessed, "odd") == Masking("even", (Span(0, 3, "OTHER"),), exact=False)
    assert cache.get(cache.key("d", "p", "new"), "new") is None
    assert len(cache) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("d", "p", "t"), ("d2", "p", "t")),
        (("d", "p", "t"), ("d", "p2", "t")),
        (("d", "p", "t"), ("d", "p", "t2")),
        (("ab", "c", "t"), ("a", "bc", "t")),
        (("a", "bc", "t"), ("a", "b", "ct")),
        (("d", "p", "\ud800"), ("d", "p", "\ud801")),
        (("d", "p", "\ud83d\ude00"), ("d", "p", "\U0001f600")),
        (("d", "p", ""), ("d", "", "p")),
    ],
)
def test_another_key(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    cache = filled()
    assert cache.key(*one) == cache.key(*one)
    assert cache.key(*one) != cache.key(*other)


def test_keys_differ_between_processes() -> None:
    assert filled().key("d", "p", "t") != filled().key("d", "p", "t")


def test_no_text_is_kept() -> None:
    cache = filled()
    for text in ("canary-unchanged", "canary-changed"):
        replacement = "[[NAME]]" if text.endswith("-changed") else text
        cache.put(
            cache.key("d", "p", text), text, Masking(replacement, (Span(0, 14, "NAME"),) if replacement != text else ())
        )
    assert "canary" not in repr(vars(cache)) + repr(cache)
    held = [thing for entry in cache._entries._kept.values() for thing in gc.get_referents(entry)]
    assert "canary-unchanged" not in held
    assert "canary-changed" not in held


def test_least_recently_used_goes_first() -> None:
    cache = filled(max_entries=2)
    keys = {text: cache.key("d", "p", text) for text in "abc"}
    cache.put(keys["a"], "a", Masking("a", ()))
    cache.put(keys["b"], "b", Masking("b", ()))
    assert cache.get(keys["a"], "a")
    cache.put(keys["c"], "c", Masking("c", ()))
    assert cache.get(keys["b"], "b") is None
    assert cache.get(keys["a"], "a")
    assert cache.get(keys["c"], "c")
    assert len(cache) == 2


@pytest.mark.parametrize("limits", [(0, 10), (1 << 20, 0), (ENTRY_BYTES - 1, 10)])
def test_a_cache_of_nothing(limits: tuple[int, int]) -> None:
    cache = MaskCache(*limits)
    key = cache.key("d", "p", "a")
    cache.put(key, "a", Masking("a", ()))
    assert cache.get(key, "a") is None
    assert cache._entries.weighs == 0


def test_what_is_too_big_pushes_nothing_out() -> None:
    cache = filled(max_bytes=10_000)
    small, big = cache.key("d", "p", "small"), cache.key("d", "p", "big")
    cache.put(small, "small", Masking("small", ()))
    cache.put(big, "big", Masking("x" * 20_000, (), exact=False))
    assert cache.get(small, "small")
    assert cache.get(big, "big") is None


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 900)), max_size=40), st.integers(0, 4000), st.integers(0, 6)
)
def test_bounds_hold(puts: list[tuple[int, int]], max_bytes: int, max_entries: int) -> None:
    cache = MaskCache(max_bytes, max_entries)
    for name, size in puts:
        cache.put(cache.key("d", "p", str(name)), str(name), Masking("x" * size, (), exact=False))
        assert cache._entries.weighs <= max_bytes
        assert len(cache) <= max_entries
        assert cache._entries.weighs == sum(size for _, size in cache._entries._kept.values())


SIZE = depth(1000, 4000)


@pytest.mark.parametrize("spans", [0, 1, 8])
def test_bytes_are_honest(spans: int) -> None:
    """What the cache says it takes is what Python's allocator says, within a quarter."""
    cache = MaskCache(1 << 30, 1 << 20)
    cache.key("d", "p", "")
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(SIZE):
            text = f"text {number}"
            places = tuple(
                Span(300 + 10 * n + number, 305 + 10 * n + number, "NAME", number / SIZE) for n in range(spans)
            )
            masking = Masking(f"{'m' * 300} {number}", places) if spans else Masking(text, ())
            cache.put(cache.key("d", "p", text), text, masking)
        del text, places, masking
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 0.75 < cache._entries.weighs / taken < 1.25
