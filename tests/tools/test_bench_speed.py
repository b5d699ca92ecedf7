"""The bench of CPU: its texts are all different, and an unknown bench is not one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.bench import __main__ as benches
from tools.bench.bench_speed import Texts, own_texts, report


def test_no_text_is_taken_twice() -> None:
    texts = Texts({})
    taken = [text for kind in texts.kinds for size in (2_000, 2_000) for text in texts.take(kind, size, 5)]
    assert len(set(taken)) == len(taken) == 40


def test_a_file_is_cut_into_pieces_until_it_ends(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("abcdefgh" * 3)
    texts = Texts(own_texts([f"prose={tmp_path / 'mine.txt'}"]))
    assert texts.kinds == ("prose",)
    assert texts.take("prose", 10, 3) == ["abcdefghab", "cdefghabcd"]
    assert texts.take("prose", 4, 3) == ["efgh"]


def test_the_median_stands_before_the_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    report(("a", "b", "c"), {"new 2 KB": [1.0, 5.0, 3.0]})
    assert capsys.readouterr().out.splitlines()[1].split() == ["new", "2", "KB", "+3.00", "+1.00", "+5.00", "+3.00"]


@pytest.mark.parametrize("argv", [[], ["unknown"]])
def test_an_unknown_bench_says_which_there_are(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert benches.main(argv) == 2
    assert "speed|wait|trips|restore|profiler" in capsys.readouterr().out
