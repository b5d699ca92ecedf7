"""Context words beyond English: from the vocabulary of labels, and in scripts that have no label for them."""

from __future__ import annotations

import pytest

from redaction.detector.labels.label_table import standing_words
from redaction.detector.rules import name_rules
from redaction.detector.rules.context_words import context_pattern, contexts
from redaction.detector.rules.recognizers import GROUPS
from redaction.detector.rules.rule_matcher import compile_re2
from tests.support.finding import DETECTOR, PLAIN


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("मेरे मोबाइल पर 98765432 भेजो", ["PHONE_NUMBER"]),
        ("lähetä se matkapuhelin taskussa 0441 720 831", ["PHONE_NUMBER"]),
        ("휴대폰으로 0517 4417 208 보내", ["PHONE_NUMBER"]),
        ("שלחו לנייד שלי 0517 4417 208", ["PHONE_NUMBER"]),
        ("оплата картой прошла, 4556 7375 8689 9855", ["CREDITCARD_NUMBER"]),
        ("आधार कार्ड में 4839 2017 5567 लिखा है", ["NATIONAL_ID"]),
        ("मेरे पास 98765432 किताबें हैं", []),
        ("taskussa 98765432 asiaa", []),
        ("кошка 98765432", []),
    ],
    ids=str,
)
def test_numbers_beside_words_of_other_languages(text: str, kinds: list[str]) -> None:
    assert [span.type for span in DETECTOR.find(text, PLAIN)] == kinds


def test_words_that_need_a_number_word_are_not_taken_alone() -> None:
    words = standing_words("phone")
    assert {"मोबाइल", "телефон", "puhelin", "휴대폰"} <= words
    assert not {"tel", "tel.", "direkt", "kontakt", "mobile"} & words


def test_every_row_is_asked_for_by_a_recognizer() -> None:
    assert set(contexts()) == {row.context for group in (*GROUPS, *name_rules.GROUPS) for row in group} - {""}


@pytest.mark.parametrize("name", sorted(contexts()))
def test_every_row_compiles_and_none_matches_nothing(name: str) -> None:
    pattern = compile_re2(context_pattern(contexts()[name]))
    assert pattern.search(b"") is None
    assert pattern.search(b" ") is None
