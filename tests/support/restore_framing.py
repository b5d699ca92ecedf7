"""Framings of answers for the tests of restore: events -> bytes, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

type Event = tuple[str, Any]  # SSE event name or "", JSON value


def dumps(value: Any, ascii_only: bool = False) -> str:
    return json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))


def sse(events: Iterable[Event], done: str = "", eol: str = "\n") -> bytes:
    out = [f": ping{eol}{eol}"]
    for number, (name, value) in enumerate(events):
        head = f"event: {name}{eol}" if name else ""
        out.append(f"{head}data: {dumps(value, bool(number % 2))}{eol}{eol}")
    return ("".join(out) + done).encode()


def sse_values(body: bytes) -> list[Any]:
    found = []
    for event in re.split(r"\r\n\r\n|\n\n|\r\r", body.decode()):
        data = [line[5:].removeprefix(" ") for line in re.split(r"\r\n|\n|\r", event) if line.startswith("data:")]
        if data and data != ["[DONE]"]:
            found.append(json.loads("\n".join(data)))
    return found


def ndjson(events: Iterable[Event]) -> bytes:
    return "".join(dumps(value, bool(number % 2)) + "\n" for number, (_, value) in enumerate(events)).encode()


def ndjson_values(body: bytes) -> list[Any]:
    return [json.loads(line) for line in body.decode().split("\n") if line.strip()]


def array(events: Iterable[Event]) -> bytes:
    return ("[" + "\r\n,\r\n".join(json.dumps(value, indent=1) for _, value in events) + "\n]\n").encode()
