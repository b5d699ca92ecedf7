"""The network alone: scores depend on a word's neighbours only, weights are checked, speed of the table of words aside."""

from __future__ import annotations

import shutil
import threading
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from redaction.detector.tagger import integer_network, tokens
from redaction.detector.tagger import network as n


@cache
def tagger() -> n.Tagger:
    return n.Tagger()


def test_scores_do_not_depend_on_the_cut_into_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    words = tokens.split(
        "Jane Doe met Peter Müller at 12 Main Street. 会议由王小明主持。 The build failed in May. " * 40
    )
    numpy = n.Tagger(kernel=None)
    whole = numpy.scores(words)
    monkeypatch.setattr(integer_network, "_CHUNK", 100)
    np.testing.assert_array_equal(numpy.scores(words), whole)


@pytest.mark.parametrize("filler", [["word"], ["会"]])
def test_a_word_sees_no_further_than_the_reach(filler: list[str]) -> None:
    beside = filler * 40
    near = tagger().scores([*beside, " Jane", "王", *beside])[: 40 - n.REACH]
    far = tagger().scores([*beside, " build", "议", *beside])[: 40 - n.REACH]
    np.testing.assert_array_equal(near, far)


def test_scores_are_probabilities_of_the_groups() -> None:
    scores = tagger().scores(tokens.split("Please ask Jane Doe about it."))
    assert scores.shape[1] == n.GROUPS
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-3)
    assert scores[2, n.NAME] > 0.5
    assert scores[5, n.NOTHING] > 0.9


def test_some_words_are_scored_as_if_the_others_were_not_there() -> None:
    words = tokens.split("one two three Jane Doe four five six seven eight nine ten eleven twelve")
    known = tagger().look_up(words)
    index = np.arange(2, 9)
    np.testing.assert_array_equal(tagger().probabilities(known, index), tagger().scores(words[2:9]))


def test_threads_share_one_tagger() -> None:
    texts = [tokens.split(f"Ticket {k} was opened by Jane Doe{k} and Peter Müller for host{k}.") for k in range(40)]
    expected = [tagger().scores(words) for words in texts]
    shared = n.Tagger()
    found: dict[int, list[np.ndarray]] = {}
    start = threading.Barrier(4)

    def work(number: int) -> None:
        start.wait()
        found[number] = [shared.scores(words) for words in texts]

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k in range(4):
        for own, wanted in zip(found[k], expected, strict=True):
            np.testing.assert_array_equal(own, wanted)


@pytest.mark.parametrize("damage", ["flip", "missing", "unlisted"])
def test_damaged_weights_are_refused(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(n.WEIGHTS, folder)
    n.read_weights(folder)
    if damage == "flip":
        content = bytearray((folder / "network.npz").read_bytes())
        content[200] ^= 1
        (folder / "network.npz").write_bytes(bytes(content))
    elif damage == "missing":
        (folder / "words.npz").unlink()
    else:
        (folder / "SHA256SUMS").write_text("", "utf-8")
    with pytest.raises(n.DamagedWeights):
        n.Tagger(folder=folder)


def test_the_weights_fit_in_the_repository() -> None:
    files = [path for path in n.WEIGHTS.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 12_000_000
    assert all(path.stat().st_size < 4_000_000 for path in files)


@pytest.mark.parametrize("words", [["a" * 300_000], [" " * 300_000], ["王"] * 20_000, ["a", "."] * 9_000, []])
def test_long_words_and_runs_are_no_trouble(words: list[str]) -> None:
    assert tagger().scores(words).shape == (len(words), n.GROUPS)
