"""The one place that knows what a placeholder looks like, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction import placeholders
from redaction.detector.rules import name_rules
from redaction.detector.rules.recognizers import ROWS
from redaction.placeholders import (
    BUILT_IN_TYPES,
    find_placeholders,
    is_placeholder,
    placeholder,
    register_types,
    without_placeholders,
)


@pytest.mark.parametrize(
    "text", ["[[NAME]]", "[[SSN]]", "[[EMAIL_ADDRESS_k3f7w2c]]", "[[NAME_22ab33c]]", "[[BLOCKED_TEXT]]"]
)
def test_is_placeholder(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "[[SSN_219091234]]",  # digits behind a type are no type
        "[[SSN_219-09-1234]]",
        "[[CARD5555555555554444]]",
        "[[NAME_a12345b]]",  # five digits: no tag of ours
        "[[WHATEVER]]",
        "[[Name]]",
        "[[NAME_K3F7W2C]]",
        "[NAME]",
        "[[NAME]] ",
        "",
    ],
)
def test_only_looks_like_one(text: str) -> None:
    assert not is_placeholder(text)
    assert without_placeholders(text) == (" " if text.endswith(" ") else text)


def test_every_recognizer_writes_a_known_type() -> None:
    rows = (*ROWS, *name_rules.SHAPES, *name_rules.CUES)
    assert {row.type for row in rows} <= BUILT_IN_TYPES


def test_registered_types_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placeholders, "_known", BUILT_IN_TYPES)
    assert not is_placeholder("[[STAFF_NUMBER]]")
    register_types(["STAFF_NUMBER"])
    assert is_placeholder("[[STAFF_NUMBER]]")
    register_types(f"TYPE_{letter * n}" for letter in "ABCDEFGH" for n in range(1, 500))
    assert len(placeholders._known) <= 2000


def test_found_in_a_text() -> None:
    text = "Dear [[NAME]], [[NOPE]] and [[SSN_k3f7w2c]] of [[SSN_12345]]"
    assert [found[0] for found in find_placeholders(text)] == ["[[NAME]]", "[[SSN_k3f7w2c]]"]
    assert without_placeholders(text, "*") == "Dear *, [[NOPE]] and * of [[SSN_12345]]"


@given(st.sampled_from(sorted(BUILT_IN_TYPES)), st.text())
def test_what_is_written_is_read(kind: str, around: str) -> None:
    assert is_placeholder(placeholder(kind))
    assert placeholder(kind) in [found[0] for found in find_placeholders(f"{around} {placeholder(kind)}")]
