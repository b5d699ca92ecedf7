from __future__ import annotations

import pytest

from redaction.profiler.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=5, open_for=10, clock=clock)


def fail(breaker: Breaker, *texts: object) -> None:
    for text in texts:
        ticket = breaker.admit()
        assert ticket is not None
        breaker.failed(ticket, text)


def test_opens_after_five_different_texts(breaker: Breaker) -> None:
    fail(breaker, 1, 2, 3, 4)
    assert not breaker.is_open
    fail(breaker, 5)
    assert breaker.is_open
    assert breaker.admit() is None
    assert breaker.retry_after == 10


def test_one_text_again_and_again_does_not_open_it(breaker: Breaker) -> None:
    fail(breaker, *[1] * 20)
    assert breaker.admit() is not None


def test_an_answer_between_starts_the_count_again(breaker: Breaker) -> None:
    fail(breaker, 1, 2, 3, 4)
    breaker.answered()
    fail(breaker, 5, 6, 7, 8)
    assert not breaker.is_open


def test_one_probe_after_ten_seconds(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, *range(5))
    clock.now += 9.9
    assert breaker.admit() is None
    assert breaker.retry_after == 1
    clock.now += 0.1
    probe = breaker.admit()
    assert probe is not None
    assert breaker.admit() is None
    breaker.answered()
    assert not breaker.is_open
    fail(breaker, *range(4))
    assert not breaker.is_open


def test_a_failed_probe_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, *range(5))
    clock.now += 10
    fail(breaker, 0)
    assert breaker.admit() is None
    clock.now += 9.9
    assert breaker.admit() is None
    clock.now += 0.1
    assert breaker.admit() is not None


def test_a_dropped_probe_leaves_its_place_to_the_next(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, *range(5))
    clock.now += 10
    probe = breaker.admit()
    assert probe is not None
    breaker.dropped(probe)
    assert breaker.admit() is not None
    assert breaker.admit() is None


def test_calls_from_before_do_not_disturb_the_probe(breaker: Breaker, clock: Clock) -> None:
    early = [breaker.admit(), breaker.admit()]
    fail(breaker, *range(5))
    clock.now += 5
    breaker.failed(early[0], 9)
    clock.now += 5
    probe = breaker.admit()
    assert probe is not None  # the late failure did not prolong the pause
    breaker.dropped(early[1])
    assert breaker.admit() is None  # nor did the late drop free the probe's place
