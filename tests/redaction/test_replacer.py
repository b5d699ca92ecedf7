"""From maskings to edits: keys that tell, replacements, numbers."""

from __future__ import annotations

import pytest

from redaction.body.leaves import PAST, RESULT, STANDING, Kind, Leaf
from redaction.detector.rules.strict_rules import strict_spans
from redaction.errors import NotRedactable
from redaction.profiler.protocol import Masking
from redaction.replacer import NOTHING, Replacer, in_context, masked_text
from redaction.spans import Span

OWN = '* `find`: {"find": [{"ref_id": "turn0fetch3", "pattern": "Annie Case"}]}'


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
        ("patient", "May", "patient: May"),
        ("billing_month", "May", "billing_month: May"),
        ("createdBy", "May", "createdBy: May"),
        ("monthly", "May", "May"),
        ("title", "x " * 21, "x " * 21),
        ("filename", "a.txt", "a.txt"),
        ("password", "x y" * 41, "x y" * 41),
        ("session_token", "x" * 500, "session_token: " + "x" * 500),
        ("session_token", "x" * 8001, "x" * 8001),
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
    assert told.text("hunter2", "password") == ([(0, 7, "[[PASSWORD]]")], ["PASSWORD"], 0, 0)


def test_a_span_over_the_key_is_cut_and_one_inside_the_key_dropped() -> None:
    told = marks(name__Jane=("x", (Span(0, 4, "NAME"), Span(4, 10, "NAME"))))
    assert told.text("Jane", "name").edits == [(0, 4, "[[NAME]]")]


def test_a_word_under_a_key_that_names_nobody_is_no_name() -> None:
    found = (Span(0, 8, "NAME"),)
    told = marks(Virginia=("x", found), owner__Virginia=("x", (Span(7, 15, "NAME"),)))
    assert told.text("Virginia", "home_state") is NOTHING
    assert told.text("Virginia", "owner").types == ["NAME"]


def test_without_context_the_key_is_not_looked_up() -> None:
    told = marks(False, hunter2=("hunter2", ()))
    assert told.text("hunter2", "password") is NOTHING


def test_an_unmasked_text_never_passes() -> None:
    with pytest.raises(KeyError):
        marks().text("Jane")


def test_a_replacement_of_ones_own() -> None:
    told = Replacer(
        {"I am Jane": Masking("I am [[NAME]]", (Span(5, 9, "NAME"),))}, strict_spans, True, lambda k, v: f"<{k} {v}>"
    )
    assert masked_text(told, "I am Jane")[0] == "I am <NAME Jane>"


def test_an_answer_that_could_not_be_aligned_replaces_all() -> None:
    told = Replacer({"I am Jane": Masking("[[X]]", (Span(0, 9, "OTHER"),), exact=False)}, strict_spans, False)
    assert masked_text(told, "I am Jane")[0] == "[[X]]"


@pytest.mark.parametrize(
    ("number", "key", "answer"),
    [
        ("4111111111111111", "", "CREDITCARD_NUMBER"),
        ("4111111111111112", "", ""),
        ("123456789", "ssn", "SSN"),
        ("123456789", "count", ""),
        ("123456", "ssn", ""),
        ("1e-3", "ssn", ""),
        ("1716480000.123", "create_time", ""),
        ("9007199254740993", "seed", ""),
    ],
)
def test_numbers(number: str, key: str, answer: str) -> None:
    told = marks()
    assert told.number(number, key) == answer
    edits = [(0, len(number), f"[[{answer}]]")] if answer else ()
    assert told.leaf(Leaf(Kind.NUMBER, 0, number, key)).edits == edits


def test_keys_are_judged_by_format_only() -> None:
    told = marks()
    assert told.key("Jane Doe") is NOTHING
    assert told.key("of 123-45-6789").edits == [(3, 14, "[[SSN]]")]
    assert "123" not in repr(told)


def test_what_is_over_the_budget_is_replaced_or_refused() -> None:
    told = marks(False, long=("[[BLOCKED_TEXT]]", (Span(0, 4, "BLOCKED_TEXT"),)))
    for where in (PAST, RESULT, PAST | RESULT):
        assert told.leaf(Leaf(Kind.TEXT, 0, "long", "", where)).edits == [(0, 4, "[[BLOCKED_TEXT]]")]
    with pytest.raises(NotRedactable) as caught:
        told.leaf(Leaf(Kind.TEXT, 0, "long"))
    assert (caught.value.status, caught.value.code) == (422, "faasera_over_budget")


@pytest.mark.parametrize(
    ("text", "where", "left"),
    [
        (OWN, STANDING, True),
        (f"Tools\n{OWN}\nand more", STANDING, True),
        (OWN, 0, False),  # typed by a user
        (OWN.replace("find", "look"), STANDING, False),
        (f"{OWN} Ask Annie Case", STANDING, False),
    ],
    ids=["own line", "among others", "typed", "another line", "with more in it"],
)
def test_lines_of_a_clients_own_prompt_stay(text: str, where: int, left: bool) -> None:
    at = text.index("Annie Case")
    masking = Masking(text.replace("Annie Case", "[[NAME]]", 1), (Span(at, at + 10, "NAME"),))
    told = Replacer({text: masking}, strict_spans, contextual=True)
    assert (told.leaf(Leaf(Kind.TEXT, 0, text, where=where)) is NOTHING) is left
