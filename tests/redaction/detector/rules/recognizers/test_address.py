"""Street addresses: text -> spans, near misses included."""

from __future__ import annotations

import pytest

from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (
            "at 1600 Pennsylvania Avenue NW, Washington, DC 20500",
            [("STREET_ADDRESS", "1600 Pennsylvania Avenue NW, Washington, DC 20500")],
        ),
        ("1486 Maple Rd, Austin, TX 78701", [("STREET_ADDRESS", "1486 Maple Rd, Austin, TX 78701")]),
        ("42 Oak St, Apt 4B", [("STREET_ADDRESS", "42 Oak St, Apt 4B")]),
        ("Hauptstraße 12a, 10115 Berlin", [("STREET_ADDRESS", "Hauptstraße 12a, 10115 Berlin")]),
        ("Calle de Alcalá, 45", [("STREET_ADDRESS", "Calle de Alcalá, 45")]),
        ("Rue de la Paix 10", [("STREET_ADDRESS", "Rue de la Paix 10")]),
        ("Via Roma 131", [("STREET_ADDRESS", "Via Roma 131")]),
        ("ul. Cicha 86", [("STREET_ADDRESS", "ul. Cicha 86")]),
        ("P.O. Box 1234", [("STREET_ADDRESS", "P.O. Box 1234")]),
        ("PSC 1234, Box 5678\nAPO AE 09012", [("STREET_ADDRESS", "PSC 1234, Box 5678\nAPO AE 09012")]),
        ("SW1A 2AA", [("STREET_ADDRESS", "SW1A 2AA")]),
        ("Paris, France 75001", [("STREET_ADDRESS", "France 75001")]),
        (
            "home address: Flat 3, The Old Mill, Station Approach 7",
            [("STREET_ADDRESS", "Flat 3, The Old Mill, Station Approach 7")],
        ),
        ("住所は大阪府大阪市北区梅田3丁目1番1号です", [("STREET_ADDRESS", "大阪府大阪市北区梅田3丁目1番1号")]),
        ("名古屋市中区栄3-4-5へ", [("STREET_ADDRESS", "名古屋市中区栄3-4-5")]),
        ("北区は1-2位、東京都の人口は1400万人", []),
        ("address: 0x7ffe1234", []),
        ("address: localhost:8080", []),
        ("51 Franklin St, Fifth Floor, Boston", []),
        ("we drive 12 km to the park", []),
        ("Section 12 Way of working", []),
        ("2021, 2022 Anthony Green", [("NAME", "Anthony Green")]),
        ("© 2012 Peter Hill", [("NAME", "Peter Hill")]),
    ],
)
def test_address(text, spans):
    assert found(text) == spans
