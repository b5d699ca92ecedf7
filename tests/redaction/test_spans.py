"""What is a placeholder, and what only wears its brackets."""

from __future__ import annotations

import pytest

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy
from redaction.detector.rules.name_rules import CUES, SHAPES
from redaction.detector.rules.recognizers import ROWS
from redaction.spans import KNOWN_TYPES, PLACEHOLDER, is_placeholder, substitute

PLAIN = compile_policy(Policy())


@pytest.mark.parametrize(
    "text", ["[[NAME]]", "[[SSN_k3f7w2c]]", "[[IBAN_CODE]]", "[[BLOCKED_FILE]]", "[[NAME_2345abc]]", "[[OTHER_ab23]]"]
)
def test_known_types_and_tags(text: str) -> None:
    match = PLACEHOLDER.fullmatch(text)
    assert match is not None
    assert is_placeholder(match)


@pytest.mark.parametrize(
    "text", ["[[SSN_536228645]]", "[[SSN_536_22_8645]]", "[[X]]", "[[CARD]]", "[[NAME_234567a]]", "[[TICKET]]"]
)
def test_others_are_text(text: str) -> None:
    match = PLACEHOLDER.fullmatch(text)
    assert match is None or not is_placeholder(match)


def test_configured_types_are_known_to_their_policy() -> None:
    policy = compile_policy(Policy(dictionaries={"TICKET": ("Bluebird",)}))
    match = PLACEHOLDER.fullmatch("[[TICKET]]")
    assert match is not None
    assert is_placeholder(match, policy.types)


def test_every_rule_gives_a_known_type() -> None:
    assert {row.type for row in (*ROWS, *SHAPES, *CUES)} <= KNOWN_TYPES


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
