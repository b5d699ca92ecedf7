"""Excerpts without secrets, and the token that opens them."""

from __future__ import annotations

import pytest

from reporting.before_after import MOST, BeforeAfter, Exchange, Part, excerpts

SECRET = "hunter2-Green"


def find(text: str) -> list[tuple[int, int, str]]:
    at = text.find(SECRET)
    return [(at, at + len(SECRET), "PASSWORD")] if at >= 0 else []


def both(text: str, *changes: tuple[int, int, str, str], one_way: frozenset[str] = frozenset()) -> tuple[str, str]:
    [parts] = excerpts([(text, changes)], find, one_way).texts
    return "".join(part.before for part in parts), "".join(part.after for part in parts)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("NAME", True), ("EMAIL_ADDRESS", True), ("API_KEY", False), ("PATIENT", False), ("OTHER", False), ("SSN", False)],
)
def test_only_types_that_are_known_and_come_back_are_shown(kind: str, shown: bool) -> None:
    before, after = both("I am Jane Doe.", (5, 13, "[[X]]", kind), one_way=frozenset({"SSN"}))
    assert after == "I am [[X]]."
    assert before == ("I am Jane Doe." if shown else f"I am ⟨{kind}, 8 characters⟩.")


@pytest.mark.parametrize("at", [0, 40, 800])
def test_secrets_that_nothing_masked_are_type_and_length_too(at: int) -> None:
    text = "Jane Doe " + "x " * (at // 2) + SECRET
    before, after = both(text, (0, 8, "[[NAME]]", "NAME"))
    assert SECRET not in before + after
    if at < 500:
        assert "⟨PASSWORD, 13 characters⟩, not masked" in after


def test_a_value_with_a_secret_in_it_is_not_shown() -> None:
    before, _ = both(f"see https://a.example/{SECRET}/x", (4, 22 + len(SECRET) + 2, "[[URL]]", "URL"))
    assert before == f"see ⟨PASSWORD, {18 + len(SECRET) + 2} characters⟩"


def test_long_texts_are_excerpts_and_only_the_newest_are_kept() -> None:
    text = "a" * 5000 + " Jane Doe " + "b" * 5000
    [parts] = excerpts([(text, [(5001, 5009, "[[NAME]]", "NAME")])], find, frozenset()).texts
    assert sum(len(part.before) for part in parts) < 700
    assert parts[0] == Part("… ", "… ")
    made = excerpts([(f"{n} Jane", [(2, 6, "[[NAME]]", "NAME")]) for n in range(9)], find, frozenset())
    assert [parts[0].before for parts in made.texts] == ["8 ", "7 ", "6 ", "5 ", "4 ", "3 "]
    assert made.more == 3


def test_the_token_ends_and_nothing_else_opens() -> None:
    now = [0.0]
    kept = BeforeAfter(clock=lambda: now[0])
    assert kept.minutes_left("") == 0
    token = kept.new_token()
    assert kept.new_token() == ""  # printed a moment ago
    assert kept.minutes_left(f" {token}\n") == 10
    assert [kept.minutes_left(wrong) for wrong in ("", token[:-1], token + "x", "é")] == [0, 0, 0, 0]
    now[0] = 300
    assert kept.new_token() == token  # the same, and no longer
    now[0] = 601
    assert kept.minutes_left(token) == 0
    assert kept.new_token() not in ("", token)
    for n in range(MOST + 5):
        kept.kept.append(Exchange(float(n), "c", "h", "m", ((Part("Jane", "x"),),)))
    assert len(kept.kept) == MOST
    assert "Jane" not in repr(kept) + repr(kept.kept[0])
    kept.forget()
    assert (len(kept.kept), kept.minutes_left(token)) == (0, 0)
