"""What can be told of words before any text is read, worked out of the weights' arrays and kept (`kernel.stored`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from redaction.detector.tagger import candidates, tokens
from redaction.detector.tagger.coded_words import Coded
from redaction.detector.tagger.windows import PAD

# So many everyday words are listed, from the commonest to the least common (some 70 KB of text).
EVERYDAY_WORDS = 4_000


def word_tables(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The weights' arrays, as `training/export.py` writes them, and with them the commonest words with what
    `candidates` and `tokens` say of each, the pieces of words, and some everyday words."""
    tables = dict(arrays)
    common = bytes(tables.pop("common")).decode("utf-8").split("\0")
    words = [*common, PAD]
    every = dict.fromkeys(map(str.strip, common))
    plain = [word for word in every if len(word) > 1 and word.isascii() and word.isalpha() and word.islower()]
    coded, pieces = Coded.of(words), Coded.of(bytes(tables.pop("vocabulary")).decode("utf-8").split("\n"))
    return tables | {
        "word_data": coded.data,
        "word_ends": coded.ends,
        # "" stands for what is not there: blank, and a vector of zeros, as between documents in training.
        "word_kinds": np.array([candidates.kind(word or "\n") for word in words], np.uint16),
        "word_numbers": np.array([0 if word.isascii() else tokens.unspaced(word) for word in words], np.int64),
        "piece_data": pieces.data,
        "piece_ends": pieces.ends,
        "everyday": np.frombuffer(" ".join(plain[:: max(1, len(plain) // EVERYDAY_WORDS)]).encode("ascii"), np.uint8),
    }
