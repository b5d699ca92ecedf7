"""The arithmetic of the network: exact integers, whatever the call looks like; parameters that do not fit are refused."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest

from redaction.detector.tagger.integer_network import IntegerNetwork, Unfit
from redaction.detector.tagger.network import WEIGHTS, Tagger, read_weights

_DILATIONS = (1, 3, 2)


def _parameters(seed: int = 1, inputs: int = 12, hidden: int = 20, groups: int = 5) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    out: dict[str, Any] = {"dilations": np.array(_DILATIONS, np.uint8)}
    shapes = [(3 * inputs, hidden), *[(3 * hidden, hidden)] * (len(_DILATIONS) - 1), (hidden, groups)]
    for k, shape in enumerate(shapes):
        out |= {
            f"weights_{k}": rng.integers(-63, 64, shape).astype(np.int8),
            f"steps_{k}": rng.uniform(0.001, 0.01, shape[1]).astype(np.float32),
            f"bias_{k}": rng.normal(0, 0.1, shape[1]).astype(np.float32),
            f"scale_{k}": np.float32(0.02 + 0.01 * k),
            f"zero_{k}": np.uint8(126 if k == 0 else 0),
        }
    return out


def _slowly(parameters: dict[str, Any], vectors: np.ndarray) -> np.ndarray:
    """The same in 64-bit integers and the textbook's loops."""
    state = vectors.astype(np.float64)
    for k, dilation in enumerate([*_DILATIONS, 0]):
        zero = int(parameters[f"zero_{k}"])
        quantised = np.clip(np.rint(state / float(parameters[f"scale_{k}"])) + zero, 0, 255).astype(np.int64) - zero
        weights = parameters[f"weights_{k}"].astype(np.int64)
        shifts = (-dilation, 0, dilation) if dilation else (0,)
        sums = np.zeros((len(state), weights.shape[1]), np.int64)
        for turn, shift in enumerate(shifts):
            part = weights[turn * state.shape[1] : (turn + 1) * state.shape[1]]
            for row in range(len(state)):
                if 0 <= row + shift < len(state):
                    sums[row] += quantised[row + shift] @ part
        values = sums * float(parameters[f"scale_{k}"]) * parameters[f"steps_{k}"] + parameters[f"bias_{k}"]
        state = values if not dilation else np.maximum(values, 0) + (state if k else 0)
    powers = np.exp(state - state.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True))


@cache
def _network() -> IntegerNetwork:
    return IntegerNetwork(_parameters())


def _vectors(size: int, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.8, (size, 12)).astype(np.float32)


@pytest.mark.parametrize("size", [1, 2, 7, 40, 131])
def test_probabilities_are_those_of_the_textbook(size: int) -> None:
    vectors = _vectors(size)
    found = _network().probabilities(vectors, np.ones(size, np.bool_))
    np.testing.assert_allclose(found, _slowly(_parameters(), vectors), atol=2e-4)


@pytest.mark.parametrize("share", [0.02, 0.3, 1.0])
def test_asking_for_some_words_changes_nothing_for_them(share: float) -> None:
    vectors = _vectors(300)
    wanted = np.random.default_rng(3).random(300) <= share
    whole = _network().probabilities(vectors, np.ones(300, np.bool_))
    np.testing.assert_array_equal(_network().probabilities(vectors, wanted), whole[wanted])


@pytest.mark.parametrize("size", range(13, 60, 5))
def test_a_word_depends_on_its_neighbours_only_to_the_bit(size: int) -> None:
    """Cut at any length: BLAS adds in another order for other shapes, which integers do not notice."""
    vectors, reach = _vectors(200), _network().reach
    whole = _network().probabilities(vectors, np.ones(200, np.bool_))
    part = _network().probabilities(vectors[50 : 50 + size], np.ones(size, np.bool_))
    np.testing.assert_array_equal(part[reach : size - reach], whole[50 + reach : 50 + size - reach])


def test_the_reach_is_that_of_the_dilations() -> None:
    vectors = _vectors(60)
    changed = vectors.copy()
    changed[30] += 1
    every = np.ones(60, np.bool_)
    different = (_network().probabilities(vectors, every) != _network().probabilities(changed, every)).any(1)
    assert np.flatnonzero(different).min() >= 30 - _network().reach
    assert np.flatnonzero(different).max() <= 30 + _network().reach
    assert different.sum() > 3


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"weights_1": np.full((60, 20), 63, np.int16)}, id="not bytes"),
        pytest.param({"bias_1": np.zeros(19, np.float32)}, id="a bias too few"),
        pytest.param({"weights_1": np.full((1200, 20), 63, np.int8)}, id="sums beyond 2**24"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Unfit):
        IntegerNetwork(_parameters() | change)


def test_the_largest_sum_that_fits_is_accepted() -> None:
    IntegerNetwork(_parameters() | {"weights_1": np.full((1040, 20), 63, np.int8)})


def test_the_weights_of_the_product_see_as_far_as_it_says() -> None:
    assert IntegerNetwork(read_weights(WEIGHTS)).reach == 8


def test_scores_of_a_sentence_as_they_were_when_the_weights_came() -> None:
    """Words of which nobody doubts; onnxruntime's scores of the same weights differed by 1e-7 on 365,000 words."""
    words = ["The", " report", " was", " written", " by", " Dr", ".", " Margaret", " Thornton", " in", " Leeds", "."]
    groups = Tagger().scores(words).argmax(1)
    assert [int(group) for group in groups[[1, 2, 3, 7, 8, 11]]] == [0, 0, 0, 1, 1, 0]


@pytest.mark.slow
def test_products_stay_in_the_calling_thread() -> None:
    """OpenBLAS wakes its own threads for large products, and those spin: CPU for nothing."""
    code = """
import time, numpy as np
from redaction.detector.tagger.network import Tagger
tagger = Tagger()
known = tagger.look_up(["word", " other"] * 2000)
index = np.arange(4000)
tagger.probabilities(known, index)
whole, own = time.process_time(), time.thread_time()
for _ in range(20):
    tagger.probabilities(known, index)
print((time.process_time() - whole) / (time.thread_time() - own))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 1.3


@pytest.mark.slow
def test_the_product_writes_nothing_at_home(tmp_path: Any) -> None:
    """No library keeps a device's id, a cache or a database of its own below the user's home."""
    code = """
from config.redaction_settings import Policy
from redaction.detector.embedded_profiler import EmbeddedProfiler
from redaction.detector.tagger.network import Tagger
import faasera_addon
profiler = EmbeddedProfiler({"default": Policy()}, Tagger())
assert profiler.find("Please call Margaret Thornton.")
"""
    places = {name: str(tmp_path / name) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    places |= {"TMPDIR": str(tmp_path / "TMPDIR"), "PYTHONDONTWRITEBYTECODE": "1"}
    for place in places.values():
        if place.startswith("/"):
            (tmp_path / place).mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-c", code], check=True, env=places, capture_output=True)
    assert [path for path in tmp_path.rglob("*") if path.parent != tmp_path] == []
