"""Coordinates are a position; latency, weights and vectors are none."""

from __future__ import annotations

import pytest

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy

POLICY = compile_policy(Policy())

POSITIONS = [
    "lat: «48.853411», lon: «2.348802»",
    '{"lng": «2.348802», "lat": «48.853411»}',
    "latitude=«48.853411»",
    "my position «48.853411, 2.348802» now",
    "GPS «48.853411,2.348802»,35.5",
]
NO_POSITIONS = [
    "avg_lat=12.345678",
    "lat: 1.234567 ms",
    "lon = 0.123456",
    'position="1.234567 4.567891 7.123456"',
]


@pytest.mark.parametrize("row", POSITIONS + NO_POSITIONS)
def test_positions(row: str):
    text = row.replace("«", "").replace("»", "")
    found = [text[s.start : s.end] for s in Detector().find(text, POLICY) if s.type == "COORDINATES"]
    assert found == [part.partition("»")[0] for part in row.split("«")[1:]]
