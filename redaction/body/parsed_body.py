"""A parsed body of any shape: its leaves, and the way back to bytes."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from redaction.attachments.upload_file import UploadFile
from redaction.body.json_leaves import Changes, JsonLeaves, Piece
from redaction.body.leaves import MODEL_WROTE, RESULT, STANDING, KeyNames, Kind, Leaf
from redaction.budget import MOST_REPLACED
from redaction.edits import Edit
from redaction.known.shown_values import ShownValues, beside
from redaction.placeholders import BLOCKED_TEXT, placeholder
from redaction.remembered import Done, Lesson, Memory, Tally
from redaction.replacer import NOTHING, Replaced, Replacer, blocked, named, refuse_unless_replaceable

# After so many leaves the request is asked whether it is still wanted.
_STEP = 64
# Leaves that the dialect's table keeps. Of these a WORD is judged and masked when the body is written back.
_PROTECTED = frozenset({Kind.KEPT, Kind.WORD, Kind.MODEL})
# What a value that was replaced makes known: itself; itself as one that comes back; itself where the model repeats it.
_LEARN, _LEARN_REPLACED, _ECHO = 1, 2, 3

# What each edit of a leaf makes known that was not: type and how, or None.
type Taught = Sequence[tuple[str, int] | None]


class ReadAgain(Exception):
    """Raised where a part of a body was remembered for other values than those shown before it: the body must be read
    without what is remembered."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body written back, and what was done to it. `whole`: the same for the memory, where it is one JSON text."""

    source: bytes = field(repr=False)
    tally: Tally
    whole: Done | None = field(default=None, repr=False)

    @property
    def masked(self) -> Counter[str]:
        return self.tally.masked


@dataclass(slots=True)
class ParsedBody:
    """What stands in a body. `parts` are its leaves and JSON documents in the order of the source; `encode` gives the
    bytes with edits by leaf applied. `files` stand as bytes in it."""

    parts: Sequence[Leaf | JsonLeaves]
    encode: Callable[[Changes], bytes]
    files: list[UploadFile] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"ParsedBody({len(self.parts)} parts, {len(self.files)} files)"

    @property
    def leaves(self) -> Iterator[Leaf]:
        """Every leaf that is read, in the order of the source."""
        for part in self.parts:
            if isinstance(part, JsonLeaves):
                yield from part
            else:
                yield part

    @property
    def pieces(self) -> Iterator[Piece]:
        """The parts of documents that are read for themselves."""
        return (
            item
            for part in self.parts
            if isinstance(part, JsonLeaves)
            for item in part.parts
            if isinstance(item, Piece)
        )

    @property
    def holders(self) -> Iterator[object]:
        """The lists and dicts that hold the most of it: to be emptied once it is written (`freed_memory.emptied`)."""
        for part in self.parts[:1] if len(self.parts) == 1 else ():
            if isinstance(part, JsonLeaves):
                root = part.document.root
                yield from root.values() if isinstance(root, dict) else (root,)
                yield part.parts
        yield self.parts

    def render(
        self,
        replacer: Replacer,
        check: Callable[[], None] = lambda: None,
        shown: ShownValues | None = None,
        memory: Memory | None = None,
        judge: Callable[[Leaf], Sequence[str]] | None = None,
    ) -> Rendered:
        """The body with everything masked that must be. `check` raises when the request was given up; `shown` sees to
        values that were shown before; `memory` keeps what became of pieces; `judge` tells the types in a leaf that the
        dialect protects.

        Raises KeyError for a text that was not masked, NotRedactable where something cannot be replaced, and ReadAgain.
        """
        replacer.shown = shown
        work = _Work(replacer, check, shown, judge)
        tally = Tally()
        for part in self.parts:
            if isinstance(part, JsonLeaves):
                for item in part.parts if part.split is not None else (part,):
                    if isinstance(item, Piece):
                        tally.add(work.piece(item, memory))
                    else:
                        work.leaves((item,) if isinstance(item, Leaf) else item, tally)
            else:
                work.leaves((part,), tally)
        source = self.encode(work.changes)
        whole = None
        if memory is not None and len(self.parts) == 1 and isinstance(only := self.parts[0], JsonLeaves):
            model = next((leaf for leaf in only if leaf.kind is Kind.MODEL), None)
            if all(map(_is_told_again, only)) and BLOCKED_TEXT not in tally.masked and work.is_plain(model):
                told = model.text if model is not None else ""
                whole = Done(tuple(only.applied), (), tally, model=told)
        return Rendered(source, tally, whole)


class _Work:
    """One pass over the leaves of a body, in order."""

    def __init__(
        self,
        replacer: Replacer,
        check: Callable[[], None],
        shown: ShownValues | None,
        judge: Callable[[Leaf], Sequence[str]] | None,
    ) -> None:
        self.replacer, self.check, self.shown, self.judge = replacer, check, shown, judge
        self.changes: dict[Leaf, Sequence[Edit]] = {}
        self._taught: dict[Leaf, Taught] = {}
        self._names: dict[int, KeyNames] = {}
        self._number = 0
        self._replaced = 0

    def piece(self, piece: Piece, memory: Memory | None) -> Tally:
        """See to a piece of a document, or to what became of it before."""
        shown, done = self.shown, piece.done
        before = shown.mark if shown is not None else piece.before
        if done is not None:
            self._replaced += done.tally.masked.total()
            if before != piece.before or self._replaced > MOST_REPLACED:
                raise ReadAgain
            if shown is not None:
                shown.skip(done.after, lambda: _learn(shown, piece.source, done.lessons))
            return done.tally
        assert piece.leaves is not None
        tally = Tally()
        self.leaves(piece.leaves, tally)
        if memory is not None and all(map(_is_told_again, piece.leaves)) and BLOCKED_TEXT not in tally.masked:
            edits = piece.applied = piece.leaves.edits(self.changes)
            told = self._told(piece.leaves, 0)
            lessons = [
                (start, end, what[0], what[1], what[2])
                for (start, end, _), what in zip(edits, told, strict=True)
                if what is not None
            ]
            after = shown.mark if shown is not None else before
            memory.keep(
                piece.source, piece.place, before, Done(tuple(edits), tuple(lessons), tally, piece.strings, after)
            )
        return tally

    def leaves(self, leaves: Iterable[Leaf], tally: Tally) -> None:
        """Note the edits of some leaves, and count them."""
        replacer, shown = self.replacer, self.shown
        for leaf in leaves:
            if not self._number % _STEP:
                self.check()
            self._number += 1
            if leaf.kind in _PROTECTED:
                tally.skipped += 1
                if self.judge is not None:
                    tally.protected.update(self.judge(leaf))
            elif leaf.kind is Kind.TEXT:
                tally.texts += 1
            done = replacer.leaf(leaf)
            taught: Taught = ()
            if shown is not None and leaf.kind in _SHOWING:
                done, taught = _with_shown(leaf, done, replacer, shown)
            if done is NOTHING:
                continue
            self._replaced += len(done.types)
            if leaf.kind is Kind.TEXT and done.types and self._replaced > MOST_REPLACED:
                refuse_unless_replaceable(leaf)
                done, taught = blocked(leaf.text), ()
            if done.edits:
                if leaf.kind is Kind.KEY and leaf.owner is not None:
                    done = named(leaf, done, self._names)
                self.changes[leaf] = done.edits
                self._taught[leaf] = taught
                if replacer.kept is not None and leaf.kind in _SHOWING:
                    replacer.kept.append((leaf.text, done))
            tally.masked.update(done.types)
            tally.left += done.left
            tally.ambiguous += done.ambiguous
            if leaf.where & RESULT:
                tally.in_tool_results += len(done.types)

    def is_plain(self, model: Leaf | None) -> bool:
        """Whether the name of a model is one, in which nothing was found: anything else is no text to be kept."""
        if model is None:
            return True
        rename = self.replacer.rename
        mapped = rename is not None and rename(model.text) != model.text
        return _MODEL.fullmatch(model.text) is not None and (mapped or model not in self.changes)

    def _told(self, leaves: JsonLeaves, depth: int) -> Iterator[tuple[str, int, int] | None]:
        """For each edit of a document, in order: type, what it makes known, and in how many strings it stands."""
        for part in leaves.parts:
            if isinstance(part, JsonLeaves):
                yield from self._told(part, depth + 1)
            elif isinstance(part, Leaf) and (edits := self.changes.get(part)):
                taught = self._taught.get(part, ())
                inside = depth + (not part.is_number)
                for number in range(len(edits)):
                    what = taught[number] if number < len(taught) else None
                    yield None if what is None else (*what, inside)


_SHOWING = frozenset({Kind.TEXT, Kind.NUMBER, Kind.KEY})


def _is_told_again(leaf: Leaf) -> bool:
    """Whether what becomes of a leaf is a function of its text and place: files are looked at each time."""
    return leaf.kind is not Kind.MEDIA and leaf.kind is not Kind.BLOCKED


_MODEL = re.compile(r"[\w./:@+-]{1,80}", re.ASCII)


def _learn(shown: ShownValues, source: str, lessons: Iterable[Lesson]) -> None:
    """Make known what a piece that was not read again has shown."""
    for start, end, kind, how, inside in lessons:
        value = source[start:end]
        for _ in range(inside):
            value = json.loads(f'"{value}"', strict=False) if "\\" in value else value
        _make_known(shown, value, kind, how)


def _make_known(shown: ShownValues, value: str, kind: str, how: int) -> bool:
    """Whether that was anything new."""
    if how == _ECHO:
        return shown.echoed(value, kind)
    new = shown.learn(value, kind)
    return (how == _LEARN_REPLACED and shown.replaced(value, kind)) or new


def _with_shown(leaf: Leaf, done: Replaced, replacer: Replacer, shown: ShownValues) -> tuple[Replaced, Taught]:
    """What becomes of a leaf with the values in it that were shown before; what it shows itself is known afterwards."""
    text, standing = leaf.text, leaf.where & STANDING
    whole = len(done.edits) == len(done.types)
    found: list[tuple[Edit, str, int]] = []
    if whole:
        for edit, of in zip(done.edits, done.types, strict=True):
            found.append((edit, of, 0 if standing else _LEARN if edit[2] == placeholder(of) else _LEARN_REPLACED))
    if shown and leaf.kind is not Kind.KEY:
        wrote = bool(leaf.where & MODEL_WROTE)
        places = shown.places(text, model_wrote=wrote)
        if places and leaf.kind is Kind.NUMBER and places[0][:2] != (0, len(text)):
            places = ()
        if added := beside(done.edits, places):
            edits = [
                ((start, end, replacer.replacement(of, text[start:end])), of, _ECHO if wrote else 0)
                for start, end, of in added
            ]
            found = sorted((*found, *edits)) if found or not done.edits else edits
            done = done._replace(edits=[edit for edit, _, _ in found], types=[of for _, of, _ in found])
    return done, [
        (of, how) if how and _make_known(shown, text[start:end], of, how) else None
        for (start, end, _), of, how in found
    ]
