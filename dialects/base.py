"""What a wire format consists of: the types of which every file of this package makes one or several values.

All fields of `Dialect` are required, so a new format cannot leave one out by forgetting it. Nothing here imports
anything else of ours, and nothing raises for a strange document: formats are read by shape, and shapes vary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache, lru_cache
from typing import Any, NamedTuple

from dialects.document_shapes import Shape
from dialects.system_prompt import PromptBody

# -- paths -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PathRow:
    """A path shape. `pattern`: segments, `*` one, a `**` at the end any number. `methods`: () for all. `after`: the
    namespaces it needs, () for any. `anywhere`: also found behind prefixes that nobody listed. `llm`: specific enough
    to tell an LLM API on an unknown host. `refusal`: such a request is never sent, and this says why in words."""

    pattern: tuple[str, ...]
    methods: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    anywhere: bool = False
    llm: bool = False
    refusal: str = ""


def paths(
    patterns: str,
    *,
    methods: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    anywhere: bool = False,
    llm: bool = False,
    refusal: str = "",
) -> tuple[PathRow, ...]:
    """One row for each of the patterns, which blanks separate."""
    return tuple(PathRow(tuple(p.split("/")), methods, after, anywhere, llm, refusal) for p in patterns.split())


# -- which leaves of a request are not text ----------------------------------------------------------------------------


class Mode(Enum):
    """What the walker does with a value."""

    ENVELOPE = auto()  # key rules apply; strings are text
    DATA = auto()  # the user's: strings are text, keys and numbers are looked at too
    SCHEMA = auto()  # a JSON Schema: descriptions are text, defaults and examples are data, keywords stay
    KEEP = auto()  # protected, the whole subtree, as far as it holds ids and enums: a sentence in it is text
    SEALED = auto()  # protected whatever it holds, the whole subtree: signed text, grammars, credentials
    CREDENTIAL = auto()  # SEALED, but for another vendor than it was meant for: for that one it is a secret
    CIPHER = auto()  # as SEALED for one word: signatures, ciphertext, addresses of files; anything else is text
    SCHEMA_WORD = auto()  # a word of a JSON Schema that a validator compares: stays
    TOKEN = auto()  # a choice that the API offers (`wav`, `auto`): kept if it is one word, text otherwise
    KEEP_LEAF = auto()  # as KEEP for a scalar or a list of scalars; an object under it is envelope again
    MEDIA = auto()  # a file in base64 or a data URL, judged by its content


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. `under`: keys (normalised) one of which must enclose it; `types`: values of the object's own `type`."""

    key: str
    mode: Mode
    under: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()  # the object must also hold one of these keys, and not empty


def normal(key: str) -> str:
    """`mimeType` and `mime_type` are one name: google-genai mixes both in one request."""
    return key.replace("_", "").lower()


def protect(mode: Mode, keys: str, *, under: str = "", types: str = "", beside: str = "") -> tuple[Rule, ...]:
    """One rule for each of the keys, which blanks separate."""

    def names(text: str) -> frozenset[str]:
        return frozenset(normal(name) for name in text.split())

    return tuple(Rule(key, mode, names(under), frozenset(types.split()), names(beside)) for key in keys.split())


# -- how a streamed answer is read -------------------------------------------------------------------------------------

# From the root of a document: keys and list indices.
type Path = tuple[str | int, ...]
# One stream of text among those of an answer (a choice, a content block, the arguments of one call).
type Channel = tuple[str, ...]

ALL: Channel = ()


@dataclass(slots=True)
class Reading:
    """What one event holds. An end is the beginning of channels: `()` ends them all.

    deltas    strings that go on from event to event: the place of each, and its channel
    thoughts  likewise, but shown only: thinking is signed, and stays as the model wrote it
    calls     the beginning of channels that are arguments of a tool call, and the tool's name
    ends      channels that are complete with this event
    whole     false: nothing but the deltas may be touched (audio, thinking)
    """

    deltas: list[tuple[Path, Channel]] = field(default_factory=list)
    ends: list[Channel] = field(default_factory=list)
    whole: bool = True
    thoughts: list[tuple[Path, Channel]] = field(default_factory=list)
    calls: list[tuple[Channel, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reader:
    """How the events of a format are read. `keep`: keys below the root that an additional delta event must repeat.

    `answers`: an event is a small answer of the same shape as a whole one. `array`: a stream may come as one growing
    JSON array.
    """

    read: Callable[[dict[str, Any]], Reading]
    keep: frozenset[str] = frozenset()
    answers: bool = False
    array: bool = False


# An event of unknown shape: each string for itself.
EACH_STRING = Reader(lambda _root: Reading(), answers=True)


def at(value: Any, *path: str) -> Any:
    """The value at a path of keys, or None."""
    for key in path:
        value = value.get(key) if type(value) is dict else None
    return value


def items(value: Any, *path: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The objects of the list at `path`, with their places. Anything else there is no list."""
    found = at(value, *path)
    if type(found) is list:
        for index, item in enumerate(found):
            if type(item) is dict:
                yield (*path, index), item


def string_at(root: Any, path: Path) -> str | None:
    """The string at a place that a reader named. None: the reader was wrong, and an answer must not break over it."""
    for step in path:
        try:
            root = root[step]
        except (KeyError, IndexError, TypeError):
            return None
    return root if isinstance(root, str) else None


# -- how a document is shown -------------------------------------------------------------------------------------------


class Turn(NamedTuple):
    """One contribution: `role` as the format names it (`user`, `system`, `model`), `label` what it is when it is not
    plain text (`tool call lookup`, `thinking, signed, unchanged`)."""

    role: str
    label: str
    text: str


# -- all of it ---------------------------------------------------------------------------------------------------------


# Compared by identity: hashing the whole table for each key of a request would cost more than the rest of the walk.
@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Dialect:
    """A wire format.

    name            as routing, audit lines and metrics show it
    paths           its endpoints, the special ones first
    google_methods  methods of Google's API that speak it (lower case), and whether a request of it has a system prompt
    home            the built-in target that a gateway request of it goes to, or "" for the first one that speaks it
    prefix          what a target's base URL lacks before the endpoint: "" nothing, `v1`, `asked:v2` the version in the
                    request or else v2; None as OpenAI-style APIs do it
    rules           leaves that are not text
    kept_texts      texts under one of the keys `kept_under` that are of this shape are kept, whoever wrote them
    kept_fields     form and query fields that are protocol, not text
    note            adds the note on placeholders where the system prompt is; None: the format has none
    events          how its streamed answers are read
    turns           a request, a whole answer or one message as a conversation; None: string by string
    error           the JSON document of an error: (status, code, message) -> document
    document_part   what a file in a content part becomes when its text takes its place; None: the format has no part
                    for texts
    free            nobody knows its fields, so a key may tell what its value is everywhere
    """

    name: str
    paths: tuple[PathRow, ...]
    google_methods: Mapping[str, bool]
    home: str
    prefix: str | None
    rules: tuple[Rule, ...]
    kept_texts: re.Pattern[str] | None
    kept_under: frozenset[str]
    kept_fields: frozenset[str]
    note: Callable[[PromptBody], str] | None
    events: Reader
    turns: Callable[[dict[str, Any]], Iterator[Turn]] | None
    error: Callable[[int, str, str], Any]
    document_part: Shape | None
    model_key: str = "model"
    free: bool = False

    def rules_for(self, key: str) -> tuple[Rule, ...]:
        """The rules of a key as it was spelled, in table order."""
        return _rules_for(self, key)


@cache
def _by_key(dialect: Dialect) -> dict[str, tuple[Rule, ...]]:
    table: dict[str, list[Rule]] = {}
    for rule in dialect.rules:
        table.setdefault(normal(rule.key), []).append(rule)
    return {key: tuple(rules) for key, rules in table.items()}


@lru_cache(8192)
def _rules_for(dialect: Dialect, key: str) -> tuple[Rule, ...]:
    return _by_key(dialect).get(normal(key), ())
