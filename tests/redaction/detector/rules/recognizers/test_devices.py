"""Vehicles, wallets, medical records, user names: text -> spans, near misses included."""

from __future__ import annotations

import pytest

from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("VIN 1M8GDM9AXKP042788", [("VIN", "1M8GDM9AXKP042788")]),
        ("1M8GDM9A0KP042788", []),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", [("CRYPTO_ADDRESS", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")]),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", []),
        (
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
            [("CRYPTO_ADDRESS", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq")],
        ),
        (
            "0x742d35Cc6634C0532925a3b844Bc454e4438f44e",
            [("CRYPTO_ADDRESS", "0x742d35Cc6634C0532925a3b844Bc454e4438f44e")],
        ),
        ("0x00007ffff7a52390", []),
        ("MRN: 69926138", [("MEDICAL_RECORD", "69926138")]),
        ("Medical Record # 603408", [("MEDICAL_RECORD", "603408")]),
        ("NHC: 7845454", [("MEDICAL_RECORD", "7845454")]),
        ("MRN-753356", [("MEDICAL_RECORD", "MRN-753356")]),
        ("employee id: E-48213", [("ID_NUMBER", "E-48213")]),
        ("username: jdoe42", [("USERNAME", "jdoe42")]),
        ('"username": "jdoe"', [("USERNAME", "jdoe")]),
        ("username: str, username = None, username is not set", []),
        ("login: root", []),
        ("patient 12", []),
    ],
)
def test_devices(text, spans):
    assert found(text) == spans
