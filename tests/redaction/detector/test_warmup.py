"""The warm-up text: all shapes, nothing that a mask would be needed for by rule."""

from __future__ import annotations

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.labels import label_matcher
from redaction.detector.policy import compile_policy
from redaction.detector.rules import seed_phrases
from redaction.detector.rules.recognizers import phones
from redaction.detector.warmup import warm_up

WORDS = [f"{first}{second}ord" for first in "abcdefghkl" for second in "aeiou"]


def test_it_has_prose_code_data_and_logs_of_the_words():
    text = warm_up(WORDS)
    assert sum(word in text for word in WORDS[:48]) > 40
    for sign in ("def ", "GET /", '{"', "We don't", "INFO"):
        assert sign in text
    assert 0 < len(warm_up([])) < len(text)


def test_nothing_personal_is_in_it():
    assert Detector().find(warm_up([]), compile_policy(Policy())) == ()


def test_the_rest_builds_the_tables_that_few_texts_need():
    tables = (label_matcher._foreign, seed_phrases._all_words, phones._possible)
    for table in tables:
        table.cache_clear()
    detector = Detector()
    detector.warm(compile_policy(Policy()))
    assert not any(table.cache_info().currsize for table in tables)
    detector.warm(compile_policy(Policy()), rest=True)
    assert all(table.cache_info().currsize for table in tables)
