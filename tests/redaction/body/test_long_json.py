"""Large JSON is read in pieces: the same values, the same errors."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.body import long_json
from redaction.body.json_document import Document
from redaction.body.long_json import loads
from redaction.errors import BadDocument

TEXTS = st.text(st.sampled_from('ab "\\/\n\u00e9\u2028\U0001f600\ud83d\ude00\x1f{}[]:,'), max_size=40)
VALUES = st.recursive(
    st.none() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(autouse=True, scope="module")
def _small() -> Any:
    """Every document is large, every literal long, and pieces are of a few characters."""
    patch = pytest.MonkeyPatch()
    for name, size in (("LARGE", 0), ("_LONG", 3), ("_PIECE", 2)):
        patch.setattr(long_json, name, size)
    yield
    patch.undo()


@given(VALUES, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_the_same_values(value: Any, ascii_only: bool, indent: int | str | None) -> None:
    source = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert loads(source, json.JSONDecoder()) == json.loads(source)


@given(st.text(st.sampled_from('ab"\\ud83dDe00{}[]:, \n1'), max_size=30))
def test_any_text_gives_the_same_or_the_same_error(source: str) -> None:
    def outcome(read: Any) -> object:
        try:
            return read(source)
        except json.JSONDecodeError as error:
            return error.msg, error.pos

    assert outcome(lambda text: loads(text, json.JSONDecoder())) == outcome(json.loads)


def test_a_key_twice_is_refused_with_long_values_in_it() -> None:
    with pytest.raises(BadDocument, match="duplicate key"):
        Document.parse('{"a": "long value", "a": "long value"}')
