"""The tagger unit by unit: the same spans new, remembered, edited; the network is spared what cannot be a name."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest

from redaction.detector.tagger import network as model
from redaction.detector.tagger.network import Tagger
from redaction.detector.tagger.tagged_spans import _LEAST, REACH, UnitTagger, _around

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
    used = UnitTagger(network())
    for other in (text, text[: len(text) // 2], text[777:], "x" + text):
        used.spans(other)
    for wanted in (text, edited, text[777:]):
        assert used.spans(wanted) == UnitTagger(network()).spans(wanted)


def test_prose_is_tagged_as_by_the_network_alone():
    text = "".join(PROSE.replace("Doe", name) + "\n" for name in ("Doe", "Smith", "Okafor", "Silva") * 12)
    assert UnitTagger(network()).spans(text) == [
        s for s in network().spans(text) if not text[s.start : s.end].islower()
    ]


def test_slices_are_the_spans():
    text = text_of(1, 1500)
    *steps, last = UnitTagger(network()).slices(text)
    assert last == UnitTagger(network()).spans(text)
    assert len(steps) > 2
    assert all(step is None for step in steps)


class Counting:
    """Scores nothing, counts words."""

    version = "0"

    def __init__(self) -> None:
        self.words = 0

    def scores(self, text_words):
        self.words += len(text_words)
        out = np.zeros((len(text_words), 8), np.float32)
        out[:, 0] = 1
        return out


def test_a_log_without_names_does_not_reach_the_network():
    counting = Counting()
    UnitTagger(counting).spans(
        "2025-05-12T10:31:07.114Z INFO [worker-3] c.e.svc.Handler - GET /api/v1/x 200 17 ms\n" * 500
    )
    assert counting.words == 0


def test_an_edited_line_costs_little():
    counting = Counting()
    tagger = UnitTagger(counting)
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
    assert list(_around(counts)) == wanted


def test_the_least_score_is_below_every_threshold_of_the_tagger():
    assert min(model.THRESHOLD, model._HINT) >= _LEAST


def test_doubtful_spans_are_dropped():
    text = "discord 80351110224678912 tweet 1212092628029698048, location: westeurope"
    assert UnitTagger(network()).spans(text) == []
    assert repr(UnitTagger(network())).startswith("UnitTagger(")
