"""Headers of table columns."""

from __future__ import annotations

import pytest

from redaction.detector.rules.table_headers import Columns


@pytest.mark.parametrize(
    ("text", "value", "header"),
    [
        ("name,ssn\nBob,123", "123", "ssn"),
        ("name,ssn\nBob,123\nAnn,456", "456", "ssn"),
        ("name\tssn\nBob\t123", "123", "ssn"),
        ("| name | ssn |\n|---|---|\n| Bob | 123 |", "123", "ssn"),
        ("name,ssn\nBob,123", "name", None),
        ("no table\nvalue 123", "123", None),
        ("a,b\n\nBob,123", "123", None),
        ("a,b,c,d\nBob,123", "123", None),
    ],
)
def test_header(text, value, header):
    assert Columns(text).header(text.index(value)) == header


def test_long_tables_are_followed_from_row_to_row():
    text = "name,ssn\n" + "".join(f"n{i},{i:06}\n" for i in range(3000))
    columns = Columns(text)
    places = [text.index(f",{i:06}") + 1 for i in range(0, 3000, 100)]
    assert {columns.header(at) for at in range(places[0], places[0] + 1)} == {"ssn"}
    for i in range(3000):
        assert columns.header(text.index(f"n{i},") + len(f"n{i},")) == "ssn"
