"""Which leaves are text and which are kept, dialect by dialect."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.walking import mask, mask_source

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
