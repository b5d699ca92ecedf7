"""A list of bytes or signs is the text that it spells: it goes where that holds a value, and stays otherwise."""

from __future__ import annotations

import json

import pytest

from redaction.body.json_document import Number
from redaction.body.spelled_lists import spelled_text
from tests.support.redacting import masked

SECRET = "Jane 219-48-7301, Müller"
WAYS = {
    "bytes": list(SECRET.encode()),
    "signs": list(SECRET),
    "buffer": {"type": "Buffer", "data": list(SECRET.encode())},
}


@pytest.mark.parametrize("value", WAYS.values(), ids=WAYS)
def test_a_spelled_value_goes_wherever_data_may_stand(value):
    text = json.dumps(value)
    for body in (
        {"messages": [{"role": "user", "content": text}]},
        {"messages": [{"role": "user", "content": "x"}], "extra": value},
        {"messages": [{"role": "tool", "content": json.dumps({"rows": [value]})}]},
    ):
        out = masked(json.dumps(body))
        assert "[[SSN]]" in out
        assert "50, 49, 57" not in out
        assert '2", "1", "9' not in out
        assert '2\\", \\"1\\", \\"9' not in out
        json.loads(out)


@pytest.mark.parametrize(
    "value",
    [
        list(range(40)),
        [1, 2, 3],
        list(b"plain words of no interest"),
        list("plain words"),
        [255] * 20,
        [0.5] * 20,
        ["a", "bc"] * 9,
        [72, 101, 300] * 9,
    ],
)
def test_other_lists_stay(value):
    body = json.dumps({"messages": [{"role": "user", "content": "x"}], "extra": value})
    assert masked(body) == body


def test_what_follows_such_a_list_keeps_its_place():
    body = {
        "messages": [{"role": "user", "content": "x"}],
        "a": list(b"plain words here"),
        "b": [4111111111111111],
        "c": "219-48-7301",
    }
    assert json.loads(masked(json.dumps(body))) == body | {"b": ["[[CREDITCARD_NUMBER]]"], "c": "[[SSN]]"}


def test_the_limit_of_strings_counts_signs():
    assert spelled_text([Number("72")] * 8) == ""
    assert spelled_text([Number("72")] * 9) == "H" * 9
