"""Ollama's own API, below `/api`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dialects.base import ALL, Dialect, Mode, Reader, Reading, Turn, at, paths, protect
from dialects.document_shapes import Change, Place
from dialects.shared import COMMON
from dialects.shown_turns import of_contents, of_messages, of_tools
from dialects.system_prompt import PromptBody


def _read(root: dict[str, Any]) -> Reading:
    """Lines of /api/chat and /api/generate."""
    reading = Reading()
    for path in (("message", "content"), ("response",)):
        if type(at(root, *path)) is str:
            reading.deltas.append((path, path))
    if root.get("done") is True or "error" in root:
        reading.ends.append(ALL)
    return reading


def _note(body: PromptBody) -> str:
    """/api/chat like any chat, and `system` of /api/generate. Either takes the place of the model file's own SYSTEM."""
    members = body.members(body.root)
    if "messages" in members:
        return body.in_messages()
    if "prompt" not in members or "suffix" in members or body.value(members.get("raw")) is True:
        return body.source
    return body.into(body.root, "system", new=body.quoted, block=body.text_block)


def _document(place: Place, text: str, is_file: Callable[[str], bool]) -> Sequence[Change] | None:
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


def _turns(doc: dict[str, Any]) -> Iterator[Turn]:
    yield from of_tools(doc.get("tools"))
    yield from of_contents("system", doc.get("system"))
    yield from of_messages(doc.get("messages"))
    yield from of_contents("user", doc.get("prompt"), doc.get("suffix"))
    yield from of_messages(doc.get("message"), "assistant")
    yield from of_contents("assistant", doc.get("response"))


def _error(_status: int, code: str, message: str) -> Any:
    return {"error": message, "code": code}


OLLAMA = Dialect(
    name="ollama",
    paths=(
        *paths("chat generate embed embeddings", after=("api",), llm=True),
        *paths("create tags show ps version pull push copy delete blobs/** web_search web_fetch", after=("api",)),
    ),
    google_methods={},
    home="local",
    prefix="api",
    rules=(
        *protect(Mode.MEDIA, "images"),
        *protect(Mode.KEEP, "options"),
        *protect(Mode.SCHEMA, "format"),
        *protect(Mode.KEEP_LEAF, "keep_alive digest"),
        *COMMON,
    ),
    kept_texts=None,
    kept_under=frozenset(),
    kept_fields=frozenset(),
    note=_note,
    events=Reader(_read, frozenset({"role"}), answers=True),
    turns=_turns,
    error=_error,
    document_part=_document,
)
