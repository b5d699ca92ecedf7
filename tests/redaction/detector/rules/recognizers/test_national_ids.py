"""National identity, tax and health numbers: text -> spans, near misses included."""

from __future__ import annotations

import pytest

from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("NINO AB123456C", [("NATIONAL_ID", "AB123456C")]),
        ("NI number QQ 12 34 56 C", [("NATIONAL_ID", "QQ 12 34 56 C")]),
        ("QQ123456C", []),
        ("NHS 943 476 5919", [("MEDICAL_RECORD", "943 476 5919")]),
        ("943 476 5919 rows", [("PHONE_NUMBER", "943 476 5919")]),
        ("TFN 123 456 782", [("TAX_ID", "123 456 782")]),
        ("Aadhaar 2341 2341 2346", [("NATIONAL_ID", "2341 2341 2346")]),
        ("PAN ABCPE1234F", [("TAX_ID", "ABCPE1234F")]),
        ("Steuer-ID 86 095 742 719", [("TAX_ID", "86 095 742 719")]),
        ("NIR 2 55 08 14 168 025 38", [("NATIONAL_ID", "2 55 08 14 168 025 38")]),
        ("DNI 12345678Z, NIE X1234567L", [("NATIONAL_ID", "12345678Z"), ("NATIONAL_ID", "X1234567L")]),
        ("12345678A", []),
        ("CF RSSMRA85T10A562S", [("NATIONAL_ID", "RSSMRA85T10A562S")]),
        ("CPF 111.444.777-35", [("NATIONAL_ID", "111.444.777-35")]),
        ("111.444.777-36", []),
        ("SIN 046 454 286", [("NATIONAL_ID", "046 454 286")]),
        ("BSN 111222333", [("NATIONAL_ID", "111222333")]),
        ("PESEL 44051401359", [("NATIONAL_ID", "44051401359")]),
        ("rijksregisternummer 85.07.30-033.28", [("NATIONAL_ID", "85.07.30-033.28")]),
        ("811228-9874", [("NATIONAL_ID", "811228-9874")]),
        ("811228-9875", []),
        ("131052-308T", [("NATIONAL_ID", "131052-308T")]),
        ("AHV 756.9217.0769.85", [("NATIONAL_ID", "756.9217.0769.85")]),
        ("身份证号11010519491231002X。", [("NATIONAL_ID", "11010519491231002X")]),
        ("110105194912310021", []),
        ("NRIC S1234567D", [("NATIONAL_ID", "S1234567D")]),
        ("HKID A123456(3)", [("NATIONAL_ID", "A123456(3)")]),
        ("CURP HEGG560427MVZRRL04", [("NATIONAL_ID", "HEGG560427MVZRRL04")]),
        ("СНИЛС 112-233-445 95", [("NATIONAL_ID", "112-233-445 95")]),
        ("rows 44051401359", []),
        ("850709-1234567", [("NATIONAL_ID", "850709-1234567")]),
    ],
)
def test_national_ids(text, spans):
    assert found(text) == spans
