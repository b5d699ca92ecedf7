"""One JSON document of an answer: strings put back in place, and a small copy that carries one more delta."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dialects.base import Path
from redaction.body.json_document import Document, Edit, Number
from redaction.restore.json_depth import escaped

_SEPARATORS = re.compile("[\x85\u2028\u2029]")

# Thinking and signed content stays as the model wrote it: it wrote it from masked text, and the signature covers it.
# Names without case and underscores, from the vendors' API references.
_KEPT_NAMES = """
    thinking redactedthinking reasoning reasoningcontent reasoningtext reasoningdetails signature thoughtsignature
    encryptedcontent encryptedindex encryptedstdout redactedcontent
"""
KEPT_KEYS = frozenset(_KEPT_NAMES.split())
KEPT_TYPES = frozenset(
    {"thinking", "redacted_thinking", "reasoning", "compaction", "thinking_delta", "signature_delta"}
)
# Below these, key names are the user's and protect nothing, and strings go to the tool that the object names.
DATA_KEYS = frozenset({"input", "arguments", "args", "partialargs", "parameters", "metadata"})

# (text, the name of the tool in whose arguments it stands or None) -> text.
type Whole = Callable[[str, str | None], str]


def edited(document: Document, deltas: Mapping[Path, str], whole: Whole | None) -> str:
    """The source with the strings at `deltas` set, and each other string and key passed through `whole`.

    A string that does not change keeps its bytes. Raises RecursionError on nesting that Python cannot walk.
    """
    walk = _Walk(deltas, whole)
    walk.value(document.root, (), kept=False, tool=None)
    source = document.splice(walk.edits)
    if walk.edits and _SEPARATORS.search(source) and not _SEPARATORS.search(document.source):
        # In JSON they stand in strings only. Some readers of event streams break lines at them.
        source = _SEPARATORS.sub(lambda m: f"\\u{ord(m.group()):04x}", source)
    return source


class _Walk:
    """Goes through a document in source order, as `Document.splice` counts its strings."""

    def __init__(self, deltas: Mapping[Path, str], whole: Whole | None) -> None:
        self.edits: dict[int, list[Edit]] = {}
        self._deltas = deltas
        self._whole = whole
        self._ordinal = 0

    def value(self, value: Any, path: Path, *, kept: bool, tool: str | None) -> None:
        if type(value) is str:
            delta = self._deltas.get(path)
            if delta is not None:
                self._set(value, delta)
            elif self._whole is not None and not kept:
                self._set(value, self._whole(value, tool))
            self._ordinal += 1
        elif type(value) is dict:
            self._object(value, path, kept=kept or (tool is None and _is_thinking(value)), tool=tool)
        elif type(value) is list:
            for index, item in enumerate(value):
                self.value(item, (*path, index), kept=kept, tool=tool)

    def _object(self, value: dict[str, Any], path: Path, *, kept: bool, tool: str | None) -> None:
        for key, item in value.items():
            name = key.replace("_", "").lower()
            if self._whole is not None and not kept:
                new = self._whole(key, tool)
                if new != key and new not in value:
                    self._set(key, new)
            self._ordinal += 1
            inner = _tool_name(value) if tool is None and name in DATA_KEYS else tool
            self.value(item, (*path, key), kept=kept or (tool is None and name in KEPT_KEYS), tool=inner)

    def _set(self, old: str, new: str) -> None:
        if new != old:
            self.edits[self._ordinal] = [_narrow(old, new)]


def _narrow(old: str, new: str) -> Edit:
    """Without what is the same at both ends: those bytes keep their spelling."""
    least = min(len(old), len(new))
    start = _equal(least, lambda size: old.startswith(new[:size]))
    end = _equal(least - start, lambda size: old.endswith(new[len(new) - size :]))
    return (start, len(old) - end, new[start : len(new) - end])


def _equal(most: int, same: Callable[[int], bool]) -> int:
    """The greatest size up to `most` that is the same: by halves, for answers are long."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if same(middle) else (low, middle - 1)
    return low


def _tool_name(call: dict[str, Any]) -> str:
    name = call.get("name")
    return name if type(name) is str else ""


def _is_thinking(value: dict[str, Any]) -> bool:
    kind = value.get("type")
    return value.get("thought") is True or (type(kind) is str and kind in KEPT_TYPES)


def pruned(root: Any, path: Path, keep: frozenset[str]) -> tuple[Any, Path]:
    """A copy of an event with nothing but the way to one string, and that way in the copy.

    The root keeps its scalars (ids, model, type); below it, only the keys in `keep`, nulls and empty lists stay:
    what a client would add up twice (role, names, token counts) does not. The string itself is left empty.
    """
    return _pruned(root, path, keep, top=True), tuple(0 if isinstance(step, int) else step for step in path)


def _pruned(value: Any, path: Path, keep: frozenset[str], *, top: bool) -> Any:
    if not path:
        return ""
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return [_pruned(value[step], rest, keep, top=False)]
    small: dict[str, Any] = {}
    for key, item in value.items():
        if key == step:
            small[key] = _pruned(item, rest, keep, top=False)
        elif item is None or item == [] or (type(item) not in (dict, list) and (top or key in keep)):
            small[key] = item
    return small


def filled(small: Any, path: Path, text: str) -> str:
    """The JSON text of a pruned copy with its string set. Number spelling survives."""
    return _dump(small, path, text)


def _dump(value: Any, path: Path | None, text: str) -> str:
    if path == ():
        return f'"{escaped(text, 1)}"'
    if type(value) is dict:
        pairs = (f'"{escaped(key, 1)}":{_dump(item, _step(path, key), text)}' for key, item in value.items())
        return "{" + ",".join(pairs) + "}"
    if type(value) is list:
        return "[" + ",".join(_dump(item, _step(path, index), text) for index, item in enumerate(value)) + "]"
    if isinstance(value, Number):
        return value[:]
    if isinstance(value, str):
        return f'"{escaped(value, 1)}"'
    return {None: "null", True: "true", False: "false"}[value]


def _step(path: Path | None, step: str | int) -> Path | None:
    return path[1:] if path and path[0] == step else None
