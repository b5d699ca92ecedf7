"""How many JSON strings are open at a place of a text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.restore.json_depth import JsonTracker, escaped


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("", 0),
        ('plain "quoted', 0),
        ('{"a":"', 1),
        ('{"a":"x"', 0),
        ('{"a":"x\\"', 1),
        ('  [1, -2.5e3, true, null, "', 1),
        ('{"a":{"b":["', 1),
        ('{"a":"{\\"b\\":\\"', 2),
        ('{"a":"{\\"b\\":\\"x\\"', 1),
        ('{"a":"he said \\"', 1),  # no document inside
        ('{"a":"\\u007b\\u0022b\\u0022:\\u0022', 2),
        ('{"a":"[note] \\"', 1),
        ('{"a":"[[NAME]] said \\"', 1),
        ('[[NAME]] said "', 0),
        ('{name} said "', 0),
        ('{{name}} "', 0),
        ('{{"', 0),
        ('[1] "', 0),
        ('{"a":1}\n{"b":"', 1),  # JSON lines
        ('[see "', 0),
        (json.dumps({"a": json.dumps({"b": json.dumps({"c": "?"})})}).split("?")[0], 3),
        (
            json.dumps({"a": json.dumps({"b": json.dumps({"c": json.dumps({"d": json.dumps({"e": "?"})})})})}).split(
                "?"
            )[0],
            4,
        ),
    ],
)
def test_levels(text: str, level: int) -> None:
    for split in range(len(text) + 1):
        tracker = JsonTracker()
        tracker.feed(text[:split])
        tracker.feed(text[split:])
        assert tracker.level == level


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda kids: st.lists(kids, max_size=3) | st.dictionaries(st.text(max_size=4), kids, max_size=3),
    max_leaves=8,
)


@given(values, values, st.booleans(), st.integers(1, 3))
def test_a_value_escaped_for_its_place_reads_back(before: object, after: object, ascii_only: bool, depth: int) -> None:
    value = 'Jane "J" Döe\\\n\u2028😀'
    text = "<here>"
    for _ in range(depth):
        text = json.dumps({"b": before, "here": text, "a": after}, ensure_ascii=ascii_only)
    start = text.index("<here>")
    tracker = JsonTracker()
    tracker.feed(text[:start])
    assert tracker.level == depth
    found = text[:start] + escaped(value, tracker.level) + text[start + len("<here>") :]
    for _ in range(depth):
        found = json.loads(found)["here"]
    assert found == value
