"""From candidates to the spans of an answer: no overlap, no scraps, existing placeholders untouched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from redaction.detector.canonical.typography import plain
from redaction.placeholders import find_placeholders, placeholder
from redaction.spans import Span, disjoint

# From this score on, what a candidate covers beside an existing placeholder is masked too.
SURE = 0.8
# Signs that join the parts of one value, and those of a mail address's name: `a@b.de%c@d.de`.
_SIGNS = "+-./@_'"
_SIGNS_BEHIND = re.compile(r"(?:[+./@_'-]|%(?![0-9A-Fa-f]{2}))*+")
_PARTED = frozenset(",;| \t\n")
_REACH = 12  # so many signs, and what stands behind them
# Signs that begin a notation, which may touch a value; but for spelled blanks and quotes, and the next field of a form.
_NOTATIONS = ("\\", "%", "&", "=")
_APART = re.compile(r"\\+(?:[nrtbf\"']|$)|%2[02]|&(?:\s|(?!amp|[lg]t|quot|nbsp)[A-Za-z_][\w.\[\]-]{0,60}=|$)")


def resolve(text: str, candidates: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted, disjoint spans. Overlapping candidates of one type become one; otherwise `spans.disjoint` decides.

    What is left of an outvoted candidate must hold a letter or digit to stay. Candidates are cut where the text already
    holds a placeholder of a known type; a doubtful one that reaches over a placeholder was read from masked text
    and is dropped.
    """
    found = _outside_placeholders(text, list(candidates))
    result: list[Span] = []
    for cluster in _clusters(found):
        if len(cluster) == 1:
            result.append(cluster[0])
            continue
        first = cluster[0]
        if all(span.start == first.start and span.end == first.end for span in cluster):
            result += _trimmed(text, [_best(cluster)])
        else:
            result += _trimmed(text, disjoint(_united(cluster)))
    return tuple(result)


def _trimmed(text: str, spans: Iterable[Span]) -> list[Span]:
    """Without white space at the ends, and without those that hold no letter or digit."""
    out: list[Span] = []
    for span in spans:
        value = text[span.start : span.end]
        if any(c.isalnum() or "\U000e0020" < c < "\U000e007f" for c in value):  # tag characters spell ASCII
            if value[0].isspace() or value[-1].isspace():
                start = span.start + len(value) - len(value.lstrip())
                end = span.end - len(value) + len(value.rstrip())
                span = Span(start, end, span.type, span.score, span.recognizer)
            out.append(span)
    return out


def _clusters(spans: list[Span]) -> Iterator[list[Span]]:
    """Groups of spans that overlap, so that a text with thousands of findings costs no quadratic time."""
    cluster: list[Span] = []
    reach = -1
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if cluster and span.start >= reach:
            yield cluster
            cluster = []
        cluster.append(span)
        reach = max(reach, span.end) if len(cluster) > 1 else span.end
    if cluster:
        yield cluster


def _best(cluster: list[Span]) -> Span:
    """What is left of spans of one place: as `_united` and `disjoint` have it."""
    by_type: dict[str, Span] = {}
    for span in cluster:
        last = by_type.get(span.type)
        if last is None or span.score > last.score:
            by_type[span.type] = span
    return max(by_type.values(), key=lambda s: s.score)


def _united(cluster: list[Span]) -> list[Span]:
    """Overlapping spans of one type as one span with the better score."""
    by_type: dict[str, Span] = {}
    out: list[Span] = []
    for span in cluster:
        last = by_type.get(span.type)
        if last is not None and span.start < last.end:
            best = max(last, span, key=lambda s: (s.score, s.end - s.start))
            by_type[span.type] = Span(last.start, max(last.end, span.end), span.type, best.score, best.recognizer)
            continue
        if last is not None:
            out.append(last)
        by_type[span.type] = span
    return out + list(by_type.values())


def _outside_placeholders(text: str, spans: list[Span]) -> list[Span]:
    holes = [match.span() for match in find_placeholders(text)]
    if not holes:
        return spans
    out: list[Span] = []
    at = 0
    for span in sorted(spans, key=lambda s: s.start):
        while at < len(holes) and holes[at][1] <= span.start:
            at += 1
        if at == len(holes) or holes[at][0] >= span.end:
            out.append(span)
        elif span.score >= SURE:
            start = span.start
            for hole_start, hole_end in holes[at:]:
                if hole_start >= span.end:
                    break
                if start < hole_start:
                    out.append(Span(start, hole_start, span.type, span.score, span.recognizer))
                start = hole_end
            if start < span.end:
                out.append(Span(start, span.end, span.type, span.score, span.recognizer))
    return _trimmed(text, out)


# A word of small letters and nothing else in front of a value or behind it: no value of its own.
_WORD_BEHIND = re.compile(r"(?<=[0-9])[a-z]{3,24}(?![A-Za-z0-9@_+/-]|\.[A-Za-z0-9])")
_WORD_BEFORE = re.compile(r"(?<![A-Za-z0-9@_+/.-])[a-z]{3,24}\Z")
# A notation that ends in a sign: `&#53;`, `\u{35}`.
_NOTATION = re.compile(r"(?:&#?\w{1,31};|\\[uxU]\{\w{1,8}\})\Z")


def touching(text: str, spans: Sequence[Span]) -> list[Span]:
    """Spans glued to a letter or digit, or to signs with one behind them: another value may begin or end there."""
    return [span for span in spans if _touches(text, span)]


def _touches(text: str, span: Span) -> bool:
    after = plain(text[span.end : span.end + _REACH])
    signs = _SIGNS_BEHIND.match(after)
    rest = after[signs.end() :] if signs is not None else after
    before = plain(text[max(0, span.start - _REACH) : span.start]).rstrip(_SIGNS)
    # What is parted from its neighbour by a sign of its own hides no edge.
    ahead = text[span.end - 1] not in _PARTED or _ends_a_notation(text, span.end)
    behind = text[span.start] not in _PARTED
    if ahead and _may_join(rest[:1]) and not (rest[:1].islower() and _WORD_BEHIND.match(text, span.end)):
        return True
    if behind and _may_join(before[-1:]) and not (text[span.start].isdigit() and _word_before(text, span.start)):
        return True
    if ahead and rest[:1] in _NOTATIONS and not _APART.match(text, span.end + len(after) - len(rest)):
        return True
    return before[-1:] in (";", "}") and _ends_a_notation(text, span.start)


def _ends_a_notation(text: str, at: int) -> bool:
    return text[at - 1] in ";}" and _NOTATION.search(text, max(0, at - 40), at) is not None


def _word_before(text: str, at: int) -> bool:
    return text[at - 1].islower() and _WORD_BEFORE.search(text, max(0, at - 40), at) is not None


def _may_join(char: str) -> bool:
    """A letter, a digit, a mark on one, or what prints nothing between them. Ideographs, Kana and Hangul stand beside
    values of every kind without a space, and hide no edge."""
    if not char or char.isspace() or (char >= "\u2e80" and char.isalpha()):
        return False
    return char.isalnum() or not char.isprintable() or unicodedata.combining(char) > 0


def places(spans: Sequence[Span], some: Sequence[Span]) -> list[int]:
    """Where the placeholders of `some` of the `spans` begin once all have been replaced."""
    chosen = {(span.start, span.end) for span in some}
    out: list[int] = []
    shift = 0
    for span in spans:
        if (span.start, span.end) in chosen:
            out.append(span.start + shift)
        shift += len(placeholder(span.type)) - (span.end - span.start)
    return out


def mapped(spans: tuple[Span, ...], more: Sequence[Span]) -> list[Span]:
    """`more`, found in the text with placeholders for `spans`, as places of the text."""
    out: list[Span] = []
    index = shift = 0
    for span in more:
        while index < len(spans) and spans[index].start + shift <= span.start:
            shift += len(placeholder(spans[index].type)) - (spans[index].end - spans[index].start)
            index += 1
        out.append(Span(span.start - shift, span.end - shift, span.type, span.score, span.recognizer))
    return out
