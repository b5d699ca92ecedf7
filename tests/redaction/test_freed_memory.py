"""Freed memory goes back to the system, and not all the time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from redaction.freed_memory import Freed, emptied

# Ten thousand blocks of 40 KB, each with a small one behind it that stays: their places are free and are not the top.
_GROW = """
from redaction.freed_memory import Freed, emptied
freed = Freed()
def resident():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS")) // 1024
before = resident()
kept = []
blocks = []
for _ in range(5_000):
    blocks.append(bytearray(40_000))
    kept.append(bytearray(700))
blocks.clear()
grown = resident() - before
freed.give_back()
print(grown, resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc only")
def test_what_is_free_goes_back() -> None:
    told = subprocess.run([sys.executable, "-c", _GROW], capture_output=True, text=True, check=True).stdout.split()
    held, left = map(int, told)
    assert held > 100
    assert left < 40


def test_not_more_often_than_every_few_seconds() -> None:
    now = [100.0]
    freed = Freed(lambda: now[0])
    assert [freed.give_back(), freed.give_back()] == [sys.platform == "linux", False]
    now[0] += 6
    assert freed.give_back() == (sys.platform == "linux")


def test_what_held_a_body_is_emptied_bit_by_bit() -> None:
    holders = (list(range(1_000)), {str(number): number for number in range(300)}, "text", None, ("tuple",), [])
    assert len(list(emptied(holders))) > 10
    assert [holder for holder in holders if holder] == ["text", ("tuple",)]
