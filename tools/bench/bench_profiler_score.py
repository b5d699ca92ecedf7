"""Labelled rows and how a masking of them is judged, for `tools.bench.bench_profiler`.

A row is one JSON line `{"source", "lang", "text", "spans": [[start, end, "TYPE"], ...], "complete"}`; `complete: false`
says that not every kind of personal data is labelled, so that what is masked beside the labels is an upper bound.

A labelled NAME, ADDRESS or PII of several words has leaked when any of its words of three characters or more is left
whole; any other one when half or more of its letters and digits are left. Over-masking is the share of masked
characters among those outside every label, white space not counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from redaction.spans import Span

NAMES = frozenset({"NAME"})
SECRETS = frozenset({"SECRET", "PASSWORD"})
TYPED = frozenset("EMAIL PHONE ADDRESS SSN GOV_ID CREDIT_CARD IBAN IP_ADDRESS DATE_OF_BIRTH ID_NUMBER PII".split())
# Labels that may or may not be masked: places, dates, organisations. They count nowhere.
CORE = NAMES | SECRETS | TYPED
_WORDY = frozenset({"NAME", "ADDRESS", "PII"})
_WORD = re.compile(r"\w+")
_LABEL = re.compile(r"⟦([A-Z_]+)\|([^⟧]*)⟧")


class Row(msgspec.Struct, frozen=True):
    """One labelled text; spans are half-open, in code points."""

    source: str
    lang: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    complete: bool = True


@dataclass(slots=True)
class Count:
    """`bad` of `all`: leaked spans, or masked characters."""

    bad: int = 0
    all: int = 0

    def __str__(self) -> str:
        return f"{100 * self.bad / self.all:.2f} % of {self.all}" if self.all else "-"

    @property
    def share(self) -> float | None:
        """Percent."""
        return 100 * self.bad / self.all if self.all else None


@dataclass(slots=True)
class Score:
    """Leaks by type, by language and kind, by source; over-masking by source and language."""

    types: dict[str, Count] = field(default_factory=dict)
    kinds: dict[str, Count] = field(default_factory=dict)
    languages: dict[tuple[str, str], Count] = field(default_factory=dict)
    sources: dict[str, Count] = field(default_factory=dict)
    over: dict[str, Count] = field(default_factory=dict)
    over_languages: dict[str, Count] = field(default_factory=dict)
    # Sources in which not everything is labelled.
    bounds: set[str] = field(default_factory=set)
    over_prose: Count = field(default_factory=Count)
    over_code: Count = field(default_factory=Count)
    leaks: list[tuple[str, str, str]] = field(default_factory=list)


def read(path: Path) -> list[Row]:
    """Rows of a JSONL file, or of a `.txt` file in the notation of the repository's own corpus.

    `lang: text with ⟦NAME|Jane Doe⟧`, one row a line. Raises ValueError naming the line, never its text.
    """
    rows: list[Row] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(_labelled(line, path.stem) if path.suffix == ".txt" else msgspec.convert(json.loads(line), Row))
        except (ValueError, msgspec.ValidationError):
            raise ValueError(f"{path.name}, line {number}: no labelled row") from None
    return rows


def _labelled(line: str, source: str) -> Row:
    lang, colon, marked = line.partition(": ")
    if not colon:
        raise ValueError
    spans: list[tuple[int, int, str]] = []
    out = ""
    at = 0
    for match in _LABEL.finditer(marked):
        out += marked[at : match.start()]
        spans.append((len(out), len(out) + len(match.group(2)), match.group(1)))
        out += match.group(2)
        at = match.end()
    text = (out + marked[at:]).replace("\\n", " \n")  # two characters either way: the spans stay where they are
    return Row(source, lang, text, tuple(spans))


def leaked(text: str, span: tuple[int, int, str], masked: Sequence[int]) -> bool:
    """`masked[i]` is true for a code point that was masked."""
    start, end, kind = span
    if kind in _WORDY:
        found = [match.span() for match in _WORD.finditer(text, start, end)]
        long = [(a, b) for a, b in found if b - a >= 3] or found
        return any(not any(masked[a:b]) for a, b in long)
    counted = [i for i in range(start, end) if text[i].isalnum()] or list(range(start, end))
    return sum(not masked[i] for i in counted) * 2 >= len(counted)


def score(pairs: Iterable[tuple[Row, Sequence[Span]]]) -> Score:
    """Judge the spans that were masked in each row."""
    result = Score()
    for row, spans in pairs:
        text = row.text
        masked, gold = bytearray(len(text)), bytearray(len(text))
        for found in spans:
            masked[found.start : found.end] = b"\1" * (found.end - found.start)
        for span in row.spans:
            start, end, kind = span
            gold[start:end] = b"\1" * (end - start)
            bad = leaked(text, span, masked)
            _add(result.types, kind, bad)
            if kind in CORE:
                group = "names" if kind in NAMES else "secrets" if kind in SECRETS else "typed"
                _add(result.kinds, group, bad)
                _add(result.languages, (row.lang, group), bad)
                _add(result.sources, row.source, bad)
                if bad:
                    result.leaks.append((row.source, kind, text[start:end]))
        outside = [i for i, char in enumerate(text) if not gold[i] and not char.isspace()]
        over = Count(sum(masked[i] for i in outside), len(outside))
        _sum(result.over, row.source, over)
        if not row.complete:
            result.bounds.add(row.source)
            continue
        _sum(result.over_languages, row.lang, over)
        total = result.over_code if row.lang == "code" else result.over_prose
        total.bad += over.bad
        total.all += over.all
    return result


def _add[K](counts: dict[K, Count], key: K, bad: bool) -> None:
    _sum(counts, key, Count(int(bad), 1))


def _sum[K](counts: dict[K, Count], key: K, more: Count) -> None:
    count = counts.setdefault(key, Count())
    count.bad += more.bad
    count.all += more.all
