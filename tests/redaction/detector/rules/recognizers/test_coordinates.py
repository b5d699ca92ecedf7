"""Positions of some metres are masked where they are said to be one; towns, weights and drawings stay."""

from __future__ import annotations

import pytest

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy

POLICY = compile_policy(Policy())
DETECTOR = Detector()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("home is at 48.858370, 2.294481", ["48.858370, 2.294481"]),
        ('{"lat": 48.858370, "lng": -2.294481}', ["48.858370", "-2.294481"]),
        ("48°51'29.6\"N 2°17'40.2\"E", ["48°51'29.6\"N 2°17'40.2\"E"]),
        ("https://www.google.com/maps/@48.858370,2.294481,17z", ["48.858370,2.294481"]),
        ("geo:48.85837,2.29448", ["48.85837,2.29448"]),
        ("lat: 48.8584, lng: 2.2945", []),
        ("weights at position 3: 0.123456, -0.987654", []),
        ("M 12.50001 3.10002 L 48.29003 10.37004", []),
        ("latency: 48.858370", []),
        ("score 48.858370 of 2.294481", []),
    ],
)
def test_positions(text, found):
    spans = DETECTOR.find(text, POLICY)
    assert [text[s.start : s.end] for s in spans if s.type == "COORDINATES"] == found
