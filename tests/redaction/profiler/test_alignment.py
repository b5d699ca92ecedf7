from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.profiler.alignment import OTHER, align
from redaction.profiler.protocol import Masking
from redaction.spans import Span, substitute


def found(original: str, masking: Masking) -> list[tuple[str, str]]:
    return [(original[span.start : span.end], span.type) for span in masking.spans]


@pytest.mark.parametrize(
    ("original", "replacement", "expected"),
    [
        ("hello", "hello", []),
        ("", "", []),
        (
            "What is Jane Doe's SSN 123-45-6789?",
            "What is [[NAME]]'s SSN [[SSN]]?",
            [("Jane Doe", "NAME"), ("123-45-6789", "SSN")],
        ),
        ("Jane", "[[NAME]]", [("Jane", "NAME")]),
        ("Jane.", "[[NAME]].", [("Jane", "NAME")]),
        ("I am Jane", "I am [[NAME]]", [("Jane", "NAME")]),
        ("a b and c d", "[[NAME]] and [[NAME]]", [("a b", "NAME"), ("c d", "NAME")]),
        ("\ud800Jane\U0001f600", "\ud800[[NAME]]\U0001f600", [("Jane", "NAME")]),
        ("[Jane]", "[[[NAME]]]", [("Jane", "NAME")]),
        # placeholders that were there before are not masked values
        ("Hi [[NAME]], I am Jane.", "Hi [[NAME]], I am [[NAME]].", [("Jane", "NAME")]),
        ("Hi [[NAME]], I am Jane.", "Hi [[SSN]], I am [[NAME]].", [("[[NAME]]", "SSN"), ("Jane", "NAME")]),
        ("[[NAME]][[NAME]]", "[[NAME]][[NAME]]", []),
        ("[[NAME_k3f9w2c]] Jane", "[[NAME_k3f9w2c]] [[NAME]]", [("Jane", "NAME")]),
        # two placeholders with nothing between, but only one way to share the letters
        ("ab", "[[A]][[B]]", [("a", "A"), ("b", "B")]),
        # the same word before and after: anchors hold at both ends
        ("aa", "a[[A]]", [("a", "A")]),
    ],
)
def test_exact(original: str, replacement: str, expected: list[tuple[str, str]]) -> None:
    masking = align(original, replacement)
    assert (found(original, masking), masking.exact) == (expected, True)
    assert masking.replacement == replacement


@pytest.mark.parametrize(
    ("original", "replacement", "types"),
    [
        ("JaneDoe", "[[FIRSTNAME]][[LASTNAME]]", ["FIRSTNAME", "LASTNAME"]),
        ("a and b and c", "[[NAME]] and [[NAME]]", ["NAME", "NAME"]),
        ("x [[A]]A[[A]] y", "x [[A]]A[[A]] [[B]]", ["B"]),
        # changed, but not by placeholders
        ("Jane Doe is here", "**** *** is here", [OTHER]),
        ("Jane", "", [OTHER]),
        ("Jane is here", "Jane is here now", [OTHER]),
        ("Jane met Bob in Rome", "[[NAME]] met <person> in Rome", ["NAME", OTHER]),
        ("Jane met Bob in Rome", "[[NAME]] met [[NAME]] in XXXX", ["NAME", "NAME", OTHER]),
        ("Jane met Bob", "[[name]] met [[NAME]]", [OTHER, "NAME"]),
        ("Jane met Bob", "[[NAME_k3f9w2c]] met [[NAME]]", [OTHER, "NAME"]),
        # a hole needs something to stand for
        ("ab", "a[[X]]b", ["X"]),
        ("one two", "two one", [OTHER, OTHER]),
    ],
)
def test_counts_where_it_is_not_exact(original: str, replacement: str, types: list[str]) -> None:
    masking = align(original, replacement)
    assert not masking.exact
    assert sorted(span.type for span in masking.spans) == sorted(types)
    in_order(original, masking)


def in_order(original: str, masking: Masking) -> None:
    at = 0
    for span in masking.spans:
        assert at <= span.start <= span.end <= len(original)
        at = span.end


def alignments(original: str, replacement: str) -> set[tuple[Span, ...]]:
    """Every way to explain the replacement, by trying all of them."""
    parts = re.split(r"\[\[([A-Z])\]\]", replacement)
    ways: set[tuple[Span, ...]] = set()

    def go(at: int, part: int, spans: tuple[Span, ...]) -> None:
        literal = parts[part]
        if not original.startswith(literal, at):
            return
        at += len(literal)
        if part == len(parts) - 1:
            if at == len(original):
                ways.add(spans)
            return
        kind = parts[part + 1]
        for end in range(at + 1, len(original) + 1):
            same = original[at:end] == f"[[{kind}]]"
            go(end, part + 2, spans if same else (*spans, Span(at, end, kind)))

    go(0, 0, ())
    return ways


PIECES = st.lists(st.sampled_from(["a", "b", " ", "[", "]", "[[A]]", "A"]), max_size=9).map("".join)


@st.composite
def masked(draw: st.DrawFn) -> tuple[str, tuple[Span, ...]]:
    original = draw(PIECES)
    cuts = sorted(draw(st.sets(st.integers(0, len(original)), max_size=6)))
    spans = [Span(start, end, draw(st.sampled_from("AB"))) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    return original, tuple(s for s in spans if original[s.start : s.end] != f"[[{s.type}]]")


@given(masked())
def test_exact_means_the_only_way(case: tuple[str, tuple[Span, ...]]) -> None:
    original, spans = case
    replacement = substitute(original, spans)
    masking = align(original, replacement)
    in_order(original, masking)
    if original == replacement:
        assert masking == Masking(original, ())
        return
    ways = alignments(original, replacement)
    assert masking.exact == (len(ways) == 1)
    assert masking.spans in ways
    if masking.exact:
        assert masking.spans == spans
        assert substitute(original, masking.spans) == replacement


@given(PIECES, PIECES)
def test_never_exact_for_what_placeholders_do_not_explain(original: str, replacement: str) -> None:
    masking = align(original, replacement)
    in_order(original, masking)
    assert masking.exact == (original == replacement or len(alignments(original, replacement)) == 1)
    assert bool(masking.spans) == (original != replacement)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts(original: str, replacement: str) -> None:
    in_order(original, align(original, replacement))


MEGABYTE = 1 << 20


@pytest.mark.parametrize(
    ("original", "replacement"),
    [
        ("a" * MEGABYTE, "[[A]]" + "b" + "a" * (MEGABYTE // 2) + "[[A]]"),
        ("a" * MEGABYTE, "[[A]]" + "a" * (MEGABYTE // 2) + "b[[A]]"),
        ("a" * MEGABYTE, "[[A]]" * 50_000 + "b"),
        ("ab" * (MEGABYTE // 2), "ba" * (MEGABYTE // 2)),
        ("[[" * (MEGABYTE // 2), "[[A" * (MEGABYTE // 3)),
        (" ".join(map(str, range(100_000))), " ".join(map(str, range(100_000, 0, -1)))),
    ],
)
def test_hostile_texts_end(original: str, replacement: str) -> None:
    """Each of these takes minutes to hours where time is quadratic; the suite's own patience is the limit."""
    assert not align(original, replacement).exact
