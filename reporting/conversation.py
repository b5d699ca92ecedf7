"""Reading a decoded LLM body as a conversation: who said what, which tool was called, what was left alone.

Only for showing. The dialects' files say how their documents read; what they do not know is shown string by string.
"""

from __future__ import annotations

from collections.abc import Iterator

from dialects.base import Turn
from dialects.registry import dialect_named


def read(document: object, dialect: str) -> list[Turn]:
    """The turns of a request, a response or one WebSocket message. An unknown dialect or shape is read generically."""
    reader = dialect_named(dialect).turns
    turns = list(reader(document)) if reader and isinstance(document, dict) else []
    return turns or list(generic(document))


def generic(document: object) -> Iterator[Turn]:
    """Every string of a document with its place: `messages[0].content`."""
    todo: list[tuple[str, object]] = [("", document)]
    while todo:
        place, value = todo.pop()
        if isinstance(value, str):
            if value:
                yield Turn(place or "text", "", value)
        elif isinstance(value, dict):
            todo += [(f"{place}.{key}" if place else str(key), child) for key, child in reversed(value.items())]
        elif isinstance(value, list):
            todo += [(f"{place}[{at}]", child) for at, child in reversed(list(enumerate(value)))]
