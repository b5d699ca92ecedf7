"""Payment cards: text -> spans, near misses included."""

from __future__ import annotations

import pytest

from redaction.detector.rules.recognizers.cards import card, issued
from tests.support.finding import found


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("pay 4111111111111111 now", ["4111111111111111"]),
        ("4111 1111 1111 1111", ["4111 1111 1111 1111"]),
        ("4111-1111-1111-1111.", ["4111-1111-1111-1111"]),
        ("amex 3782 822463 10005", ["3782 822463 10005"]),
        ("5555555555554444,4012888888881881", ["5555555555554444", "4012888888881881"]),
        ("6011111111111117 and 3530111333300000", ["6011111111111117", "3530111333300000"]),
        ("4111 1111\n1111 1111", ["4111 1111\n1111 1111"]),
        ("card number 4964 1234 1234 1234", ["4964 1234 1234 1234"]),
        ("card: 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", ["4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"]),
        ("card 4111>1111>1111>1111", ["4111>1111>1111>1111"]),
        ("card 4111 - 1111 - 1111 - 1111", ["4111 - 1111 - 1111 - 1111"]),
        ("card 411 111 111 111 111 1", ["411 111 111 111 111 1"]),
        ("4111>1111>1111>1111", []),
        ("cards 4, 11, 1111, 111, 11, 1111", []),
        ("the card ending in 4242", ["4242"]),
        ("cvv: 123", ["123"]),
        ("card 4111111111111111.000", ["4111111111111111"]),
        ("4111111111111111.00012 m", []),
        ("4111111111111112", []),
        ("0.4111111111111111", []),
        ("id-4111111111111111x", []),
        ("1234567890123456", []),
        ("0000000000000000", []),
        ("507.851562 404.0625", []),
        ("1700000000000", []),
    ],
)
def test_cards(text, values):
    assert found(text) == [("CREDITCARD_NUMBER", value) for value in values]


@pytest.mark.parametrize(
    ("number", "known"),
    [("4" * 16, True), ("4" * 15, False), ("2221000000000009", True), ("2220990000000009", False), ("9" * 16, False)],
)
def test_issuers(number, known):
    assert issued(number) is known


@pytest.mark.parametrize(
    ("value", "ok"), [("4111 1111 1111 1111", True), ("4111 1111-1111 1111", False), ("41 11 11 11 11 11 11 11", False)]
)
def test_grouping(value, ok):
    assert card(value) is ok
