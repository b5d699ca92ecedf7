from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.tagger import tokens

VOCABULARY = {"[UNK]": 1, "jane": 2, "play": 3, "##ing": 4, "##wright": 5, "muller": 6, "a": 7, "##a": 8}


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
        ("Jose\u0301 Müller", ["Jose\u0301", " Müller"]),
        ("मेरा नाम राजेश है", ["मेरा", " नाम", " राजेश", " है"]),
        ("สมชาย ใจดี", ["ส", "ม", "ชา", "ย", " ใจ", "ดี"]),
        ("ហ៊ុន សែន", ["ហ៊ុ", "ន", " សែ", "ន"]),
        ("မြန်မာ", ["မြ", "န်", "မာ"]),
        ("김철수는 갔다", ["김철수", "는", " 갔다"]),
        ("홍길동님께서", ["홍길동", "님께서"]),
        ("이영희 씨", ["이영희", " 씨"]),
        ("田中さんはジョン・スミスと", ["田", "中", "さ", "ん", "は", "ジョン", "・", "スミス", "と"]),
        ("Мария Ивановна", ["Мария", " Ивановна"]),
        ("כְּתִיב", ["כְּתִיב"]),
        ("x\u0301\u0302_y", ["x\u0301\u0302", "_", "y"]),
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
    assert tokens.fold("Mu\u0308ller") == "muller"
    assert tokens.fold("नेहा") == "नेहा"
    assert tokens.features(" Müller", VOCABULARY).pieces == (6,)
    assert tokens.features(" Müller", VOCABULARY).key == tokens.key("muller")
    assert tokens.features("Mu\u0308ller", VOCABULARY) == tokens.features("Müller", VOCABULARY)


@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_text_in_ascii_is_split_as_any_other(text: str) -> None:
    assert tokens.split(text) == tokens.SPLIT.findall(text)


@pytest.mark.parametrize(
    ("word", "pairs"),
    [
        ("王", True),
        (" 王", True),
        ("の", True),
        ("ジョン", True),
        ("ชา", True),
        ("a", False),
        ("김철수", False),
        ("है", False),
        ("。", False),
    ],
)
def test_which_words_make_pairs(word: str, pairs: bool) -> None:
    assert bool(tokens.unspaced(word)) is pairs


def test_rows_of_pairs_are_in_the_table_and_know_their_sides() -> None:
    left = np.array([tokens.unspaced(c) for c in "王小明会議"], np.int64)
    rows = tokens.pair_rows(tokens.pair_keys(left[:-1], left[1:]))
    turned = tokens.pair_rows(tokens.pair_keys(left[1:], left[:-1]))
    for own, other in zip(rows, turned, strict=True):
        assert ((own >= 0) & (own < tokens.PAIRS)).all()
        assert (own != other).all()


def test_pairs_of_chinese_characters_have_keys_of_their_own() -> None:
    codes = np.arange(0x4E00, 0x5600, 3, dtype=np.int64)
    left, right = np.meshgrid(codes, codes)
    keys = tokens.pair_keys(left.ravel(), right.ravel())
    assert len(np.unique(keys)) > 0.999 * len(keys)


def test_shapes_tell_capitals_digits_and_the_leading_space_apart() -> None:
    shapes = {
        tokens.shape(word)
        for word in ("jane", "Jane", "JANE", "JaNe", "jaNe", " jane", "j4ne", "1234", "12345", "(", " (", "\n")
    }
    assert len(shapes) == 12
    assert tokens.shape("Jane") == tokens.shape("Mary")


def test_a_lone_surrogate_has_features() -> None:
    assert tokens.features("\ud800", VOCABULARY)[0] == (tokens.UNKNOWN,)
