"""Makes `token_judge.tsv`: how often a letter follows another in written text and in names of code.

    python training/token_judge_table.py DIRECTORY... > redaction/detector/rules/token_judge.tsv

Reads text files below the directories (sources, documentation, word lists), takes the letter runs of every distinct
word of 3 to 30 letters, and writes for each pair of letters ten times the natural logarithm of its frequency over
that of letters drawn at random (1/27 for each follower; `^` stands for the edge of a run). Only counts of pairs leave
the texts.
"""

from __future__ import annotations

import math
import re
import string
import sys
from collections import Counter
from pathlib import Path

EDGE = "^"
SYMBOLS = string.ascii_lowercase + EDGE
_SUFFIXES = {".py", ".js", ".ts", ".md", ".rst", ".txt", ".json", ".html", ".css", ".yml", ".toml", ".h", ".pyi", ""}
# camelCase and snake_case are cut into their words.
_RUN = re.compile(r"[A-Z]?[a-z]{3,30}(?![a-z])|(?<![A-Za-z])[A-Z]{3,12}(?![A-Za-z])")
_LARGEST = 400_000


def distinct_words(roots: list[Path]) -> Counter[str]:
    """How many files hold each word."""
    words: Counter[str] = Counter()
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file() and path.stat().st_size < _LARGEST:
                text = path.read_text(encoding="utf-8", errors="ignore")
                words.update({word.lower() for word in _RUN.findall(text)})
    return words


def pair_scores(words: Counter[str]) -> dict[tuple[str, str], int]:
    """Ten times ln(P(second | first) * 27), one count added everywhere. A word of many files counts a little more."""
    pairs: Counter[tuple[str, str]] = Counter()
    for word, files in words.items():
        if files < 2:
            continue  # keeps base64 and typing errors out
        weight = 1 + int(math.log(files))
        for pair in zip(EDGE + word, word + EDGE, strict=True):
            pairs[pair] += weight
    totals = Counter[str]()
    for (first, _), count in pairs.items():
        totals[first] += count
    size = len(SYMBOLS)
    return {
        (a, b): round(10 * math.log((pairs[a, b] + 1) / (totals[a] + size) * size)) for a in SYMBOLS for b in SYMBOLS
    }


def main() -> None:
    scores = pair_scores(distinct_words([Path(argument) for argument in sys.argv[1:]]))
    print("# First letter, then its score before each of " + SYMBOLS + " (see training/token_judge_table.py).")
    for first in SYMBOLS:
        print(first, *(scores[first, second] for second in SYMBOLS), sep="\t")


if __name__ == "__main__":
    main()
