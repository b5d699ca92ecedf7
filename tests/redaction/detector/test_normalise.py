"""Views of a text, and the way back to the original places."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.detector.normalise import View, views


def test_plain_text_is_its_own_view():
    assert views("plain = text & more") == [View("plain = text & more")]


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("１２３", "123"),
        ("a\u200bb\u00adc\ufeff", "abc"),
        ("a\u00a0b", "a b"),
        ("1\u20112", "1-2"),
        ("𝟏𝟐 𝐀", "12 A"),
        ("٣५", "35"),
        ("Москва Αθήνα 東京 é", "Москва Αθήνα 東京 é"),
        ("a\U000e0041b", "ab"),
    ],
)
def test_folding(text, view):
    assert views(text)[0].text == view


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("jane%40corp.com", "jane@corp.com"),
        ("jane%2540corp.com", "jane@corp.com"),
        ("j&#97;ne&#x40;corp.com", "jane@corp.com"),
        ("jane=40corp.com", "jane@corp.com"),
        ("=31=32=33-45", "123-45"),
        ("ja=\nne", "jane"),
        ("%C3%A9%20x", "é x"),
    ],
)
def test_decoding(text, decoded):
    assert views(text)[1].text == decoded


def test_decoded_view_holds_only_lines_with_codes():
    text = "first line\nsecond %41 line\nthird"
    (_, decoded) = views(text)
    assert decoded.text == "second A line\n"
    at = decoded.text.index("A")
    assert text[slice(*decoded.original(at, at + 1))] == "%41"


def test_control_characters_are_not_decoded():
    assert len(views("%00%01")) == 1 or "\x00" not in views("%00%01")[1].text


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "1",
                "\u200b",
                "\u00ad",
                "１",
                "%41",
                "%C3%A9",
                "&#65;",
                "&amp;",
                "=41=42",
                "=\n",
                "\n",
                " ",
                "é",
                "😀",
                "%",
                "&",
                "=",
            ]
        ),
        max_size=20,
    )
)
def test_places_lead_back(parts):
    text = "".join(parts)
    for view in views(text):
        last = 0
        for index, char in enumerate(view.text):
            start, end = view.original(index, index + 1)
            assert 0 <= last <= start < end <= len(text)
            last = start if char else last
            if end - start == 1 and text[start] not in "１\u00a0%&=" and not text[start].isspace():
                assert text[start] == char
