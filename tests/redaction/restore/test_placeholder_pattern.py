"""The table of written forms: the quick look at a whole event never misses one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.restore.placeholder_pattern import forms

FORMS = forms(frozenset({"NAME", "BOB"}))

PIECES = st.sampled_from(
    ["[", "[[", "]", "]]", " ", "*", "`", '"', "'", "~", "_", "\\", "\\[", "\\u005b", "%5B", "%5b", "【", "NAME_", "name-",
     "abcdefg", "ABCDEFG", "Bob", "{", "}", "<", ">", "&#91;", "&lsqb;", "BOB_", "1", "é"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=9).map("".join), st.booleans())
def test_a_json_text_that_may_hold_none_holds_none(text: str, ascii_only: bool) -> None:
    if FORMS.whole.search(text) is not None:
        assert FORMS.may_hold.search(json.dumps({"a": text}, ensure_ascii=ascii_only)) is not None


@pytest.mark.parametrize("source", ['{"choices":[{"delta":{"content":" word [1]"}}],"x":[]}', '{"a":[0,"b"]}'])
def test_most_events_are_passed_at_once(source: str) -> None:
    assert FORMS.may_hold.search(source) is None
