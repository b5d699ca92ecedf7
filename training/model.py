"""The network: word vectors (pieces, shape, first and last letters, the word itself, gazetteer, pairs of characters),
dilated convolutions, softmax."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parent.parent))
from gazetteer import BITS
from labels import GROUPS

from redaction.detector.tagger import tokens as w

DILATIONS = (1, 2, 4, 1)
# Tables of features and the spread of their first values.
SPREADS = {
    "shape": 0.3,
    "prefix": 0.1,
    "suffix": 0.1,
    "gazetteer": 0.3,
    "whole": 0.02,
    "pairs": 0.02,
    "left": 0.1,
    "right": 0.1,
}


class Lexicon:
    """The features of all distinct words of a data set, as flat arrays."""

    def __init__(
        self, vocabulary: dict[str, int], gazetteer: dict[int, int], pairs: dict[int, int], distinct: list[str]
    ) -> None:
        rows = [w.features(word, vocabulary) if word else NOTHING for word in distinct]
        self.lengths = np.array([len(row.pieces) for row in rows])
        self.starts = np.r_[0, self.lengths.cumsum()]
        self.flat = np.concatenate([np.array(row.pieces, np.int64) for row in rows])
        self.shape, self.prefix, self.suffix, self.whole = (
            np.array([getattr(row, name) for row in rows]) for name in ("shape", "prefix", "suffix", "whole")
        )
        self.gazetteer = np.array(
            [gazetteer.get(row.key, 0) if word else 0 for row, word in zip(rows, distinct, strict=True)]
        )
        self.real = np.array([bool(word) for word in distinct], np.float32)
        self.pair_keys = np.array(sorted(pairs), np.uint32)
        self.pair_bits = np.array([pairs[int(key)] for key in self.pair_keys], np.int64)
        self.unspaced = np.array([w.unspaced(word) if word else 0 for word in distinct], np.int64)


NOTHING = w.Features((), 0, 0, 0, 0, 0)


class Net(nn.Module):
    def __init__(self, lexicon: Lexicon, embeddings: np.ndarray, hidden: int) -> None:
        super().__init__()
        size = embeddings.shape[1]
        self.lexicon = lexicon
        self.pieces = nn.EmbeddingBag.from_pretrained(torch.tensor(embeddings).float(), freeze=False, mode="mean")
        self.shape = nn.Embedding(w.SHAPES, size)
        self.prefix = nn.Embedding(w.PREFIXES, size)
        self.suffix = nn.Embedding(w.SUFFIXES, size)
        self.gazetteer = nn.Embedding(BITS, size)
        self.whole = nn.Embedding(w.WHOLE, size)
        self.pairs = nn.Embedding(w.PAIRS, size)
        self.left, self.right = nn.Embedding(BITS, size), nn.Embedding(BITS, size)
        for name, spread in SPREADS.items():
            nn.init.normal_(getattr(self, name).weight, 0, spread)
        self.layers = nn.ModuleList(
            nn.Conv1d(size if k == 0 else hidden, hidden, 3, dilation=d, padding=d) for k, d in enumerate(DILATIONS)
        )
        self.out = nn.Linear(hidden, len(GROUPS))
        self.dropout = nn.Dropout(0.1)

    def vectors(self, words: np.ndarray) -> torch.Tensor:
        """`(n,)` rows of the lexicon -> `(n, E)`; the padding word is zero."""
        lexicon = self.lexicon
        lengths = lexicon.lengths[words]
        flat = np.concatenate([lexicon.flat[lexicon.starts[x] : lexicon.starts[x + 1]] for x in words])
        gazetteer = lexicon.gazetteer[words]
        if self.training:  # names that no list knows, and words that no list knows
            gazetteer = np.where(np.random.random(len(words)) < 0.2, 0, gazetteer)
        vectors = self.pieces(torch.tensor(flat), torch.tensor(np.r_[0, lengths.cumsum()[:-1]]))
        for table, rows in ((self.shape, lexicon.shape), (self.prefix, lexicon.prefix), (self.suffix, lexicon.suffix)):
            vectors = vectors + table(torch.tensor(rows[words]))
        own = self.whole(torch.tensor(lexicon.whole[words]))
        if self.training:  # a word that was never seen
            own = own * (torch.rand(len(words)) > 0.2)[:, None]
        vectors = vectors + own + self.gazetteer(torch.tensor(gazetteer))
        return vectors * torch.tensor(lexicon.real[words])[:, None]

    def beside(self, words: np.ndarray, vectors: torch.Tensor) -> torch.Tensor:
        """`(B, L)` rows and `(B, L, E)` vectors -> vectors with what characters of unspaced scripts say in pairs."""
        number = self.lexicon.unspaced[words]
        sequence, first = np.nonzero((number[:, :-1] != 0) & (number[:, 1:] != 0))
        if not len(first):
            return vectors
        keys = w.pair_keys(number[sequence, first], number[sequence, first + 1])
        left, right = (torch.tensor(rows.astype(np.int64)) for rows in w.pair_rows(keys))
        known = self.lexicon.pair_keys
        place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        listed = np.where(known[place] == keys, self.lexicon.pair_bits[place], 0)
        if self.training:  # names that no list knows
            listed = np.where(np.random.random(len(listed)) < 0.2, 0, listed)
        bits = torch.tensor(listed)
        size, length = vectors.shape[0] * vectors.shape[1], vectors.shape[1]
        flat = vectors.reshape(size, -1)
        at = torch.tensor(sequence * length + first)
        flat = flat.index_add(0, at, self.pairs(left) + self.left(bits))
        return flat.index_add(0, at + 1, self.pairs(right) + self.right(bits)).reshape(vectors.shape)

    def hidden(self, vectors: torch.Tensor) -> list[torch.Tensor]:
        """`(B, L, E)` -> the inputs of every layer and of the output, each `(B, H, L)`."""
        states = [vectors.transpose(1, 2)]
        for k, layer in enumerate(self.layers):
            fresh = functional.relu(layer(states[-1]))
            states.append(fresh if k == 0 else states[-1] + fresh)
        return states

    def forward(self, words: np.ndarray) -> torch.Tensor:
        distinct, inverse = np.unique(words, return_inverse=True)
        vectors = self.dropout(self.vectors(distinct))[torch.tensor(inverse.reshape(words.shape))]
        vectors = self.beside(words, vectors)
        if self.training:  # words that are not seen: what stands around them, and the names themselves, must do
            vectors = vectors * (torch.rand(words.shape) > 0.06)[..., None]
        return self.out(self.hidden(vectors)[-1].transpose(1, 2))
