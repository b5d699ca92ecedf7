"""Large JSON is read in pieces: the same values, the same errors."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.body import json_document, long_json
from redaction.body.json_document import Document, quote
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
    for name, size in (("LARGE", 0), ("_LONG", 3), ("PIECE", 2)):
        patch.setattr(long_json, name, size)
    patch.setattr(json_document, "LARGE", 0)
    patch.setattr(json_document, "_PIECE", 2)
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


@given(TEXTS, st.sets(st.integers(0, 40)), st.booleans())
def test_edits_stand_where_they_should(text: str, cuts: set[int], ascii_only: bool) -> None:
    literal = json.dumps(text, ensure_ascii=ascii_only)
    text = json.loads(literal)  # two halves of a pair are one character
    places = sorted(cut for cut in cuts if cut <= len(text))
    edits = [(begin, end, "\u00e9\n") for begin, end in zip(places[::2], places[1::2], strict=False)]
    changed, done = "", 0
    for begin, end, new in edits:
        changed += text[done:begin] + new
        done = end
    changed += text[done:]
    spliced = Document.parse(f'{{"k": {literal}}}').splice({1: edits})
    assert json.loads(spliced) == json.loads(f'{{"k": {quote(changed)}}}')


def test_where_many_escapes_stand_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_document, "_PIECE", 1 << 16)
    size = 1 << 20
    document = Document.parse('{"k": "' + "\\n" * size + 'x"}')
    tracemalloc.start()
    try:
        edits = document.edits({1: [(size, size + 1, "y")]})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    start = len('{"k": "') + 2 * size
    assert edits == [(start, start + 1, "y")]
    assert peak < 4 * len(document.source)
