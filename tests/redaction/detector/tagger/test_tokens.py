from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.detector.tagger import tokens

VOCABULARY = {"[UNK]": 1, "jane": 2, "play": 3, "##ing": 4, "##wright": 5, "muller": 6, "a": 7, "##a": 8}


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_the_words_joined_are_the_text(text: str) -> None:
    assert "".join(tokens.split(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is Jane Doe's SSN", ["What", " is", " Jane", " Doe", "'", "s", " SSN"]),
        ("first_name: -----", ["first", "_", "name", ":", " -----"]),
        ("王小明 went", ["王", "小", "明", " went"]),
        ("a  b\n\n c", ["a", "  ", "b", "\n\n ", "c"]),
        ("", []),
    ],
)
def test_split(text: str, expected: list[str]) -> None:
    assert tokens.split(text) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("jane", (2,)), ("playing", (3, 4)), ("playwright", (3, 5)), ("muller", (6,)), ("plays", (1,)), ("a" * 65, (1,))],
)
def test_pieces(word: str, expected: tuple[int, ...]) -> None:
    assert tokens.pieces(word, VOCABULARY) == expected


def test_accents_and_case_are_folded() -> None:
    assert tokens.fold("MÜLLER") == "muller"
    assert tokens.features(" Müller", VOCABULARY)[0] == (6,)
    assert tokens.features(" Müller", VOCABULARY)[4] == tokens.key("muller")


def test_shapes_tell_capitals_digits_and_the_leading_space_apart() -> None:
    shapes = {
        tokens.shape(word)
        for word in ("jane", "Jane", "JANE", "JaNe", "jaNe", " jane", "j4ne", "1234", "12345", "(", " (", "\n")
    }
    assert len(shapes) == 12
    assert tokens.shape("Jane") == tokens.shape("Mary")


def test_a_lone_surrogate_has_features() -> None:
    assert tokens.features("\ud800", VOCABULARY)[0] == (tokens.UNKNOWN,)
