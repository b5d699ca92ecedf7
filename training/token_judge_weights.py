"""Fits the weights of the token judge and prints them with their errors on tokens that were kept back.

    python training/token_judge_weights.py DIRECTORY...

Positives are drawn at random from the alphabets of the vendor table, lengths 12 to 64; negatives are the tokens of 12
to 64 characters that two files or more below the directories hold (names, words, paths: not hashes, which stand in
one file as a rule). Needs numpy.
"""

from __future__ import annotations

import random
import re
import string
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from redaction.detector.rules.token_judge import measures
from training.token_judge_table import _LARGEST, _SUFFIXES

_TOKEN = re.compile(r"(?<![A-Za-z0-9_+/-])[A-Za-z0-9_-]{12,64}(?![A-Za-z0-9_+/=-])")
_ALPHABETS = (
    string.ascii_letters + string.digits,
    string.ascii_letters + string.digits + "-_",
    string.ascii_letters,
    string.ascii_lowercase + string.digits,
    string.ascii_uppercase + string.digits,
)


def written(roots: list[Path]) -> list[str]:
    """Distinct tokens that stand in two files or more, hexadecimal ones left out."""
    seen: dict[str, int] = {}
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file() and path.stat().st_size < _LARGEST:
                for token in set(_TOKEN.findall(path.read_text(encoding="utf-8", errors="ignore"))):
                    seen[token] = seen.get(token, 0) + 1
    return [
        token
        for token, files in sorted(seen.items())
        if files > 1 and re.search("[A-Za-z]", token) and not re.fullmatch("[0-9a-fA-F-]+", token)
    ]


def drawn(number: int, rng: random.Random) -> list[str]:
    return ["".join(rng.choices(rng.choice(_ALPHABETS), k=rng.randint(12, 64))) for _ in range(number)]


def fit(x: np.ndarray, y: np.ndarray, rounds: int = 60) -> np.ndarray:
    """Logistic regression by Newton's method with a small ridge; `x` (tokens, measures + 1), `y` 0 or 1."""
    weights = np.zeros(x.shape[1])
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (y - p) - 0.01 * weights
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 0.01 * np.eye(x.shape[1])
        weights += np.linalg.solve(hessian, gradient)
    return weights


def main() -> None:
    rng = random.Random(4)
    negatives = written([Path(argument) for argument in sys.argv[1:]])
    rng.shuffle(negatives)
    positives = drawn(len(negatives), rng)
    tokens = negatives + positives
    x = np.array([(1.0, *measures(token)) for token in tokens])
    y = np.array([0.0] * len(negatives) + [1.0] * len(positives))
    kept = np.array([number % 4 == 0 for number in range(len(tokens))])
    weights = fit(x[~kept], y[~kept])
    score = x[kept] @ weights
    print("WEIGHTS =", tuple(round(float(w), 3) for w in weights))
    for limit in (-2, 0, 2, 4):
        print(
            f"over {limit:2}: random {np.mean(score[y[kept] == 1] > limit):.4f}, "
            f"written {np.mean(score[y[kept] == 0] > limit):.5f} of {int(np.sum(y[kept] == 0))}"
        )
    worst = sorted((s, t) for s, t, label, k in zip(x @ weights, tokens, y, kept, strict=True) if k and not label)
    print("written, highest:", *[t for _, t in worst[-25:]])


if __name__ == "__main__":
    main()
