"""The watch over a proxy: each problem is said once, and while the program runs."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from cli.health_watch import HealthWatch


class Looked:
    """Gives these answers in turn, then "" for ever."""

    def __init__(self, *problems: str) -> None:
        self._problems = list(problems)
        self.empty = Event()

    def problem(self) -> str:
        if not self._problems:
            self.empty.set()
            return ""
        return self._problems.pop(0)


def watched(proxy: Looked, tell: Callable[[str], None] | None) -> list[str]:
    with HealthWatch(proxy, tell, every=0.001) as watch:
        assert proxy.empty.wait(10)
    return watch.problems


def test_each_problem_is_said_once() -> None:
    said: list[str] = []
    assert watched(Looked("", "down", "down", "", "other", "down"), said.append) == ["down", "other"]
    assert [line.partition(";")[0] for line in said] == ["down", "other"]


def test_nothing_is_said_into_a_terminal_that_the_program_draws_on() -> None:
    assert watched(Looked("down"), None) == ["down"]


def test_all_is_well() -> None:
    said: list[str] = []
    assert watched(Looked(), said.append) == said == []


def test_a_short_program_is_looked_at_too() -> None:
    with HealthWatch(Looked("down"), None, every=3600) as watch:
        pass
    assert watch.problems == ["down"]
