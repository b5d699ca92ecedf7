"""The vocabulary: every row's example is found, its near miss is left, and every language has enough of both."""

from __future__ import annotations

import functools
from collections import Counter

import pytest

from redaction.detector.accounts import is_account
from redaction.detector.labels.label_engine import labelled_values
from redaction.detector.labels.label_table import label_table
from redaction.detector.labels.vocabulary import kind_of
from redaction.detector.tagger.network import Tagger
from redaction.detector.tagger.tagged_spans import ChunkTagger

ROWS = label_table().rows
LANGUAGES = sorted({row.language for row in ROWS})
FEWEST = 20


def shown(example: str) -> tuple[str, int, int]:
    """The text of an example and where its value is."""
    start, end = example.index("⟦"), example.index("⟧") - 1
    return example.replace("⟦", "").replace("⟧", ""), start, end


@functools.cache
def tagger() -> ChunkTagger:
    return ChunkTagger(Tagger())


def found(text: str) -> list[tuple[int, int, str]]:
    spans = labelled_values(text, 0, len(text))
    return [(s.start, s.end, s.type) for s in spans if is_account(s, text[s.start : s.end], tagger().listed)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_are_found_with_their_edges_and_type(language):
    wrong = []
    for row in ROWS:
        if row.language == language and "⟦" in row.example:
            text, start, end = shown(row.example)
            if (start, end, row.kind.type) not in found(text):
                wrong.append((text, found(text)))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_near_misses_stay(language):
    assert [(row.near_miss, hits) for row in ROWS if row.language == language and (hits := found(row.near_miss))] == []


def test_every_language_has_examples_and_near_misses():
    examples = Counter(row.language for row in ROWS if "⟦" in row.example)
    near_misses = Counter(row.language for row in ROWS if row.near_miss)
    assert len(LANGUAGES) >= 30
    assert {
        language for language in LANGUAGES if examples[language] < FEWEST or near_misses[language] < FEWEST
    } == set()


@pytest.mark.parametrize(
    "script", ["LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "THAI", "CJK", "KATAKANA", "HANGUL"]
)
def test_every_script_has_labels(script):
    import unicodedata

    assert any(script in unicodedata.name(char, "") for row in ROWS for char in row.forms)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("API Key", "secret"),
        ("api_key", "secret"),
        ("apikey", "secret"),
        ("contrasena", "password"),
        ("Fuehrerschein", "licence"),
        ("Passport No.", "passport"),
        ("numéro de client", "customer"),
        ("number", None),
        ("id", None),
        ("case", None),
        ("order", None),
    ],
)
def test_kind_of(text, kind):
    found_kind = kind_of(text)
    assert (found_kind.name if found_kind else None) == kind
