"""The network: probabilities of "nothing, name, address, place, the rules' work" for words in their order.

Trained by `training/` (MODEL_CARD.md tells from what). A word's vector comes from the table of words; four residual
convolutions see eight words to each side (a pair of characters one more); a softmax over five groups. It runs in
onnxruntime as integers with fixed scales, so a word's scores depend on its neighbours only, never on what else is in
the call or how a long text is cut. Time is linear in the text.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from redaction.detector.tagger import candidates, tokens
from redaction.detector.tagger.word_table import Floats, Known, WordTable

WEIGHTS = Path(__file__).parents[1] / "weights"
# The columns of the network's output; 0 is "nothing", the last one is what the rules find (numbers, mail addresses).
NOTHING, NAME, ADDRESS, PLACE, RULES = range(5)
GROUPS = 5
# Words that the network sees to each side, pairs of characters included.
REACH = 9
_CHUNK = 512  # words per call: what a call needs of memory stays in the processor's cache

_TABLES = ("features.npz", "words.npz", "lists.npz", "common.npz")
_NETWORK = "tagger.onnx"


class DamagedWeights(RuntimeError):
    """Raised at load when a weight file is missing or does not have its SHA-256."""


def read_weights(folder: Path) -> tuple[dict[str, Any], bytes]:
    """`(tables, network)` after comparing all files with `SHA256SUMS`.

    Guards against half a checkout or a changed line ending, not against an attacker who can write the files.
    """
    try:
        lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
        sums = {name: digest for digest, name in (line.split() for line in lines)}
        for name in (*_TABLES, _NETWORK):
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sums[name]:
                raise DamagedWeights(f"{name} does not have the SHA-256 in SHA256SUMS: check the file out again")
        tables: dict[str, Any] = {}
        for file in _TABLES:
            with np.load(folder / file) as archive:
                tables |= {name: archive[name] for name in archive.files}
        return tables, (folder / _NETWORK).read_bytes()
    except (OSError, KeyError, ValueError) as error:
        raise DamagedWeights(f"the tagger's weights cannot be read ({type(error).__name__})") from error


class Tagger:
    """Scores of words. Thread-safe; deterministic.

    `threads` is onnxruntime's; more than one pays for texts over some 50 KB only. Raises DamagedWeights.
    """

    def __init__(self, threads: int = 1, folder: Path = WEIGHTS) -> None:
        tables, network = read_weights(folder)
        self.version = bytes(tables["version"]).decode("ascii")
        self.words = WordTable(tables, candidates.kind)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # no two calls are of one size
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self.scores(tokens.split("Warm-up: Jane Doe, 12 Main Street."))

    def __repr__(self) -> str:
        return f"Tagger({self.version!r})"

    def look_up(self, words: list[str]) -> Known:
        """What is known of each word; at most some ten thousand at once."""
        return self.words.look_up(words)

    def probabilities(self, known: Known, index: NDArray[np.int64]) -> Floats:
        """`(len(index), GROUPS)`: the scores of those of the words, as if they stood beside each other."""
        size = len(index)
        out = np.empty((size, GROUPS), np.float32)
        for start in range(0, size, _CHUNK):
            end = min(size, start + _CHUNK)
            low, high = max(0, start - REACH), min(size, end + REACH)
            vectors = self.words.take(known, index[low:high])
            out[start:end] = self._session.run(None, {"x": vectors})[0][start - low : end - low]
        return out

    def scores(self, text_words: list[str]) -> Floats:
        """`(len(text_words), GROUPS)` probabilities of the words of one text, every one of them."""
        return self.probabilities(self.look_up(text_words), np.arange(len(text_words)))
