"""Leaves: the single pieces of a body that are judged, whatever the body's shape.

A leaf has no say in how it is written back: its document (`json_leaves`), form or part does that from edits.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Any


class Kind(Enum):
    """What is done with a leaf."""

    TEXT = auto()  # masked by the Profiler
    KEY = auto()  # a key of an object, the name of a field: format rules only
    NUMBER = auto()  # a JSON number: format rules only
    SPELLED = auto()  # a character or byte of a list that spells `text`: it goes where that holds a value
    KEPT = auto()  # protected by the dialect: looked at, never edited
    WORD = auto()  # an id or an enum that the dialect protects: format rules only
    MEDIA = auto()  # may be a file in base64 or a data URL
    MODEL = auto()  # the model's name at the root: may be mapped to another
    SECRET = auto()  # a key of a tool server, meant for another vendor: replaced whatever it is
    BLOCKED = auto()  # over a limit in a place that must not stop the request: becomes [[BLOCKED_TEXT]]


# Where a leaf stands, as bits.
RESULT = 1  # in what a tool returned: an agent may write it back
PAST = 2  # in a turn that is sent again and again: before the newest turn of the user, or written by the model
MODEL_WROTE = 4  # in a turn of the model
STANDING = 8  # system prompts, schemas of tools, names: what stands there makes nothing known
# Here what cannot be read is replaced: refusing it would refuse every further turn of the conversation.
REPLACEABLE = RESULT | PAST


class Leaf:
    """One leaf. Compared by identity; the repr shows no text.

    `place`: its number in the document, among string literals or (NUMBER) among numbers; elsewhere its index.
    `key`: the key that stands before it, where it may tell what the text is. `where`: bits as above.
    `about`: media type and file name of MEDIA; "number" of what stands among numbers; of SPELLED also "string", and
    "first" for the first of a list.
    `owner`: the object of a KEY.
    """

    __slots__ = ("about", "key", "kind", "owner", "place", "text", "where")

    def __init__(
        self,
        kind: Kind,
        place: int,
        text: str,
        key: str = "",
        where: int = 0,
        *,
        about: tuple[str, str] = ("", ""),
        owner: Any = None,
    ) -> None:
        self.kind = kind
        self.place = place
        self.text = text
        self.key = key
        self.where = where
        self.about = about
        self.owner = owner

    def __repr__(self) -> str:
        return f"Leaf({self.kind.name}, {len(self.text)} characters)"

    @property
    def is_number(self) -> bool:
        """Whether it stands among the numbers of a document."""
        return self.about[0] == "number"


class KeyNames:
    """The names that the keys of one object have, and those that masked keys get: no name is given twice."""

    __slots__ = ("_counts", "_taken")

    def __init__(self, taken: Iterator[str]) -> None:
        self._taken = set(taken)
        self._counts: dict[str, int] = {}

    def free(self, name: str) -> str:
        """`name`, or `name_2`, `name_3` ... where the object has one of that name. Linear over all calls."""
        candidate = name
        count = self._counts.get(name, 1)
        while candidate in self._taken:
            count += 1
            candidate = f"{name}_{count}"
        self._counts[name] = count
        self._taken.add(candidate)
        return candidate
