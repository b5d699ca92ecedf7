"""The last requests as they were and as they left, for the one page that shows text: excerpts around what was masked.

In memory only, and without secrets: a value stands here only if its type is one that the table knows, is not of the
group `secrets`, and comes back in reversible mode. Everything else is its type and length from the start.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final, NamedTuple

from config.type_table import groups, types

MOST: Final = 20  # requests
_MOST_TEXTS: Final = 6  # of one request: the newest, which stand last
_BEFORE, _LONGEST = 100, 600  # characters: before the first finding, and of an excerpt
NEIGHBOURHOOD: Final = 4_000  # what is read around an excerpt to know the secrets in it
_VALID_SECONDS: Final = 600.0
_AGAIN_SECONDS: Final = 10.0

# In a text, [start, end): what took its place, and its type.
Change = tuple[int, int, str, str]
# Finds secrets in a text: (start, end, type), sorted and disjoint.
FindSecrets = Callable[[str], Sequence[tuple[int, int, str]]]


class Part(NamedTuple):
    """A piece of an excerpt: `before` is what was there or, of a secret, its type and length; `after` what left."""

    before: str
    after: str
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request. `more` changed texts are not shown. The repr shows no text."""

    time: float
    client: str
    host: str
    model: str
    texts: tuple[tuple[Part, ...], ...] = field(repr=False)
    more: int = 0


class Excerpts(NamedTuple):
    """Excerpts of one body, and how many of its changed texts are not among them."""

    texts: tuple[tuple[Part, ...], ...]
    more: int


def excerpts(
    texts: Sequence[tuple[str, Sequence[Change]]], find_secrets: FindSecrets, one_way: frozenset[str]
) -> Excerpts:
    """The newest changed texts around their first findings. `one_way`: types that are never given back."""
    shown = [tuple(_parts(text, changes, find_secrets, one_way)) for text, changes in texts[-_MOST_TEXTS:]]
    return Excerpts(tuple(reversed(shown)), max(0, len(texts) - _MOST_TEXTS))


def _parts(text: str, changes: Sequence[Change], find_secrets: FindSecrets, one_way: frozenset[str]) -> Iterator[Part]:
    """The pieces of an excerpt. A secret that nothing masked (a policy may say so) is no text here either."""
    first = changes[0][0] if changes else 0
    start = max(0, first - _BEFORE)
    end = min(len(text), start + _LONGEST)
    near = max(0, start - NEIGHBOURHOOD)
    hidden = [(begin + near, stop + near, kind) for begin, stop, kind in find_secrets(text[near : end + NEIGHBOURHOOD])]
    if start:
        yield Part("… ", "… ")
    at = start
    for begin, stop, new, kind in changes:
        if begin >= end:
            break
        yield from _left(text, at, begin, hidden)
        over = next((row for row in hidden if row[0] < stop and row[1] > begin), None)
        if over is not None or not _may_be_shown(kind, one_way):
            before = _length(over[2] if over else kind, stop - begin)
        else:
            before = text[begin : min(stop, begin + _LONGEST)]
        yield Part(before, new[:_LONGEST], masked=True)
        at = stop
    yield from _left(text, at, max(at, end), hidden)
    if end < len(text):
        yield Part(" …", " …")


def _left(text: str, start: int, end: int, hidden: Sequence[tuple[int, int, str]]) -> Iterator[Part]:
    """What left as it was, and secrets in it as type and length."""
    for begin, stop, kind in hidden:
        if stop <= start or begin >= end:
            continue
        if start < begin:
            yield Part(text[start:begin], text[start:begin])
        known = _length(kind, stop - begin)
        yield Part(known, f"{known}, not masked", masked=True)
        start = min(stop, end)
    if start < end:
        yield Part(text[start:end], text[start:end])


def _may_be_shown(kind: str, one_way: frozenset[str]) -> bool:
    return kind in _PLAIN and kind not in one_way


_PLAIN: Final = frozenset(row.name for row in types()) - frozenset(groups()["secrets"])


def _length(kind: str, size: int) -> str:
    return f"⟨{kind}, {size} character{'' if size == 1 else 's'}⟩"


class BeforeAfter:
    """The last requests, and the token that opens them. `kept` is empty while the view is off."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.kept: deque[Exchange] = deque(maxlen=MOST)
        self._clock = clock
        self._token = ""
        self._ends = self._printed = -1e9

    def __repr__(self) -> str:
        return f"BeforeAfter({len(self.kept)} requests)"

    def new_token(self) -> str:
        """The token to print: the one that is valid, or a new one; "" right after it was printed."""
        now = self._clock()
        if now - self._printed < _AGAIN_SECONDS:
            return ""
        if now >= self._ends:
            self._token, self._ends = secrets.token_urlsafe(18), now + _VALID_SECONDS
        self._printed = now
        return self._token

    def minutes_left(self, token: str) -> int:
        """How long a token opens the view, in minutes begun; 0 for one that does not. Compared in constant time."""
        now = self._clock()
        right = hmac.compare_digest(self._token.encode(), token.strip().encode("utf-8", "replace"))
        return ceil((self._ends - now) / 60) if right and self._token and now < self._ends else 0

    def forget(self) -> None:
        """The view was switched off."""
        self.kept.clear()
        self._token, self._ends = "", -1e9
