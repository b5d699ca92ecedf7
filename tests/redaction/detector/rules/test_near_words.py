"""How far the words beside a value are: the same whether it is one of few values of a window or one of many."""

from __future__ import annotations

import pytest

from redaction.detector.rules.near_words import BEFORE, Context, NearWords
from redaction.detector.rules.table_headers import Columns

WORDS = Context(0, "ssn|card")


def near(text: str, *, many: bool) -> int | None:
    """The distance of the number in the text."""
    start = text.index("123")
    end = start + len(text[start:].split(" ")[0].split("\n")[0])
    window = NearWords(text, 0, Columns(text))
    for _ in range(10 if many else 0):
        window.distance(WORDS, start, end)
    return window.distance(WORDS, start, end)


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    ("text", "distance"),
    [
        ("ssn 123", 0),
        ("ssn: 123", 1),
        ("ssn123", 0),
        ("the ssn and number 123", 11),
        ("card ssn 123", 0),
        ("ssn " + "x" * BEFORE + " 123", None),
        ("123 ssn", BEFORE),
        ("123\nssn", None),
        ("lessn 123", None),
        ("123 is what he wrote of his ssn", None),
        ("id,ssn\n" + "x" * BEFORE + ",123 ", 0),
        ("id,name\n1,123 ", None),
        ("卡 ssn：123", 0),
        ("[[SSN]] 123", None),
    ],
)
def test_distance(text: str, distance: int | None, many: bool) -> None:
    assert near(text, many=many) == distance
