"""Found places in a text, and the text with placeholders in their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from redaction.edits import apply
from redaction.placeholders import PLACEHOLDER, placeholder

__all__ = ["NAME_TYPES", "PLACEHOLDER", "Span", "disjoint", "placeholder", "substitute"]

NAME_TYPES = frozenset({"NAME", "FIRSTNAME", "LASTNAME"})


class Span(NamedTuple):
    """A found place: half-open `[start, end)` in Python code points (not bytes, not UTF-16 units).

    `type` is the placeholder's name (`SSN`), `score` is 0..1, `recognizer` says which rule found it.
    """

    start: int
    end: int
    type: str
    score: float = 1.0
    recognizer: str = ""


def disjoint(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted spans without overlap: the higher score wins, then the longer one, then the earlier one.

    What an outvoted span covers outside the winner is kept as a span of its own, so that nothing that
    any recognizer found survives in the text.
    """
    taken: list[Span] = []
    for span in sorted(spans, key=lambda s: (-s.score, s.start - s.end, s.start)):
        pieces = [(span.start, span.end)]
        for other in taken:
            pieces = [
                piece
                for start, end in pieces
                for piece in ((start, min(end, other.start)), (max(start, other.end), end))
                if piece[0] < piece[1]
            ]
        if pieces == [(span.start, span.end)]:
            taken.append(span)
        else:
            taken.extend(Span(a, b, span.type, span.score, span.recognizer) for a, b in pieces)
    return tuple(sorted(taken, key=lambda s: s.start))


def substitute(text: str, spans: Sequence[Span]) -> str:
    """`text` with each span replaced by its placeholder. Spans must be sorted and disjoint."""
    return apply(text, [(span.start, span.end, placeholder(span.type)) for span in spans])
