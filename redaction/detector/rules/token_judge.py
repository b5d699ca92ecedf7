"""Judges by its characters whether a token was drawn at random or written by a person.

A logistic model of a few measures: how its letters follow each other (a table of letter pairs in words and names of
code), how often letters, capitals and digits take turns, how many of each there are. No digit is asked for: a random
token of letters only is as secret as any. `training/token_judge_table.py` makes the table,
`training/token_judge_weights.py` the weights.
"""

from __future__ import annotations

import functools
import math
import re
from operator import add
from pathlib import Path

_FILE = Path(__file__).with_name("token_judge.tsv")
_EDGE = "^"
# Words as code joins them: Capital and small letters, capitals, digits; anything else only parts them.
_RUN = re.compile(r"[A-Z]?[a-z]++|[A-Z]++(?![a-z])|[A-Z]|[0-9]++")
# Longer tokens are judged by their first characters: cost stays bounded.
_MOST = 200
# bias, and a weight for each of `measures`
WEIGHTS = (-8.983, -10.61, 0.338, 28.08, -0.332, 2.827)


@functools.cache
def _pairs() -> dict[str, int]:
    lines = [line for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    symbols = [line[0] for line in lines]
    return {
        first + second: int(score)
        for first, *scores in (line.split("\t") for line in lines)
        for second, score in zip(symbols, scores, strict=True)
    }


def measures(token: str) -> tuple[float, ...]:
    """What the model weighs: mean score of the letter pairs, evidence of all pairs together, turns per character,
    share of digits, share of the characters that stand in words of five letters or more."""
    token = token[:_MOST]
    pairs = _pairs()
    total = count = digits = runs = worded = 0
    for run in _RUN.findall(token):
        runs += 1
        if run[0].isdigit():
            digits += len(run)
            continue
        if len(run) >= 5:
            worded += len(run)
        lower = run.lower()
        total += sum(map(pairs.__getitem__, map(add, _EDGE + lower, lower + _EDGE)))
        count += len(lower) + 1
    size = max(1, len(token))
    mean = total / (10 * count) if count else 0.0
    return (mean, max(-40.0, min(40.0, total / 10)) / 10, runs / size, digits / size, worded / size)


def randomness(token: str) -> float:
    """Log-odds that the token was drawn at random: above 0 more likely so than not. ASCII letters and digits count."""
    return WEIGHTS[0] + math.sumprod(WEIGHTS[1:], measures(token))
