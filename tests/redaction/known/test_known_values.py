"""Values that the user knows: every planted one is found, in every spelling, and nothing else is."""

from __future__ import annotations

import random
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.budget import OverBudget
from redaction.known.hashing import PIECE, Hasher
from redaction.known.known_tokens import LONGEST_GAP, fold, spelled, tokens
from redaction.known.known_values import KnownValues, Row, build, entries_of
from redaction.known.spellings import spellings
from tests.scaling.cost import MOST, ratio
from tests.support.depth import depth

HASHER = Hasher(b"k" * 32)
EVERYDAY = {"green", "may", "berlin", "young"}


def known(*rows: tuple[str, ...], kind: str = "PATIENT") -> KnownValues:
    return build((Row(tuple((value, kind) for value in row)) for row in rows), HASHER, EVERYDAY.__contains__)


def seen(values: KnownValues, text: str) -> list[str]:
    return [text[start:end] for start, end, _ in values.places(text)]


PATIENT = ("Falkenrath", "Ines", "1981-02-14", "00731904", "731-90-4466")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mrs Falkenrath called", ["Falkenrath"]),
        ("FALKENRATH, INES", ["FALKENRATH", "INES"]),
        ("falkenrath_ines.pdf in /home/falkenrath", ["falkenrath", "ines", "falkenrath"]),
        ("born 14.02.1981, or 2/14/1981, or 1981 02 14", ["14.02.1981", "2/14/1981", "1981 02 14"]),
        ("MRN00731904", ["00731904"]),
        ("MRN 0073 1904", ["0073 1904"]),
        ("731904466 and 731 90 4466", ["731904466", "731 90 4466"]),
        ("Ｆａｌｋｅｎｒａｔｈ", ["Ｆａｌｋｅｎｒａｔｈ"]),
        ("Falkenraths Falkenrat xFalkenrath 100731904 1007319045", []),
        ("14.02.19811", []),
        ("", []),
    ],
)
def test_spellings(text: str, found: list[str]) -> None:
    assert seen(known(PATIENT), text) == found


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Müller-Álvarez", "Muller Alvarez"), ("Mu\u0308ller", "MÜLLER"), ("王小明", "患者王小明今天"), ("Łukasz Żak", "łukasz żak"),
        ("O'Brien-Quill", "O\u2019BRIEN QUILL"), ("DE-4471-XKQ", "de4471xkq"), ("x9-Kq$77!vv", "key=x9-Kq$77!vv;"),
        ("김영희", "김영희씨가"),
    ],
)  # fmt: skip
def test_case_accents_and_separators_do_not_count(value: str, text: str) -> None:
    found = seen(known((value,)), text)
    assert found
    assert spelled(found[0]) == spelled(value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("00731904", "PATIENT"),
        ("FALKENRATH", "PATIENT"),
        ("731904466", "PATIENT"),
        ("0073190", ""),
        ("x 00731904", ""),
        ("", ""),
    ],
)
def test_the_whole_of_a_text(text: str, kind: str) -> None:
    assert known(PATIENT, ("Green", "May", "1")).whole(text) == kind
    assert known(PATIENT, ("Green", "May", "1")).whole("Green") == ""


def test_an_everyday_word_needs_another_column_near_it() -> None:
    values = known(("Green", "May", "00731904"), ("Young", "Ines", "00881234"))
    assert seen(values, "the Green Party in May met Young people") == ["Green", "May"]
    assert seen(values, "the green light, the young") == []
    assert seen(values, "Green (00731904)") == ["Green", "00731904"]
    assert seen(values, "Green (00881234)") == ["00881234"]  # another row's number
    assert seen(values, f"Green {'and so on ' * 30}00731904") == ["00731904"]
    assert seen(values, "Ines Young") == ["Ines", "Young"]


def test_what_is_too_short_says_nothing() -> None:
    assert not known(("Li",), ("42",), ("8080",), ("",), ("--",))
    assert seen(known(("Li", "Wei", "00731904")), "Li 00731904") == ["Li", "00731904"]
    assert entries_of("8080", "PORT", HASHER) == []


def test_a_value_of_several_types_and_rows_is_one() -> None:
    values = known(PATIENT, PATIENT, ("Falkenrath", "Otto"))
    assert len({int(digest) for digest in values.digests}) == len(values)
    assert seen(values, "Otto Falkenrath") == ["Otto", "Falkenrath"]


def test_across_the_pieces_of_a_long_text() -> None:
    values = known(("Ines Falkenrath of Nowhere",), ("00731904",))
    for shift in range(0, 60, 7):
        text = "word " * ((PIECE - shift) // 5) + "x" * (shift % 5) + " Ines Falkenrath of Nowhere 0073 1904 end"
        assert seen(values, text) == ["Ines Falkenrath of Nowhere", "0073 1904"]
    assert seen(values, "x" * (3 * PIECE) + " 00731904") == ["00731904"]


def test_nothing_is_kept_in_clear() -> None:
    values = known(PATIENT)
    shown = repr(values) + repr(values.hasher) + repr(Row((("Falkenrath", "PATIENT"),)))
    assert "alkenrath" not in shown
    for array in (values.hashes, values.digests, values.pairs):
        assert b"alkenrath" not in array.tobytes()


def test_two_keys_give_two_hashes() -> None:
    assert set(entries_of("Falkenrath", "X", HASHER)).isdisjoint(entries_of("Falkenrath", "X", Hasher(b"x" * 32)))


words = st.text(st.characters(categories=("L", "N", "P", "Zs", "M")), min_size=1, max_size=12)


@given(words, st.text(max_size=20), st.text(max_size=20))
def test_every_planted_value_is_found(value: str, before: str, after: str) -> None:
    values = build([Row(((value, "X"),))], HASHER, lambda _: False)
    if not values:
        return
    value = unicodedata.normalize("NFC", value)
    if any(b - a > LONGEST_GAP for (_, a), (b, _) in pairwise(tokens(fold(value)))):
        return
    text = f"{before} {value} {after}"
    start = len(before) + 1 + next(tokens(fold(value)))[0]
    assert any(a <= start < b for a, b, _ in values.places(text))


@given(st.text(max_size=200))
def test_places_are_sorted_disjoint_and_inside(text: str) -> None:
    places = known(PATIENT, ("a", "b", "00731904"), ("1", "2")).places(f"{text} Falkenrath {text}")
    at = 0
    for start, end, kind in places:
        assert at <= start < end <= 2 * len(text) + 12
        assert kind == "PATIENT"
        at = end


@given(st.text(max_size=60))
def test_folding_keeps_places(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_spellings_of_dates_and_numbers() -> None:
    assert list(spellings("1981-02-14"))[1:3] == [("14", "02", "1981"), ("02", "14", "1981")]
    assert list(spellings("12/31/1999"))[1] == ("31", "12", "1999")
    assert list(spellings("731-90-4466")) == [("731", "90", "4466"), ("731904466",)]
    assert len(list(spellings("1.2"))) == 1
    assert len(list(spellings("10.20.1234567"))) == 2


def many(count: int) -> KnownValues:
    rng = random.Random(count)
    rows = (
        Row((("".join(rng.choices("bcdfghklmnprstvz", k=9)), "X"), (f"{10**8 + 31 * n}", "X")))
        for n in range(count // 2)
    )
    return build(rows, HASHER, lambda _: False)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["ordinary words about nothing ", "123 456 789 ", "a1b2c3 ", "x", "1", "- ", "é中 "])
def test_time_is_linear_in_the_text(text: str) -> None:
    values = many(2000)

    def find(size: int) -> object:
        long = text * (size // len(text))
        return lambda: values.places(long)

    assert ratio(find, 20_000) < MOST  # type: ignore[arg-type]


@pytest.mark.slow
def test_many_times_as_many_values_cost_a_text_no_more() -> None:
    text = " ".join(f"word{n % 50} und {n}" for n in range(200))
    few, more = many(1000), many(depth(20_000, 100_000))

    def cost(values: KnownValues) -> float:
        best = float("inf")
        for _ in range(5):
            started = time.process_time()
            for _ in range(20):
                values.places(text)
            best = min(best, time.process_time() - started)
        return best

    assert cost(more) < 4 * cost(few)


def test_more_hits_than_anybody_replaces_are_over_the_budget(monkeypatch):
    monkeypatch.setattr("redaction.known.known_values._MOST_HITS", 3)
    values = known(("Falkenrath", "Ines"))
    assert len(values.places("Falkenrath Ines Falkenrath")) == 3
    with pytest.raises(OverBudget):
        values.places("Falkenrath " * 4)
