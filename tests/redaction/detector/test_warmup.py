"""The warm-up text: all shapes, nothing that a mask would be needed for by rule."""

from __future__ import annotations

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy
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
