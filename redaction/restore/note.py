"""`restore.note`: one constant sentence at the end of the system prompt, so that models copy placeholders as they are.

It is added to every request of a dialect that knows how, whether anything was masked in it or not: a note that came
with the first name only would change the masked prefix of a conversation in its middle, and providers' prompt caches
with it. It stands behind everything that the client put into its system prompt, so what was cached without it stays
cached, and a place that has it already stays as it is.

Like everything else it is spliced into the source: no other byte changes. A body that is not as the table expects it
goes on without the note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote

NOTE = (
    "Tokens such as [[NAME_k3f9w2c]] stand for values you cannot see. "
    "Copy them exactly as they are, never change, split or explain them."
)
_QUOTED = json.dumps(NOTE)
_GAP = "\\n\\n"  # between a prompt and the note, as it stands in a JSON string


class Place(NamedTuple):
    """A value of the source: half-open `[start, end)`."""

    start: int
    end: int


# A source and the place of an object in it -> the source with the note, or the very same one.
type Add = Callable[[str, Place], str]

# Only where values end is asked for: numbers are not read, so none is too long. Bytes, so that none is a prompt.
_SCAN = json.JSONDecoder(parse_int=str.encode, parse_float=str.encode).raw_decode
_BLANK = re.compile(r"[ \t\r\n]*")


def with_note(data: bytes, dialect: str) -> bytes:
    """A masked request body with the note in its system prompt; the very same bytes where there is no place for it.

    `data` is the decoded body, `dialect` routing's name. Batches, embeddings and text completions have no system
    prompt. Google's countTokens takes none (`takes_note` asks the path).
    """
    add = _DIALECTS.get(dialect)
    if add is None:
        return data
    try:
        source = data.decode()
        noted = add(source, Place(_blank(source, 0), len(source)))
    except (ValueError, IndexError, RecursionError):
        return data
    return data if noted is source else noted.encode()


def takes_note(path: str) -> bool:
    """Whether the endpoint behind a path takes a system prompt: Google's methods share a dialect and differ here."""
    path = unquote(path.partition("?")[0])
    _, colon, method = path.rpartition("/")[2].partition(":")
    return not colon or method in ("generateContent", "streamGenerateContent", "rawPredict", "streamRawPredict")


def _blank(source: str, at: int) -> int:
    match = _BLANK.match(source, at)
    return match.end() if match is not None else at


def _members(source: str, place: Place) -> dict[str, Place]:
    """The values of an object by key. Raises ValueError when it is none."""
    if source[place.start] != "{":
        raise ValueError("not an object")
    found: dict[str, Place] = {}
    at = _blank(source, place.start + 1)
    while source[at] != "}":
        key, at = _SCAN(source, at)
        start = _blank(source, _blank(source, at) + 1)  # behind the colon
        end = _SCAN(source, start)[1]
        found[str(key)] = Place(start, end)
        at = _blank(source, end)
        if source[at] == ",":
            at = _blank(source, at + 1)
    return found


def _items(source: str, place: Place) -> list[Place]:
    """The values of a list. Raises ValueError when it is none."""
    if source[place.start] != "[":
        raise ValueError("not a list")
    found: list[Place] = []
    at = _blank(source, place.start + 1)
    while source[at] != "]":
        end = _SCAN(source, at)[1]
        found.append(Place(at, end))
        at = _blank(source, end)
        if source[at] == ",":
            at = _blank(source, at + 1)
    return found


def _value(source: str, place: Place | None) -> object:
    return None if place is None else _SCAN(source, place.start)[0]


def _insert(source: str, at: int, text: str) -> str:
    return source[:at] + text + source[at:]


# -- where it goes -----------------------------------------------------------------------------------------------------


def _string(source: str, place: Place) -> str:
    """At the end of a prompt that is one string."""
    text = _value(source, place)
    if not isinstance(text, str) or text.endswith(NOTE):
        return source
    return _insert(source, place.end - 1, (_GAP if text else "") + NOTE)


def _list(source: str, place: Place, block: str) -> str:
    """As the last block of a prompt that is a list of them."""
    items = _items(source, place)
    if items and _value(source, items[-1]) == json.loads(block):
        return source
    return _insert(source, place.end - 1, f", {block}" if items else block)


def _member(source: str, owner: Place, key: str, value: str) -> str:
    """As a member that the object does not have, or has as null."""
    members = _members(source, owner)
    if (old := members.get(key)) is not None:
        return source[: old.start] + value + source[old.end :]
    return _insert(source, owner.start + 1, f'"{key}": {value}' + (", " if members else ""))


def _prompt(source: str, owner: Place, key: str, *, new: str, block: str) -> str:
    """In the member `key`: a string, a list of blocks, or `new` where there is none."""
    place = _members(source, owner).get(key)
    match _value(source, place):
        case None:
            return _member(source, owner, key, new)
        case str() if place is not None:
            return _string(source, place)
        case list() if place is not None:
            return _list(source, place, block)
    return source


_TEXT = f'{{"type": "text", "text": {_QUOTED}}}'
_PART = f'{{"text": {_QUOTED}}}'
_SYSTEM = f'{{"role": "system", "content": {_QUOTED}}}'


def _messages_list(source: str, owner: Place) -> str:
    """OpenAI chat, Ollama and Cohere: the system (or developer) message that comes first, else one of our own there.

    Chat templates want one system message, at the start.
    """
    place = _members(source, owner).get("messages")
    if place is None or source[place.start] != "[":
        return source
    at = _blank(source, place.start + 1)
    if source[at] != "{":
        return source
    first, end = _SCAN(source, at)
    if first.get("role") in ("system", "developer"):
        return _prompt(source, Place(at, end), "content", new=_QUOTED, block=_TEXT)
    return _insert(source, at, _SYSTEM + ", ")


def _anthropic(source: str, owner: Place) -> str:
    """Anthropic: `system`. Behind its last block, so in front of no billing header and inside no cached prefix."""
    if "messages" not in _members(source, owner):
        return source
    return _prompt(source, owner, "system", new=_QUOTED, block=_TEXT)


def _bedrock(source: str, owner: Place) -> str:
    """InvokeModel with Anthropic's body; other vendors' bodies have the same names for other shapes."""
    return _anthropic(source, owner) if "anthropic_version" in _members(source, owner) else source


def _responses(source: str, owner: Place) -> str:
    """OpenAI Responses, also as a `response.create` message. A stored prompt brings its own instructions: kept."""
    members = _members(source, owner)
    if _value(source, members.get("type")) not in (None, "response.create"):
        return source
    if "input" not in members or (_value(source, members.get("prompt")) is not None and "instructions" not in members):
        return source
    return _prompt(source, owner, "instructions", new=_QUOTED, block=_TEXT)


def _realtime(source: str, owner: Place) -> str:
    """Realtime: the instructions that a client sets for its session."""
    members = _members(source, owner)
    session = members.get("session")
    if _value(source, members.get("type")) != "session.update" or session is None:
        return source
    place = _members(source, session).get("instructions")
    return source if place is None else _string(source, place)


def _gemini(source: str, owner: Place, needs: str = "contents") -> str:
    """generateContent, the same below `request` (Code Assist), and the set-up of a Live session."""
    members = _members(source, owner)
    for inner, key in (("request", "contents"), ("setup", "model")):
        if inner in members and needs not in members:
            return _gemini(source, members[inner], key)
    if needs not in members or not {"cachedContent", "cached_content"}.isdisjoint(members):
        return source  # a cached prompt has the note since it was cached, and takes no second one
    key = next((key for key in ("systemInstruction", "system_instruction") if key in members), "")
    if not key or _value(source, members[key]) is None:
        return _member(source, owner, key or "systemInstruction", f'{{"parts": [{_PART}]}}')
    if isinstance(_value(source, members[key]), str):
        return _string(source, members[key])
    return _prompt(source, members[key], "parts", new=f"[{_PART}]", block=_PART)


def _ollama(source: str, owner: Place) -> str:
    """/api/chat like any chat, and `system` of /api/generate. Either takes the place of the model file's own SYSTEM."""
    members = _members(source, owner)
    if "messages" in members:
        return _messages_list(source, owner)
    if "prompt" not in members or "suffix" in members or _value(source, members.get("raw")) is True:
        return source
    return _prompt(source, owner, "system", new=_QUOTED, block=_TEXT)


_DIALECTS: dict[str, Add] = {
    "chat": _messages_list,
    "cohere": _messages_list,
    "messages": _anthropic,
    "bedrock-invoke": _bedrock,
    "responses": _responses,
    "realtime": _realtime,
    "gemini": _gemini,
    "ollama": _ollama,
}
