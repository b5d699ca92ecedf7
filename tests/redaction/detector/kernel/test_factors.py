"""Factors of patterns: one stands in every text that matches; and the kernel finds those that stand in a text."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.kernel.factor_scan import FactorScan, factor_tables
from redaction.detector.kernel.factors import EDGE, Factor, factors
from redaction.detector.kernel.library import Library, library
from redaction.detector.rules.context_words import context_pattern, contexts
from redaction.detector.rules.name_rules import GROUPS as NAME_GROUPS
from redaction.detector.rules.re2_classes import spell_out
from redaction.detector.rules.recognizers import GROUPS
from redaction.detector.rules.rule_matcher import RuleMatcher, compile_re2
from redaction.detector.rules.value_edges import value_edges

CORPUS = Path(__file__).parents[1] / "corpus"
RULES = [row for group in (*GROUPS, *NAME_GROUPS) for row in group]
PATTERNS = [value_edges(spell_out(row.pattern)) for row in RULES] + list(map(context_pattern, contexts().values()))
# Pieces that values are made of, and what stands between them.
PIECES = [
    *"0123456789-. /()+@:_,'\"\n\t#", "123", "45", "6789", "4111111111111111", "2025", "A", "DE", "GB29", "Müller", "Jane",
    "O'Brien", "de la", "van den", "Street", "St", "Apt 4", "name:", "Dr.", "ssn", "card", "iban", "телефон", "passport",
    "jane.doe", "corp.com", "81.2.69.142", "2001:db8::1", "eyJhbGciOiJIUzI1NiJ9", "https://", "[at]", "K", "ſ", "ß", "王",
]  # fmt: skip

needs_kernel = pytest.mark.skipif(library() is None, reason="the kernel is not compiled")


def stands(factor: Factor, data: bytes) -> bool:
    """Whether a factor stands in a text, place by place."""
    symbols = [EDGE, *data, EDGE]
    now = [False] * len(factor)
    for symbol in symbols:
        now = [
            bool(((place == 0 or now[place - 1]) and enters >> symbol & 1) or (now[place] and stays >> symbol & 1))
            for place, (enters, stays) in enumerate(factor)
        ]
        if now[-1]:
            return True
    return False


@pytest.fixture(scope="module")
def kernel() -> Library:
    found = library()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def scan(kernel: Library) -> FactorScan:
    return FactorScan(kernel, factor_tables(PATTERNS))


@pytest.mark.parametrize(
    ("pattern", "text", "there"),
    [
        (r"(?:^|[^0-9])(\d{3}-?\d{4})(?:[^0-9]|$)", "555-0123", True),
        (r"(?:^|[^0-9])(\d{3}-?\d{4})(?:[^0-9]|$)", "5550123", True),
        (r"(?:^|[^0-9])(\d{3}-?\d{4})(?:[^0-9]|$)", "555 0123", False),
        (r"(?i)key=[a-z]{2,}", "KEY=ab", True),
        (r"(?i)key=[a-z]{2,}", "\u212aEY=ab", True),
        (r"(?i)key=[a-z]{2,}", "key", False),
        (r"a(?:b|cd)*e", "abcdbe", True),
        (r"stra(?:ß|ss)e", "strasse", True),
        (r"stra(?:ß|ss)e", "straße", True),
        (r"(?m)^name", "x\nname", True),
        (r"[^\s@]@[\p{Han}a-z]+\.", "ж@王.", True),
        (r"[^\s@]@[\p{Han}a-z]+\.", " @a", False),
    ],
)
def test_factors(pattern: str, text: str, there: bool):
    found = factors(pattern)
    assert found is not None
    assert any(stands(factor, text.encode()) for factor in found) is there
    if compile_re2(spell_out(pattern)).search(text) is not None:
        assert there


def test_where_nothing_is_certain_every_text_may_match():
    assert factors(r"a*") is None
    assert factors(r"\b") is None
    assert factors(r"(") is None


def test_each_rule_has_factors():
    without = [row.name for row in RULES if factors(value_edges(spell_out(row.trigger or row.pattern))) is None]
    assert not without, without


@needs_kernel
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=60).map("".join))
def test_what_matches_is_never_missed(scan: FactorScan, text: str):
    data = text.encode("utf-8", "replace")
    named = set(scan.match(data))
    missed = [number for number, own in enumerate(COMPILED) if number not in named and own.search(data) is not None]
    assert not missed, [PATTERNS[number][:80] for number in missed]


COMPILED = [compile_re2(pattern) for pattern in PATTERNS]


@needs_kernel
@pytest.mark.parametrize("seed", range(6))
def test_the_kernel_reads_as_it_is_written(kernel: Library, seed: int):
    draw = random.Random(seed)
    patterns = draw.sample(PATTERNS, 3)
    own = FactorScan(kernel, factor_tables(patterns))
    for size in (0, 1, 7, 300, 2047, 2048, 2500):
        data = "".join(draw.choice(PIECES) for _ in range(size)).encode()[:size]
        expected = [
            number
            for number, pattern in enumerate(patterns)
            if any(stands(factor, data) for factor in factors(pattern) or ())
        ]
        assert own.match(data) == expected


@needs_kernel
def test_rules_find_the_same_without_the_kernel():
    groups = (*GROUPS, *NAME_GROUPS)
    ours, plain = RuleMatcher(groups), RuleMatcher(groups, kernel=None)
    draw = random.Random(5)
    texts = [path.read_text("utf-8") for path in sorted(CORPUS.glob("*.txt"))]
    texts += ["".join(draw.choices([*PIECES, " ", " "], k=400)) for _ in range(60)]
    for text in texts:
        assert sorted(ours.find(text), key=str) == sorted(plain.find(text), key=str)


@needs_kernel
def test_the_repr_shows_no_pattern(scan: FactorScan):
    assert len(repr(scan)) < 40
