"""Steps of reading a body as a conversation that several formats share: parts, messages, tools. Only for showing.

Vendors add item types every month, so whatever is not known is shown as JSON, never dropped, and nothing here raises
for a strange shape. Field names: the vendors' API references.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from dialects.base import Turn

Part = tuple[str, str]  # (what it is; empty for plain text, its text)


def parts(content: object) -> Iterator[Part]:
    """The parts of a content value of any dialect: a string, a part, or a list of both."""
    if isinstance(content, str):
        if content:
            yield "", content
    elif isinstance(content, list):
        for one in content:
            yield from parts(one)
    elif isinstance(content, dict):
        yield from _part(content)
    elif content is not None:
        yield "", as_json(content)


def _part(part: Mapping[str, Any]) -> Iterator[Part]:
    kind = part.get("type")
    if isinstance(kind, str):
        for ending, show in _BY_TYPE:
            if kind == ending or kind.endswith("_" + ending):
                yield from show(part, kind)
                return
    for name, shown in _BY_KEY:
        if name in part or _camel(name) in part:
            yield from shown(part, part.get(name, part.get(_camel(name))))
            break
    else:
        yield (f"{kind}" if isinstance(kind, str) else "data"), as_json(part)
    signature = part.get("thoughtSignature") or part.get("thought_signature")
    if signature:
        yield "signature, unchanged", size(signature)


def _text(part: Mapping[str, Any], kind: str) -> Iterator[Part]:
    text = part.get("text", part.get("refusal"))
    if isinstance(text, str):
        yield ("" if kind.endswith("text") else kind), text


def _thinking(part: Mapping[str, Any], kind: str) -> Iterator[Part]:
    if isinstance(part.get("thinking"), str):
        yield ("thinking, signed, unchanged" if part.get("signature") else "thinking"), part["thinking"]
    for _, text in parts([part.get("summary"), part.get("content")]):
        yield "thinking", text
    for name in ("data", "encrypted_content"):
        if part.get(name):
            yield "encrypted thinking, unchanged", size(part[name])


def _call(part: Mapping[str, Any], kind: str) -> Iterator[Part]:
    function = part.get("function") if isinstance(part.get("function"), dict) else part
    assert isinstance(function, Mapping)
    name = function.get("name") or part.get("name") or kind
    for key in ("input", "arguments", "action", "operation", "code", "queries", "args"):
        if key in function:
            yield f"tool call {name}", as_json(function[key])
            return
    yield f"tool call {name}", ""


def _result(part: Mapping[str, Any], kind: str) -> Iterator[Part]:
    ident = part.get("tool_use_id") or part.get("call_id") or ""
    inner = part.get("content", part.get("output", part.get("results")))
    for label, text in parts(inner):
        yield " ".join(word for word in ("tool result", str(ident), label) if word), as_json(text)


def _media(part: Mapping[str, Any], kind: str) -> Iterator[Part]:
    source = part.get("source")
    if isinstance(source, dict) and source.get("type") in ("text", "content"):
        for _, text in parts([source.get("data"), source.get("content")]):
            yield kind, text
        return
    url = part.get("image_url")
    url = url.get("url") if isinstance(url, dict) else url
    if isinstance(url, str) and not url.startswith("data:"):
        yield f"{kind}, by address", url
        return
    yield f"{kind}, not shown", size(part)


def _gemini_blob(part: Mapping[str, Any], value: object) -> Iterator[Part]:
    blob = value if isinstance(value, dict) else {}
    yield f"{blob.get('mimeType') or blob.get('mime_type') or 'media'}, not shown", size(value)


def _labelled(label: str) -> Callable[[Mapping[str, Any], object], Iterator[Part]]:
    def show(part: Mapping[str, Any], value: object) -> Iterator[Part]:
        name = value.get("name") if isinstance(value, dict) else None
        inner = value
        if isinstance(value, dict):
            inner = next((value[key] for key in ("args", "response", "input", "content") if key in value), value)
        yield (f"{label} {name}" if isinstance(name, str) else label), as_json(inner)

    return show


def _plain(part: Mapping[str, Any], value: object) -> Iterator[Part]:
    yield ("thinking" if part.get("thought") is True else ""), value if isinstance(value, str) else as_json(value)


# By the end of a part's `type`, first match wins. Chat, responses and messages name their parts this way.
_BY_TYPE: Final[tuple[tuple[str, Callable[[Mapping[str, Any], str], Iterator[Part]]], ...]] = (
    ("text", _text),
    ("refusal", _text),
    ("thinking", _thinking),
    ("reasoning", _thinking),
    ("compaction", _thinking),
    ("tool_result", _result),
    ("call_output", _result),
    ("tool_use", _call),
    ("call", _call),
    ("function", _call),
    ("image", _media),
    ("image_url", _media),
    ("audio", _media),
    ("document", _media),
    ("file", _media),
)
# By a key of the part: Gemini and Bedrock name them this way (in camel or snake case), Ollama has no types.
_BY_KEY: Final[tuple[tuple[str, Callable[[Mapping[str, Any], object], Iterator[Part]]], ...]] = (
    ("text", _plain),
    ("function_call", _labelled("tool call")),
    ("function_response", _labelled("tool result")),
    ("tool_use", _labelled("tool call")),
    ("tool_result", _labelled("tool result")),
    ("executable_code", _labelled("code")),
    ("code_execution_result", _labelled("code result")),
    ("inline_data", _gemini_blob),
    ("file_data", _gemini_blob),
)


def of_message(message: object, role: str = "user") -> Iterator[Turn]:
    """One message of chat, messages, ollama or bedrock-converse."""
    if not isinstance(message, dict):
        yield from (Turn(role, label, text) for label, text in parts(message))
        return
    who = str(message.get("role") or role)
    if message.get("tool_call_id"):
        who += f" {message['tool_call_id']}"
    for name in ("reasoning_content", "reasoning", "thinking"):
        if isinstance(message.get(name), str) and message[name]:
            yield Turn(who, "thinking", message[name])
    for name in ("content", "parts", "refusal"):
        # What a tool gave back is often JSON in a string.
        show = as_json if who.startswith(("tool", "function")) else str
        yield from (Turn(who, label, show(text)) for label, text in parts(message.get(name)))
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) else []:
        if isinstance(call, dict):
            yield from (Turn(who, label, text) for label, text in _call(call, "tool"))
    if isinstance(message.get("function_call"), dict):
        yield from (Turn(who, label, text) for label, text in _call(message["function_call"], "tool"))
    if message.get("images"):
        yield Turn(who, "images, not shown", size(message["images"]))


def of_messages(values: object, role: str = "user") -> Iterator[Turn]:
    for value in values if isinstance(values, list) else [values] if isinstance(values, dict) else []:
        yield from of_message(value, role)


def of_tools(tools: object) -> Iterator[Turn]:
    names = []
    for tool in tools if isinstance(tools, list) else []:
        for one in _tool_rows(tool):
            inner = one.get("function") if isinstance(one.get("function"), dict) else one
            names.append(str(inner.get("name") or one.get("type") or "?") if isinstance(inner, dict) else "?")
    if names:
        yield Turn("tools", "", ", ".join(names))


def _tool_rows(tool: object) -> Iterable[dict[str, Any]]:
    if not isinstance(tool, dict):
        return ()
    rows = tool.get("functionDeclarations") or tool.get("function_declarations") or tool.get("tools")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else (tool,)


def of_contents(role: str, *contents: object) -> Iterator[Turn]:
    for content in contents:
        yield from (Turn(role, label, text) for label, text in parts(content))


def as_json(value: object) -> str:
    """A string as it is (indented when it is a JSON document itself), anything else as indented JSON."""
    if isinstance(value, str):
        if value[:1] not in ("{", "["):
            return value
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return str(value)
    return json.dumps(value, indent=2, ensure_ascii=False)


def size(value: object) -> str:
    """How much was left alone, for what is not worth showing: `812 characters`."""
    return f"{len(value) if isinstance(value, str) else len(as_json(value))} characters"


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
