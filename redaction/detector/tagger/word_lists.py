"""What can be told of words before any text is read, worked out of the weights' arrays and kept (`kernel.stored`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from redaction.detector.tagger import candidates, tokens
from redaction.detector.tagger.coded_words import Coded
from redaction.detector.tagger.windows import PAD

# So many everyday words are given, from the commonest to the least common (some 70 KB of text).
SOME = 4_000


def word_tables(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The weights' arrays, as `training/export.py` writes them, and with them the commonest words with what
    `candidates` and `tokens` say of each, the pieces of words, and some everyday words."""
    tables = dict(arrays)
    common = bytes(tables.pop("common")).decode("utf-8").split("\0")
    words = [*common, PAD]
    every = dict.fromkeys(map(str.strip, common))
    plain = [word for word in every if len(word) > 1 and word.isascii() and word.isalpha() and word.islower()]
    everyday = Coded.of(sorted(plain))
    keys = tables.pop("keys")
    coded, pieces = Coded.of(words), Coded.of(bytes(tables.pop("vocabulary")).decode("utf-8").split("\n"))
    return tables | {
        # The sorted keys of the gazetteer: where those with the same high half begin, and their low halves.
        "key_starts": np.searchsorted(keys >> 16, np.arange((1 << 16) + 1)).astype(np.uint32),
        "key_lows": (keys & 0xFFFF).astype(np.uint16),
        "common_starts": np.cumsum(arrays["common_counts"], dtype=np.int64) - arrays["common_counts"],
        "word_data": coded.data,
        "word_ends": coded.ends,
        # "" stands for what is not there: blank, and a vector of zeros, as between documents in training.
        "word_kinds": np.array([candidates.kind(word or "\n") for word in words], np.uint16),
        "word_numbers": np.array([0 if word.isascii() else tokens.unspaced(word) for word in words], np.uint32),
        "piece_data": pieces.data,
        "piece_ends": pieces.ends,
        "everyday_data": everyday.data,
        "everyday_ends": everyday.ends,
        "some_everyday": np.frombuffer(" ".join(plain[:: max(1, len(plain) // SOME)]).encode(), np.uint8),
    }


def without_ascii(tables: Mapping[str, Any]) -> dict[str, Any]:
    """The tables without the commonest words in ASCII: the kernel learns each of them in a few microseconds when it
    occurs, which takes no memory for those that never do."""
    words = Coded(tables["word_data"], tables["word_ends"]).words()
    kept = np.array([not word.isascii() for word in words[:-1]], np.bool_)
    places = np.append(np.flatnonzero(kept), len(kept))  # `PAD` is the last one
    coded = Coded.of([words[n] for n in places])
    counts = tables["common_counts"]
    own = {name: tables[name][kept] for name in ("common_counts", "common_rows", "common_bits")}
    return (
        dict(tables)
        | own
        | {
            "word_data": coded.data,
            "word_ends": coded.ends,
            "word_kinds": tables["word_kinds"][places],
            "word_numbers": tables["word_numbers"][places],
            "common_starts": np.cumsum(own["common_counts"], dtype=np.int64) - own["common_counts"],
            "common_pieces": tables["common_pieces"][np.repeat(kept, counts)],
        }
    )
