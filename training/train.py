"""Trains the tagger: `python training/train.py --data FOLDER` (fetches, builds the data, trains, exports).

FOLDER holds labelled corpora and lists of names (README.md says which); without it only generated text is learnt.
Deterministic by `--seed`. Fifteen minutes on one free core. MODEL_CARD.md tells what goes in and what comes out.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import gazetteer
import numpy as np
import real_text
import torch
from dataset import Dataset, build, labelled
from export import started, write
from fetch import cached
from generate import Filler
from labels import IGNORE, WEIGHTS, O
from model import Lexicon, Net
from teacher import Teacher
from torch.nn import functional

HERE = Path(__file__).parent
SHIPPED = HERE.parent / "redaction" / "detector" / "weights"
# Padding between documents, words of a sequence, sequences of a step.
GAP, LENGTH, BATCH = 8, 256, 24
SIZE = 64
COMMON = 60_000  # words whose features are shipped, so that they cost nothing at run time
_PARTS = (
    "labels",
    "dataset",
    "corpus",
    "generate",
    "addresses",
    "hard",
    "compounds",
    "records",
    "lexicon",
    "key_leaves",
    "scripts",
    "listed",
    "wordlists",
    "transliteration",
)


@dataclass(frozen=True, slots=True)
class Text:
    """Documents as rows of the lexicon (int32) and labels (int8), one array each per document."""

    words: list[np.ndarray]
    labels: list[np.ndarray]

    def __len__(self) -> int:
        return len(self.words)

    def size(self) -> int:
        """Words with the padding behind each document."""
        return sum(len(own) + GAP for own in self.words)

    def stream(self, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Documents end to end with padding between them, cut into `(n, LENGTH)` words and labels."""
        gap, nothing = np.zeros(GAP, np.int32), np.full(GAP, IGNORE, np.int8)
        words = np.concatenate([part for i in order for part in (self.words[i], gap)])
        labels = np.concatenate([part for i in order for part in (self.labels[i], nothing)])
        n = len(words) // LENGTH
        return words[: n * LENGTH].reshape(n, LENGTH), labels[: n * LENGTH].reshape(n, LENGTH)


def generated(options: argparse.Namespace) -> Dataset:
    """The generated text, kept between runs under a hash of all that it is made from."""
    recipe = [options.seed, options.documents, options.code, options.ui, options.prose]
    parts = [HERE / f"{name}.py" for name in _PARTS]
    parts += [
        HERE / "sources.json",
        HERE / "names.txt",
        HERE / "compounds.txt",
        *sorted((HERE / "templates").glob("*.txt")),
    ]
    parts.append(HERE.parent / "redaction" / "detector" / "tagger" / "tokens.py")
    key = [recipe, *(part.read_text("utf-8") for part in parts)]
    found: Dataset = cached("dataset", key, lambda: build(*recipe))
    return found


def real(options: argparse.Namespace) -> Dataset:
    """The human-labelled text; empty without a data folder."""
    found = Dataset()
    if options.data is None:
        return found
    chosen = [
        corpus
        for corpus in real_text.corpora()
        if not (options.hold_out and corpus.unseen) and corpus.name not in options.without
    ]
    for name, parts in real_text.documents(options.data, chosen, random.Random(options.seed), Filler):
        found.add(name, *labelled(parts))
    return found


def principal(embeddings: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """The teacher's piece embeddings on their `size` principal axes, scaled to a spread of 0.5."""
    centred = embeddings - embeddings.mean(0)
    _, _, axes = np.linalg.svd(centred[rng.permutation(len(centred))[:8000]], full_matrices=False)
    projected = centred @ axes[:size].T
    return projected / projected.std() * 0.5


def commonest(datasets: list[Dataset], count: int) -> list[str]:
    """The words that real and generated text use most, the commonest first."""
    counts: Counter[str] = Counter()
    for dataset in datasets:
        own = Counter(word for words, kind in zip(dataset.documents, dataset.kinds, strict=True) for word in words)
        counts.update(own)
    return [word for word, _ in counts.most_common(count * 2) if len(word) <= 24 and "\n" not in word[1:]][:count]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of corpora and lists")
    parser.add_argument("--hold-out", action="store_true", help="leave the corpora marked unseen out")
    parser.add_argument("--without", nargs="*", default=[], help="further corpora to leave out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times-generated", type=float, default=1.1, help="how often generated text is seen")
    parser.add_argument("--times-real", type=float, default=3.0, help="how often real text is seen")
    parser.add_argument("--documents", type=int, default=72000)
    parser.add_argument("--code", type=int, default=6000)
    parser.add_argument("--ui", type=int, default=2000)
    parser.add_argument("--prose", type=int, default=3200)
    parser.add_argument("--hidden", type=int, default=80)
    parser.add_argument("--rate", type=float, default=5e-3)
    parser.add_argument("--start", type=Path, help="go on from the weights of this folder")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    np.random.seed(options.seed)
    random.seed(options.seed)
    rng = np.random.default_rng(options.seed)
    began = time.time()
    teacher = Teacher()
    made, labelled_text = generated(options), real(options)
    lists = gazetteer.bits(options.data, made)
    distinct = ["", *sorted({word for dataset in (made, labelled_text) for own in dataset.documents for word in own})]
    common = commonest([made, labelled_text], COMMON)
    rows = {word: row for row, word in enumerate(distinct)}

    def text(dataset: Dataset) -> Text:
        return Text([np.array([rows[word] for word in own], np.int32) for own in dataset.documents], dataset.labels)

    parts = [(text(made), options.times_generated), (text(labelled_text), options.times_real)]
    lexicon = Lexicon(teacher.vocabulary, lists, gazetteer.pairs(options.data), distinct)
    net = Net(lexicon, principal(teacher.embeddings, SIZE, rng), options.hidden)
    if options.start is not None:
        started(net, options.start)
    steps = int(sum(own.size() * times for own, times in parts) / LENGTH / BATCH)
    sizes = " + ".join(f"{len(own)} documents, {own.size()} words" for own, _ in parts)
    print(f"{sizes}; {len(distinct)} distinct", flush=True)
    print(f"gazetteer of {len(lists)}, {steps} steps, {time.time() - began:.0f} s", flush=True)
    block = fit(net, parts, steps, rng, options.rate)
    net.eval()
    write(options.out, net, ranges(net, block), teacher.vocabulary, lists, common)
    print(f"written, {time.time() - began:.0f} s", flush=True)


def mixture(parts: list[tuple[Text, float]], share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A stretch of training: every part `share` of the times that it is seen in all, shuffled."""
    blocks = []
    for own, times in parts:
        whole, rest = divmod(times * share, 1)
        order = [rng.permutation(len(own)) for _ in range(int(whole))]
        order.append(rng.choice(len(own), int(len(own) * rest), replace=False))
        if len(chosen := np.concatenate(order)):
            blocks.append(own.stream(chosen))
    words, labels = (np.concatenate(own) for own in zip(*blocks, strict=True))
    order = rng.permutation(len(words))
    return words[order], labels[order]


def fit(net: Net, parts: list[tuple[Text, float]], steps: int, rng: np.random.Generator, rate: float) -> np.ndarray:
    """Trains in place. Returns the last block of words, for the ranges of the layers."""
    began = time.time()
    weights = torch.tensor([*WEIGHTS, 0.0])
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rate, total_steps=steps + 1, pct_start=0.1)
    step, running = 0, 0.0
    while True:
        words, labels = mixture(parts, 0.125, rng)
        for at in range(0, len(words), BATCH):
            if step >= steps:
                return words
            goal = torch.tensor(labels[at : at + BATCH].astype(np.int64))
            weight = weights[goal]  # IGNORE is -1: the last one
            group = torch.where(goal >= net.out.out_features, O, goal.clamp(min=0))
            loss = functional.cross_entropy(net(words[at : at + BATCH]).transpose(1, 2), group, reduction="none")
            loss = (loss * weight).sum() / weight.sum()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            running = 0.98 * running + 0.02 * loss.item()
            if step % 100 == 0:
                print(step, f"{running / (1 - 0.98**step):.4f} {time.time() - began:.0f} s", flush=True)


def ranges(net: Net, words: np.ndarray) -> list[tuple[float, float]]:
    """Smallest and largest input of every layer (the outermost 0.01 % left out)."""
    found: list[list[np.ndarray]] = []
    with torch.no_grad():
        for at in range(0, min(len(words), 480), BATCH):
            block = words[at : at + BATCH]
            vectors = net.vectors(block.reshape(-1)).reshape(*block.shape, -1)
            states = net.hidden(net.beside(block, vectors))
            found.append([np.percentile(s.numpy(), (0.01, 99.99)) for s in states])
    stacked = np.array(found)
    return [(float(a), float(b)) for a, b in zip(stacked[:, :, 0].min(0), stacked[:, :, 1].max(0), strict=True)]


if __name__ == "__main__":
    main()
