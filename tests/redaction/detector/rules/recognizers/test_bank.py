"""IBAN, routing and account numbers: text -> spans, near misses included."""

from __future__ import annotations

import pytest

from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("IBAN DE89370400440532013000", [("IBAN_CODE", "DE89370400440532013000")]),
        ("DE89370400440532013000expired", [("IBAN_CODE", "DE89370400440532013000")]),
        ("IBAN DE89 3704 0044 0532 0130 00cleared", [("IBAN_CODE", "DE89 3704 0044 0532 0130 00")]),
        ("DE89370400440532013007expired", []),
        ("GB82 WEST 1234 5698 7654 32 is it", [("IBAN_CODE", "GB82 WEST 1234 5698 7654 32")]),
        ("de89 3704 0044 0532 0130 00", [("IBAN_CODE", "de89 3704 0044 0532 0130 00")]),
        ("NL91ABNA0417164300", [("IBAN_CODE", "NL91ABNA0417164300")]),
        ("FR14 2004 1010 0505 0001 3M02 606", [("IBAN_CODE", "FR14 2004 1010 0505 0001 3M02 606")]),
        ("GB82 WEST 1234\n5698 7654 32", [("IBAN_CODE", "GB82 WEST 1234\n5698 7654 32")]),
        ("DE89 - 3704 - 0044 - 0532 - 0130 - 00", [("IBAN_CODE", "DE89 - 3704 - 0044 - 0532 - 0130 - 00")]),
        ("DE89370400440532013001", []),
        ("DE89 - 3704 - 0044 - 0532 - 0130 - 01", []),
        ("XX89370400440532013000", []),
        ("routing number 021000021", [("ROUTING_NUMBER", "021000021")]),
        ("size 021000021", []),
        ("account number: 123456789012", [("ACCOUNT_NUMBER", "123456789012")]),
        ("account_number: 12345678", [("ACCOUNT_NUMBER", "12345678")]),
        ("Konto 1234567890", [("ACCOUNT_NUMBER", "1234567890")]),
        ("sort code 12-34-56", [("ROUTING_NUMBER", "12-34-56")]),
        ("SWIFT code: DEUTDEFF500", [("ROUTING_NUMBER", "DEUTDEFF500")]),
        ("the account balance is 1,234,567.89", []),
        ("PIN is 4821", [("PASSWORD", "4821")]),
        ("pin 4821 of the chip", []),
    ],
)
def test_bank(text, spans):
    assert found(text) == spans
