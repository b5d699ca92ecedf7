"""A parsed body of any shape: its leaves, and the way back to bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from redaction.attachments.upload_file import UploadFile
from redaction.body.json_leaves import Changes, JsonLeaves
from redaction.body.leaves import MODEL_WROTE, RESULT, STANDING, KeyNames, Kind, Leaf
from redaction.edits import Edit
from redaction.known.shown_values import ShownValues, beside
from redaction.placeholders import placeholder
from redaction.replacer import NOTHING, Replaced, Replacer, named

# After so many leaves the request is asked whether it is still wanted.
_STEP = 64


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body written back. `masked` counts what was replaced by type, `in_tool_results` how much of it stood in what
    tools returned, `left` names in file-system paths, `ambiguous` values that cannot come back in reversible mode."""

    source: bytes = field(repr=False)
    masked: Counter[str]
    in_tool_results: int = 0
    left: int = 0
    ambiguous: int = 0
    changes: Changes = field(default_factory=dict, repr=False)


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
        """Every leaf in the order of the source."""
        for part in self.parts:
            if isinstance(part, JsonLeaves):
                yield from part
            else:
                yield part

    @property
    def documents(self) -> Iterator[JsonLeaves]:
        """The JSON documents, not those inside their strings."""
        return (part for part in self.parts if isinstance(part, JsonLeaves))

    def render(
        self, replacer: Replacer, check: Callable[[], None] = lambda: None, shown: ShownValues | None = None
    ) -> Rendered:
        """The body with everything masked that must be. `check` raises when the request was given up; `shown` sees to
        values that were shown before.

        Raises KeyError for a text that was not masked, NotRedactable where something cannot be replaced, and ReadAgain.
        """
        changes: dict[Leaf, Sequence[Edit]] = {}
        names: dict[int, KeyNames] = {}
        masked: Counter[str] = Counter()
        in_results = left = ambiguous = 0
        replacer.shown = shown
        for number, leaf in enumerate(self.leaves):
            if not number % _STEP:
                check()
            done = replacer.leaf(leaf)
            if shown is not None:
                done = _with_shown(leaf, done, replacer, shown)
            if done is NOTHING:
                continue
            if done.edits:
                if leaf.kind is Kind.KEY and leaf.owner is not None:
                    done = named(leaf, done, names)
                changes[leaf] = done.edits
                if replacer.kept is not None and leaf.kind in _SHOWING:
                    replacer.kept.append((leaf.text, done))
            masked.update(done.types)
            left += done.left
            ambiguous += done.ambiguous
            if leaf.where & RESULT:
                in_results += len(done.types)
        return Rendered(self.encode(changes), masked, in_results, left, ambiguous, changes)


_SHOWING = frozenset({Kind.TEXT, Kind.NUMBER, Kind.KEY})


class ReadAgain(Exception):
    """Raised where a document that was known to hold nothing may hold a value that was shown before it: the request
    must be read without what is known of documents."""


def _with_shown(leaf: Leaf, done: Replaced, replacer: Replacer, shown: ShownValues) -> Replaced:
    """What becomes of a leaf with the values in it that were shown before; what it shows itself is known afterwards."""
    text, kind = leaf.text, leaf.kind
    if kind is Kind.KNOWN:
        if shown.may_hold(text):
            raise ReadAgain
        return done
    if kind not in _SHOWING:
        return done
    found = list(zip(done.edits, done.types, strict=True)) if len(done.edits) == len(done.types) else []
    if shown and kind is not Kind.KEY:
        wrote = bool(leaf.where & MODEL_WROTE)
        places = shown.places(text, model_wrote=wrote)
        if places and kind is Kind.NUMBER and places[0][:2] != (0, len(text)):
            places = ()
        added = beside(done.edits, places)
        if added:
            edits = [((start, end, replacer.replacement(of, text[start:end])), of) for start, end, of in added]
            both = sorted((*found, *edits)) if found or not done.edits else [*edits]
            done = done._replace(edits=[edit for edit, _ in both], types=[of for _, of in both])
            for start, end, of in added if wrote else ():
                shown.echoed(text[start:end], of)
    if not leaf.where & STANDING:
        for (start, end, new), of in found:
            shown.learn(text[start:end], of)
            if new != placeholder(of):
                shown.replaced(text[start:end], of)
    return done
