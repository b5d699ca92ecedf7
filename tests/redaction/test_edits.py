"""The one place that applies edits, the one memory that forgets, the one budget of work."""

from __future__ import annotations

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


def test_the_least_recently_used_goes_first() -> None:
    cache = BoundedCache[str, int](2)
    for key in "ab":
        cache.put(key, 1)
    assert cache.get("a")
    cache.put("c", 1)
    assert [cache.get(key) for key in "abc"] == [1, None, 1]


def test_no_more_is_spent_than_a_budget_has() -> None:
    own = budget.Budget(10)
    own.spend(own.left)
    with pytest.raises(budget.OverBudget):
        own.spend(1)


def test_a_budget_asks_whether_anybody_waits() -> None:
    def gone() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        budget.Budget(10, gone).spend(1)
