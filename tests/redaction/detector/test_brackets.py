"""Values that only wear a placeholder's brackets."""

from __future__ import annotations

import pytest

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy
from redaction.detector.rules.name_rules import CUES, SHAPES
from redaction.detector.rules.recognizers import ROWS
from redaction.placeholders import BUILT_IN_TYPES, is_placeholder
from redaction.spans import substitute

PLAIN = compile_policy(Policy())


def test_every_rule_gives_a_known_type() -> None:
    assert {row.type for row in (*ROWS, *SHAPES, *CUES)} <= BUILT_IN_TYPES


def test_configured_types_are_known() -> None:
    assert not is_placeholder("[[BLUEBIRD_CASE]]")
    compile_policy(Policy(dictionaries={"BLUEBIRD_CASE": ("Bluebird",)}))
    assert is_placeholder("[[BLUEBIRD_CASE]]")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[[SSN_536228645]]", "[[SSN_[[SSN]]]]"),
        ("[[SSN_536_22_8645]]", "[[SSN_[[SSN]]]]"),
        ("[[CARD4539578763621486]]", "[[CARD[[CREDITCARD_NUMBER]]]]"),
        ("[[SSN_k3f7w2c]] [[NAME]]", "[[SSN_k3f7w2c]] [[NAME]]"),
    ],
)
def test_no_value_hides_in_double_brackets(text: str, left: str) -> None:
    assert substitute(text, Detector().find(text, PLAIN)) == left
