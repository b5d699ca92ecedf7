"""Realistic bodies of every wire format. PLANT stands at every text path, KEPT at every path that must not change.

Source of the paths: the vendors' API references. `masked(body)` is the one right answer: KEPT holds a password, so
a table that protects too little or too much fails.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

PLANT = "Ask Jane Doe, SSN 123-45-6789."
MASKED = "Ask [[NAME]], SSN [[SSN]]."
# One word, as ids are: no checksum or format rule fires on it, but it would be masked if it were taken for text.
KEPT = "kept;pwd=Qx7kHunter2;kept"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 24).decode()
WAV = base64.b64encode(b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(64)).decode()
SAMPLES = base64.b64encode(bytes(range(256)) * 4).decode()
PLANT_CODED = base64.b64encode(f"{PLANT}\n".encode()).decode()
MASKED_CODED = base64.b64encode(f"{MASKED}\n".encode()).decode()
_RAW_NUMBER = re.compile(r'"#(-?[0-9][0-9.eE+-]*)"')


@dataclass(frozen=True)
class Planted:
    """One request body and how it is reached. `host`: where it goes at the interception door."""

    name: str
    dialect: str
    path: str
    body: str
    host: str = "api.openai.com"
    gateway: bool = True

    def __repr__(self) -> str:
        return self.name

    @property
    def masked(self) -> str:
        return mask(self.body)


def mask(text: str) -> str:
    """The one right answer to a text of this file."""
    return text.replace(PLANT, MASKED).replace(PLANT_CODED, MASKED_CODED)


def number(spelling: str) -> str:
    """A number to be spelled so in the body."""
    return f"#{spelling}"


def args(value: Any, levels: int = 1) -> str:
    """JSON in a string, some levels deep."""
    text = json.dumps(value)
    for _ in range(levels - 1):
        text = json.dumps({"inner": text, "n": 1.0})
    return text


def planted(
    name: str, dialect: str, path: str, body: Any, host: str = "api.openai.com", *, gateway: bool = True
) -> Planted:
    text = _RAW_NUMBER.sub(r"\1", json.dumps(body, indent=1))
    return Planted(name, dialect, path, text, host, gateway)


# A JSON Schema with everything a validator reads, and the words around it.
SCHEMA = {
    "type": "object",
    "title": PLANT,
    "description": PLANT,
    "properties": {
        KEPT: {"type": "string", "pattern": KEPT, "enum": [KEPT], "const": KEPT, "description": PLANT},
        "description": {"type": "string", "default": PLANT, "examples": [PLANT, {"id": PLANT}]},
        "list": {"type": "array", "items": {"anyOf": [{"format": KEPT}, {"description": PLANT}]}, "x-note": PLANT},
    },
    "required": [KEPT],
    "$defs": {"person": {"description": PLANT, "$ref": KEPT}},
}
MEDIA_URL = f"data:image/png;base64,{PNG}"

CHAT = planted("chat", "chat", "/v1/chat/completions", {
    "model": KEPT, "temperature": number("1e-3"), "seed": number("9007199254740993"), "top_p": number("1.0"),
    "logit_bias": {"50256": -100}, "stream": True, "user": PLANT, "stop": [PLANT], "safety_identifier": PLANT,
    "prompt_cache_key": KEPT, "metadata": {"user": PLANT, "id": PLANT, "status": PLANT},
    "messages": [
        {"role": "system", "content": PLANT},
        {"role": "developer", "content": [{"type": "text", "text": PLANT, "cache_control": {"type": "ephemeral"}}]},
        {"role": "user", "name": PLANT, "content": [
            {"type": "text", "text": PLANT}, {"type": "image_url", "image_url": {"url": MEDIA_URL, "detail": "low"}},
            {"type": "image_url", "image_url": {"url": f"https://img.example/{PLANT}"}},
            {"type": "input_audio", "input_audio": {"data": WAV, "format": "wav"}},
            {"type": "file", "file": {"filename": PLANT, "file_data": f"data:text/plain;base64,{PLANT_CODED}"}},
            {"type": "file", "file": {"file_id": KEPT}}]},
        {"role": "assistant", "content": None, "refusal": PLANT, "reasoning_content": PLANT, "reasoning": PLANT,
         "tool_plan": PLANT, "prefix": True,
         "reasoning_details": [{"type": "reasoning.text", "text": PLANT, "signature": KEPT},
                               {"type": "reasoning.summary", "summary": PLANT},
                               {"type": "reasoning.encrypted", "data": KEPT, "id": KEPT}],
         "tool_calls": [
             {"id": KEPT, "type": "function", "function": {"name": KEPT, "arguments": args({"status": PLANT, "n": 1})}},
             {"id": KEPT, "type": "function", "function": {"name": KEPT, "arguments": {"id": PLANT, "type": PLANT}}},
             {"id": KEPT, "type": "function", "function": {"name": KEPT, "arguments": args({"role": PLANT}, 4)}},
             {"id": KEPT, "type": "custom", "custom": {"name": KEPT, "input": f"print('{PLANT}')"}}]},
        {"role": "tool", "tool_call_id": KEPT, "content": args([{"name": PLANT, "model": PLANT}])},
        {"role": "assistant", "function_call": {"name": KEPT, "arguments": "{\"truncated\": \"" + PLANT}},
        {"role": "function", "content": PLANT}],
    "prediction": {"type": "content", "content": PLANT},
    "documents": [PLANT, {"text": PLANT, "title": PLANT, "id": PLANT, "data": {"status": PLANT}}],
    "tools": [{"type": "function", "function": {"name": KEPT, "description": PLANT, "parameters": SCHEMA}},
              {"type": "custom", "custom": {"name": KEPT, "description": PLANT,
                                            "format": {"type": "grammar", "grammar": {"definition": KEPT}}}}],
    "functions": [{"name": KEPT, "description": PLANT, "parameters": SCHEMA}],
    "tool_choice": {"type": "function", "function": {"name": KEPT}},
    "response_format": {"type": "json_schema", "json_schema": {"name": KEPT, "description": PLANT, "schema": SCHEMA}},
    "web_search_options": {"user_location": {"type": "approximate", "approximate": {"city": PLANT}}},
    "a_field_of_tomorrow": [{"text": PLANT}],
})  # fmt: skip

RESPONSES_BODY: Any = {
    "model": KEPT, "instructions": PLANT, "user": PLANT, "metadata": {"id": PLANT}, "previous_response_id": KEPT,
    "client_metadata": {"note": PLANT}, "include": [KEPT], "conversation": KEPT, "prompt_cache_key": KEPT,
    "prompt": {"id": KEPT, "variables": {"who": PLANT, "id": {"type": "input_text", "text": PLANT}}},
    "input": [
        {"role": "user", "content": PLANT},
        {"type": "message", "role": "user", "content": [
            {"type": "input_text", "text": PLANT}, {"type": "input_image", "image_url": MEDIA_URL},
            {"type": "input_image", "image_url": f"https://img.example/{PLANT}"},
            {"type": "input_file", "filename": PLANT, "file_data": f"data:text/csv;base64,{PLANT_CODED}"},
            {"type": "input_file", "file_id": KEPT}]},
        {"type": "message", "id": KEPT, "status": KEPT, "role": "assistant", "content": [
            {"type": "output_text", "text": PLANT, "annotations": [{"type": "url_citation", "title": PLANT, "url": PLANT}]},
            {"type": "refusal", "refusal": PLANT}]},
        {"type": "function_call", "id": KEPT, "call_id": KEPT, "name": KEPT, "arguments": args({"id": PLANT})},
        {"type": "function_call_output", "call_id": KEPT, "output": PLANT},
        {"type": "function_call_output", "call_id": KEPT, "output": [{"type": "input_text", "text": PLANT}]},
        {"type": "custom_tool_call", "call_id": KEPT, "name": KEPT, "input": f"say(`{PLANT}`)"},
        {"type": "custom_tool_call_output", "call_id": KEPT, "output": [{"type": "input_text", "text": PLANT}]},
        {"type": "mcp_call", "id": KEPT, "name": KEPT, "arguments": args({"a": PLANT}), "output": PLANT, "error": PLANT},
        {"type": "local_shell_call", "call_id": KEPT, "action": {
            "type": "exec", "command": ["echo", PLANT], "env": {"id": PLANT}, "working_directory": PLANT}},
        {"type": "local_shell_call_output", "id": KEPT, "output": args({"output": PLANT, "metadata": {"exit_code": 0}})},
        {"type": "shell_call", "call_id": KEPT, "action": {"commands": [PLANT]}},
        {"type": "shell_call_output", "call_id": KEPT, "output": [{"stdout": PLANT, "stderr": PLANT}]},
        {"type": "apply_patch_call", "call_id": KEPT, "operation": {"type": "update_file", "diff": PLANT, "path": PLANT}},
        {"type": "apply_patch_call_output", "call_id": KEPT, "output": PLANT},
        {"type": "web_search_call", "id": KEPT, "action": {"type": "search", "query": PLANT}},
        {"type": "file_search_call", "id": KEPT, "queries": [PLANT], "results": [{"text": PLANT, "file_id": KEPT}]},
        {"type": "code_interpreter_call", "id": KEPT, "code": PLANT, "outputs": [{"type": "logs", "logs": PLANT}]},
        {"type": "image_generation_call", "id": KEPT, "revised_prompt": PLANT, "result": PNG},
        {"type": "tool_search_call", "call_id": KEPT, "arguments": {"id": PLANT}},
        {"type": "computer_call", "call_id": KEPT, "action": {"type": "type", "text": PLANT}},
        {"type": "reasoning", "id": KEPT, "encrypted_content": KEPT, "summary": [{"type": "summary_text", "text": PLANT}],
         "content": [{"type": "reasoning_text", "text": PLANT}]},
        {"type": "compaction", "id": KEPT, "encrypted_content": KEPT},
        {"type": "item_reference", "id": KEPT},
        {"type": "additional_tools", "tools": [{"type": "namespace", "name": KEPT, "description": PLANT, "tools": [
            {"type": "function", "name": KEPT, "description": PLANT, "parameters": SCHEMA}]}]},
        {"type": "an_item_of_tomorrow", "words": {"deep": [PLANT]}}],
    "tools": [{"type": "function", "name": KEPT, "description": PLANT, "parameters": SCHEMA},
              {"type": "custom", "name": KEPT, "format": {"type": "grammar", "syntax": "lark", "definition": KEPT}},
              {"type": "mcp", "server_label": "x", "server_url": KEPT, "authorization": KEPT, "headers": {"X": KEPT},
               "server_description": PLANT}],
    "tool_choice": {"type": "function", "name": KEPT},
    "text": {"format": {"type": "json_schema", "name": KEPT, "schema": SCHEMA}},
}  # fmt: skip
RESPONSES = planted("responses", "responses", "/v1/responses", RESPONSES_BODY)

MESSAGES_BODY: Any = {
    "model": KEPT, "max_tokens": 10, "metadata": {"user_id": PLANT}, "container": KEPT,
    "system": [{"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1.0.abc; cc_entrypoint=cli; cch=00f1a;"},
               {"type": "text", "text": PLANT, "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "messages": [
        {"role": "user", "content": PLANT},
        {"role": "system", "content": PLANT},
        {"role": "user", "content": [
            {"type": "text", "text": f"<system-reminder>\n{PLANT}</system-reminder>"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
            {"type": "document", "title": PLANT, "context": PLANT,
             "source": {"type": "text", "media_type": "text/plain", "data": PLANT}, "citations": {"enabled": True}},
            {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": PLANT}]}},
            {"type": "document", "source": {"type": "base64", "media_type": "text/plain", "data": PLANT_CODED}},
            {"type": "document", "source": {"type": "file", "file_id": KEPT}},
            {"type": "search_result", "title": PLANT, "source": PLANT, "content": [{"type": "text", "text": PLANT}]}]},
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": KEPT, "signature": KEPT}, {"type": "redacted_thinking", "data": KEPT},
            {"type": "text", "text": PLANT, "citations": [{"type": "char_location", "cited_text": PLANT,
                                                           "document_title": PLANT, "encrypted_index": KEPT}]},
            {"type": "tool_use", "id": KEPT, "name": KEPT, "input": {"id": PLANT, "type": [{"model": PLANT}]}},
            {"type": "server_tool_use", "id": KEPT, "name": "web_search", "input": {"query": PLANT}},
            {"type": "web_search_tool_result", "tool_use_id": KEPT, "content": [
                {"type": "web_search_result", "title": PLANT, "url": PLANT, "encrypted_content": KEPT}]},
            {"type": "mcp_tool_use", "id": KEPT, "name": KEPT, "server_name": "s", "input": {"status": PLANT}},
            {"type": "mcp_tool_result", "tool_use_id": KEPT, "content": [{"type": "text", "text": PLANT}]},
            {"type": "bash_code_execution_tool_result", "tool_use_id": KEPT, "content": {
                "type": "bash_code_execution_result", "stdout": PLANT, "stderr": PLANT, "encrypted_stdout": KEPT}}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": KEPT, "content": args({"id": PLANT})},
            {"type": "tool_result", "tool_use_id": KEPT, "content": [{"type": "text", "text": PLANT}]}]}],
    "tools": [{"name": KEPT, "description": PLANT, "input_schema": SCHEMA, "cache_control": {"type": "ephemeral"}}],
    "tool_choice": {"type": "tool", "name": KEPT},
    "mcp_servers": [{"type": "url", "url": KEPT, "name": KEPT, "authorization_token": KEPT}],
}  # fmt: skip
ANTHROPIC = "api.anthropic.com"
MESSAGES = planted("messages", "messages", "/v1/messages?beta=true", MESSAGES_BODY, ANTHROPIC)
COUNT_TOKENS = planted("count_tokens", "messages", "/v1/messages/count_tokens", MESSAGES_BODY, ANTHROPIC)
ANTHROPIC_BATCH = planted(
    "anthropic batch", "messages", "/v1/messages/batches",
    {"requests": [{"custom_id": KEPT, "params": MESSAGES_BODY}]}, ANTHROPIC,
)  # fmt: skip

GEMINI_BODY: Any = {
    "contents": [
        {"role": "user", "parts": [
            {"text": PLANT}, {"inlineData": {"mime_type": "image/png", "data": PNG}},
            {"inlineData": {"mimeType": "text/plain", "data": PLANT_CODED}},
            {"inline_data": {"mime_type": "audio/pcm;rate=16000", "data": SAMPLES}},
            {"fileData": {"file_uri": KEPT, "mimeType": KEPT, "displayName": PLANT}}]},
        {"role": "model", "parts": [
            {"text": PLANT, "thought": True, "thoughtSignature": KEPT},
            {"functionCall": {"id": KEPT, "name": KEPT, "args": {"id": PLANT, "name": PLANT}}, "thought_signature": KEPT},
            {"executableCode": {"language": "PYTHON", "code": PLANT}},
            {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": PLANT}}]},
        {"parts": [{"functionResponse": {"id": KEPT, "name": KEPT, "response": {"status": PLANT}}},
                   {"function_response": {"name": KEPT, "response": {"result": PLANT}}}]}],
    "systemInstruction": {"parts": [{"text": PLANT}]},
    "tools": [{"functionDeclarations": [
        {"name": KEPT, "description": PLANT, "parameters": SCHEMA, "parametersJsonSchema": SCHEMA}]}],
    "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": [KEPT]}},
    "safetySettings": [{"category": KEPT, "threshold": KEPT}], "cachedContent": KEPT, "labels": {KEPT: PLANT},
    "generationConfig": {"stopSequences": [PLANT], "responseSchema": SCHEMA, "temperature": number("0.50"),
                         "thinkingConfig": {"thinking_budget": 10}},
}  # fmt: skip
GOOGLE = "generativelanguage.googleapis.com"
GEMINI = planted("gemini", "gemini", "/v1beta/models/gemini-2.5-flash:generateContent", GEMINI_BODY, GOOGLE)
GEMINI_STREAM = planted(
    "gemini stream",
    "gemini",
    "/v1/models/g:streamGenerateContent?alt=sse",
    {"contents": {"parts": {"text": PLANT}}},
    GOOGLE,
)
GEMINI_OTHERS = [
    planted("gemini countTokens", "gemini", "/v1beta/models/g:countTokens",
            {"generateContentRequest": {"model": KEPT, **GEMINI_BODY}}, GOOGLE),
    planted("gemini embed", "gemini", "/v1beta/models/g:batchEmbedContents",
            {"requests": [{"model": KEPT, "title": PLANT, "content": {"parts": [{"text": PLANT}]}}]}, GOOGLE),
    planted("gemini cache", "gemini", "/v1beta/cachedContents", {"displayName": PLANT, "contents": [{"parts": [{"text": PLANT}]}]}, GOOGLE),
    planted("code assist", "gemini", "/v1internal:streamGenerateContent?alt=sse",
            {"model": KEPT, "project": KEPT, "user_prompt_id": KEPT, "request": {**GEMINI_BODY, "session_id": KEPT}},
            "cloudcode-pa.googleapis.com"),
    planted("vertex predict", "predict", "/v1/projects/p/locations/l/publishers/google/models/m:predict",
            {"instances": [{"prompt": PLANT, "content": PLANT, "title": PLANT}], "parameters": {"negativePrompt": PLANT}},
            "us-central1-aiplatform.googleapis.com"),
    planted("vertex claude", "messages", "/v1/projects/p/locations/l/publishers/anthropic/models/c:streamRawPredict",
            {"anthropic_version": "vertex-2023-10-16", **MESSAGES_BODY}, "us-east5-aiplatform.googleapis.com"),
]  # fmt: skip

AWS = "bedrock-runtime.us-east-1.amazonaws.com"
BEDROCK = [
    planted("bedrock converse", "bedrock-converse", "/model/anthropic.claude%3A0/converse-stream", {
        "system": [{"text": PLANT}, {"cachePoint": {"type": KEPT}}],
        "messages": [
            {"role": "user", "content": [
                {"text": PLANT}, {"guardContent": {"text": {"text": PLANT}}},
                {"image": {"format": "png", "source": {"bytes": PNG}}},
                {"document": {"format": "txt", "name": PLANT, "source": {"text": PLANT}}},
                {"document": {"format": "txt", "name": PLANT, "source": {"bytes": PLANT_CODED}}}]},
            {"role": "assistant", "content": [
                {"reasoningContent": {"reasoningText": {"text": KEPT, "signature": KEPT}}},
                {"reasoningContent": {"redactedContent": KEPT}},
                {"toolUse": {"toolUseId": KEPT, "name": KEPT, "input": {"id": PLANT}}},
                {"citationsContent": {"content": [{"text": PLANT}], "citations": [{"title": PLANT}]}}]},
            {"role": "user", "content": [{"toolResult": {
                "toolUseId": KEPT, "status": KEPT, "content": [{"text": PLANT}, {"json": {"status": PLANT}}]}}]}],
        "toolConfig": {"tools": [{"toolSpec": {"name": KEPT, "description": PLANT, "inputSchema": {"json": SCHEMA}}}],
                       "toolChoice": {"tool": {"name": KEPT}}},
        "promptVariables": {"id": {"text": PLANT}}, "requestMetadata": {"id": PLANT},
        "additionalModelRequestFields": {"status": PLANT}}, AWS, gateway=False),
    planted("bedrock invoke claude", "bedrock-invoke", "/model/anthropic.claude:0/invoke",
            {"anthropic_version": "bedrock-2023-05-31", **MESSAGES_BODY}, AWS, gateway=False),
    planted("bedrock invoke titan", "bedrock-invoke", "/model/amazon.titan/invoke-with-response-stream",
            {"inputText": PLANT, "textGenerationConfig": {"stopSequences": [PLANT]}}, AWS, gateway=False),
]  # fmt: skip

OLLAMA = [
    planted("ollama chat", "ollama", "/api/chat", {
        "model": KEPT, "keep_alive": KEPT, "format": SCHEMA, "options": {"stop": [KEPT]},
        "messages": [{"role": "user", "content": PLANT, "images": [PNG]},
                     {"role": "assistant", "thinking": PLANT,
                      "tool_calls": [{"function": {"name": KEPT, "arguments": {"model": PLANT}}}]},
                     {"role": "tool", "tool_name": KEPT, "content": PLANT}],
        "tools": [{"type": "function", "function": {"name": KEPT, "description": PLANT, "parameters": SCHEMA}}]},
        "ollama.com"),
    planted("ollama generate", "ollama", "/api/generate", {
        "model": KEPT, "prompt": PLANT, "system": PLANT, "suffix": PLANT, "template": PLANT, "context": [1, 2], "format": "json"},
        "ollama.com"),
    planted("ollama embed", "ollama", "/api/embed", {"model": KEPT, "input": [PLANT, PLANT]}, "ollama.com"),
    planted("ollama create", "ollama", "/api/create", {
        "model": KEPT, "system": PLANT, "messages": [{"role": "user", "content": PLANT}]}, "ollama.com"),
]  # fmt: skip

COHERE = [
    planted("cohere v2", "cohere", "/v2/chat", {
        "model": KEPT, "messages": [
            {"role": "user", "content": PLANT},
            {"role": "assistant", "tool_plan": PLANT, "citations": [{"text": PLANT}],
             "tool_calls": [{"id": KEPT, "type": "function", "function": {"name": KEPT, "arguments": args({"id": PLANT})}}]},
            {"role": "tool", "tool_call_id": KEPT, "content": [
                {"type": "document", "document": {"id": KEPT, "data": {"status": PLANT, "format": PLANT}}},
                {"type": "document", "document": {"data": args({"id": PLANT})}}]}],
        "documents": [PLANT, {"id": PLANT, "data": {"id": PLANT}}]}, "api.cohere.com", gateway=False),
    planted("cohere v1", "cohere", "/v1/chat", {
        "message": PLANT, "preamble": PLANT, "chat_history": [{"role": "USER", "message": PLANT}],
        "documents": [{"id": PLANT, "status": PLANT}], "connectors": [{"id": KEPT}],
        "tool_results": [{"call": {"name": KEPT, "parameters": {"id": PLANT}}, "outputs": [{"status": PLANT}]}]},
        "api.cohere.com", gateway=False),
    planted("cohere embed", "cohere", "/v2/embed", {
        "model": KEPT, "texts": [PLANT], "images": [MEDIA_URL],
        "inputs": [{"content": [{"type": "text", "text": PLANT}]}]}, "api.cohere.com", gateway=False),
]  # fmt: skip
