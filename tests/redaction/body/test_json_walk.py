"""Which leaves are text: every dialect, the protected ones, the user's own data, JSON in strings."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.base import Mode
from dialects.registry import DIALECTS, dialect_named
from redaction.body.json_document import Document, Edit, values_in
from redaction.body.json_walk import walk
from redaction.body.leaves import KeyNames, Kind, Leaf
from redaction.body.parsed_body import ParsedBody, Rendered
from redaction.body.walk_bounds import Bounds
from redaction.errors import BadDocument, NotRedactable
from redaction.replacer import NOTHING, Replaced, Replacer, blocked

# Short keys too: `Jane` is one.
BOUNDS = Bounds(everything=True)


def find(text: str, key: str = "") -> list[Edit]:
    """A stand-in Profiler: every `Jane` is a name."""
    edits: list[Edit] = []
    at = text.find("Jane")
    while at >= 0:
        edits.append((at, at + 4, "[[NAME]]"))
        at = text.find("Jane", at + 4)
    return edits


class Stub(Replacer):
    """Replaces every `Jane`, a card number, and as keys what starts with a J."""

    def leaf(self, leaf: Leaf) -> Replaced:
        if leaf.kind is Kind.BLOCKED:
            return blocked(leaf.text)
        if leaf.kind is Kind.NUMBER:
            found = [(0, len(leaf.text), "[[CARD]]")] if leaf.text == "4111111111111111" else []
            return Replaced(found, ["CARD"] * len(found)) if found else NOTHING
        if leaf.kind is Kind.MODEL and self.rename:
            return Replaced([(0, len(leaf.text), self.rename(leaf.text))])
        if leaf.kind not in (Kind.TEXT, Kind.KEY):
            return NOTHING
        edits = find(leaf.text)
        return Replaced(edits, ["NAME"] * len(edits)) if edits else NOTHING


def rendered(
    source: str,
    dialect: str,
    mode: Mode = Mode.ENVELOPE,
    bounds: Bounds = BOUNDS,
    rename: Callable[[str], str] | None = None,
) -> Rendered:
    leaves = walk(Document.parse(source), dialect_named(dialect), bounds, mode)
    body = ParsedBody([leaves], lambda changes: leaves.written(changes).encode("utf-8", "surrogatepass"))
    return body.render(Stub({}, lambda _: (), False, rename=rename))


def mask_source(source: str, dialect: str, mode: Mode = Mode.ENVELOPE, bounds: Bounds = BOUNDS) -> str:
    return rendered(source, dialect, mode, bounds).source.decode("utf-8", "surrogatepass")


def mask(body: Any, dialect: str) -> Any:
    return json.loads(mask_source(json.dumps(body), dialect))


TEXT = [
    ("chat", {"messages": [{"role": "user", "content": "I am Jane"}]}),
    ("chat", {"messages": [{"role": "user", "content": [{"type": "text", "text": "Jane"}]}]}),
    ("chat", {"messages": [{"role": "user", "name": "Jane", "content": ""}]}),
    ("chat", {"messages": [{"role": "assistant", "refusal": "no, Jane"}]}),
    ("chat", {"messages": [{"tool_calls": [{"id": "c1", "function": {"name": "f", "arguments": '{"to":"Jane"}'}}]}]}),
    ("chat", {"messages": [{"tool_calls": [{"function": {"name": "f", "arguments": {"status": "Jane"}}}]}]}),
    ("chat", {"messages": [{"tool_calls": [{"type": "custom", "custom": {"name": "x", "input": "Jane"}}]}]}),
    ("chat", {"messages": [{"role": "tool", "tool_call_id": "c1", "content": '{"id":"Jane"}'}]}),
    ("chat", {"messages": [{"role": "assistant", "reasoning_content": "Jane thinks"}]}),
    ("chat", {"tools": [{"type": "function", "function": {"name": "f", "description": "ask Jane"}}]}),
    ("chat", {"tools": [{"function": {"parameters": {"properties": {"a": {"description": "as Jane said"}}}}}]}),
    ("chat", {"tools": [{"function": {"parameters": {"properties": {"a": {"default": "Jane", "type": "string"}}}}}]}),
    ("chat", {"metadata": {"id": "Jane"}}),
    ("chat", {"documents": [{"id": "Jane", "data": {"model": "Jane"}}]}),
    ("chat", {"user": "Jane", "stop": ["Jane"]}),
    ("chat", {"something_new": {"deep": [{"er": "Jane"}]}}),
    ("chat", {"messages": [{"content": [{"type": "image_url", "image_url": {"url": "https://x.example/Jane.png"}}]}]}),
    ("responses", {"instructions": "Jane", "input": "Jane"}),
    (
        "responses",
        {"input": [{"type": "function_call", "call_id": "1", "name": "f", "arguments": '{"status":"Jane"}'}]},
    ),
    ("responses", {"input": [{"type": "function_call_output", "call_id": "1", "output": "Jane"}]}),
    ("responses", {"input": [{"type": "function_call_output", "output": [{"type": "input_text", "text": "Jane"}]}]}),
    ("responses", {"input": [{"type": "custom_tool_call", "name": "exec", "input": "say('Jane')"}]}),
    (
        "responses",
        {
            "input": [
                {
                    "type": "local_shell_call",
                    "action": {"type": "exec", "command": ["echo", "Jane"], "env": {"id": "Jane"}},
                }
            ]
        },
    ),
    (
        "responses",
        {"input": [{"type": "apply_patch_call", "operation": {"type": "update", "diff": "+Jane", "path": "a"}}]},
    ),
    (
        "responses",
        {
            "input": [
                {
                    "type": "reasoning",
                    "id": "r",
                    "summary": [{"type": "summary_text", "text": "Jane"}],
                    "encrypted_content": "x",
                }
            ]
        },
    ),
    (
        "responses",
        {
            "input": [
                {
                    "type": "additional_tools",
                    "tools": [{"type": "namespace", "name": "n", "tools": [{"name": "f", "description": "Jane"}]}],
                }
            ]
        },
    ),
    ("responses", {"prompt": {"id": "p", "variables": {"id": "Jane"}}}),
    ("responses", {"input": [{"type": "brand_new_item", "payload": {"words": "Jane"}}]}),
    ("messages", {"system": "You know Jane", "messages": []}),
    ("messages", {"system": [{"type": "text", "text": "Jane", "cache_control": {"type": "ephemeral"}}]}),
    (
        "messages",
        {
            "messages": [
                {"content": [{"type": "tool_use", "id": "t", "name": "f", "input": {"type": "Jane", "id": ["Jane"]}}]}
            ]
        },
    ),
    ("messages", {"messages": [{"content": [{"type": "tool_result", "tool_use_id": "t", "content": "Jane"}]}]}),
    ("messages", {"messages": [{"content": [{"type": "tool_result", "content": [{"type": "text", "text": "Jane"}]}]}]}),
    (
        "messages",
        {
            "messages": [
                {
                    "content": [
                        {
                            "type": "document",
                            "title": "Jane",
                            "source": {"type": "text", "media_type": "text/plain", "data": "Jane"},
                        }
                    ]
                }
            ]
        },
    ),
    (
        "messages",
        {"tools": [{"name": "f", "description": "Jane", "input_schema": {"type": "object", "description": "Jane"}}]},
    ),
    (
        "messages",
        {"requests": [{"custom_id": "a", "params": {"model": "m", "messages": [{"role": "user", "content": "Jane"}]}}]},
    ),
    ("gemini", {"contents": [{"parts": [{"text": "Jane"}]}], "systemInstruction": {"parts": [{"text": "Jane"}]}}),
    ("gemini", {"contents": {"parts": [{"functionCall": {"name": "f", "args": {"name": "Jane", "status": "Jane"}}}]}}),
    ("gemini", {"contents": [{"parts": [{"function_response": {"name": "f", "response": {"id": "Jane"}}}]}]}),
    ("gemini", {"request": {"contents": [{"parts": [{"text": "Jane", "thought": True}]}]}}),
    ("ollama", {"prompt": "Jane", "system": "Jane", "template": "Jane"}),
    (
        "ollama",
        {"messages": [{"content": "x", "tool_calls": [{"function": {"name": "f", "arguments": {"model": "Jane"}}}]}]},
    ),
    (
        "bedrock-converse",
        {"messages": [{"content": [{"toolUse": {"toolUseId": "t", "name": "f", "input": {"id": "Jane"}}}]}]},
    ),
    (
        "bedrock-converse",
        {"messages": [{"content": [{"toolResult": {"toolUseId": "t", "content": [{"json": {"id": "Jane"}}]}}]}]},
    ),
    ("cohere", {"message": "Jane", "chat_history": [{"message": "Jane"}], "documents": ["Jane", {"id": "Jane"}]}),
    ("embeddings", {"model": "m", "input": ["Jane", "x"]}),
    ("rerank", {"query": "Jane", "documents": [{"text": "Jane"}]}),
    ("unknown", {"whatever": ["Jane"]}),
    ("a dialect nobody knows", {"whatever": ["Jane"]}),
    ("chat", {"model": "what Jane said", "seed": 1}),
    (
        "chat",
        {
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "f", "parameters": {"properties": {"Jane": {"type": "string"}}}},
                }
            ]
        },
    ),
    ("chat", {"logit_bias": {"Jane": 1}}),
    ("chat", {"messages": [{"reasoning_details": [{"type": "reasoning.encrypted", "data": "as Jane said"}]}]}),
    ("responses", {"input": [{"type": "reasoning", "id": "x", "encrypted_content": "as Jane said"}]}),
    ("messages", {"messages": [{"content": [{"type": "thinking", "thinking": "as Jane said", "signature": ""}]}]}),
    ("messages", {"messages": [{"content": [{"type": "thinking", "thinking": "hm", "signature": "as Jane said"}]}]}),
    ("messages", {"messages": [{"content": [{"type": "thinking", "thinking": "as Jane said", "signature": "x"}]}]}),
]

KEPT = [
    ("chat", {"model": "Jane", "messages": [{"role": "Jane"}], "seed": 4111111111111111}),
    ("chat", {"messages": [{"tool_calls": [{"id": "Jane", "type": "function", "function": {"name": "get_Jane"}}], "tool_call_id": "Jane"}]}),
    ("chat", {"tools": [{"type": "function", "function": {"name": "Jane", "parameters": {"properties": {"who": {"enum": ["Jane"], "pattern": "Jane", "format": "Jane"}}, "required": ["Jane"]}}}]}),
    ("chat", {"tool_choice": {"type": "function", "function": {"name": "Jane"}}, "prompt_cache_key": "Jane"}),
    ("chat", {"response_format": {"type": "json_schema", "json_schema": {"name": "Jane", "schema": {"properties": {"description": {"type": "Jane"}}}}}}),
    ("chat", {"messages": [{"reasoning_details": [{"type": "reasoning.encrypted", "data": "Jane", "signature": "Jane"}]}]}),
    ("responses", {"previous_response_id": "Jane", "conversation": "Jane", "include": ["Jane"]}),
    ("responses", {"input": [{"type": "item_reference", "id": "Jane"}, {"type": "compaction", "encrypted_content": "Jane"}]}),
    ("responses", {"input": [{"type": "reasoning", "id": "Jane", "encrypted_content": "Jane", "status": "Jane"}]}),
    ("responses", {"tools": [{"type": "custom", "name": "x", "format": {"type": "grammar", "definition": "Jane"}}]}),
    ("responses", {"tools": [{"type": "mcp", "server_url": "Jane", "authorization": "Jane", "headers": {"X": "Jane"}}]}),
    ("messages", {"messages": [{"content": [{"type": "thinking", "thinking": "Jane", "signature": "JaneJaneJaneJane"}, {"type": "redacted_thinking", "data": "Jane"}]}]}),
    ("messages", {"system": [{"type": "text", "text": "x-anthropic-billing-header: cc_version=Jane; cch=1;"}]}),
    ("messages", {"tools": [{"name": "Jane", "input_schema": {"properties": {"who": {"type": "string"}}}}]}),
    ("messages", {"container": "Jane", "mcp_servers": [{"type": "url", "url": "Jane", "name": "Jane", "authorization_token": "Jane"}]}),
    ("gemini", {"contents": [{"parts": [{"functionCall": {"name": "Jane"}, "thoughtSignature": "Jane", "thought_signature": "Jane"}]}]}),
    ("gemini", {"tools": [{"functionDeclarations": [{"name": "Jane"}]}], "cachedContent": "Jane"}),
    ("gemini", {"contents": [{"parts": [{"fileData": {"file_uri": "Jane", "mimeType": "Jane"}}]}]}),
    ("ollama", {"model": "Jane", "format": {"properties": {"who": {"type": "string"}}}, "options": {"x": "Jane"}, "context": [1, 2]}),
    ("bedrock-converse", {"messages": [{"content": [{"toolUse": {"toolUseId": "Jane", "name": "Jane"}}, {"cachePoint": {"type": "Jane"}}]}]}),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "body"), TEXT, ids=range(len(TEXT)))
def test_text_is_masked(dialect: str, body: Any) -> None:
    masked = json.dumps(mask(body, dialect))
    assert "Jane" not in masked
    assert "[[NAME]]" in masked


@pytest.mark.parametrize(("dialect", "body"), KEPT, ids=range(len(KEPT)))
def test_protected_values_stay_to_the_byte(dialect: str, body: Any) -> None:
    source = json.dumps(body, indent=1)
    assert mask_source(source, dialect) == source


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
