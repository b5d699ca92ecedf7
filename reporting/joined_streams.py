"""Streamed answers (server-sent events, NDJSON, JSON arrays) joined into readable turns. Only for showing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from reporting.conversation import Turn, as_json, generic, read


def documents(text: str) -> list[Any]:
    """The JSON documents of a stream: `data:` lines of server-sent events (WHATWG HTML, 9.2.6), or one a line.

    What is no JSON (comments, `[DONE]`, a line cut short) is left out.
    """
    found = []
    lines = text.splitlines()
    if any(line.startswith("data:") for line in lines):
        payloads: Iterable[str] = _sse(lines)
    else:
        payloads = (line.strip().strip(",") for line in lines)
    for payload in payloads:
        try:
            if payload and payload != "[DONE]":
                found.append(json.loads(payload))
        except (ValueError, RecursionError):
            continue
    return found


def _sse(lines: Iterable[str]) -> Iterator[str]:
    data: list[str] = []
    for line in (*lines, ""):
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            yield "\n".join(data)
            data = []


@dataclass(slots=True)
class _Run:
    """A turn that grows. `key` tells runs apart: consecutive pieces of one key are one turn."""

    key: object
    role: str
    label: str
    text: str


def join(docs: Iterable[Any], dialect: str) -> list[Turn]:
    """The turns of a streamed answer. An unknown stream is listed string by string."""
    docs = [doc for doc in docs if isinstance(doc, dict)]
    whole = [doc for doc in docs if doc.get("type") in ("response.completed", "response.incomplete", "response.failed")]
    if whole:
        turns = read(whole[-1], "responses")
        if turns and isinstance(whole[-1].get("response"), dict) and whole[-1]["response"].get("output"):
            return turns
    runs: list[_Run] = []
    open_runs: dict[object, _Run] = {}
    for doc in docs:
        for key, role, label, text in _pieces(doc, dialect):
            run = open_runs.get(key)
            if run is None:
                run = _Run(key, role, label, "")
                open_runs[key] = run
                runs.append(run)
            run.label = label or run.label
            run.text += text
    turns = [Turn(run.role, run.label, as_json(run.text)) for run in runs if run.text or run.label]
    return turns or [turn for doc in docs for turn in generic(doc)]


Piece = tuple[object, str, str, str]  # key, role, label, text


def _pieces(doc: dict[str, Any], dialect: str) -> Iterator[Piece]:
    if isinstance(doc.get("choices"), list):
        yield from _chat(doc["choices"])
    elif isinstance(doc.get("type"), str) and doc["type"].startswith("response."):
        yield from _responses(doc)
    elif isinstance(doc.get("type"), str):
        yield from _messages(doc)
    else:
        # Gemini and Ollama stream whole small answers.
        for turn in read(doc, dialect if dialect in ("gemini", "ollama", "cohere") else _shape(doc)):
            yield (turn.role, turn.label), turn.role, turn.label, turn.text


def _shape(doc: dict[str, Any]) -> str:
    return "gemini" if "candidates" in doc or ("response" in doc and isinstance(doc["response"], dict)) else "ollama"


def _chat(choices: list[Any]) -> Iterator[Piece]:
    for choice in choices:
        if not isinstance(choice, dict):
            continue
        found = choice.get("delta")
        delta: dict[str, Any] = found if isinstance(found, dict) else {"content": choice.get("text")}
        at = choice.get("index", 0)
        for name in ("reasoning_content", "reasoning", "content", "refusal"):
            if isinstance(delta.get(name), str) and delta[name]:
                label = "" if name == "content" else "refusal" if name == "refusal" else "thinking"
                yield (at, name), "assistant", label, delta[name]
        calls = delta.get("tool_calls")
        for call in calls if isinstance(calls, list) else []:
            function = call.get("function") if isinstance(call, dict) else None
            if isinstance(function, dict):
                name = f"tool call {function['name']}" if function.get("name") else ""
                yield (at, "call", call.get("index", 0)), "assistant", name, str(function.get("arguments") or "")


def _responses(doc: dict[str, Any]) -> Iterator[Piece]:
    kind, item = doc["type"], doc.get("item")
    key = (doc.get("output_index"), doc.get("content_index"), doc.get("summary_index"))
    if kind == "response.output_item.added" and isinstance(item, dict) and str(item.get("type")).endswith("call"):
        yield (doc.get("output_index"), "call"), "assistant", f"tool call {item.get('name') or item['type']}", ""
    elif isinstance(doc.get("delta"), str):
        if "arguments" in kind or "input" in kind:
            yield (doc.get("output_index"), "call"), "assistant", "", doc["delta"]
        else:
            yield key, "assistant", "thinking" if "reasoning" in kind else "", doc["delta"]


def _messages(doc: dict[str, Any]) -> Iterator[Piece]:
    key, delta, block = doc.get("index"), doc.get("delta"), doc.get("content_block")
    if doc["type"] == "content_block_start" and isinstance(block, dict):
        kind = str(block.get("type"))
        label = {"text": "", "thinking": "thinking, signed"}.get(kind, kind)
        if kind.endswith("tool_use"):
            label = f"tool call {block.get('name')}"
        yield key, "assistant", label, str(block.get("text") or block.get("thinking") or "")
    elif doc["type"] == "content_block_delta" and isinstance(delta, dict):
        for name in ("text", "thinking", "partial_json"):
            if isinstance(delta.get(name), str):
                yield key, "assistant", "", delta[name]
    elif doc["type"] == "error" and isinstance(doc.get("error"), dict):
        yield "error", "error", "", str(doc["error"].get("message"))
