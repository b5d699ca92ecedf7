"""Streamed answers (server-sent events, NDJSON, JSON arrays) joined into readable turns. Only for showing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dialects.base import Channel, Reader, Turn, string_at
from dialects.registry import dialect_named
from dialects.shown_turns import as_json
from reporting.conversation import generic, read

# What a run is known by, who says it, what it is, and its text.
type Piece = tuple[object, str, str, str]


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
    """A turn that grows: what one channel of the answer said."""

    role: str
    label: str
    text: str = ""


def join(docs: Iterable[Any], dialect: str) -> list[Turn]:
    """The turns of a streamed answer, by the dialect's own reading of its events. An unknown stream is listed string by
    string."""
    docs = [doc for doc in docs if isinstance(doc, dict)]
    for doc in reversed(docs):  # Responses: the last event holds the whole answer
        if isinstance(doc.get("response"), dict) and doc["response"].get("output"):
            return read(doc, dialect)
    events = dialect_named(dialect).events
    runs: dict[object, _Run] = {}
    calls: set[Channel] = set()
    for doc in docs:
        for key, role, label, text in _answer(doc, dialect) if events.answers else _deltas(doc, events, calls):
            run = runs.setdefault(key, _Run(role, label))
            run.text += text
    turns = [Turn(run.role, run.label, as_json(run.text)) for run in runs.values() if run.text or run.label]
    return turns or [turn for doc in docs for turn in generic(doc)]


def _answer(doc: dict[str, Any], dialect: str) -> Iterator[Piece]:
    """Each event is a small answer."""
    for turn in read(doc, dialect):
        yield (turn.role, turn.label), turn.role, turn.label, turn.text


def _deltas(doc: dict[str, Any], events: Reader, calls: set[Channel]) -> Iterator[Piece]:
    """Each event says how one or more channels go on. All channels of a tool call (`calls`) are one turn."""
    reading = events.read(doc)
    for channel, name in reading.calls:
        calls.add(channel)
        yield channel, "assistant", f"tool call {name}", ""
    for places, label in ((reading.deltas, ""), (reading.thoughts, "thinking")):
        for path, channel in places:
            call = next((channel[:size] for size in range(len(channel) + 1) if channel[:size] in calls), channel)
            yield call, "assistant", "refusal" if "refusal" in channel else label, string_at(doc, path) or ""
    if error := doc.get("error"):
        yield "error", "error", "", str(error.get("message") if isinstance(error, dict) else error)
