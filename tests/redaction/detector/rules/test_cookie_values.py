"""Cookie headers: what opens a session goes, what says a language or a consent stays."""

from __future__ import annotations

import pytest

from redaction.detector.rules.cookie_values import cookie_values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Cookie: session=QuayStaple9; refresh=ThirdMoss77; theme=dark2024", ["QuayStaple9", "ThirdMoss77"]),
        ('Set-Cookie: a="7f3c9a1d2b4e"; HttpOnly; Path=/x1y2z3w4', ["7f3c9a1d2b4e"]),
        ("'Cookie': 'sid=abcdef12xyz; _ga=GA1.2.3456789.1234'", ["abcdef12xyz"]),
        ("curl -H 'Cookie: PHPSESSID=9a8b7c6d5e4f; x=q1w2e3r4t5'", ["9a8b7c6d5e4f", "q1w2e3r4t5"]),
        ("Cookie: name=value; other=${SESSION}", []),
        ("the cookie banner says a=b1c2d3e4f5", []),
        ("Set-Cookie: consent=yes2024abc; Max-Age=3600", []),
    ],
)
def test_cookie_values(text: str, values: list[str]) -> None:
    assert [text[span.start : span.end] for span in cookie_values(text)] == values
