"""US identity numbers, passports, driving licences: text -> spans, near misses included."""

from __future__ import annotations

import pytest

from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("SSN 123-45-6789", [("SSN", "123-45-6789")]),
        ("her number is 123-45-6789.", [("SSN", "123-45-6789")]),
        ("SSN 912-34-5678", [("SSN", "912-34-5678")]),
        ("my ssn is 123456789", [("SSN", "123456789")]),
        ("ssn 123 45 6789", [("SSN", "123 45 6789")]),
        ("ssn: 123.45.6789", [("SSN", "123.45.6789")]),
        ("ssn: 123-45-\n6789", [("SSN", "123-45-\n6789")]),
        ("ssn: 123>45>6789", [("SSN", "123>45>6789")]),
        ("ssn: 123 . . 45 . . 6789", [("SSN", "123 . . 45 . . 6789")]),
        ("social: 123, 45, 6789 likes and 1, 2, 3, 4, 5, 6, 7, 8, 9", []),
        ("123>45>6789", []),
        ("last four of my ssn: 6789", [("SSN", "6789")]),
        ("SSN 000-12-3456", [("SSN", "000-12-3456")]),
        ("build 000-12-3456", []),
        ("range 1123-45-67890", []),
        ("v123-45-6789-rc1", []),
        ("100 20 3000 400", []),
        ("EIN 12-3456789", [("TAX_ID", "12-3456789")]),
        ("part 12-3456789", []),
        ("passport number X1234567", [("PASSPORT_NUMBER", "X1234567")]),
        ("driver's license D1234567", [("DRIVER_LICENSE", "D1234567")]),
        (
            "passport X1234567, driving licence D7654321",
            [("PASSPORT_NUMBER", "X1234567"), ("DRIVER_LICENSE", "D7654321")],
        ),
        ("model X1234567", []),
        ("NPI 1234567893", [("MEDICAL_RECORD", "1234567893")]),
        ("count 1234567893", []),
        ("DEA AB1234563", [("MEDICAL_RECORD", "AB1234563")]),
        ("Medicare 1EG4-TE5-MK73", [("MEDICAL_RECORD", "1EG4-TE5-MK73")]),
    ],
)
def test_identity(text, spans):
    assert found(text) == spans
