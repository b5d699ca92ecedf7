"""A short soak; `make soak` runs the long one."""

from __future__ import annotations

import random

import pytest

from tests.support.depth import depth
from tools import hostile_traffic
from tools.soak import Soak, main


@pytest.mark.slow
def test_a_short_soak_leaks_nothing_and_stays_flat(capsys: pytest.CaptureFixture[str]) -> None:
    seconds, workers = depth(5, 6), depth(2, 4)
    status = main(["--seconds", str(seconds), "--workers", str(workers), "--seed", "7"])
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("leaks", "end", "descriptors", "through", "word"),
    [
        ([b"Jane"], 100, 0, True, "unmasked"),
        ([], 200, 0, True, "memory"),
        ([], 100, 50, True, "descriptors"),
        ([], 100, 0, False, "got through"),
    ],
)
def test_the_verdict_sees_each_fault(
    capsys: pytest.CaptureFixture[str], leaks: list[bytes], end: int, descriptors: int, through: bool, word: str
) -> None:
    soak = Soak(10, 1, 1)
    soak.leaks = leaks
    if through:
        soak.done.update(f"{name} gateway 200" for name in ("chat", "stream", "gzip", "socket", "http2"))
    memory = [(float(second), (100 if second < 7 else end) << 20) for second in range(10)]
    assert soak._judge(memory, descriptors) == 1
    assert word in capsys.readouterr().out.partition("FAILED")[2]


def test_every_hostile_request_is_made_of_planted_values_or_of_costly_text() -> None:
    forms = hostile_traffic.planted()
    dice = random.Random(7)
    assert len(forms) > 40
    for maker in hostile_traffic.MAKERS.values():
        assert all(maker(dice).body for _ in range(5))
    dressed = [hostile_traffic.MAKERS["dressed"](dice).body for _ in range(50)]
    assert all(any(form in body for form in forms) for body in dressed)
