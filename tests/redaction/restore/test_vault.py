"""The vault: bounded, timed, apart for each client, and silent about what it holds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.restore.vault import Vault, scope_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


A, B = scope_of(b"user", b"a"), scope_of(b"user", b"b")


def test_gives_back_to_the_same_client_only() -> None:
    vault = Vault()
    assert vault.put(A, "abcdefg", "Jane")
    assert vault.get(A, "abcdefg") == "Jane"
    assert vault.get(B, "abcdefg") is None
    assert vault.get(A, "zzzzzzz") is None


def test_scopes_tell_parts_apart() -> None:
    assert len({scope_of(), scope_of(b""), scope_of(b"a", b"b"), scope_of(b"ab"), scope_of(b"a", b"", b"b")}) == 5


def test_a_clash_is_counted_once_and_never_restored() -> None:
    vault = Vault()
    assert vault.put(A, "abcdefg", "Jane")
    assert not vault.put(A, "abcdefg", "John")
    assert not vault.put(A, "abcdefg", "Jane")
    assert vault.get(A, "abcdefg") is None
    assert vault.put(B, "abcdefg", "John")  # another client is not touched


def test_time_runs_out_since_the_last_use() -> None:
    clock = Clock()
    vault = Vault(ttl=100, clock=clock)
    vault.put(A, "aaaaaaa", "1")
    vault.put(A, "bbbbbbb", "2")
    clock.now += 60
    assert vault.get(A, "aaaaaaa") == "1"
    clock.now += 60
    assert vault.get(A, "bbbbbbb") is None
    assert vault.get(A, "aaaaaaa") == "1"
    clock.now += 100
    vault.sweep()
    assert len(vault) == 0
    assert vault.size == 0
    assert not vault.scope(A)


def test_put_sweeps_other_clients_too() -> None:
    clock = Clock()
    vault = Vault(ttl=100, clock=clock)
    vault.put(A, "aaaaaaa", "1")
    clock.now += 200
    vault.put(B, "bbbbbbb", "2")
    assert len(vault) == 1


def test_the_least_used_goes_first() -> None:
    vault = Vault(entries=4)
    for tag in ("aaaaaaa", "bbbbbbb"):
        vault.put(A, tag, tag)
    assert vault.get(A, "aaaaaaa")
    vault.put(A, "ccccccc", "c")  # half of the room is a client's share
    assert vault.get(A, "bbbbbbb") is None
    assert vault.get(A, "aaaaaaa") == "aaaaaaa"


def test_a_busy_client_does_not_push_out_the_others() -> None:
    vault = Vault(entries=100)
    vault.put(B, "bbbbbbb", "kept")
    for number in range(1000):
        vault.put(A, f"{number:07}", "x")
    assert vault.get(B, "bbbbbbb") == "kept"
    assert vault.scope(A).__len__() == 50


def test_a_value_over_the_bound_is_not_kept() -> None:
    vault = Vault(size=10_000)
    assert not vault.put(A, "aaaaaaa", "x" * 10_000)
    assert len(vault) == 0


def test_forgets_a_client() -> None:
    vault = Vault()
    vault.put(A, "aaaaaaa", "1")
    vault.put(B, "aaaaaaa", "1")
    assert vault.forget(lambda scope: scope == A) == 1
    assert vault.forget(lambda scope: scope == A) == 0
    assert len(vault) == 1
    assert vault.get(A, "aaaaaaa") is None


def test_shows_nothing() -> None:
    vault = Vault()
    vault.put(A, "abcdefg", "Jane Doe")
    shown = f"{vault!r} {vault.scope(A)!r}"
    assert "Jane" not in shown
    assert "abcdefg" not in shown


def test_a_scope_is_a_lookup() -> None:
    scope = Vault().scope(A)
    assert not scope
    assert scope.put("abcdefg", "Jane")
    assert scope
    assert scope("abcdefg") == "Jane"


@pytest.mark.parametrize("bad", [{"entries": 1}, {"size": 0}, {"ttl": 0}])
def test_refuses_no_room(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        Vault(**bad)  # type: ignore[arg-type]


steps = st.tuples(
    st.sampled_from("ABC"),
    st.sampled_from(["t1", "t2", "t3", "t4", "t5"]),
    st.sampled_from(["x", "y" * 300]),
    st.integers(0, 40),
)


@given(st.lists(steps, max_size=60))
def test_never_over_its_bounds_and_never_the_wrong_value(plan: list[tuple[str, str, str, int]]) -> None:
    clock = Clock()
    vault = Vault(entries=6, size=6000, ttl=100, clock=clock)
    put: dict[tuple[str, str], set[str]] = {}
    for client, tag, value, wait in plan:
        clock.now += wait
        scope = scope_of(client.encode())
        vault.put(scope, tag, value)
        put.setdefault((client, tag), set()).add(value)
        assert len(vault) <= 6
        assert vault.size <= 6000
        assert vault.get(scope, tag) in (value, None)
    for client, tag in put:
        assert vault.get(scope_of(client.encode()), tag) in (*put[client, tag], None)
    clock.now += 1000
    vault.sweep()
    assert (len(vault), vault.size) == (0, 0)


def test_a_time_limit_that_changes() -> None:
    """A longer one keeps what there is; a shorter one must not leave entries that live on for the old time."""
    now = [0.0]
    vault = Vault(ttl=10, clock=lambda: now[0])
    mine = vault.scope(b"me")
    mine.put("abcdefg", "Jane Doe")
    vault.keep_for(20)
    assert mine("abcdefg") == "Jane Doe"
    now[0] = 19
    assert mine("abcdefg") == "Jane Doe"
    vault.keep_for(5)
    assert mine("abcdefg") is None
    assert (len(vault), vault.size, len(mine)) == (0, 0, 0)
    mine.put("abcdefg", "Jane Doe")
    now[0] = 25
    assert mine("abcdefg") is None


class Timer:
    """Work that was put off, until somebody rings."""

    def __init__(self) -> None:
        self.work: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, work: Callable[[], None]) -> None:
        self.work.append((seconds, work))

    def ring(self) -> None:
        work, self.work = self.work, []
        for _, one in work:
            one()


def test_an_idle_vault_forgets_by_itself() -> None:
    clock, timer = Clock(), Timer()
    vault = Vault(ttl=12 * 3600.0, clock=clock, later=timer)
    assert timer.work == []  # nothing to wait for
    vault.put(A, "abcdefg", "Jane")
    vault.put(A, "bbbbbbb", "John")
    assert [seconds for seconds, _ in timer.work] == [60]
    clock.now += 11 * 3600
    vault.get(A, "bbbbbbb")
    timer.ring()
    assert len(vault) == 2
    clock.now += 3601
    timer.ring()
    assert len(vault) == 1
    clock.now += 11 * 3600
    timer.ring()
    assert (len(vault), vault.size, timer.work) == (0, 0, [])
    vault.put(B, "abcdefg", "Joan")
    assert len(timer.work) == 1  # and it waits again


def test_threads_may_put_at_once() -> None:
    vault = Vault(entries=50, size=1 << 20)

    def work(number: int) -> None:
        for at in range(300):
            vault.put(A if number % 2 else B, f"{number}{at:06d}", "value")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(vault) == vault.scope_entries(A) + vault.scope_entries(B) <= 50
