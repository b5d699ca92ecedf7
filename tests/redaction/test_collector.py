"""No full collection while a large request is worked on, and not for ever."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from redaction.collector import Collector


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_no_full_collection_meanwhile() -> None:
    collector = Collector()
    with collector.kept_short():
        with collector.kept_short():
            pass
        assert gc.get_threshold()[2] > 1_000_000
    assert gc.get_threshold()[2] < 100


def test_large_requests_without_end() -> None:
    now = [0.0]
    collector = Collector(lambda: now[0])
    full = []

    def told(phase: str, info: dict[str, int]) -> None:
        full.append((phase, info["generation"]))

    gc.callbacks.append(told)
    try:
        with collector.kept_short():
            for seconds in (10.0, 70.0, 80.0):
                now[0] = seconds
                full.clear()
                with collector.kept_short():
                    pass
                assert (("start", 2) in full) == (seconds == 70.0)
    finally:
        gc.callbacks.remove(told)
