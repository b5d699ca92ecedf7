"""Trains the tagger: `python training/train.py` (fetches, builds the data, trains, exports). Deterministic by `--seed`.

Seven minutes on one core, plus the downloads. See MODEL_CARD.md for what goes in and what comes out.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from pathlib import Path

import numpy as np
import torch
from dataset import Dataset, build, gazetteer_rows
from export import write
from fetch import DATA, cached
from model import Lexicon, Net
from teacher import Teacher

HERE = Path(__file__).parent
WEIGHTS = HERE.parent / "redaction" / "embedded" / "weights"
GAP, LENGTH, BATCH = 8, 256, 24
SIZE = 64


def principal(embeddings: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """The teacher's piece embeddings on their `size` principal axes, scaled to a spread of 0.5."""
    centred = embeddings - embeddings.mean(0)
    _, _, axes = np.linalg.svd(centred[rng.permutation(len(centred))[:8000]], full_matrices=False)
    projected = centred @ axes[:size].T
    return projected / projected.std() * 0.5


def stream(dataset: Dataset, rows: dict[str, int], order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All documents end to end, padding between them, cut into sequences of LENGTH words."""
    words, targets = [], []
    for i in order:
        words.append(np.array([rows[x] for x in dataset.documents[i]] + [0] * GAP))
        targets.append(np.concatenate([dataset.targets[i], np.zeros((GAP, 8), np.float16)]))
    flat, target = np.concatenate(words), np.concatenate(targets)
    n = len(flat) // LENGTH
    return flat[: n * LENGTH].reshape(n, LENGTH), target[: n * LENGTH].reshape(n, LENGTH, 8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=float, default=1.6)
    parser.add_argument("--documents", type=int, default=55000)
    parser.add_argument("--code", type=int, default=3500)
    parser.add_argument("--ui", type=int, default=2000)
    parser.add_argument("--prose", type=int, default=3200)
    parser.add_argument("--weight", type=float, default=2.0, help="extra weight of words that are not ordinary")
    parser.add_argument("--hidden", type=int, default=96)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    np.random.seed(options.seed)
    random.seed(options.seed)
    rng = np.random.default_rng(options.seed)
    began = time.time()
    teacher = Teacher()
    recipe = [options.seed, options.documents, options.code, options.ui, options.prose]
    parts = [
        HERE / f"{name}.py"
        for name in ["labels", "dataset", "corpus", "generate", "addresses", "hard", "records", "lexicon"]
    ]
    parts += [HERE / "sources.json", *sorted((HERE / "templates").glob("*.txt"))]
    key = [recipe, *(part.read_text("utf-8") for part in parts)]
    tag = hashlib.sha256(repr(key).encode()).hexdigest()[:12]
    dataset = cached("dataset", key, lambda: build(*recipe))
    gazetteer = gazetteer_rows(dataset)
    distinct = ["", *sorted({x for d in dataset.documents for x in d})]
    rows = {word: row for row, word in enumerate(distinct)}
    held = np.arange(len(dataset.documents)) % 25 == 0
    train, valid = np.flatnonzero(~held), np.flatnonzero(held)
    total = sum(len(dataset.documents[i]) + GAP for i in train)
    net = Net(
        Lexicon(teacher.vocabulary, gazetteer, distinct), principal(teacher.embeddings, SIZE, rng), options.hidden
    )
    steps = int(total * options.epochs / LENGTH / BATCH)
    print(f"{len(dataset.documents)} documents, {total} words, {len(distinct)} distinct", flush=True)
    print(f"gazetteer of {len(gazetteer)}, {steps} steps, {time.time() - began:.0f} s", flush=True)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=5e-3, total_steps=steps + 1, pct_start=0.1)
    step, running = 0, 0.0
    while step < steps:
        words, targets = stream(dataset, rows, rng.permutation(train))
        for at in range(0, len(words), BATCH):
            if step >= steps:
                break
            target = torch.tensor(targets[at : at + BATCH].astype(np.float32))
            logits = net(words[at : at + BATCH])
            weight = target.sum(-1) * (1 + options.weight * (1 - target[..., 0]))
            loss = (-(target * logits.log_softmax(-1)).sum(-1) * weight).sum() / weight.sum()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            running = 0.98 * running + 0.02 * loss.item()
            if step % 200 == 0:
                print(step, f"{running / (1 - 0.98**step):.4f} {time.time() - began:.0f} s", flush=True)
    net.eval()
    words, targets = stream(dataset, rows, valid)
    report(net, words, targets)
    torch.save(net.state_dict(), DATA / f"net-{tag}-{options.hidden}.pt")
    write(options.out, net, ranges(net, words), teacher.vocabulary, gazetteer)
    print(f"written, {time.time() - began:.0f} s")


def ranges(net: Net, words: np.ndarray) -> list[tuple[float, float]]:
    """Smallest and largest input of every layer on held-out text (the outermost 0.01 % left out)."""
    found: list[list[np.ndarray]] = []
    with torch.no_grad():
        for at in range(0, min(len(words), 480), BATCH):
            block = words[at : at + BATCH]
            states = net.hidden(net.vectors(block.reshape(-1)).reshape(*block.shape, -1))
            found.append([np.percentile(s.numpy(), (0.01, 99.99)) for s in states])
    stacked = np.array(found)
    return [(float(a), float(b)) for a, b in zip(stacked[:, :, 0].min(0), stacked[:, :, 1].max(0), strict=True)]


def report(net: Net, words: np.ndarray, targets: np.ndarray) -> None:
    with torch.no_grad():
        scores = np.concatenate([net(words[k : k + BATCH]).softmax(-1).numpy() for k in range(0, len(words), BATCH)])
    for group, name in ((1, "NAME"), (2, "ADDRESS")):
        gold, plain = targets[..., group] > 0.5, targets[..., 0] > 0.5
        for cut in (0.3, 0.5):
            hit = scores[..., group] > cut
            print(f"held out {name} @{cut}: recall {hit[gold].mean():.3f}, of ordinary words {hit[plain].mean():.4f}")


if __name__ == "__main__":
    main()
