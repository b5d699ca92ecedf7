"""The network: probabilities of "nothing, name, address, place, the rules' work" for words in their order.

Trained by `training/` (MODEL_CARD.md tells from what). A word's vector comes from the table of words; four residual
convolutions see eight words to each side (a pair of characters one more); a softmax over five groups. It runs on
integers with fixed scales (`integer_network`), so a word's scores depend on its neighbours only, never on what else is
in the call or how a long text is cut. Time is linear in the text.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from redaction.detector.kernel.library import Library, library
from redaction.detector.kernel.stored import Tables, stored
from redaction.detector.tagger import tokens
from redaction.detector.tagger.integer_network import IntegerNetwork, Unfit
from redaction.detector.tagger.windows import Places, Window
from redaction.detector.tagger.word_lists import without_ascii, word_tables
from redaction.detector.tagger.word_table import Floats, Known, WordTable

WEIGHTS = Path(__file__).parents[1] / "weights"
# The columns of the network's output; 0 is "nothing", the last one is what the rules find (numbers, mail addresses).
NOTHING, NAME, ADDRESS, PLACE, RULES = range(5)
GROUPS = 5
# Words that the network sees to each side, pairs of characters included.
REACH = 9

_FILES = ("features.npz", "words.npz", "lists.npz", "common.npz", "network.npz")


class DamagedWeights(RuntimeError):
    """Raised at load when a weight file is missing or does not have its SHA-256."""


def read_weights(folder: Path) -> dict[str, Any]:
    """The arrays of all files by name, after comparing the files with `SHA256SUMS`.

    Guards against half a checkout or a changed line ending, not against an attacker who can write the files.
    """
    try:
        lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
        sums = {name: digest for digest, name in (line.split() for line in lines)}
        arrays: dict[str, Any] = {}
        for name in _FILES:
            content = (folder / name).read_bytes()
            if hashlib.sha256(content).hexdigest() != sums[name]:
                raise DamagedWeights(f"{name} does not have the SHA-256 in SHA256SUMS: check the file out again")
            with np.load(io.BytesIO(content)) as archive:
                arrays |= {name: archive[name] for name in archive.files}
        return arrays
    except (OSError, KeyError, ValueError) as error:
        raise DamagedWeights(f"the tagger's weights cannot be read ({type(error).__name__})") from error


def _compared(folder: Path, kernel: Library | None) -> Tables:
    """The tables of words, and whether the kernel agrees with Python about them."""
    tables = word_tables(read_weights(folder))
    agrees = WordTable(tables, kernel).compiled
    return (without_ascii(tables) if agrees else tables) | {"agrees": np.array(agrees)}


class Tagger:
    """Scores of words. Thread-safe; deterministic. Raises DamagedWeights."""

    def __init__(self, folder: Path = WEIGHTS, *, kernel: Library | Literal["own"] | None = "own") -> None:
        """`kernel`: that of this installation, if it has one; or another, or None for all in Python."""
        try:
            if kernel == "own" and folder == WEIGHTS:
                kernel = library()
                of = "compiled" if kernel is not None else ""  # what was compared without it is made anew with it
                tables = stored("words", lambda: _compared(folder, library()), of=of)
            else:
                kernel = library() if kernel == "own" else kernel
                tables = word_tables(read_weights(folder))
            self.version = bytes(tables["version"]).decode("ascii")
            self.words = WordTable(tables, kernel)
            self._network = IntegerNetwork(tables, kernel)
        except (KeyError, Unfit) as error:
            raise DamagedWeights(f"the tagger's weights do not fit ({type(error).__name__})") from error
        self.scores(tokens.split("Warm-up: Jane Doe, 12 Main Street."))

    def __repr__(self) -> str:
        return f"Tagger({self.version!r})"

    def look_up(self, words: list[str]) -> Known:
        """What is known of each word; at most some ten thousand at once."""
        return self.words.look_up(words)

    def look_up_windows(self, windows: Sequence[Window], reach: int) -> tuple[Known, list[Places]]:
        """See `WordTable.look_up_windows`."""
        return self.words.look_up_windows(windows, reach)

    def probabilities(self, known: Known, index: NDArray[np.int64], wanted: NDArray[np.bool_] | None = None) -> Floats:
        """`(len(index), GROUPS)`: the scores of those of the words, as if they stood beside each other.

        `wanted` says of each which scores are asked for (all, if it is not given): the others count as nothing.
        """
        size = len(index)
        if wanted is None:
            wanted = np.ones(size, np.bool_)
        out = np.zeros((size, GROUPS), np.float32)
        out[:, NOTHING] = 1
        if wanted.any():
            out[wanted] = self._network.of_rows(*self.words.placed(known, index), wanted)
        return out

    def scores(self, text_words: list[str]) -> Floats:
        """`(len(text_words), GROUPS)` probabilities of the words of one text, every one of them."""
        return self.probabilities(self.look_up(text_words), np.arange(len(text_words)))
