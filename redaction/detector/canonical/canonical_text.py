"""The canonical text: what rules and tagger see of a text, with an exact map back to the original.

Passes, each on the result of the one before: plain characters for their costumes (`typography`), up to three layers
of spelled notations (`notations`), what prints nothing (`terminal`, `invisible`, `markup`), the signs inside numbers
and addresses (`digit_groups`). ASCII text with none of it costs one scan. Time and memory are linear: a pass copies
the text once and keeps a few numbers for each run of edits.

No notation is certain: `C:\\\\nancy` is no line break, `card=4111` no quoted-printable. So `Canonical` also says where
it differs from the text as written (`spots`); what is found there in either reading counts.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import re2

from redaction import in_pieces
from redaction.detector.canonical import digit_groups, folded, joined_literals, markup, notations, terminal
from redaction.detector.canonical.digit_groups import group_edits
from redaction.detector.canonical.folded import folded_edits
from redaction.detector.canonical.invisible import apart_edits, composed_edits, invisible_edits, prints_otherwise
from redaction.detector.canonical.joined_literals import joined_edits
from redaction.detector.canonical.markup import markup_edits
from redaction.detector.canonical.notations import notation_edits
from redaction.detector.canonical.segments import Segments, apply
from redaction.detector.canonical.terminal import terminal_edits
from redaction.detector.canonical.typography import plain

_MOST_LAYERS = 3
# Differences as near as this (code points) make one spot.
_NEAR = 200

# What stands behind the string of a document or a word in quotes, and in front of one.
_CLOSED = tuple(":,;}]) \t\r\n")
_OPENED = tuple("{[(,:=> \t\r\n")

# Which passes have work, from one scan: spelled notations, what steers a terminal, folded lines, tags inside
# values, literals put together, signs inside numbers.
_SPELLED, _STEERS, _FOLDED, _MARKED, _JOINED, _GROUPS = range(6)
_TRIGGERS = re2.Set.SearchSet()
for _trigger in (
    notations.TRIGGER,
    terminal.TRIGGER,
    folded.TRIGGER,
    markup.TRIGGER,
    joined_literals.TRIGGER,
    digit_groups.TRIGGER,
):
    _TRIGGERS.Add(_trigger)
_TRIGGERS.Compile()


@dataclass(frozen=True, slots=True)
class Canonical:
    """A text as it reads.

    `plain` has the original's places (code points); `layers` lead from `text` back to them, the last one first. `spots`
    are the places in the original, sorted and disjoint, where `text` differs from `plain`. The repr shows no text.
    """

    text: str = field(repr=False)
    plain: str = field(repr=False)
    layers: tuple[Segments, ...] = ()
    spots: tuple[tuple[int, int], ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of `[start, end)` of `text`, `start < end`: whole notations, and none that stands
        before or behind it."""
        for layer in reversed(self.layers):
            start, end = layer.written(start, end)
        return start, end

    def place(self, at: int) -> int:
        """Where in `text` the first character stands that begins at `at` of the original or behind it."""
        for layer in self.layers:
            at = layer.beginning(at)
        return at

    def doubts(self, covered: Callable[[int, int], bool]) -> tuple[tuple[int, int], ...]:
        """As `spots`, without the places that are `covered`, and without the quotes around strings of JSON and words in
        a string: there the text as written tells nothing else."""
        places = (
            place for place in _edited(self.layers, join=False) if not (_frames(self.plain, *place) or covered(*place))
        )
        return tuple(_joined(places))

    def whole(self, start: int, end: int) -> tuple[int, int]:
        """`[start, end)` of the original without half notations at its ends; as it is where nothing would be left."""
        first, last = self.place(start), end
        for layer in self.layers:
            last = layer.ending(last)
        if first >= last:
            return start, end
        return self.original(first, last)


def canonical(text: str) -> Canonical:
    """The canonical text of `text`."""
    steps = canonical_steps(text)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: Canonical = done.value
            return result


def canonical_steps(text: str) -> Generator[None, None, Canonical]:
    """As `canonical`, in bounded steps: yields between two."""
    flat = plain(text)
    work = _work(flat)
    if not work and not prints_otherwise(flat):
        return Canonical(flat, flat)
    read = flat
    layers: list[Segments] = []
    if _SPELLED in work:
        for _ in range(_MOST_LAYERS):
            done = yield from apply(read, notation_edits(read))
            if done is None:
                break
            read = plain(done[0])
            layers.append(done[1])
        work = _work(read)
    for number, edits in (
        (_STEERS, terminal_edits), (None, composed_edits), (None, invisible_edits), (None, apart_edits),
        (_FOLDED, folded_edits), (_MARKED, markup_edits), (_JOINED, joined_edits),
    ):  # fmt: skip
        if number is None or number in work:
            done = yield from apply(read, edits(read))
            if done is not None:
                read = done[0]
                layers.append(done[1])
    # What was left out before may have stood between a number's signs.
    if layers or _GROUPS in work:
        done = yield from apply(read, group_edits(read))
        if done is not None:
            read = done[0]
            layers.append(done[1])
    return Canonical(read, flat, tuple(layers), tuple(_joined(_edited(layers, join=True))))


def _work(text: str) -> frozenset[int]:
    """The passes whose triggers are in the text."""
    return frozenset(_TRIGGERS.Match(in_pieces.encode(text, "utf-8", "replace")) or ())


def _edited(layers: Sequence[Segments], *, join: bool) -> list[tuple[int, int]]:
    """Where the layers changed something, in places of the original, sorted."""
    places: list[tuple[int, int]] = []
    for number, layer in enumerate(layers):
        for start, end in _joined(layer.places()) if join else layer.places():
            for below in reversed(layers[:number]):
                start, end = below.written(start, end)
            places.append((start, end))
    places.sort()
    return places


def _frames(text: str, start: int, end: int) -> bool:
    """Whether the notation is a quote that opens or closes a string or word: `{\\"a\\": \\"b\\"}`."""
    return (
        text[start] == "\\"
        and text[end - 1] == '"'
        and (text[end : end + 1] in _CLOSED or text[start - 1 : start] in _OPENED)
        and not text[start:end].strip('\\"')
    )


def _joined(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for start, end in places:
        if first >= 0 and start <= last + _NEAR:
            last = max(last, end)
            continue
        if first >= 0:
            yield first, last
        first, last = start, end
    if first >= 0:
        yield first, last
