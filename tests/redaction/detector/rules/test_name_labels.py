"""Labels of names in other languages: each row's own example and near miss, and what ends a name."""

from __future__ import annotations

import pytest

from redaction.detector.rules.name_labels import NameLabels, name_labels
from tests.support.finding import DETECTOR, PLAIN


def names(text: str) -> list[str]:
    return [text[span.start : span.end] for span in DETECTOR.find(text, PLAIN) if span.type == "NAME"]


@pytest.mark.parametrize("row", name_labels(), ids=lambda row: row.language)
def test_rows(row: NameLabels) -> None:
    before, _, rest = row.example.partition("⟦")
    name, _, after = rest.partition("⟧")
    assert names(before + name + after) == [name]
    assert names(row.near_miss) == []


@pytest.mark.parametrize("row", name_labels(), ids=lambda row: row.language)
def test_every_label_of_a_row_counts(row: NameLabels) -> None:
    name = row.example.partition("⟦")[2].partition("⟧")[0]
    for word in row.words:
        assert names(f"{word}: {name}") == [name], word


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"பெயர்": "கவிதா சுந்தரம்", "x": 1}', ["கவிதா சுந்தரம்"]),
        ("నా పేరు: లక్ష్మి, వయసు 41", ["లక్ష్మి"]),
        ("नाम: यह एक लंबा वाक्य है जो चलता है", []),
        ("नामकरण: सुनीता", []),
        ("名前空間：設定", []),
        ("姓名：请填写", []),
        ("nimi: kissa", []),
        ("დარეკა თამარ ლომიძემ დილით", ["თამარ ლომიძემ"]),
        ("თამარ დარეკა დილით", []),
    ],
    ids=[
        "json",
        "sentence goes on",
        "long sentence",
        "longer word",
        "kanji compound",
        "form",
        "no capital",
        "georgian",
        "georgian verb",
    ],
)
def test_edges(text: str, found: list[str]) -> None:
    assert names(text) == found
