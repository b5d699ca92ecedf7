"""The rows of the table of recall: enough of each type, the same each time, and the table is of them."""

from __future__ import annotations

import pytest

from config.type_table import types
from tools.measure_recall import ROWS_OF_A_TYPE, TABLE
from tools.recall_rows import ROWS, rows


def test_every_type_has_rows_and_a_figure() -> None:
    names = [row.name for row in types()]
    assert {name.partition(" ")[0] for name in ROWS} == set(names)
    assert ROWS_OF_A_TYPE >= 30
    assert [line.split("\t")[0] for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]] == names
    for row in types():
        assert row.rows == ROWS_OF_A_TYPE
        assert 0 <= row.masked <= row.rows
        assert row.measured.startswith("20")


@pytest.mark.parametrize("kind", [row.name for row in types()])
def test_rows_are_the_same_each_time_and_hold_the_value(kind: str) -> None:
    made = rows(kind, ROWS_OF_A_TYPE)
    assert made == rows(kind, ROWS_OF_A_TYPE)
    assert len(set(made)) >= 15
    for text, start, end in made:
        assert 0 <= start < end <= len(text)
        assert "{}" not in text
