"""The one place that applies edits, the one memory that forgets, the one budget of work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction import budget
from redaction.bounded_cache import BoundedCache
from redaction.edits import apply


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.text(max_size=3)), max_size=6))
def test_apply(text: str, steps: list[tuple[int, int, str]]) -> None:
    edits: list[tuple[int, int, str]] = []
    at = 0
    for gap, length, new in steps:
        if at + gap + length <= len(text):
            edits.append((at + gap, at + gap + length, new))
            at += gap + length
    expected = text
    for start, end, new in reversed(edits):
        expected = expected[:start] + new + expected[end:]
    assert apply(text, edits) == expected
    data = text.encode("utf-32-le", "surrogatepass")
    coded = [(4 * start, 4 * end, new.encode("utf-32-le", "surrogatepass")) for start, end, new in edits]
    assert apply(data, coded) == expected.encode("utf-32-le", "surrogatepass")
    if not edits:
        assert apply(text, edits) is text


@pytest.mark.parametrize(
    "edits", [[(2, 1, "")], [(0, 9, "")], [(-1, 1, "")], [(0, 2, ""), (1, 3, "")], [(2, 3, ""), (0, 1, "")]]
)
def test_edits_that_do_not_fit(edits: list[tuple[int, int, str]]) -> None:
    with pytest.raises(ValueError):
        apply("abc", edits)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), max_size=60), st.integers(0, 5), st.integers(0, 12))
def test_a_cache_stays_within_its_bounds(puts: list[tuple[int, int]], entries: int, weight: int) -> None:
    cache = BoundedCache[int, int](entries, weight)
    for key, heavy in puts:
        cache.put(key, key, heavy)
        assert len(cache) <= entries
        assert cache.weighs <= weight
        assert cache.get(key) in (key, None)
    cache.clear()
    assert (len(cache), cache.weighs) == (0, 0)


def test_the_least_recently_used_goes_first() -> None:
    cache = BoundedCache[str, int](2)
    for key in "ab":
        cache.put(key, 1)
    assert cache.get("a")
    cache.put("c", 1)
    assert [cache.get(key) for key in "abc"] == [1, None, 1]


@pytest.fixture
def own() -> Iterator[budget.Budget]:
    yield budget.Budget(10)
    budget.put_in_force(None)


def test_a_budget_is_spent_where_it_is_in_force(own: budget.Budget) -> None:
    budget.spend(10**12)  # none is in force
    budget.put_in_force(own)
    budget.spend(own.left)
    with pytest.raises(budget.OverBudget):
        budget.spend(1)
    budget.put_in_force(None)
    budget.spend(10**12)


def test_a_budget_asks_whether_anybody_waits() -> None:
    def gone() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        budget.Budget(10, gone).spend(1)
