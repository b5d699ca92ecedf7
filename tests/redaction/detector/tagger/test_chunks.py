"""Chunks: they cover the text, an edit moves few of them, and results are kept without text."""

from __future__ import annotations

import random
import threading

from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.tagger.chunks import LONGEST, Remembered, chunks_of

PARTS = st.lists(st.sampled_from(["word ", "x" * 700, "\n", ",", "line\n" * 30, "é" * 50, "\r\n"]), max_size=30)


@given(PARTS)
def test_chunks_cover_the_text_once(parts):
    text = "".join(parts)
    at = 0
    for start, end in chunks_of(text):
        assert start == at < end <= start + LONGEST
        at = end
    assert at == len(text)


def test_chunks_end_with_lines_where_there_are_lines():
    text = "".join(f"line {i} of some text\n" for i in range(2000))
    assert all(text[end - 1] == "\n" for _, end in chunks_of(text))


def test_an_edited_line_changes_few_chunks():
    rng = random.Random(7)
    lines = [f"{rng.random()} some line {rng.random()}\n" for _ in range(2500)]
    before = set(pieces("".join(lines)))
    lines[1200] = "another line\n"
    assert len([text for text in pieces("".join(lines)) if text not in before]) <= 3
    lines.insert(0, "a line in front of it all\n")
    assert len([text for text in pieces("".join(lines)) if text not in before]) <= 6


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in chunks_of(text)]


def test_one_long_line_is_cut_by_what_stands_there():
    rng = random.Random(8)
    text = ", ".join(f'"k{i}": {rng.random()}' for i in range(5000))
    before = set(pieces(text))
    assert len([piece for piece in pieces('{"new": 1, ' + text) if piece not in before]) <= 6


def test_remembered_is_bounded_and_keeps_what_is_used():
    kept = Remembered[tuple[int, ...]](10)
    key = kept.key("often")
    kept.put(key, (1,))
    for number in range(200):
        kept.put(kept.key(f"{number}"), (number,))
        assert kept.get(key) == (1,)
        assert len(kept) <= 20
    assert kept.get(kept.key("0")) is None


def test_large_results_count_as_several():
    kept = Remembered[tuple[int, ...]](100)
    for number in range(500):
        kept.put(kept.key(f"{number}"), tuple(range(200)))
    assert len(kept) <= 3


def test_keys_tell_text_places_and_surroundings_apart_and_hold_no_text():
    kept = Remembered[tuple[int, ...]](10)
    keys = [kept.key("ab"), kept.key("ab", 1), kept.key("ab", 1, beside="c"), kept.key("abc", 1), kept.key("a\ud800")]
    assert len(set(keys)) == len(keys)
    assert kept.key("ab", 1) == keys[1]
    assert Remembered[tuple[int, ...]](10).key("ab") != keys[0]
    assert "ab" not in repr(kept)


def test_remembered_survives_threads():
    kept = Remembered[tuple[int, ...]](50)

    def work(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(3000):
            number = rng.randrange(300)
            key = kept.key(str(number))
            found = kept.get(key)
            assert found is None or found == (number,)
            kept.put(key, (number,))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) <= 100
