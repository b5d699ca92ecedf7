"""Records and their separators: cut, edited one by one, put together again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.body.ndjson import split_records
from redaction.errors import NotRedactable


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("", []),
        ("\n\r\n ", []),
        ('{"a":1}', ['{"a":1}']),
        ('{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']),
        ('{"a":1}\r\n\r\n{"a":2}', ['{"a":1}', '{"a":2}']),
        ('{"a":"x\u2028\x85\x0cy"}\n2', ['{"a":"x\u2028\x85\x0cy"}', "2"]),
        ('{"a":1}\x1e{"type":6}\x1e', ['{"a":1}', '{"type":6}']),
        ('\x1e{\n"a":1}\n\x1e[2]\n', ['{\n"a":1}', "[2]"]),
        ("\x1e\x1e", []),
    ],
)
def test_split(text: str, records: list[str]) -> None:
    cut = split_records(text, max_records=100)
    assert [record.strip() for record in cut] == records
    assert len(cut) == len(records)
    assert cut.render({}) == text


def test_render_keeps_separators() -> None:
    cut = split_records('1\r\n{"a":"Jane"}\n\n3\n', max_records=10)
    assert cut.record(1) == '{"a":"Jane"}'
    assert cut.render({1: '{"a":"[[NAME]]"}'}) == '1\r\n{"a":"[[NAME]]"}\n\n3\n'
    assert split_records('{"a":1}\x1e{}\x1e', max_records=10).render({0: "{\n}"}) == "{\n}\x1e{}\x1e"


@pytest.mark.parametrize("new", ["", " ", "1\n2", "1\x1e2"])
def test_a_record_must_stay_one_record(new: str) -> None:
    with pytest.raises(NotRedactable):
        split_records("1\n2\n", max_records=10).render({0: new})


def test_limit_and_repr() -> None:
    with pytest.raises(NotRedactable) as caught:
        split_records("1\n2\n3", max_records=2)
    assert caught.value.code == "faasera_too_many_strings"
    assert len(split_records("1\n2\n", max_records=2)) == 2
    assert "Jane" not in repr(split_records("Jane", max_records=2))


@given(st.text(alphabet='a1"{} \t\r\n\x1e\u2028', max_size=30), st.data())
def test_only_the_edited_record_changes(text: str, data: st.DataObject) -> None:
    cut = split_records(text, max_records=100)
    if not len(cut):
        return
    index = data.draw(st.integers(0, len(cut) - 1))
    after = split_records(cut.render({index: '"new"'}), max_records=100)
    expected = [record.strip() for record in cut]
    expected[index] = '"new"'
    assert [record.strip() for record in after] == expected
    start, end = cut.spans[index]
    assert after.text == text[:start] + '"new"' + text[end:]


@given(st.text(alphabet='a1" \t\r\n\x1e', max_size=30))
def test_nothing_but_separators_is_left_out(text: str) -> None:
    at = 0
    for start, end in (*split_records(text, max_records=100).spans, (len(text), len(text))):
        assert not text[at:start].strip(" \t\r\n\x1e")
        at = end
