"""Names in other letters."""

from __future__ import annotations

from random import Random

import pytest
import scripts
import transliteration


@pytest.mark.parametrize(
    ("name", "language", "spelt"),
    [
        ("Marta", "ko", "마타"),  # an r before a consonant is silent
        ("Robert", "hi", "रॉबर्ट"),
        ("Nina", "ru", "Нина"),
        ("Lopez", "he", "לופז"),
        ("Anna", "sv", ""),
        ("A", "ko", ""),
    ],
)
def test_a_name_in_other_letters(name: str, language: str, spelt: str) -> None:
    assert transliteration.transliterated(name, language, Random(1)) == spelt


def test_every_line_of_names_is_read() -> None:
    lines = (scripts.HERE / "names.txt").read_text("utf-8").splitlines()
    heads = [line.partition(": ")[0].split(" ") for line in lines if line and not line.startswith("#")]
    assert all(scripts.written(locale, kind) for locale, kind in heads)
