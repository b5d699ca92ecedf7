"""From maskings to edits: keys that tell, replacements, numbers."""

from __future__ import annotations

import pytest

from redaction.detector.rules.strict_rules import strict_spans
from redaction.profiler.protocol import Masking
from redaction.replacer import Replacer, in_context
from redaction.spans import Span


@pytest.mark.parametrize(
    ("key", "text", "view"),
    [
        ("password", "hunter2", "password: hunter2"),
        ("userPassword", "hunter2", "userPassword: hunter2"),
        ("ssn", "123456789", "ssn: 123456789"),
        ("first_name", "Jane", "first_name: Jane"),
        ("name", "Jane", "name: Jane"),
        ("", "Jane", "Jane"),
        ("content", "Jane", "Jane"),
        ("filename", "a.txt", "a.txt"),
        ("password", "x" * 121, "x" * 121),
        ("password", "two\nlines", "two\nlines"),
        ("[[SSN]]", "123456789", "123456789"),
        ("[[SSN]] phone", "5551234567", " phone: 5551234567"),
    ],
)
def test_a_telling_key_stands_before_a_short_value(key: str, text: str, view: str) -> None:
    assert in_context(text, key) == view


def marks(contextual: bool = True, **maskings: tuple[str, tuple[Span, ...]]) -> Replacer:
    found = {text.replace("__", ": "): Masking(replacement, spans) for text, (replacement, spans) in maskings.items()}
    return Replacer(found, strict_spans, contextual)


def test_spans_behind_a_key_are_counted_from_the_value() -> None:
    told = marks(password__hunter2=("password: [[PASSWORD]]", (Span(10, 17, "PASSWORD"),)))
    assert told.text_edits("hunter2", "password") == [(0, 7, "[[PASSWORD]]")]
    assert told.masked == {"PASSWORD": 1}


def test_a_span_over_the_key_is_cut_and_one_inside_the_key_dropped() -> None:
    told = marks(name__Jane=("x", (Span(0, 4, "NAME"), Span(4, 10, "NAME"))))
    assert told.text_edits("Jane", "name") == [(0, 4, "[[NAME]]")]


def test_without_context_the_key_is_not_looked_up() -> None:
    told = marks(False, hunter2=("hunter2", ()))
    assert told.text_edits("hunter2", "password") == []


def test_an_unmasked_text_never_passes() -> None:
    with pytest.raises(KeyError):
        marks().text_edits("Jane")


def test_a_replacement_of_ones_own() -> None:
    told = Replacer(
        {"I am Jane": Masking("I am [[NAME]]", (Span(5, 9, "NAME"),))}, strict_spans, True, lambda k, v: f"<{k} {v}>"
    )
    assert told.masked_text("I am Jane") == "I am <NAME Jane>"


def test_an_answer_that_could_not_be_aligned_replaces_all() -> None:
    told = Replacer({"I am Jane": Masking("[[X]]", (Span(0, 9, "OTHER"),), exact=False)}, strict_spans, False)
    assert told.masked_text("I am Jane") == "[[X]]"


@pytest.mark.parametrize(
    ("number", "key", "answer"),
    [
        ("4111111111111111", "", "[[CREDITCARD_NUMBER]]"),
        ("4111111111111112", "", None),
        ("123456789", "ssn", "[[SSN]]"),
        ("123456789", "count", None),
        ("123456", "ssn", None),
        ("1e-3", "ssn", None),
        ("1716480000.123", "create_time", None),
        ("9007199254740993", "seed", None),
    ],
)
def test_numbers(number: str, key: str, answer: str | None) -> None:
    told = marks()
    assert told.number_edit(number, key) == answer
    assert sum(told.masked.values()) == (answer is not None)


def test_keys_are_judged_by_format_only() -> None:
    told = marks()
    assert told.key_edits("Jane Doe") == []
    assert told.key_edits("of 123-45-6789") == [(3, 14, "[[SSN]]")]
    assert "123" not in repr(told)
