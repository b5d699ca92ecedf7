"""Word boundaries at the ends of values, rewritten for RE2."""

from __future__ import annotations

import pytest
import re2

from redaction.detector.rules.re2_classes import spell_out
from redaction.detector.rules.recognizers import ROWS
from redaction.detector.rules.value_edges import value_edges


@pytest.mark.parametrize(
    ("pattern", "edged"),
    [
        (r"\b\d{9}\b", r"(?:^|[^0-9])(\d{9})(?:[^0-9]|$)"),
        (r"\b[2-6]\d{3}\b", r"(?:^|[^0-9])([2-6]\d{3})(?:[^0-9]|$)"),
        (r"(?i)\b[a-z]{2}\d\b", r"(?i)(?:^|[^0-9A-Za-z])([a-z]{2}\d)(?:[^0-9]|$)"),
        (r"\b\d{7}[A-Z]?\b", r"(?:^|[^0-9])(\d{7}[A-Z]?)(?:[^0-9A-Za-z]|$)"),
        (r"\b(?:19|20)\d\b|\b\d[.]\d\b", r"(?:^|[^0-9])((?:19|20)\d)(?:[^0-9]|$)|(?:^|[^0-9])(\d[.]\d)(?:[^0-9]|$)"),
        (r"\bpin: (\d{4})\b", r"\bpin: (\d{4})(?:[^0-9]|$)"),
        (r"\+\(?\d{3}\b", r"(\+\(?\d{3})(?:[^0-9]|$)"),
        (r"\b(?:St|Ave)\b", r"\b(?:St|Ave)\b"),
        (r"\bkey-[0-9a-f]{8}", r"\bkey-[0-9a-f]{8}"),
        (r"\d{3}", r"\d{3}"),
        (r"\b[^\s]\d\b", r"(\b[^\s]\d)(?:[^0-9]|$)"),
        (r"\b[)(|\]]\d\b", r"(\b[)(|\]]\d)(?:[^0-9]|$)"),
    ],
)
def test_value_edges(pattern: str, edged: str) -> None:
    assert value_edges(pattern) == edged


def test_every_rule_still_compiles() -> None:
    for row in ROWS:
        re2.compile(value_edges(spell_out(row.pattern)))
