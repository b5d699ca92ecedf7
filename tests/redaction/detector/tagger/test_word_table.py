"""What is known of words: the same rows whenever and with whatever else they are looked up, bounded, long words not kept."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.detector.tagger import network, tokens, word_table
from redaction.detector.tagger.coded_words import Coded
from redaction.detector.tagger.word_lists import word_tables
from redaction.detector.tagger.word_table import Known, WordTable


@cache
def tables() -> dict[str, Any]:
    return word_tables(network.read_weights(network.WEIGHTS))


@cache
def common() -> list[str]:
    return Coded(tables()["word_data"], tables()["word_ends"]).words()[:-1]


def table() -> WordTable:
    return WordTable(tables())


@cache
def shared() -> WordTable:
    return table()


def everything(words: WordTable, known: Known) -> list[np.ndarray]:
    index = np.arange(len(known.rows))
    return [words.take(known, index), known.kinds, known.bits(index)]


def same(a: list[np.ndarray], b: list[np.ndarray]) -> None:
    for own, other in zip(a, b, strict=True):
        np.testing.assert_array_equal(own, other)


def test_a_common_word_is_what_it_would_be_if_it_were_learnt() -> None:
    chosen = [word for word in common()[:4000] if word.strip()][::7] + [word for word in common() if not word.isascii()]
    ready = shared().look_up(chosen)
    assert ready.rows.max() < len(common())
    missing = set(chosen)
    others = Coded.of([f"zq {n}" if word in missing else word for n, word in enumerate([*common(), ""])])
    learning = WordTable(tables() | {"word_data": others.data, "word_ends": others.ends})
    learnt = learning.look_up(chosen)
    assert learnt.rows.min() > len(common())
    same(everything(shared(), ready), everything(learning, learnt))


@settings(max_examples=8)
@given(st.lists(st.text(min_size=1, max_size=12), max_size=30))
def test_rows_do_not_depend_on_what_was_there_before(texts: list[str]) -> None:
    words = [word for text in texts for word in tokens.split(text)]
    fresh = table()
    same(everything(shared(), shared().look_up(words)), everything(fresh, fresh.look_up(words)))


def test_the_table_is_bounded_and_old_rows_stay_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_table, "LEARNT", 100)
    words = table()
    first = words.look_up([f"zq{k}" for k in range(80)])
    before = everything(words, first)
    for turn in range(5):
        words.look_up([f"zw{turn}x{k}" for k in range(90)])
        assert len(words) <= 100
    same(before, everything(words, first))
    same(before, everything(words, words.look_up([f"zq{k}" for k in range(80)])))


def test_long_words_are_not_kept() -> None:
    words = table()
    known = words.look_up(["secret" * 10, " Jane", "other" * 20])
    kept = list(map(words._rows.index.word, range(len(common()) + 1, words._rows.size)))
    assert sorted(kept) == [" Jane", word_table._OVERLONG] or kept == [word_table._OVERLONG]
    assert known.rows[0] == known.rows[2]


def test_what_is_not_there_has_no_vector() -> None:
    assert not shared().take(shared().look_up([""]), np.arange(1)).any()


def test_characters_of_unspaced_scripts_are_read_in_pairs() -> None:
    alone = shared().take(shared().look_up(["王", "x", "明"]), np.arange(3))
    beside = shared().take(shared().look_up(["王", "明", "x"]), np.arange(3))
    assert not np.array_equal(alone[0], beside[0])
    assert not np.array_equal(alone[2], beside[1])
    np.testing.assert_array_equal(alone[1], beside[2])


def test_words_that_were_left_out_make_no_pair() -> None:
    known = shared().look_up(["王", "x", "明"])
    np.testing.assert_array_equal(shared().take(known, np.array([0, 2])), shared().take(known, np.arange(3))[[0, 2]])


@pytest.mark.parametrize(
    ("word", "bit", "expected"),
    [
        ("Jennifer", word_table.FIRST, True),
        ("Garcia", word_table.LAST, True),
        ("the", word_table.EVERYDAY, True),
        ("Berlin", word_table.PLACE, True),
        ("because", word_table.FIRST | word_table.LAST, False),
        ("xqzzv", 255, False),
    ],
)
def test_what_the_lists_say(word: str, bit: int, expected: bool) -> None:
    known = shared().look_up([word])
    shared().take(known, np.arange(1))
    assert bool(known.bits(np.arange(1))[0] & bit) is expected


def test_common_words_in_small_letters_are_everyday_words() -> None:
    plain = {word.strip() for word in common()}
    for word in ("because", "the", "zqx", "Jane", "x", "größe", " the", ""):
        assert shared().is_everyday(word) is (word in plain and len(word) > 1 and word.isascii() and word.islower()), (
            word
        )
    assert len(shared().everyday) > 3000
    assert all(map(shared().is_everyday, shared().everyday))


def test_the_repr_shows_no_word() -> None:
    words = table()
    words.look_up(["Kowalczyk"])
    assert "Kowalczyk" not in repr(words)
