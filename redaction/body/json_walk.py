"""From a document to the leaves that hold text.

The walk counts every string, key and number in document order, because that is how `Document.edits` names places.
It decides by the dialect's table what each leaf is; it masks nothing itself.
"""

from __future__ import annotations

from typing import Any

from dialects.base import Dialect, Mode, normal
from redaction.attachments.classify import is_coded_text
from redaction.body import left_behind, turns
from redaction.body.json_document import Document, Number, values_in
from redaction.body.json_leaves import JsonLeaves, Piece
from redaction.body.json_shapes import (
    DATA_URL,
    DIGIT_OR_AT,
    KEEPS_NUMBERS,
    SHORTEST_SIGNATURE,
    TOKEN,
    UUID,
    cipher,
    filename,
    holds_objects,
    is_word,
    media_type,
)
from redaction.body.json_split import Stretch, Turns, split
from redaction.body.leaves import PAST, REPLACEABLE, RESULT, STANDING, Kind, Leaf
from redaction.body.schema_words import SCHEMA_DATA, SCHEMA_KEPT, SCHEMA_MAPS, SCHEMA_SYNTAX
from redaction.body.spelled_lists import spelled_leaves, spelled_text
from redaction.body.telling_keys import AS_IT_STANDS, SECRET_MEMBER, secret_maps, telling_key
from redaction.body.walk_bounds import Bounds
from redaction.errors import BadDocument, NotRedactable

# JSON kept in strings is followed this far: tool arguments in a tool result in a batch line.
MAX_NESTING = 4
# Protected leaves beyond this without a space are opaque (signatures, encrypted reasoning): no rule runs over them.
MAX_PROTECTED = 4096
# Shorter keys and numbers hold nothing that a checksum or format rule finds; `4.1E15` is sixteen digits long.
SHORTEST_KEY = 7
SHORTEST_NUMBER = 7
SHORTEST_EXPONENT = 5


class _Count:
    """Strings seen in the present turn, those of documents in strings included."""

    __slots__ = ("strings",)

    def __init__(self) -> None:
        self.strings = 0


class _Walk:
    """One pass over a document. `string`, `number`: the place in the source; `where`: the bits of the leaves."""

    def __init__(self, dialect: Dialect, bounds: Bounds, leaves: JsonLeaves, where: int, nesting: int) -> None:
        self.dialect = dialect
        self.bounds = bounds
        self.leaves = leaves
        self.where = where
        self.nesting = nesting
        self.string = 0
        self.number = 0
        self.count = _Count()
        self.turns = False
        self.outermost = not nesting
        self._keys: set[str] = set()
        self._names: dict[int, frozenset[str]] = {}
        self._secret_maps: set[int] = set()
        self._shortest_key = 1 if bounds.everything else SHORTEST_KEY
        self._any_number = bounds.everything

    def value(
        self, value: Any, mode: Mode, key: str, above: tuple[str, ...], depth: int, owner: dict[str, Any]
    ) -> None:
        kind = type(value)
        if kind is str:
            self.text(value, mode, key, owner, above)
        elif kind is dict:
            if depth > self.bounds.depth:
                raise _too_deep()
            self.members(value, mode, key, above, depth)
        elif kind is list:
            if depth > self.bounds.depth:
                raise _too_deep()
            self.items(value, mode, key, above, depth, owner)
        elif kind is Number:
            left = mode is Mode.CREDENTIAL and self.bounds.foreign
            judged = mode not in KEEPS_NUMBERS or (mode is Mode.KEEP_LEAF and self.dialect.free)
            if (left or judged) and self.is_long(value):
                sort, of = Kind.SECRET if left else Kind.NUMBER, telling_key(key, owner)
                self.leaves.parts.append(Leaf(sort, self.number, value, of, self.where, about=("number", "")))
            self.number += 1
        elif kind is Turns:
            if depth > self.bounds.depth:
                raise _too_deep()
            if mode is not Mode.ENVELOPE or self.turns:
                raise _OtherwiseMeant
            self.conversation(value, key, above, depth, owner)
        elif kind is Stretch:
            self.piece(value, mode, key, above, depth)

    def piece(self, stretch: Stretch, mode: Mode, key: str, above: tuple[str, ...], depth: int) -> None:
        """A piece of a document that is split: read now, unless it was before, at such a place."""
        memory, whole = self.bounds.memory, self.leaves.split
        assert memory is not None
        assert whole is not None
        source = whole.source[stretch.start : stretch.end]
        # Whether a turn is past says only what must not be sent: such pieces are not remembered.
        place = f"{self.dialect.name} {mode.name} {self.where & ~PAST} {depth} {self.turns} {above} {key}"
        piece = Piece(source, stretch.start, place, memory.mark)
        self.leaves.parts.append(piece)
        done = memory.find(source, place)
        if done is not None and self.count.strings + done.strings <= self.bounds.strings:
            piece.done = done
            self.count.strings += done.strings
            return
        before = self.count.strings
        document = Document.parse(source)
        inner = _Walk(self.dialect, self.bounds, JsonLeaves(document), self.where, 0)
        inner.outermost, inner.turns, inner.count = False, self.turns, self.count
        inner.value(document.root, mode, key, above, depth, {})
        piece.leaves = inner.leaves
        piece.strings = self.count.strings - before

    def is_long(self, number: str) -> bool:
        """Whether a number may have enough digits to hold anything."""
        return len(number) >= (SHORTEST_EXPONENT if "e" in number.lower() else SHORTEST_NUMBER) or self._any_number

    def items(
        self, value: list[Any], mode: Mode, key: str, above: tuple[str, ...], depth: int, owner: dict[str, Any]
    ) -> None:
        if mode is Mode.ENVELOPE and not self.turns and turns.is_turn_list(key, value):
            self.conversation(value, key, above, depth, owner)
            return
        if mode is Mode.KEEP_LEAF and any(type(item) is dict or type(item) is list for item in value):
            mode = Mode.ENVELOPE
        if mode not in KEEPS_NUMBERS and (spelled := spelled_text(value, self.bounds.strings - self.count.strings)):
            self.spelled(value, spelled)
            return
        for item in value:
            words = mode is Mode.SCHEMA and type(item) is str
            self.value(item, Mode.ENVELOPE if words else mode, key, above, depth + 1, owner)

    def spelled(self, value: list[Any], text: str) -> None:
        size, numbers = len(value), type(value[0]) is Number
        self.leaves.parts += spelled_leaves(text, self.number if numbers else self.string, size, self.where, numbers)
        if numbers:
            self.number += size
        else:
            self.string += size
            self.count.strings += size

    def conversation(
        self, items: list[Any], key: str, above: tuple[str, ...], depth: int, owner: dict[str, Any]
    ) -> None:
        """The turns of a conversation, each with its own share of strings: what a turn becomes never depends on
        those that follow."""
        seen = [item.seen for item in items] if type(items) is Turns else items
        newest = turns.newest_user_turn(key, seen)
        where, count = self.where, self.count
        self.turns = True
        for index, item in enumerate(items):
            self.where = where | turns.where_is(seen[index], newest=index == newest)
            self.count = _Count()
            self.value(item, Mode.ENVELOPE, key, above, depth + 1, owner)
        self.turns = False
        self.where, self.count = where, count

    def members(self, value: dict[str, Any], mode: Mode, key: str, above: tuple[str, ...], depth: int) -> None:
        if mode is Mode.KEEP_LEAF or mode is Mode.MEDIA or mode is Mode.TOKEN:
            mode = Mode.ENVELOPE
        if mode is Mode.ENVELOPE:
            self.envelope(value, key, above, depth)
        elif mode is Mode.SCHEMA:
            self.schema(value, key in SCHEMA_MAPS, above, depth)
        else:
            if mode is Mode.DATA:
                self._secret_maps.update(map(id, secret_maps(value)))
            for name, item in value.items():
                self.key(name, value)
                self.value(item, mode, name, above, depth + 1, value)

    def envelope(self, value: dict[str, Any], key: str, above: tuple[str, ...], depth: int) -> None:
        inner = (*above, normal(key)) if key else above
        result = turns.is_tool_result(value, key)
        where = self.where
        if result:
            self.where |= RESULT
        before = self.where
        for name, item in value.items():
            self.key(name, value)
            judged = self.judge(name, value, inner)
            if judged is Mode.ENVELOPE and result and turns.is_free_result(value, name, item):
                judged = Mode.DATA
            if judged is Mode.SCHEMA or name == "name" or (not self.turns and turns.is_standing(name)):
                self.where |= STANDING
            self.value(item, judged, name, inner, depth + 1, value)
            self.where = before
        self.where = where

    def schema(self, value: dict[str, Any], names_are_properties: bool, above: tuple[str, ...], depth: int) -> None:
        for name, item in value.items():
            self.key(name, value)
            if names_are_properties:
                # A property may be called `description` or `properties`: its schema starts anew, under no keyword.
                inner = Mode.SCHEMA if type(item) in (dict, list) else Mode.ENVELOPE
                self.value(item, inner, "", above, depth + 1, value)
            elif name in SCHEMA_KEPT:
                self.value(item, Mode.SCHEMA_WORD, name, above, depth + 1, value)
            elif name in SCHEMA_DATA:
                self.value(item, Mode.DATA, "", above, depth + 1, value)
            else:  # a keyword's object is a schema again, its words (`description`, `x-note`) are text
                self.value(item, Mode.SCHEMA if holds_objects(item) else Mode.ENVELOPE, name, above, depth + 1, value)

    def judge(self, key: str, owner: dict[str, Any], above: tuple[str, ...]) -> Mode:
        if self.bounds.foreign and not self.turns and left_behind.stays_behind(key, owner, above):
            return Mode.CREDENTIAL
        for rule in self.dialect.rules_for(key):
            if rule.under and rule.under.isdisjoint(above[-2:]):
                continue
            if rule.types and not (type(kind := owner.get("type")) is str and kind in rule.types):
                continue
            if rule.beside and rule.beside.isdisjoint(self.names(owner)):
                continue
            if rule.mode is Mode.SEALED and rule.beside and not self.is_signed(owner, rule.beside):
                continue
            return rule.mode
        return Mode.ENVELOPE

    def is_signed(self, owner: dict[str, Any], names: frozenset[str]) -> bool:
        """Whether a signature stands beside a value: only then it must stay as the model wrote it."""
        values = (value for name, value in owner.items() if normal(name) in names)
        return any(type(value) is str and len(value) >= SHORTEST_SIGNATURE and is_word(value) for value in values)

    def names(self, owner: dict[str, Any]) -> frozenset[str]:
        """The keys of an object, but those of nothing, as tables spell them, made once for each object."""
        if id(owner) not in self._names:
            self._names[id(owner)] = frozenset(normal(name) for name, value in owner.items() if value not in ("", None))
        return self._names[id(owner)]

    def key(self, name: str, owner: dict[str, Any]) -> None:
        """A key: a leaf wherever it stands, for an envelope's own names are nothing to any rule."""
        place = self.string
        self.string += 1
        if name not in self._keys:
            self._keys.add(name)
            if self.is_over():
                self.block(place, name, Kind.KEY, owner)
                return
        if len(name) >= self._shortest_key and (
            self.bounds.everything or not name.isascii() or DIGIT_OR_AT.search(name)
        ):
            self.leaves.parts.append(Leaf(Kind.KEY, place, name, "", self.where, owner=owner))

    def is_over(self) -> bool:
        """Count one string more. Whether the turn holds too many now."""
        self.count.strings += 1
        if not self.count.strings & 255:
            self.bounds.check()
        return self.count.strings > self.bounds.strings

    def block(self, place: int, text: str, kind: Kind, owner: dict[str, Any] | None = None) -> None:
        """A string too many: replaced where that may be. Raises NotRedactable elsewhere."""
        if not self.where & REPLACEABLE:
            raise NotRedactable(
                f"the request holds more than {self.bounds.strings} strings (limits.strings)",
                code="faasera_too_many_strings",
            )
        blocked = Kind.BLOCKED if kind is Kind.TEXT else kind
        self.leaves.parts.append(Leaf(blocked, place, text, "", self.where, owner=owner))

    def text(self, text: str, mode: Mode, key: str, owner: dict[str, Any], above: tuple[str, ...]) -> None:
        place = self.string
        self.string += 1
        over = self.is_over()
        if not text or text.isspace():
            return
        if mode is Mode.TOKEN or mode is Mode.SCHEMA:  # `format: "json"`; a schema that is a longer string is text
            mode = Mode.KEEP_LEAF if TOKEN.fullmatch(text) else Mode.ENVELOPE
        elif mode is Mode.CREDENTIAL:
            mode = Mode.SEALED
            if self.bounds.foreign and not left_behind.is_plain_address(text):
                self.leaves.parts.append(Leaf(Kind.SECRET, place, text, "", self.where))
                return
        elif mode is Mode.CIPHER:
            mode = cipher(text) if not is_coded_text(text) else Mode.ENVELOPE
        parts, where = self.leaves.parts, self.where
        if mode is Mode.KEEP or mode is Mode.KEEP_LEAF or mode is Mode.SEALED or mode is Mode.SCHEMA_WORD:
            if self.is_model(text, key, owner, place):
                parts.append(Leaf(Kind.MODEL, place, text, "", where))
                return
            if mode is Mode.SEALED or (mode is Mode.SCHEMA_WORD and key in SCHEMA_SYNTAX and not is_word(text)):
                if len(text) <= MAX_PROTECTED or " " in text[:MAX_PROTECTED]:
                    parts.append(Leaf(Kind.KEPT, place, text, "", where))
                return
            if is_word(text) or mode is Mode.SCHEMA_WORD:
                parts.append(Leaf(Kind.WORD, place, text, "", where))
                return
            mode = Mode.ENVELOPE  # a sentence under a name that protects ids is a sentence
        if over:
            self.block(place, text, Kind.TEXT)
        elif mode is Mode.MEDIA or DATA_URL.match(text):
            about = media_type(owner, key, above), filename(owner)
            parts.append(Leaf(Kind.MEDIA, place, text, "", where, about=about))
        elif mode is Mode.ENVELOPE and self.is_kept_text(text, above):
            parts.append(Leaf(Kind.WORD, place, text, "", where))
        elif (nested := self.nest(text)) is not None:
            parts.append(nested)
        elif (told := self.told(key, text, mode, owner)) not in AS_IT_STANDS and is_coded_text(text):
            parts.append(Leaf(Kind.MEDIA, place, text, "", where))
        else:
            parts.append(Leaf(Kind.TEXT, place, text, told, where))

    def is_model(self, text: str, key: str, owner: dict[str, Any], place: int) -> bool:
        """Whether this is the name of the request's model: no sentence is one."""
        at_root = key == self.dialect.model_key and place and owner is self.leaves.document.root and self.outermost
        return bool(at_root) and len(text.split(maxsplit=1)) == 1

    def told(self, key: str, text: str, mode: Mode, owner: dict[str, Any]) -> str:
        """What the key before a text may tell, or "": for another vendor always, in an unknown envelope of no UUID."""
        if mode is Mode.DATA or self.bounds.foreign or (self.dialect.free and not UUID.fullmatch(text)):
            return SECRET_MEMBER if id(owner) in self._secret_maps else telling_key(key, owner)
        return ""

    def is_kept_text(self, text: str, above: tuple[str, ...]) -> bool:
        shape = self.dialect.kept_texts
        return shape is not None and not self.dialect.kept_under.isdisjoint(above) and bool(shape.fullmatch(text))

    def nest(self, text: str) -> Leaf | JsonLeaves | None:
        """The leaves of a JSON object or list that stands in a string; None where it is not exactly one."""
        if self.nesting >= MAX_NESTING:
            return None
        if text[0] not in "{[" and not text[0].isspace():
            return None
        stripped = text.strip()
        if (stripped[:1], stripped[-1:]) not in (("{", "}"), ("[", "]")):
            return None
        place = self.string - 1
        try:
            document = Document.parse(text, most=self.bounds.values)
            inner = _Walk(self.dialect, self.bounds, JsonLeaves(document, place), self.where, self.nesting + 1)
            inner.count = self.count
            inner.value(document.root, Mode.DATA, "", (), 1, {})
        except (BadDocument, RecursionError):
            return None  # truncated, ambiguous or too deep: it is masked as plain text
        except NotRedactable:
            if not self.where & REPLACEABLE:
                raise
            return Leaf(Kind.BLOCKED, place, text, "", self.where)
        if self.count.strings > self.bounds.strings:  # a part of a document says nothing: the whole of it goes
            return Leaf(Kind.BLOCKED, place, text, "", self.where)
        return inner.leaves


class _OtherwiseMeant(Exception):
    """Raised where what looked like the turns of a conversation is none in this format."""


def _too_deep() -> BadDocument:
    return BadDocument("the JSON body is nested deeper than limits.depth", code="faasera_too_deep")


def walk(document: Document, dialect: Dialect, bounds: Bounds, mode: Mode = Mode.ENVELOPE) -> JsonLeaves:
    """Find the leaves of a document. `mode` is DATA where the whole document is the user's (a JSON file).

    Raises BadDocument (too deep) and NotRedactable (too many strings).
    """
    leaves = JsonLeaves(document)
    try:
        _Walk(dialect, bounds, leaves, 0, 0).value(document.root, mode, "", (), 1, {})
    except RecursionError:
        raise _too_deep() from None
    return leaves


def walk_text(source: str, dialect: Dialect, bounds: Bounds, mode: Mode = Mode.ENVELOPE) -> JsonLeaves:
    """Find the leaves of a JSON text. In an envelope, pieces that were read before are not read again.

    Raises as `Document.parse` and `walk`.
    """
    parted = None
    if bounds.memory is not None and mode is Mode.ENVELOPE and values_in(source, bounds.values) <= bounds.values:
        parted = split(source)
    if parted is None:
        return walk(Document.parse(source, most=bounds.values), dialect, bounds, mode)
    document = Document.parse(parted.rest)
    document.root |= parted.stretches
    leaves = JsonLeaves(document, split=parted)
    try:
        _Walk(dialect, bounds, leaves, 0, 0).value(document.root, mode, "", (), 1, {})
    except _OtherwiseMeant:
        return walk(Document.parse(source, most=bounds.values), dialect, bounds, mode)
    except RecursionError:
        raise _too_deep() from None
    return leaves
