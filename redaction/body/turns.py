"""Turns of a conversation in a request: which one is the user's newest, who wrote one, what a tool returned.

Names are compared as the dialects' tables do (`normal`: without case and underscores).
"""

from __future__ import annotations

from typing import Any

from dialects.base import normal
from redaction.body.leaves import MODEL_WROTE, PAST, STANDING

# Lists of turns: OpenAI chat, Anthropic, Ollama, Bedrock (`messages`), Responses (`input`), Gemini (`contents`),
# Cohere v1 (`chat_history`, the newest turn stands beside it).
_LISTS = frozenset({"messages", "input", "contents", "chathistory"})
_OLD_ONLY = frozenset({"chathistory"})
_MODEL = frozenset({"assistant", "model", "chatbot"})
_SYSTEM = frozenset({"system", "developer"})
_TOOL = frozenset({"tool", "function"})
# What stands before a conversation: the same in every request, and no value that a user gave.
_STANDING = frozenset({
    "system", "instructions", "systeminstruction", "tools", "functions", "functiondeclarations", "preamble",
    "toolconfig", "responseformat",
})  # fmt: skip

# What a tool returned: an agent may write it back, so masking it matters more than elsewhere.
_RESULT_TYPES = frozenset({
    "tool_result", "mcp_tool_result", "function_call_output", "custom_tool_call_output", "local_shell_call_output",
    "shell_call_output", "apply_patch_call_output", "computer_call_output", "code_execution_tool_result",
    "bash_code_execution_tool_result", "text_editor_code_execution_tool_result", "web_search_tool_result",
    "web_fetch_tool_result", "mcp_call",
})  # fmt: skip
_RESULT_KEYS = frozenset({
    "functionresponse", "functionresponses", "toolresult", "toolresults", "toolresponse", "codeexecutionresult",
})  # fmt: skip
# Of these, results of tools that the client runs: the API says nothing of what stands in them.
_FREE_TYPES = frozenset({
    "tool_result", "mcp_tool_result", "function_call_output", "custom_tool_call_output", "local_shell_call_output",
})  # fmt: skip
# Blocks of content that an API defines; an object of any other type in a result is the tool's own.
_BLOCKS = frozenset({
    "text", "input_text", "output_text", "image", "input_image", "image_url", "document", "input_file", "file",
    "input_audio", "audio", "video", "resource", "resource_link", "search_result", "tool_reference", "refusal",
    "summary_text", "computer_screenshot", "web_search_result", "encrypted_content",
})  # fmt: skip


def is_turn_list(key: str, items: list[Any]) -> bool:
    """Whether a list in the envelope holds the turns of a conversation."""
    return normal(key) in _LISTS and any(type(item) is dict for item in items)


def newest_user_turn(key: str, items: list[Any]) -> int:
    """The index of the newest turn of the user, which holds more than results of tools; -1 where there is none."""
    if normal(key) in _OLD_ONLY:
        return -1
    for index in range(len(items) - 1, -1, -1):
        item = items[index]
        if type(item) is not dict:
            return index
        if _role(item) == "user" and not _only_results(item):
            return index
    return -1


def where_is(item: Any, *, newest: bool) -> int:
    """The bits of a turn (`redaction.body.leaves`)."""
    where = 0 if newest else PAST
    if type(item) is dict:
        role = _role(item)
        if role in _MODEL:
            where |= MODEL_WROTE
        elif role in _SYSTEM:
            where = STANDING
    return where


def is_standing(key: str) -> bool:
    """Whether what stands under a key of the envelope is a system prompt or the description of tools."""
    return normal(key) in _STANDING


def is_tool_result(value: dict[str, Any], key: str) -> bool:
    """Whether an object under `key` holds what a tool returned."""
    kind, role = value.get("type"), value.get("role")
    if type(kind) is str and kind in _RESULT_TYPES:
        return True
    return (type(role) is str and role in _TOOL) or normal(key) in _RESULT_KEYS


def is_free_result(owner: dict[str, Any], name: str, value: Any) -> bool:
    """Whether a field of a tool's result `owner` holds what it returned as the object or list that it is: no API says
    what its keys mean."""
    kind, role = owner.get("type"), owner.get("role")
    if not (type(kind) is str and kind in _FREE_TYPES) and not (type(role) is str and role in _TOOL):
        return False
    if normal(name) not in ("content", "output", "result", "response"):
        return False
    if type(value) is list:
        return any(_is_free(item) for item in value)
    return _is_free(value)


def _is_free(value: Any) -> bool:
    if type(value) is dict:
        return value.get("type") not in _BLOCKS if type(value.get("type")) is str else not _is_bedrock_block(value)
    return type(value) is list


def _is_bedrock_block(value: dict[str, Any]) -> bool:
    """Bedrock's and Gemini's blocks have no type: one key says what they are."""
    return len(value) == 1 and not {"text", "image", "document", "json", "video", "inlineData"}.isdisjoint(value)


def _role(item: dict[str, Any]) -> str:
    """Who wrote a turn. Items of Responses without a role are the model's, but for results; Gemini's are the user's."""
    role = item.get("role")
    if type(role) is str:
        return role.lower()
    if "parts" in item:
        return "user"
    kind = item.get("type")
    if type(kind) is str and kind not in _RESULT_TYPES and kind not in _BLOCKS and kind != "message":
        return "assistant"
    return "tool" if type(kind) is str and kind in _RESULT_TYPES else "user"


def _only_results(item: dict[str, Any]) -> bool:
    blocks = item.get("content", item.get("parts"))
    if type(blocks) is not list or not blocks:
        return False
    for block in blocks:
        if type(block) is not dict:
            return False
        kind = block.get("type")
        by_key = any(normal(name) in _RESULT_KEYS for name in list(block)[:4])
        if not by_key and not (type(kind) is str and kind in _RESULT_TYPES):
            return False
    return True
