"""Readings of decorated text, and the way back: what is found in any of them is gone from the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.attachments.mark_views import TOKENS, Found, merge, replace_marked, views


def decorated(*pieces: tuple[str, int | None]) -> tuple[str, list[tuple[int, int]]]:
    """Text and marks of pieces, each plain or inside a decoration."""
    text, marks = "", []
    for piece, code in pieces:
        if code is not None:
            marks.append((len(text), code))
            text += TOKENS[code]
        text += piece
        if code is not None:
            marks.append((len(text), code + 1))
            text += TOKENS[code + 1]
    return text, marks


def masked(pieces: tuple[tuple[str, int | None], ...], *values: str) -> str:
    """The text with these values found in the text itself and in each of its readings."""
    text, marks = decorated(*pieces)
    found: list[Found] = []
    for value in values:
        if (at := text.find(value)) >= 0:
            found.append((at, at + len(value), "X", value))
        for view in views(text, marks):
            if (at := view.text.find(value)) >= 0:
                found.append((*view.place(at, at + len(value)), "X", value))
    return replace_marked(text, marks, merge(found), lambda kind, value: f"[[{kind}]]")


CASES: dict[str, tuple[tuple[tuple[str, int | None], ...], tuple[str, ...], str]] = {
    "no marks": ((("ssn 219-09-9876.", None),), ("219-09-9876",), "ssn [[X]]."),
    "whole inside": ((("a ", None), ("219-09-9876", 0), (" b", None)), ("219-09-9876",), "a {+[[X]]+} b"),
    "half inserted": ((("a 219-", None), ("09-9876", 0), (" b", None)), ("219-09-9876",), "a [[X]] b"),
    "half deleted": ((("219-09-", 2), ("9876 b", None)), ("219-09-9876",), "[[X]] b"),
    "replaced in the middle": (
        (("Jane", 2), ("Mary", 0), (" Doe", None)), ("Jane Doe", "Mary Doe"), "[[X]]",
    ),
    "a footnote sign in it": ((("Jane", None), ("1", 4), (" Doe", None)), ("Jane1 Doe",), "[[X]]"),
    "beside it": ((("Jane", None), ("2", 4), (" m", None)), ("Jane",), "[[X]]^{2} m"),
    "it begins inside": ((("so Jane", 0), (" Doe x", None)), ("Jane Doe",), "{+so [[X]]+} x"),
    "it ends inside": ((("x Jane", None), (" Doe so", 2)), ("Jane Doe",), "x [[X]]{- so-}"),
    "another line": ((("Jane\n", None), ("x", 0), ("\nDoe", None)), ("Jane\nDoe",), "Jane\n{+x+}\nDoe"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_values_across_decorations(name: str) -> None:
    pieces, values, text = CASES[name]
    assert masked(pieces, *values) == text


def test_readings() -> None:
    text, marks = decorated(
        ("plain\n", None), ("pay ", None), ("sixty", 2), ("thirty", 0), (" days", None), ("\nend", None)
    )
    assert [view.text for view in views(text, marks)] == ["pay thirty days\n", "pay sixty days\n"]
    text, marks = decorated(("10", None), ("3", 4))
    assert [view.text for view in views(text, marks)] == ["103"]
    assert views("plain", []) == []


PIECES = st.lists(
    st.tuples(st.text("abc 1\n", min_size=1, max_size=6), st.sampled_from([None, 0, 2, 4, 8])), min_size=1, max_size=8
)


@given(PIECES)
def test_a_view_is_the_text_without_what_it_leaves_out(pieces: list[tuple[str, int | None]]) -> None:
    text, marks = decorated(*pieces)
    for view in views(text, marks):
        for at, char in enumerate(view.text):
            start, end = view.place(at, at + 1)
            assert text[start:end] == char


@given(PIECES, st.data())
def test_every_other_decoration_keeps_its_partner(pieces: list[tuple[str, int | None]], data: st.DataObject) -> None:
    text, marks = decorated(*pieces)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    left = replace_marked(text, marks, [(start, end, "X", "v")], lambda kind, value: "#")
    for opening, closing in zip(TOKENS[:6:2], TOKENS[1:6:2], strict=True):
        if closing != "}":
            assert left.count(opening) == left.count(closing)
    assert left.count("~~") % 2 == 0
    assert left.count("#") == 1
