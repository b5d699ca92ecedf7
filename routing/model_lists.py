"""Model names that a target's map knows, shown in the target's own model list.

A client that offers only listed models would never offer `gpt-4` where the map sends it to another name. Shapes: OpenAI
and Anthropic `{"data": [{"id"}]}`, Gemini `{"models": [{"name": "models/..."}]}`, Ollama `{"models": [{"name"}]}`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def with_models(body: bytes, names: Sequence[str]) -> bytes:
    """The list with an entry for each of `names` that it lacks; the very same bytes when it is no model list."""
    try:
        document = json.loads(body)
    except ValueError:
        return body
    if not isinstance(document, dict):
        return body
    for field, key in (("data", "id"), ("models", "name")):
        entries = document.get(field)
        if isinstance(entries, list) and all(isinstance(entry, dict) and key in entry for entry in entries):
            added = [entry for name in names if (entry := _entry(entries, key, name)) is not None]
            if not added:
                return body
            document[field] = [*entries, *added]
            return json.dumps(document, ensure_ascii=False).encode()
    return body


def _entry(entries: Sequence[dict[str, Any]], key: str, name: str) -> dict[str, Any] | None:
    """A new entry after the pattern of the first one; None when the list has the name."""
    pattern = entries[0] if entries else {}
    prefix = "models/" if str(pattern.get(key, "")).startswith("models/") else ""
    if any(str(entry[key]) == prefix + name for entry in entries):
        return None
    entry: dict[str, Any] = {key: prefix + name}
    for field, value in (("object", "model"), ("type", "model"), ("created", 0), ("owned_by", "faasera")):
        if field in pattern:
            entry[field] = value
    for field in ("model", "display_name", "displayName"):
        if field in pattern:
            entry[field] = name
    return entry
