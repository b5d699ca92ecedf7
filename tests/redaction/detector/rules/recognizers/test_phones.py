"""Phone numbers in national forms: every row's example in the language of its country, and its near miss."""

from __future__ import annotations

import re

import phonenumbers
import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.rules.recognizers.phones import (
    _TRUNK_ZERO,
    _possible,
    international,
    loose_words,
    national_phones,
)
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


@given(st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)), st.from_regex(r"[0-9]{3,14}", fullmatch=True))
def test_international_numbers_are_those_of_libphonenumber(code: int, rest: str) -> None:
    number = f"+{code}{rest}"
    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        possible = False
    assert international(number) == (possible and 8 <= len(number) <= 16)


@given(st.sampled_from(sorted(_TRUNK_ZERO)), st.from_regex(r"0[1-9][0-9]{6,11}", fullmatch=True))
def test_numbers_behind_a_trunk_zero_are_those_of_libphonenumber(region: str, number: str) -> None:
    assert _possible(number, region, True) == phonenumbers.is_valid_number(phonenumbers.parse(number, region))


def test_words_of_a_language_are_found_by_re2_wherever_python_finds_them() -> None:
    for row in national_phones():
        if not row.alone:
            text = row.example.replace("⟦", "").replace("⟧", "")
            found = re2.compile(loose_words(row.words)).search(text.encode())
            assert found or not re.search(row.words, text, re.IGNORECASE), row
