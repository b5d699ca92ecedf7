"""Phone numbers in national forms: every row's example in the language of its country, and its near miss."""

from __future__ import annotations

import pytest

from redaction.detector.rules.recognizers.phones import national_phones
from tests.support.finding import found


@pytest.mark.parametrize("row", national_phones(), ids=lambda row: f"{row.region}-{'alone' if row.alone else 'near'}")
def test_row(row):
    value = row.example[row.example.index("⟦") + 1 : row.example.index("⟧")]
    assert found(row.example.replace("⟦", "").replace("⟧", "")) == [("PHONE_NUMBER", value)]
    assert found(row.near_miss) == []


@pytest.mark.parametrize(
    "text",
    [
        "Bug 1234567890 line 4321:1234",
        "von 2019-2020 bis 2024-01-15 um 10:30",
        "le total est 612 441 720 EUR",
        "версия 8.916.220 от 2024-01-15",
        "在1384417208个样本中",
        "librtmp 2.4+20151223 is installed",
        "Boston, MA 02110-1301 USA",
        "00000000: 7f45 4c46 0201 0100 0000 0000 0000 0000",
    ],
)
def test_near_misses_stay(text):
    assert [hit for hit in found(text) if hit[0] == "PHONE_NUMBER"] == []
