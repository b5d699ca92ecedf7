"""Putting a note at the end of a request's system prompt, spliced into its source: no other byte changes.

The formats say where the prompt is, with the steps of `PromptBody`. A step raises ValueError, IndexError or
RecursionError for a source that is not as the format says.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NamedTuple

_GAP = "\\n\\n"  # between a prompt and the note, as it stands in a JSON string
# Only where values end is asked for: numbers are not read, so none is too long. Bytes, so that none is a prompt.
_SCAN = json.JSONDecoder(parse_int=str.encode, parse_float=str.encode).raw_decode
_BLANK = re.compile(r"[ \t\r\n]*")


class Place(NamedTuple):
    """A value of the source: half-open `[start, end)`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PromptBody:
    """The source of a request body and the note to add. Each step gives the new source, or the very same one."""

    source: str
    note: str

    def __repr__(self) -> str:
        return f"PromptBody({len(self.source)} characters)"

    @property
    def root(self) -> Place:
        return Place(self._blank(0), len(self.source))

    @property
    def quoted(self) -> str:
        """The note as a JSON string."""
        return json.dumps(self.note)

    @property
    def text_block(self) -> str:
        """The note as a content block of OpenAI, Anthropic and others."""
        return f'{{"type": "text", "text": {self.quoted}}}'

    @property
    def part(self) -> str:
        """The note as a part of Google."""
        return f'{{"text": {self.quoted}}}'

    def members(self, place: Place) -> dict[str, Place]:
        """The values of an object by key. Raises ValueError when it is none."""
        source = self.source
        if source[place.start] != "{":
            raise ValueError("not an object")
        found: dict[str, Place] = {}
        at = self._blank(place.start + 1)
        while source[at] != "}":
            key, at = _SCAN(source, at)
            start = self._blank(self._blank(at) + 1)  # behind the colon
            end = _SCAN(source, start)[1]
            found[str(key)] = Place(start, end)
            at = self._blank(end)
            if source[at] == ",":
                at = self._blank(at + 1)
        return found

    def items(self, place: Place) -> list[Place]:
        """The values of a list. Raises ValueError when it is none."""
        source = self.source
        if source[place.start] != "[":
            raise ValueError("not a list")
        found: list[Place] = []
        at = self._blank(place.start + 1)
        while source[at] != "]":
            end = _SCAN(source, at)[1]
            found.append(Place(at, end))
            at = self._blank(end)
            if source[at] == ",":
                at = self._blank(at + 1)
        return found

    def value(self, place: Place | None) -> object:
        return None if place is None else _SCAN(self.source, place.start)[0]

    def at_end_of_string(self, place: Place) -> str:
        """At the end of a prompt that is one string."""
        text = self.value(place)
        if not isinstance(text, str) or text.endswith(self.note):
            return self.source
        return self._insert(place.end - 1, (_GAP if text else "") + self.quoted[1:-1])

    def as_last_item(self, place: Place, block: str) -> str:
        """As the last block of a prompt that is a list of them."""
        items = self.items(place)
        if items and self.value(items[-1]) == json.loads(block):
            return self.source
        return self._insert(place.end - 1, f", {block}" if items else block)

    def as_member(self, owner: Place, key: str, value: str) -> str:
        """As a member that the object does not have, or has as null."""
        members = self.members(owner)
        if (old := members.get(key)) is not None:
            return self.source[: old.start] + value + self.source[old.end :]
        return self._insert(owner.start + 1, f'"{key}": {value}' + (", " if members else ""))

    def into(self, owner: Place, key: str, *, new: str, block: str) -> str:
        """In the member `key`: a string, a list of blocks, or `new` where there is none."""
        place = self.members(owner).get(key)
        match self.value(place):
            case None:
                return self.as_member(owner, key, new)
            case str() if place is not None:
                return self.at_end_of_string(place)
            case list() if place is not None:
                return self.as_last_item(place, block)
        return self.source

    def in_messages(self) -> str:
        """The system (or developer) message that comes first, else one of our own there: chat templates want one
        system message, at the start."""
        place = self.members(self.root).get("messages")
        if place is None or self.source[place.start] != "[":
            return self.source
        at = self._blank(place.start + 1)
        if self.source[at] != "{":
            return self.source
        first, end = _SCAN(self.source, at)
        if first.get("role") in ("system", "developer"):
            return self.into(Place(at, end), "content", new=self.quoted, block=self.text_block)
        return self._insert(at, f'{{"role": "system", "content": {self.quoted}}}, ')

    def _blank(self, at: int) -> int:
        match = _BLANK.match(self.source, at)
        return match.end() if match is not None else at

    def _insert(self, at: int, text: str) -> str:
        return self.source[:at] + text + self.source[at:]
