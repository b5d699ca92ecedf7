"""How a document in a request becomes a text: what the wire formats' own files say it in.

A format's `document_part` is a function of the place where the file stands. It says which values of the request take
which others, or that it is none of its business (None). Sources: the vendors' API references (document, file and inline
data parts).
"""

from __future__ import annotations

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


def kept(part: dict[str, Any]) -> dict[str, Any]:
    """What of a part goes over into the part that takes its place."""
    return {key: part[key] for key in _KEPT if key in part}


# Keys that say what the bytes beside them are.
_MEDIA_TYPES = ("media_type", "mediaType", "mime_type", "mimeType", "content_type", "contentType")


def media_type_changes(place: Place) -> list[Change]:
    """Beside bytes that stay bytes and are text now: what says otherwise is corrected."""
    own = place.object(0)
    return [Change(0, "text/plain", key) for key in _MEDIA_TYPES if isinstance(own.get(key), str)]
