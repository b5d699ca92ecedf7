"""Words beside a label that make it none (`password_hash`, `max_tokens`), and such as say nothing (`password_prod`)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`before` and `after` refuse a label, `neutral` words change nothing."""

    before: frozenset[str]
    after: frozenset[str]
    neutral: frozenset[str]


@functools.cache
def neighbours() -> Neighbours:
    """Reads `data/neighbours.tsv`. Raises KeyError when a row is missing."""
    text = Path(__file__).with_name("data").joinpath("neighbours.tsv").read_text("utf-8")
    rows = dict(line.split("\t", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return Neighbours(*(frozenset(rows[name].split()) for name in ("before", "after", "neutral")))
