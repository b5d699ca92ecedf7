"""The tagger chunk by chunk: the same spans new, remembered, edited; the network is spared what cannot be a name."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.budget import OverBudget
from redaction.detector.tagger import known_names, span_decoding
from redaction.detector.tagger.network import GROUPS, WEIGHTS, Tagger, read_weights
from redaction.detector.tagger.tagged_spans import REACH, ChunkTagger, around
from redaction.detector.tagger.windows import Places, Window
from redaction.detector.tagger.word_lists import word_tables
from redaction.detector.tagger.word_table import Known, WordTable

PROSE = "Yesterday Jane Doe met Mr. Okafor in the office and they talked about the contract with Maria Garcia. "
LINES = [
    PROSE + "\n",
    "the quick brown fox jumps over the lazy dog again and again until somebody stops it\n",
    'def f(x): return x["Jane Doe"][0] + g(y)\n',
    '{"owner": {"name": "Peter Miller"}, "street": "12 Oak Street", "n": [1, 2, 3]}\n',
    "\n",
    "2025-05-12T10:31:07.114Z INFO [worker-3] c.e.Handler - user Anna Schmidt signed in\n",
    "会议改到星期一，王小明请大家准时参加。\n",
    "Her address is 42 Oak Street, Springfield, IL 62704, and she lives there with Tom.\n",
]


@cache
def network() -> Tagger:
    return Tagger()


def text_of(seed: int, lines: int) -> str:
    return "".join(random.Random(seed).choices(LINES, k=lines))


@pytest.mark.parametrize("seed", range(6))
def test_remembered_is_new(seed):
    """Whatever was worked on before, in whatever order, changes nothing."""
    text = text_of(seed, 120)
    lines = text.splitlines(keepends=True)
    lines[40] = "and one line that was not there: ask Robert Brown\n"
    edited = "".join(lines)
    used = ChunkTagger(network())
    for other in (text, text[: len(text) // 2], text[777:], "x" + text):
        used.spans(other)
    for wanted in (text, edited, text[777:]):
        assert used.spans(wanted) == ChunkTagger(network()).spans(wanted)


def test_slices_are_the_spans():
    text = text_of(1, 1500)
    *steps, last = ChunkTagger(network()).slices(text)
    assert last == ChunkTagger(network()).spans(text)
    assert len(steps) > 2
    assert all(step is None for step in steps)


class Counting:
    """Scores nothing, counts words and calls."""

    version = "0"

    def __init__(self) -> None:
        self.words = self.calls = 0
        self._table = WordTable(word_tables(read_weights(WEIGHTS)))

    def look_up_windows(self, windows: list[Window], reach: int) -> tuple[Known, list[Places]]:
        return self._table.look_up_windows(windows, reach)

    def probabilities(self, known: Known, index: np.ndarray, wanted: np.ndarray | None = None) -> np.ndarray:
        self.words += len(index)
        self.calls += 1
        out = np.zeros((len(index), GROUPS), np.float32)
        out[:, 0] = 1
        return out


def test_a_log_without_names_does_not_reach_the_network():
    counting = Counting()
    ChunkTagger(counting).spans(
        "2025-05-12T10:31:07.114Z INFO [worker-3] c.e.svc.Handler - GET /api/v1/x 200 17 ms\n" * 500
    )
    assert counting.words == 0


def test_an_edited_line_costs_little():
    counting = Counting()
    tagger = ChunkTagger(counting)
    rng = random.Random(3)
    lines = [f"a sentence of words and the number {rng.random()} stands here\n" for _ in range(2000)]
    tagger.spans("".join(lines))
    whole, counting.words = counting.words, 0
    lines[1000] = "another sentence stands here now\n"
    tagger.spans("".join(lines))
    assert 0 < counting.words < whole / 20


@pytest.mark.parametrize("seed", range(20))
def test_what_the_network_sees_around_words_that_count(seed):
    rng = random.Random(seed)
    counts = np.array([rng.random() < 0.06 for _ in range(rng.randrange(1, 90))])
    wanted = [i for i in range(len(counts)) if counts[max(0, i - REACH) : i + REACH + 1].any()]
    assert list(around(counts)) == wanted


def test_the_least_score_is_below_every_threshold():
    limits = (span_decoding.NAME_AT, span_decoding.JOINS_AT, span_decoding.ADDRESS_AT, known_names.HINT)
    assert min(limits) >= span_decoding.LEAST


@pytest.mark.parametrize("size", [0, 1, 7])
def test_many_texts_are_tagged_as_each_alone(size):
    texts = [*LINES, "", text_of(size, 40 * size)]
    expected = [ChunkTagger(network()).spans(text) for text in texts]
    assert ChunkTagger(network()).spans_many(texts) == expected


PIECES = [
    "Jane Doe",
    "王小明",
    "建国路88号",
    "東京都",
    "12",
    "号",
    "丁目",
    " ",
    "\n",
    ", ",
    "Main Street",
    "김철수는",
    "jdoe",
    ".",
    "x=",
    "राजेश",
    "'",
    "[[NAME]]",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=24))
def test_spans_are_sorted_disjoint_and_inside(pieces):
    text = "".join(pieces)
    at = 0
    for span in ChunkTagger(network()).spans(text):
        assert at <= span.start < span.end <= len(text)
        assert 0 < span.score <= 1
        at = span.end


def test_short_texts_share_a_call():
    counting = Counting()
    ChunkTagger(counting).spans_many([f"Please ask somebody {n} about it" for n in range(16)])
    assert counting.calls == 1


def test_the_key_of_a_value_is_its_context():
    def found(key, value):
        text = f"{key}: {value}"
        return [text[s.start : s.end] for s in ChunkTagger(network()).spans(text)]

    assert found("patient", "Ann Kowalczyk") == ["Ann Kowalczyk"]
    assert found("month", "May") == []


def test_a_name_at_the_edge_of_the_text_is_whole():
    for text in ("Jane Doe", "Jane Doe.", " Jane Doe", "\nJane Doe\n"):
        assert [text[s.start : s.end] for s in ChunkTagger(network()).spans(text)] == ["Jane Doe"]


def test_doubtful_spans_are_dropped():
    text = "discord 80351110224678912 tweet 1212092628029698048, location: westeurope"
    assert ChunkTagger(network()).spans(text) == []
    assert repr(ChunkTagger(network())).startswith("ChunkTagger(")


def test_more_sure_names_than_any_text_may_have_end_the_reading(monkeypatch):
    monkeypatch.setattr("redaction.detector.tagger.tagged_spans._MOST_SURE", 100)
    tagger = ChunkTagger(Tagger())
    assert tagger.spans("Margaret Thornton met Jonas Lindqvist. " * 5)
    with pytest.raises(OverBudget):
        tagger.spans("".join(f"Margaret Thornton met Jonas Lindqvist on day {n}. " for n in range(900)))
