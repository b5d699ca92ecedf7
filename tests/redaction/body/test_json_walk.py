"""Which leaves are text: every dialect, the protected ones, the user's own data, JSON in strings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialects.protected import DIALECTS, Mode, dialect_named
from redaction.body.json_document import Document, Edit
from redaction.body.json_walk import Bounds, walk
from redaction.errors import BadDocument, NotRedactable

BOUNDS = Bounds()


def find(text: str, key: str = "") -> list[Edit]:
    """A stand-in Profiler: every `Jane` is a name."""
    edits: list[Edit] = []
    at = text.find("Jane")
    while at >= 0:
        edits.append((at, at + 4, "[[NAME]]"))
        at = text.find("Jane", at + 4)
    return edits


def mask_source(source: str, dialect: str, mode: Mode = Mode.ENVELOPE, bounds: Bounds = BOUNDS) -> str:
    plan = walk(Document.parse(source), dialect_named(dialect), bounds, mode)
    return plan.render(find, find, lambda n, key: "[[CARD]]" if n == "4111111111111111" else None, lambda *_: [])


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
]

KEPT = [
    ("chat", {"model": "Jane", "messages": [{"role": "Jane"}]}),
    ("chat", {"messages": [{"tool_calls": [{"id": "Jane", "type": "function", "function": {"name": "get_Jane"}}], "tool_call_id": "Jane"}]}),
    ("chat", {"tools": [{"type": "function", "function": {"name": "Jane", "parameters": {"properties": {"Jane": {"enum": ["Jane"], "pattern": "Jane", "format": "Jane"}}, "required": ["Jane"]}}}]}),
    ("chat", {"tool_choice": {"type": "function", "function": {"name": "Jane"}}, "prompt_cache_key": "Jane"}),
    ("chat", {"response_format": {"type": "json_schema", "json_schema": {"name": "Jane", "schema": {"properties": {"description": {"type": "Jane"}}}}}}),
    ("chat", {"messages": [{"reasoning_details": [{"type": "reasoning.encrypted", "data": "Jane", "signature": "Jane"}]}]}),
    ("responses", {"previous_response_id": "Jane", "conversation": "Jane", "include": ["Jane"]}),
    ("responses", {"input": [{"type": "item_reference", "id": "Jane"}, {"type": "compaction", "encrypted_content": "Jane"}]}),
    ("responses", {"input": [{"type": "reasoning", "id": "Jane", "encrypted_content": "Jane", "status": "Jane"}]}),
    ("responses", {"tools": [{"type": "custom", "name": "x", "format": {"type": "grammar", "definition": "Jane"}}]}),
    ("responses", {"tools": [{"type": "mcp", "server_url": "Jane", "authorization": "Jane", "headers": {"X": "Jane"}}]}),
    ("messages", {"messages": [{"content": [{"type": "thinking", "thinking": "Jane", "signature": "Jane"}, {"type": "redacted_thinking", "data": "Jane"}]}]}),
    ("messages", {"system": [{"type": "text", "text": "x-anthropic-billing-header: cc_version=Jane; cch=1;"}]}),
    ("messages", {"tools": [{"name": "Jane", "input_schema": {"properties": {"Jane": {"type": "string"}}}}]}),
    ("messages", {"container": "Jane", "mcp_servers": [{"type": "url", "url": "Jane", "name": "Jane", "authorization_token": "Jane"}]}),
    ("gemini", {"contents": [{"parts": [{"functionCall": {"name": "Jane"}, "thoughtSignature": "Jane", "thought_signature": "Jane"}]}]}),
    ("gemini", {"tools": [{"functionDeclarations": [{"name": "Jane"}]}], "cachedContent": "Jane"}),
    ("gemini", {"contents": [{"parts": [{"fileData": {"file_uri": "Jane", "mimeType": "Jane"}}]}]}),
    ("ollama", {"model": "Jane", "format": {"properties": {"Jane": {"type": "string"}}}, "options": {"x": "Jane"}, "context": [1, 2]}),
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
    source = json.dumps({"messages": [{"content": [body]}], "max_tokens": 4111111111111111})
    assert mask_source(source, "messages") == source.replace("Jane", "[[NAME]]").replace(
        '"card": 4111111111111111', '"card": "[[CARD]]"'
    )


def test_found_keys_that_collide_are_numbered() -> None:
    source = '{"metadata": {"Jane": 1, "[[NAME]]": 2, "x": 3}}'
    assert json.loads(mask_source(source, "chat")) == {"metadata": {"[[NAME]]_2": 1, "[[NAME]]": 2, "x": 3}}


def test_two_found_keys_get_two_names() -> None:
    plan = walk(Document.parse('{"metadata": {"Jane": 1, "Joan": 2}}'), dialect_named("chat"), Bounds())
    masked = plan.render(lambda *_: [], lambda key: [(0, len(key), "[[NAME]]")], lambda *_: None, lambda *_: [])
    assert json.loads(masked) == {"metadata": {"[[NAME]]": 1, "[[NAME]]_2": 2}}


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
    with pytest.raises(NotRedactable, match=r"limits\.strings"):
        mask_source(json.dumps(["x"] * 11), "chat", bounds=Bounds(strings=10))


def test_root_model_is_found_and_renamed() -> None:
    document = Document.parse('{"stream": true, "model" : "gpt-4", "metadata": {"model": "x"}}')
    plan = walk(document, dialect_named("chat"), Bounds())
    assert plan.model is not None
    assert plan.model[1] == "gpt-4"
    renamed = plan.render(lambda *_: [], lambda *_: [], lambda *_: None, lambda *_: [], model="claude")
    assert renamed == document.source.replace("gpt-4", "claude")


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


@settings(max_examples=100)
@given(json_values, st.sampled_from(sorted(DIALECTS)), st.booleans())
def test_any_document_is_walked_and_stays_json(value: Any, dialect: str, ascii_only: bool) -> None:
    source = json.dumps(value, ensure_ascii=ascii_only)
    masked = mask_source(source, dialect)
    if "Jane" not in source and "\\u" not in source:
        assert masked == source
    json.loads(masked)


@settings(max_examples=50)
@given(json_values)
def test_data_keeps_nothing(value: Any) -> None:
    """Where the whole document is the user's, no key name protects anything."""
    assert "Jane" not in mask_source(json.dumps(value), "unknown", Mode.DATA)


@pytest.mark.parametrize(
    ("dialect", "body", "count"),
    [
        ("chat", {"messages": [{"role": "user", "content": "Jane"}]}, 0),
        ("chat", {"messages": [{"role": "tool", "content": "Jane"}, {"role": "assistant", "content": "Jane"}]}, 1),
        ("chat", {"messages": [{"role": "tool", "content": '{"a": "Jane", "b": "Jane"}'}]}, 1),
        ("messages", {"messages": [{"content": [{"type": "tool_result", "content": [{"type": "text", "text": "Jane"}]}]}]}, 1),
        ("responses", {"input": [{"type": "function_call_output", "output": "Jane"}, {"type": "message", "content": "Jane"}]}, 1),
        ("gemini", {"contents": [{"parts": [{"functionResponse": {"name": "f", "response": {"a": "Jane"}}}]}]}, 1),
        ("bedrock-converse", {"messages": [{"content": [{"toolResult": {"content": [{"json": {"a": "Jane"}}]}}]}]}, 1),
    ],
)  # fmt: skip
def test_masked_tool_results_are_counted(dialect: str, body: Any, count: int) -> None:
    plan = walk(Document.parse(json.dumps(body)), dialect_named(dialect), Bounds())
    plan.render(find, find, lambda *_: None, lambda *_: [])
    assert plan.masked_results == count


@pytest.mark.parametrize("word", ["Jane", "audio/Jane", "/v1/Jane"])
def test_one_word_under_a_choice_of_the_api_is_kept(word: str) -> None:
    source = json.dumps({"input_audio": {"format": word}, "modalities": [word, "x"], "content_type": word})
    assert mask_source(source, "chat") == source


@pytest.mark.parametrize("text", ["I am Jane", "Jane 123-45-6789", "x@Jane", "Jane" * 11, "Jané Jane"])
def test_anything_else_under_a_choice_is_text(text: str) -> None:
    assert "Jane" not in mask_source(json.dumps({"format": text, "modalities": [text], "size": {"x": text}}), "chat")


def test_below_a_text_path_a_choice_is_data() -> None:
    assert "Jane" not in mask_source(json.dumps({"metadata": {"format": "Jane", "mode": ["Jane"]}}), "chat")
