"""The Gemini rows: generateContent chunks, the same wrapped in `response` (Code Assist), and Live messages."""

from __future__ import annotations

from typing import Any

from redaction.restore.json_edit import Path
from redaction.restore.readers import ALL, Reader, Reading, at, items


def _gemini(root: dict[str, Any]) -> Reading:
    reading = Reading()
    for prefix in ((), ("response",)):
        for place, candidate in items(root, *prefix, "candidates"):
            index = str(candidate.get("index", place[-1]))
            _parts(reading, place, candidate, "content", index)
            if candidate.get("finishReason") is not None:
                reading.ends.append((index,))
    _live(reading, root)
    if "error" in root:
        reading.ends.append(ALL)
    return reading


def _parts(reading: Reading, place: Path, owner: dict[str, Any], key: str, index: str) -> None:
    """Text parts are one stream; a part of another kind (thoughts apart) comes after all text before it."""
    for part_place, part in items(owner, key, "parts"):
        if part.get("thought") is True:
            continue
        where = (*place, *part_place)
        if type(part.get("text")) is str:
            reading.deltas.append(((*where, "text"), (index, "text")))
        elif type(part.get("functionCall")) is dict:
            reading.ends.append((index, "text"))
            _partial(reading, where, part["functionCall"], index)
        else:
            reading.ends.append((index, "text"))


def _partial(reading: Reading, where: Path, call: dict[str, Any], index: str) -> None:
    """Arguments that stream: `partialArgs[]` with a `jsonPath`, and `willContinue` while a string goes on."""
    for place, piece in items(call, "partialArgs"):
        channel = (index, "args", str(call.get("id", "")), str(piece.get("jsonPath", "")))
        if type(piece.get("stringValue")) is str:
            reading.deltas.append(((*where, "functionCall", *place, "stringValue"), channel))
        if piece.get("willContinue") is not True:
            reading.ends.append(channel)


def _live(reading: Reading, root: dict[str, Any]) -> None:
    content = root.get("serverContent")
    if type(content) is not dict:
        if "toolCall" in root or "goAway" in root:
            reading.ends.append(ALL)
        return
    _parts(reading, ("serverContent",), content, "modelTurn", "live")
    for name in ("outputTranscription", "inputTranscription"):
        if type(at(content, name, "text")) is str:
            reading.deltas.append((("serverContent", name, "text"), (name,)))
    if content.get("turnComplete") is True or content.get("generationComplete") is True or content.get("interrupted"):
        reading.ends.append(ALL)


# `jsonPath` and `id` say where a piece of an argument belongs; `name` is needed to make sense of the call.
GEMINI = Reader(_gemini, frozenset({"index", "role", "jsonPath", "willContinue", "id", "name"}))
