"""How JSON is walked: keys and numbers, JSON in strings, bounds, the user's own data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.base import Mode
from dialects.registry import DIALECTS
from redaction.body.json_document import Document, values_in
from redaction.body.leaves import KeyNames
from redaction.body.walk_bounds import Bounds
from redaction.errors import BadDocument, NotRedactable
from tests.support.walking import mask, mask_source, rendered


def test_below_a_text_path_keys_and_numbers_are_data() -> None:
    body = {"input": {"Jane": 1, "card": 4111111111111111, "n": 1.50}, "type": "tool_use"}
    source = json.dumps({"messages": [{"content": [body]}], "seed": 4111111111111111})
    assert mask_source(source, "messages") == source.replace("Jane", "[[NAME]]").replace(
        '"card": 4111111111111111', '"card": "[[CARD]]"'
    )


def test_keys_and_numbers_of_the_envelope_are_judged_too() -> None:
    source = '{"new": {"Jane": 4111111111111111}, "messages": [{"content": 4111111111111111}]}'
    expected = '{"new": {"[[NAME]]": "[[CARD]]"}, "messages": [{"content": "[[CARD]]"}]}'
    assert mask_source(source, "chat") == mask_source(source, "a new endpoint") == expected


@pytest.mark.parametrize("name", ["id", "status", "include", "tool_choice", "type", "object"])
def test_a_name_that_protects_ids_protects_no_sentence(name: str) -> None:
    assert mask_source(json.dumps({name: "as Jane said"}), "chat") == json.dumps({name: "as [[NAME]] said"})
    assert mask_source(json.dumps({name: "Jane@corp"}), "chat") == json.dumps({name: "[[NAME]]@corp"})
    assert mask_source(json.dumps({name: "call_Jane"}), "chat") == json.dumps({name: "call_Jane"})


def test_found_keys_that_collide_are_numbered() -> None:
    source = '{"metadata": {"Jane": 1, "[[NAME]]": 2, "x": 3}}'
    assert json.loads(mask_source(source, "chat")) == {"metadata": {"[[NAME]]_2": 1, "[[NAME]]": 2, "x": 3}}


def test_every_found_key_gets_a_name_of_its_own() -> None:
    people = {f"{letter} Jane": n for n, letter in enumerate("abcdef")} | {"b [[NAME]]": 9}
    same = {"Jane": 0, "[[NAME]]": 1, "[[NAME]]_3": 2}
    masked = mask({"metadata": {**people, "inner": same}}, "chat")["metadata"]
    assert list(masked["inner"]) == ["[[NAME]]_2", "[[NAME]]", "[[NAME]]_3"]
    assert len(masked) == 8
    assert list(masked)[:2] == ["a [[NAME]]", "b [[NAME]]_2"]


def test_many_keys_that_become_one_are_numbered() -> None:
    source = json.dumps({"metadata": {f"x{'Jane' if n else ''}": n for n in range(2)}})
    assert list(mask(json.loads(source), "chat")["metadata"]) == ["x", "x[[NAME]]"]
    names = KeyNames(iter(["k", "k_2", "k_4"]))
    assert [names.free("k") for _ in range(4)] == ["k_3", "k_5", "k_6", "k_7"]


@pytest.mark.parametrize(
    "arguments",
    [
        '{"a": "Jane", "n": 1.0, "e": "\\u00e9"}',
        ' [ "Jane" ] ',
        '{"inner": "{\\"deep\\": \\"Jane\\"}"}',
        '{"truncated": "Jane',
        '{"a": 1, "a": "Jane"}',
        '{"a": NaN, "b": "Jane"}',
        "[Jane] is a person [not JSON]",
    ],
)
def test_json_in_strings_is_masked_leaf_by_leaf_and_nothing_else_changes(arguments: str) -> None:
    source = json.dumps({"messages": [{"tool_calls": [{"function": {"name": "f", "arguments": arguments}}]}]})
    assert mask_source(source, "chat") == source.replace("Jane", "[[NAME]]")


def test_deeper_json_in_strings_is_masked_as_text() -> None:
    value = "Jane"
    for _ in range(8):
        value = json.dumps({"v": value})
    masked = mask({"input": value}, "responses")["input"]
    assert "Jane" not in masked
    for _ in range(8):
        masked = json.loads(masked)["v"]
    assert masked == "[[NAME]]"


def test_limits() -> None:
    with pytest.raises(BadDocument, match=r"limits\.depth"):
        mask_source("[" * 201 + "]" * 201, "chat")
    assert mask_source("[" * 200 + "]" * 200, "chat") == "[" * 200 + "]" * 200


def words(count: int) -> list[str]:
    return [f"Jane{n}" for n in range(count)]


@pytest.mark.parametrize(
    "body",
    [
        words(11),
        dict.fromkeys(words(11), 1),
        {"metadata": dict.fromkeys(words(11), 1)},
        {"messages": [{"role": "user", "content": json.dumps(words(11))}]},
        {"messages": [{"role": "user", "content": [{"text": word} for word in words(11)]}]},
        {"messages": [{"role": "system", "content": json.dumps(words(11))}]},
    ],
    ids=["strings", "keys", "keys of metadata", "json in the newest turn", "blocks", "system prompt"],
)
def test_too_many_strings_or_keys_are_refused(body: Any) -> None:
    with pytest.raises(NotRedactable, match=r"limits\.strings"):
        mask_source(json.dumps(body), "chat", bounds=Bounds(strings=10))


MANY = json.dumps(words(11))
BLOCKED = "[[BLOCKED_TEXT]]"


@pytest.mark.parametrize(
    ("dialect", "body", "where"),
    [
        ("chat", {"messages": [{"role": "user", "content": "x"}, {"role": "tool", "content": MANY}]}, ("messages", 1, "content")),
        ("chat", {"messages": [{"role": "user", "content": MANY}, {"role": "user", "content": "x"}]}, ("messages", 0, "content")),
        ("chat", {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": MANY}]}, ("messages", 1, "content")),
        ("messages", {"messages": [{"role": "user", "content": [{"type": "tool_result", "content": MANY}]}]}, ("messages", 0, "content", 0, "content")),
        ("responses", {"input": [{"type": "function_call_output", "output": MANY}]}, ("input", 0, "output")),
        ("gemini", {"contents": [{"parts": [{"text": MANY}]}, {"role": "model", "parts": [{"text": "x"}]}, {"parts": [{"text": "y"}]}]},
         ("contents", 0, "parts", 0, "text")),
        ("cohere", {"message": "x", "chat_history": [{"role": "USER", "message": MANY}]}, ("chat_history", 0, "message")),
    ],
    ids=["tool result", "older turn", "turn of the model", "anthropic result", "responses output", "gemini", "cohere"],
)  # fmt: skip
def test_too_many_strings_where_they_come_again_become_a_placeholder(
    dialect: str, body: Any, where: tuple[str | int, ...]
) -> None:
    done = rendered(json.dumps(body), dialect, bounds=Bounds(strings=10))
    value = json.loads(done.source)
    for step in where:
        value = value[step]
    assert value == BLOCKED
    assert done.masked["BLOCKED_TEXT"] == 1


def test_each_turn_has_its_own_share_of_strings() -> None:
    """What a turn becomes never depends on those behind it: its bytes stay as the conversation grows."""
    turns = [{"role": "user", "content": [{"text": word} for word in words(4)]} for _ in range(9)]
    source = json.dumps({"messages": turns})
    assert mask_source(source, "chat", bounds=Bounds(strings=10)) == source.replace("Jane", "[[NAME]]")


def test_an_object_that_a_tool_returned_loses_what_is_too_much() -> None:
    body = {"messages": [{"role": "user", "content": "x"}, {"role": "tool", "content": {"rows": words(11)}}]}
    masked = mask_source(json.dumps(body), "chat", bounds=Bounds(strings=10))
    rows = json.loads(masked)["messages"][1]["content"]["rows"]
    assert "Jane" not in masked
    assert rows[0] == "[[NAME]]0"
    assert rows[-1] == BLOCKED


def test_numbers_are_bounded_before_they_are_read() -> None:
    assert values_in("[" + "0," * 50 + "0]", 10) == 52
    assert values_in('{"a": "' + ",[{:" * 50 + '"}', 10) == 3
    with pytest.raises(NotRedactable, match=r"limits\.strings"):
        Document.parse("[" + "0," * 50 + "0]", most=50)
    assert Document.parse('["' + "," * 50 + '"]', most=5).root == ["," * 50]


def test_root_model_is_found_and_renamed() -> None:
    source = '{"stream": true, "model" : "gpt-4", "metadata": {"model": "x"}}'
    assert rendered(source, "chat", rename=lambda _: "claude").source.decode() == source.replace("gpt-4", "claude")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='Jane xé\n"\\', max_size=8),
    lambda kids: (
        st.lists(kids, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "input", "content", "type", "parameters", "Jane", "arguments"]), kids, max_size=4
        )
    ),
    max_leaves=15,
)


@given(json_values, st.sampled_from(sorted(DIALECTS)), st.booleans())
def test_any_document_is_walked_and_stays_json(value: Any, dialect: str, ascii_only: bool) -> None:
    source = json.dumps(value, ensure_ascii=ascii_only)
    masked = mask_source(source, dialect)
    if "Jane" not in source and "\\u" not in source:
        assert masked == source
    json.loads(masked)


@given(json_values)
def test_data_keeps_nothing(value: Any) -> None:
    """Where the whole document is the user's, no key name protects anything."""
    assert "Jane" not in mask_source(json.dumps(value), "unknown", Mode.DATA)


@pytest.mark.parametrize(
    ("dialect", "body", "count"),
    [
        ("chat", {"messages": [{"role": "user", "content": "Jane"}]}, 0),
        ("chat", {"messages": [{"role": "tool", "content": "Jane"}, {"role": "assistant", "content": "Jane"}]}, 1),
        ("chat", {"messages": [{"role": "tool", "content": '{"a": "Jane", "b": "Jane"}'}]}, 2),
        ("messages", {"messages": [{"content": [{"type": "tool_result", "content": [{"type": "text", "text": "Jane"}]}]}]}, 1),
        ("responses", {"input": [{"type": "function_call_output", "output": "Jane"}, {"type": "message", "content": "Jane"}]}, 1),
        ("gemini", {"contents": [{"parts": [{"functionResponse": {"name": "f", "response": {"a": "Jane"}}}]}]}, 1),
        ("bedrock-converse", {"messages": [{"content": [{"toolResult": {"content": [{"json": {"a": "Jane"}}]}}]}]}, 1),
    ],
)  # fmt: skip
def test_masked_tool_results_are_counted(dialect: str, body: Any, count: int) -> None:
    assert rendered(json.dumps(body), dialect).tally.in_tool_results == count


@pytest.mark.parametrize("word", ["Jane", "audio/Jane", "/v1/Jane"])
def test_one_word_under_a_choice_of_the_api_is_kept(word: str) -> None:
    source = json.dumps({"input_audio": {"format": word}, "modalities": [word, "x"], "content_type": word})
    assert mask_source(source, "chat") == source


@pytest.mark.parametrize("text", ["I am Jane", "Jane 123-45-6789", "x@Jane", "Jane" * 11, "Jané Jane"])
def test_anything_else_under_a_choice_is_text(text: str) -> None:
    assert "Jane" not in mask_source(json.dumps({"format": text, "modalities": [text], "size": {"x": text}}), "chat")


def test_below_a_text_path_a_choice_is_data() -> None:
    assert "Jane" not in mask_source(json.dumps({"metadata": {"format": "Jane", "mode": ["Jane"]}}), "chat")
