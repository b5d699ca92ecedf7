"""Lossless JSON: what is not edited survives to the byte, what is edited says what it should."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.body.json_document import Document, Number, quote, values_in
from redaction.errors import BadDocument

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars,
    lambda kids: st.lists(kids, max_size=4) | st.dictionaries(st.text(max_size=6), kids, max_size=4),
    max_leaves=12,
)


def literals(root: object) -> list[str]:
    """Every string and key in document order, as the walk counts them."""
    if isinstance(root, dict):
        return [text for key, value in root.items() for text in (key, *literals(value))]
    if isinstance(root, list):
        return [text for value in root for text in literals(value)]
    return [root] if type(root) is str else []


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ('{"a":1,"a":2}', "faasera_duplicate_key"),
        ('{"a":1,"\\u0061":2}', "faasera_duplicate_key"),
        ('{"a":NaN}', "faasera_bad_json"),
        ('{"a":-Infinity}', "faasera_bad_json"),
        ('{"a":1} {"b":2}', "faasera_bad_json"),
        ('{"a":1', "faasera_bad_json"),
        ("// no\n{}", "faasera_bad_json"),
        ('{"a":"\n"}', "faasera_bad_json"),
        ("", "faasera_bad_json"),
        ("[" * 100_000, "faasera_too_deep"),
        ('{"a":' * 100_000, "faasera_too_deep"),
    ],
)
def test_refuses_what_is_not_one_unambiguous_value(source: str, code: str) -> None:
    with pytest.raises(BadDocument) as caught:
        Document.parse(source)
    assert caught.value.code == code


def test_error_and_repr_show_no_text() -> None:
    with pytest.raises(BadDocument) as caught:
        Document.parse('{"Jane Doe": 1, "Jane Doe": 2}')
    assert "Jane" not in str(caught.value)
    assert "Jane" not in repr(Document.parse('["Jane Doe"]'))


@pytest.mark.parametrize("number", ["1.0", "1e-3", "-0", "9007199254740993", "1E400", "7" * 5000])
def test_numbers_keep_their_spelling(number: str) -> None:
    document = Document.parse(f'[{number}, "x"]')
    assert document.root == [Number(number), "x"]
    assert document.splice({0: [(0, 1, "yy")]}) == f'[{number}, "yy"]'


@pytest.mark.parametrize(
    ("source", "edits", "expected"),
    [
        ('{"k": "What is Jane?"}', {1: [(8, 12, "[[NAME]]")]}, '{"k": "What is [[NAME]]?"}'),
        (r'["\u004a\u0061ne \u00e9 \/ x"]', {0: [(0, 4, "N")]}, r'["N \u00e9 \/ x"]'),
        (r'["\ud83d\ude00Jane\ud800"]', {0: [(1, 5, "N")]}, r'["\ud83d\ude00N\ud800"]'),
        (r'["a\\\"b"]', {0: [(2, 3, "'")]}, '["a\\\\\'b"]'),
        ('["😀 Jane"]', {0: [(2, 6, 'q"\\')]}, '["😀 q\\"\\\\"]'),
        ('{"Jane":1}', {0: [(0, 4, "[[NAME]]")]}, '{"[[NAME]]":1}'),
        ('["x"]', {0: [(0, 1, "\ud800")]}, '["\\ud800"]'),
    ],
)
def test_edits_touch_only_their_place(source: str, edits: dict[int, list[tuple[int, int, str]]], expected: str) -> None:
    assert Document.parse(source).splice(edits) == expected


def test_number_edit_counts_numbers_apart_from_strings() -> None:
    source = '{"card 1": [1, "2", -3.5e2, 4111111111111111], "z": 5}'
    assert Document.parse(source).splice({}, {2: quote("[[CREDITCARD_NUMBER]]")}) == source.replace(
        "4111111111111111", '"[[CREDITCARD_NUMBER]]"'
    )


@given(values, st.booleans(), st.sampled_from([None, 1]), st.data())
def test_only_the_edited_literal_changes(
    root: object, ascii_only: bool, indent: int | None, data: st.DataObject
) -> None:
    source = json.dumps(root, ensure_ascii=ascii_only, indent=indent)
    document = Document.parse(source)
    assert document.splice({}) is source
    texts = literals(document.root)
    if not texts:
        return
    index = data.draw(st.integers(0, len(texts) - 1))
    start = data.draw(st.integers(0, len(texts[index])))
    end = data.draw(st.integers(start, len(texts[index])))
    new = data.draw(st.text(max_size=5))
    edited = document.splice({index: [(start, end, new)]})
    try:
        after = literals(Document.parse(edited).root)
    except BadDocument as error:  # an edited key may collide: the walker numbers those
        assert error.code == "faasera_duplicate_key"
        return
    assert after == [*texts[:index], texts[index][:start] + new + texts[index][end:], *texts[index + 1 :]]


def test_a_long_literal_is_read_in_pieces_as_one() -> None:
    text = 'a"\\' * 30_000 + "x" * 5_000_000 + "[1,2]"
    document = Document.parse(json.dumps([text, "b"]))
    assert document.splice({1: [(0, 1, "c")]}) == json.dumps([text, "c"])
    assert values_in(json.dumps([text] * 3 + ["[,,"]), 2) > 2
    assert values_in(json.dumps(["[,:{" * 1000, 1]), 10) == 3
