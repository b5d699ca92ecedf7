"""People who are known in a text, found again in it: parts of their names, in lower case too, and their handles.

`Jane Doe ... Doe said ... jane, can you ... @jdoe, jane.doe`. Only names that the network is sure of count, and a part
is taken only where the network sees at least a hint of a name. A handle is looked for as it is: two parts of a name
together are no accident. The work is bounded: so many people, so many spellings, each one search of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import re2

from redaction.detector.rules.triggers import search_set
from redaction.detector.tagger import tokens
from redaction.detector.tagger.network import NAME, NOTHING
from redaction.detector.tagger.span_decoding import Hits, of_title
from redaction.detector.tagger.word_table import EVERYDAY
from redaction.spans import Span

SURE = 0.9  # a name this certain is looked for in the rest of the text
HINT = 0.08  # ... and taken there where "nothing" lacks this much
_SURE_LOWER = 0.15  # the same for a part in lower case
_PEOPLE = 12  # people whose handles are looked for
_SHORTEST = 3  # letters of a part of a name in a handle
_LONG = 20_000  # code points of a text for which an automaton pays
_PART = re.compile(r"[^\W\d_]+")


def found_again(text: str, hits: Hits, found: Sequence[Span]) -> list[Span]:
    """`found` with further places of the surely known names, sorted and disjoint."""
    sure = [text[s.start : s.end] for s in found if s.type == "NAME" and s.score >= SURE]
    if not sure:
        return list(found)
    return outside(outside(found, list(_parts(text, hits, sure))), _handles(text, sure))


def _parts(text: str, hits: Hits, sure: Sequence[str]) -> Iterator[Span]:
    parts = {part for name in sure for part in name.split() if len(part) > 2 and part[0].isupper()}
    lower = {part.lower() for part in parts}
    something = 1 - hits.scores[:, NOTHING]
    for index in np.flatnonzero(something >= HINT):
        start, end = int(hits.starts[index]), int(hits.ends[index])
        word = text[start:end]
        if hits.bits[index] & EVERYDAY and of_title(text, start):
            continue
        small = word in lower and not hits.bits[index] & EVERYDAY and hits.scores[index, NAME] >= _SURE_LOWER
        if word in parts or small:
            yield Span(start, end, "NAME", SURE, "tagger")


def _handles(text: str, sure: Sequence[str]) -> list[Span]:
    """`jdoe`, `janedoe`, `jane.doe`, `jane_doe`, `doe.jane`, `janed` for Jane Doe, in lower case, as whole words."""
    spellings: dict[str, None] = {}
    for name in list(dict.fromkeys(sure))[:_PEOPLE]:
        parts = _PART.findall(tokens.fold(name))
        if len(parts) > 1 and len(parts[0]) >= _SHORTEST and len(parts[-1]) >= _SHORTEST and name.isascii():
            first, last = parts[0], parts[-1]
            own = [f"{first}{mark}{last}" for mark in ("", ".", "_", "-")] + [
                f"{last}{mark}{first}" for mark in ("", ".", "_")
            ]
            own += [f"{first[0]}{mark}{last}" for mark in ("", ".", "_")] + [first + last[0]]
            spellings |= dict.fromkeys(spelling for spelling in own if len(spelling) > _SHORTEST)
    places: dict[int, int] = {}
    for spelling in _there(text, list(spellings)):
        at = text.find(spelling)
        while at >= 0:
            end = at + len(spelling)
            if _whole(text, at, end):
                places[at] = max(end, places.get(at, 0))
            at = text.find(spelling, end)
    found: list[Span] = []
    for start, end in sorted(places.items()):
        if not found or found[-1].end <= start:
            found.append(Span(start, end, "NAME", SURE, "tagger"))
    return found


def _there(text: str, words: Sequence[str]) -> list[str]:
    """Those of some words in ASCII that are anywhere in the text: one pass over a long one, whatever their number."""
    if len(text) < _LONG:
        return [word for word in words if word in text]
    found = search_set([re2.escape(word) for word in words])
    return [words[index] for index in found.Match(text.encode("utf-8", "replace")) or ()] if found else []


def _whole(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return not (before.isalnum() or before in ("_", ".", "-", "/") or after.isalpha() or after in ("_", "(", "/"))


def outside(found: Sequence[Span], more: Sequence[Span]) -> list[Span]:
    """`found` and those of `more` that do not touch them, sorted. Both are sorted and disjoint."""
    out: list[Span] = []
    rest = iter([*found, None])
    following = next(rest)
    for span in more:
        while following is not None and following.end <= span.start:
            out.append(following)
            following = next(rest)
        if following is None or span.end <= following.start:
            out.append(span)
    if following is not None:
        out += [following, *(span for span in rest if span is not None)]
    return out
