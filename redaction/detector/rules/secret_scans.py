"""The searches that read a whole text at once, beside the rules that read it chunk by chunk."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from redaction.detector.rules.bare_tokens import bare_tokens
from redaction.detector.rules.cookie_values import cookie_values
from redaction.detector.rules.private_keys import private_keys
from redaction.detector.rules.secret_files import file_secrets
from redaction.detector.rules.seed_phrases import seed_phrases
from redaction.detector.rules.vendor_key_scan import vendor_key_spans
from redaction.spans import Span

# So many findings are handed on at once, and so many code points read: between two steps others may run.
_LOT = 64
_PIECE = 200_000
# Pieces overlap by more than the longest secret (a key block).
_OVERLAP = 45_000
# So far around a place (code points) its secrets may reach.
_NEAR = 400


def _private_keys(text: str) -> Iterator[Span]:
    return (Span(start, end, "PRIVATE_KEY", 0.99, "private_key") for start, end in private_keys(text))


_SEARCHES: tuple[Callable[[str], Iterator[Span]], ...] = (
    _private_keys,
    vendor_key_spans,
    file_secrets,
    cookie_values,
    seed_phrases,
    bare_tokens,
)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """(start, piece): the text, or where it is long overlapping parts that begin behind a line or a blank."""
    start = 0
    while len(text) - start > _PIECE + _OVERLAP:
        yield start, text[start : start + _PIECE + _OVERLAP]
        low, high = start + _PIECE - _OVERLAP, start + _PIECE
        cut = max(text.rfind("\n", low, high), text.rfind(" ", low, high))
        start = cut + 1 if cut >= 0 else high
    yield start, text[start:] if start else text


def secret_scans(text: str) -> Iterator[list[Span]]:
    """What the searches find, in bounded steps (some find nothing); what stands in an overlap is found twice."""
    for start, piece in _pieces(text):
        for search in _SEARCHES:
            found = search(piece)
            while lot := list(itertools.islice(found, _LOT)):
                yield (
                    [Span(s.start + start, s.end + start, s.type, s.score, s.recognizer) for s in lot] if start else lot
                )
            yield []


def secrets_around(text: str, places: Sequence[tuple[int, int]]) -> Iterator[list[Span]]:
    """As `secret_scans`, of what stands at these places (sorted, disjoint) or near them; key blocks anywhere."""
    for start, piece in _pieces(text):
        yield [Span(s.start + start, s.end + start, s.type, s.score, s.recognizer) for s in _private_keys(piece)]
    for first, last in places:
        low, high = max(0, first - _NEAR), min(len(text), last + _NEAR)
        # From blank to blank: no piece of a longer token.
        start = text.rfind(" ", max(0, low - _NEAR), low) + 1 or low
        stop = text.find(" ", high, high + _NEAR)
        for lot in secret_scans(text[start : stop if stop > 0 else high]):
            yield [Span(s.start + start, s.end + start, s.type, s.score, s.recognizer) for s in lot]


def strict_secrets(text: str) -> list[Span]:
    """What counts in an object key or a leaf that must not change: private keys and prefixes that say all."""
    return [*_private_keys(text), *vendor_key_spans(text, strict=True)]
