"""How a document in a request becomes a text, in the shape that each wire format has for texts.

A row is a function of the place where the file stands. It says which values of the request take which others, or that
it is none of its business (None). Sources: the vendors' API references (document, file and inline data parts).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file stands. The repr shows no text.

    `objects` enclose it, the innermost first; `keys[0]` is the file's own key in `objects[0]` (it may stand in a list
    there), `keys[1]` the key of `objects[0]` in `objects[1]`, and so on.
    """

    objects: tuple[dict[str, Any], ...] = field(repr=False)
    keys: tuple[str, ...]

    def key(self, level: int) -> str:
        return self.keys[level] if level < len(self.keys) else ""

    def object(self, level: int) -> dict[str, Any]:
        return self.objects[level] if level < len(self.objects) else {}

    def kind(self, level: int) -> str:
        """The `type` of an object, "" where it has none."""
        found = self.object(level).get("type")
        return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class Change:
    """`objects[level]` becomes `value` as a whole, or with `key` the value under that key does. `behind`: the text
    `value` is put behind the string that stands there."""

    level: int
    value: Any = field(repr=False)
    key: str | None = None
    behind: bool = False


type Shape = Callable[[Place, str, Callable[[str], bool]], Sequence[Change] | None]

# Beside the file in a part, and kept: they say nothing of its kind.
_KEPT = ("cache_control", "id", "thought", "thoughtSignature", "thought_signature", "prompt_cache_breakpoint")


def _kept(part: dict[str, Any]) -> dict[str, Any]:
    return {key: part[key] for key in _KEPT if key in part}


def _anthropic(place: Place, text: str, _is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """`document` keeps its title, context, citations and cache_control; only its source changes."""
    if place.key(0) != "data" or place.kind(0) != "base64" or place.key(1) != "source":
        return None
    if place.kind(1) == "document":
        return [Change(0, {"type": "text", "media_type": "text/plain", "data": text})]
    return [Change(1, {"type": "text", "text": text, **_kept(place.object(1))})]


def _chat(place: Place, text: str, _is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """`file`, `image_url` and Mistral's `document_url` parts."""
    part = place.object(1)
    nested = place.kind(1) == place.key(1) and place.key(1) in ("file", "image_url", "input_audio", "document_url")
    if nested:
        return [Change(1, {"type": "text", "text": text, **_kept(part)})]
    own = place.object(0)
    if place.kind(0) == place.key(0) and place.key(0) in ("image_url", "document_url") and "role" not in own:
        return [Change(0, {"type": "text", "text": text, **_kept(own)})]
    return None


def _responses(place: Place, text: str, _is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """`input_file` and `input_image` parts."""
    if place.kind(0) in ("input_file", "input_image") and place.key(0) in ("file_data", "image_url", "file_url"):
        return [Change(0, {"type": "input_text", "text": text, **_kept(place.object(0))})]
    return None


def _gemini(place: Place, text: str, _is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """`inlineData` becomes a text part; what a function returns has no text parts, and stays inline data."""
    if place.key(0) != "data" or place.key(1) not in ("inlineData", "inline_data"):
        return None
    if any(key in ("functionResponse", "function_response") for key in place.keys):
        kind = "mimeType" if "mimeType" in place.object(0) else "mime_type"
        return [Change(0, "text/plain", kind), Change(0, base64.b64encode(text.encode()).decode(), "data")]
    return [Change(1, {"text": text, **_kept(place.object(1))})]


def _bedrock(place: Place, text: str, _is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """A Converse `document` keeps its name, and is a `txt`."""
    if place.key(0) != "bytes" or place.key(1) != "source":
        return None
    if place.key(2) == "document":
        return [Change(1, "txt", "format"), Change(0, base64.b64encode(text.encode()).decode(), "bytes")]
    if place.key(2) in ("image", "video", "audio"):
        return [Change(2, {"text": text, **_kept(place.object(2))})]
    return None


def _ollama(place: Place, text: str, is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """What is no picture among `images` goes behind the text of its message or prompt."""
    owner = place.object(0)
    images = owner.get("images")
    if place.key(0) != "images" or not isinstance(images, list):
        return None
    target = next((key for key in ("content", "prompt") if isinstance(owner.get(key), str)), None)
    if target is None:
        return None
    left = [item for item in images if not (isinstance(item, str) and is_file(item))]
    return [Change(0, left, "images"), Change(0, ("\n\n" if owner[target] else "") + text, target, behind=True)]


# Tried in this order: each knows its own parts by their keys and types, wherever they stand.
SHAPES: tuple[Shape, ...] = (_anthropic, _responses, _chat, _gemini, _bedrock, _ollama)

# Keys that say what the bytes beside them are.
_MEDIA_TYPES = ("media_type", "mediaType", "mime_type", "mimeType", "content_type", "contentType")


def document_as_text(place: Place, text: str, is_file: Callable[[str], bool]) -> Sequence[Change] | None:
    """The changes that put `text` where a file stands; None where no format has a shape for it.

    `is_file` tells of a string whether it is a file that is being replaced too.
    """
    for shape in SHAPES:
        found = shape(place, text, is_file)
        if found is not None:
            return found
    return None


def media_type_changes(place: Place) -> list[Change]:
    """Beside bytes that stay bytes and are text now: what says otherwise is corrected."""
    own = place.object(0)
    return [Change(0, "text/plain", key) for key in _MEDIA_TYPES if isinstance(own.get(key), str)]
