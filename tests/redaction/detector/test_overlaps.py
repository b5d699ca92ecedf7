"""From candidates to spans."""

from __future__ import annotations

import pytest

from redaction.detector.overlaps import mapped, resolve, touching
from redaction.spans import Span, substitute

TEXT = "0123456789abcdef [[NAME]] ghij"


def S(start: int, end: int, kind: str = "A", score: float = 0.5) -> Span:
    return Span(start, end, kind, score)


@pytest.mark.parametrize(
    ("candidates", "result"),
    [
        ([S(0, 3), S(5, 7)], [(0, 3, "A"), (5, 7, "A")]),
        ([S(0, 5), S(3, 8)], [(0, 8, "A")]),
        ([S(0, 5, "A", 0.5), S(0, 5, "B", 0.9)], [(0, 5, "B")]),
        ([S(0, 8, "A", 0.5), S(2, 4, "B", 0.9)], [(0, 2, "A"), (2, 4, "B"), (4, 8, "A")]),
        ([S(14, 30, "A", 0.9)], [(14, 16, "A"), (26, 30, "A")]),
        ([S(14, 30, "A", 0.5)], []),
        ([S(17, 25, "A", 0.9)], []),
        ([], []),
    ],
)
def test_resolve(candidates, result):
    assert [(s.start, s.end, s.type) for s in resolve(TEXT, candidates)] == result


def test_scraps_without_letters_are_dropped():
    text = "a@b.com, "
    assert [(s.start, s.end, s.type) for s in resolve(text, [S(0, 9, "A", 0.5), S(0, 7, "B", 0.9)])] == [(0, 7, "B")]


@pytest.mark.parametrize(
    ("text", "span", "glued"),
    [
        ("ab12", S(0, 2), True),
        ("ab 12", S(0, 2), False),
        ("ab.", S(0, 2), False),
        ("ab.c", S(0, 2), True),
        ("x-ab", S(2, 4), True),
        ("&#53;ab", S(5, 7), True),
        ("\\u{35}ab", S(6, 8), True),
        ("x; ab", S(3, 5), False),
        ("x;ab", S(2, 4), False),
        ("12phone 3", S(0, 2), False),
        ("12phone7 3", S(0, 2), True),
        ("phone12", S(5, 7), False),
        ("12jo@b.co", S(0, 2), True),
        ("12,34", S(0, 3), False),
        ("12姓名", S(0, 2), False),
        ("ab%41", S(0, 2), True),
        ("ab\\u0041", S(0, 2), True),
        ("ab&#65;", S(0, 2), True),
        ("ab=\nc", S(0, 2), True),
        ("ab&user=x", S(0, 2), True),
        ('x=ab\\", \\"c', S(2, 4), False),
        ("ab%20c", S(0, 2), False),
        ("ab\\nc", S(0, 2), False),
    ],
)
def test_touching(text, span, glued):
    assert bool(touching(text, [span])) is glued


def test_places_lead_back():
    text = "aaaa bbbb cccc dddd"
    first = (S(0, 4, "NAME"), S(10, 14, "SSN"))
    masked = substitute(text, first)
    more = [
        S(masked.index("bbbb"), masked.index("bbbb") + 4, "B"),
        S(masked.index("dddd"), masked.index("dddd") + 4, "D"),
    ]
    assert [(text[s.start : s.end], s.type) for s in mapped(first, more)] == [("bbbb", "B"), ("dddd", "D")]
