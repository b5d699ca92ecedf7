"""Dates of birth: text -> spans, near misses included."""

from __future__ import annotations

import pytest

from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("DOB: 1985-03-12", [("DATE_OF_BIRTH", "1985-03-12")]),
        ("born on March 12, 1985", [("DATE_OF_BIRTH", "March 12, 1985")]),
        ("date_of_birth: 12/03/85", [("DATE_OF_BIRTH", "12/03/85")]),
        ("geboren am 12.03.1985", [("DATE_OF_BIRTH", "12.03.1985")]),
        ("Fecha de nacimiento: 13/04/1960", [("DATE_OF_BIRTH", "13/04/1960")]),
        ("née le 3 mars 1970", [("DATE_OF_BIRTH", "3 mars 1970")]),
        ("дата рождения: 12.03.1985", [("DATE_OF_BIRTH", "12.03.1985")]),
        ("出生日期:1985年3月12日", [("DATE_OF_BIRTH", "1985年3月12日")]),
        ("released on 1985-03-12", []),
        ("2024-05-17 08:15", []),
    ],
)
def test_birth(text, spans):
    assert found(text) == spans
