"""The network: word vectors (pieces, shape, first and last letters, gazetteer), dilated convolutions, softmax."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).parent.parent))
from redaction.detector.tagger import tokens as w

GROUPS = 8
DILATIONS = (1, 2, 4, 1)


class Lexicon:
    """The features of all distinct words of a data set, as flat arrays."""

    def __init__(self, vocabulary: dict[str, int], gazetteer: dict[int, int], distinct: list[str]) -> None:
        rows = [w.features(word, vocabulary) if word else ((), 0, 0, 0, 0) for word in distinct]
        self.lengths = np.array([len(row[0]) for row in rows])
        self.starts = np.r_[0, self.lengths.cumsum()]
        self.flat = np.concatenate([np.array(row[0], np.int64) for row in rows])
        self.shape, self.prefix, self.suffix = (np.array([row[k] for row in rows]) for k in (1, 2, 3))
        self.gazetteer = np.array(
            [gazetteer.get(row[4], 0) if word else 0 for row, word in zip(rows, distinct, strict=True)]
        )
        self.real = np.array([bool(word) for word in distinct], np.float32)


class Net(nn.Module):
    def __init__(self, lexicon: Lexicon, embeddings: np.ndarray, hidden: int) -> None:
        super().__init__()
        size = embeddings.shape[1]
        self.lexicon = lexicon
        self.pieces = nn.EmbeddingBag.from_pretrained(torch.tensor(embeddings).float(), freeze=False, mode="mean")
        self.shape = nn.Embedding(w.SHAPES, size)
        self.prefix = nn.Embedding(w.PREFIXES, size)
        self.suffix = nn.Embedding(w.SUFFIXES, size)
        self.gazetteer = nn.Embedding(16, size)
        for table, spread in ((self.shape, 0.3), (self.prefix, 0.1), (self.suffix, 0.1), (self.gazetteer, 0.3)):
            nn.init.normal_(table.weight, 0, spread)
        self.layers = nn.ModuleList(
            nn.Conv1d(size if k == 0 else hidden, hidden, 3, dilation=d, padding=d) for k, d in enumerate(DILATIONS)
        )
        self.out = nn.Linear(hidden, GROUPS)
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
        vectors = (
            vectors + self.shape(torch.tensor(lexicon.shape[words])) + self.prefix(torch.tensor(lexicon.prefix[words]))
        )
        vectors = vectors + self.suffix(torch.tensor(lexicon.suffix[words])) + self.gazetteer(torch.tensor(gazetteer))
        return vectors * torch.tensor(lexicon.real[words])[:, None]

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
        if self.training:  # words that are not seen: what stands around them, and the names themselves, must do
            vectors = vectors * (torch.rand(words.shape) > 0.06)[..., None]
        return self.out(self.hidden(vectors)[-1].transpose(1, 2))
