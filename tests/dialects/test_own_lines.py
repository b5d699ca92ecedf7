from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialects.own_lines import LONGEST, digest, line_around, own_lines

LINE = '* `find`: {"find": [{"ref_id": "turn0fetch3", "pattern": "Annie Case"}]}'


@pytest.mark.parametrize(
    ("line", "own"),
    [
        (LINE, True),
        (f"  {LINE} \r", True),
        (LINE.replace("Annie", "Anna"), False),
        (LINE + ".", False),
        (LINE + " My name is Annie Case.", False),
        ("Annie Case", False),
        ("", False),
    ],
)
def test_a_line_is_own_to_the_character(line: str, own: bool) -> None:
    assert (digest(line) in own_lines()) is own


def test_the_line_of_a_place() -> None:
    text = f"first\n{LINE}\nlast Annie"
    at = text.index("Annie")
    assert line_around(text, at, at + 5) == LINE
    assert line_around(text, at, len(text)) == ""  # over two lines
    assert line_around(text, len(text) - 5, len(text)) == "last Annie"
    long = "x" * (LONGEST + 1)
    assert line_around(f"{long} Ann", LONGEST + 2, LONGEST + 5) == ""
    assert line_around(f"Ann {long}", 0, 3) == ""


def test_rows_are_digests() -> None:
    rows = Path(__file__).parents[2].joinpath("dialects", "own_lines.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert rows
    assert all(re.fullmatch(r"[0-9a-f]{64}\t[^\t]+ [\d.]+\t[A-Z_]+", row) for row in rows)
