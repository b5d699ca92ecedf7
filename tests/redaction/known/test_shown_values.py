"""Values that a request has shown: masked further on without evidence of their own, and nothing before them changes."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.known import shown_values
from redaction.known.learnable import is_telling_secret, learnable
from redaction.known.shown_values import ShownValues
from redaction.payload import Payload
from redaction.redactor import Redactor
from redaction.replacer import Replacement, Replacer, plain
from tests.scaling.cost import MOST, ratio
from tests.support.redacting import redactor


def known(*values: tuple[str, str]) -> ShownValues:
    shown = ShownValues(lambda word: word in {"green", "berlin"})
    for value, kind in values:
        shown.learn(value, kind)
    return shown


def seen(shown: ShownValues, text: str) -> list[str]:
    return [text[start:end] for start, end, _ in shown.places(text, model_wrote=False)]


@pytest.mark.parametrize(
    ("value", "kind", "text", "found"),
    [
        ("731904466", "SSN", "I typed 731904466 there", ["731904466"]),
        ("731-90-4466", "SSN", "it was 731 90 4466.", ["731 90 4466"]),
        ("731-90-4466", "SSN", "build 1731-90-4466", []),
        ("731904466", "SSN", "/srv/731904466/log", []),
        ("731904466", "SSN", "id_731904466", []),
        ("No. 00731904", "MEDICAL_RECORD", "record 00731904 was found", ["00731904"]),
        ("14.02.1981", "DATE_OF_BIRTH", "on 14.02.1981, a Saturday", ["14.02.1981"]),
        ("Tr0mbone$Kit7", "PASSWORD", "try Tr0mbone$Kit7 again", ["Tr0mbone$Kit7"]),
        ("Tr0mbone$Kit7", "PASSWORD", "try Tr0mbone Kit7 again", []),
        ("Tr0mbone$Kit7", "PASSWORD", "tr0mbone$kit7", []),
        ("$Tr0mbone7Kit!", "PASSWORD", "x=$Tr0mbone7Kit!;", ["$Tr0mbone7Kit!"]),
        ("Ines Falkenrath", "NAME", "INES  FALKENRATH signed", ["INES  FALKENRATH"]),
        ("Ines Falkenrath", "NAME", "Falkenrath, who signed", ["Falkenrath"]),
        ("Ines Falkenrath", "NAME", "Falkenrath's. Falkenrath.", ["Falkenrath", "Falkenrath"]),
        ("Ines Falkenrath", "NAME", "falkenrath and falkenrath_id and import falkenrath", []),
        ("Ines Falkenrath", "NAME", "a.Falkenrath Falkenrath.py Falkenrath() @Falkenrath", []),
        ("Olga Green", "NAME", "Green is a colour, Olga says", ["Olga"]),
        ("José Álvarez Peña", "NAME", "Jose Alvarez Pena wrote", ["Jose Alvarez Pena"]),
        ("이영희 박", "NAME", "이영희 박씨가", ["이영희 박"]),
        ("Ines", "NAME", "Ines called", []),  # one word means little
        ("12345", "ACCOUNT_NUMBER", "12345", []),
        ("hunter2x", "PASSWORD", "hunter2x", []),
    ],
)
def test_places(value: str, kind: str, text: str, found: list[str]) -> None:
    assert seen(known((value, kind)), text) == found


@pytest.mark.parametrize("secret", ["Tr0mbone$Kit7", "k7Qm2efgh3ijklMN9pq", "9f86d081884c7d65", "wood-Lamp-4471-owl"])
def test_a_telling_secret(secret: str) -> None:
    assert is_telling_secret(secret)


@pytest.mark.parametrize(
    "secret",
    [
        "password123", "changeme-changeme", "your-api-key-here"[:12], "correcthorse", "getAccessToken", "config.password",
        "/etc/ssl/private/key.pem", "~/secrets/db", "os.environ['DB_PASS']", "settings.token2", "xxxxxxxxxxxx",
        "<your password>", "short7!", "example-token-1234", "C:\\keys\\a.pem",
    ],
)  # fmt: skip
def test_none_that_means_something_else(secret: str) -> None:
    assert not is_telling_secret(secret)


def test_a_name_without_a_list_of_words_has_no_parts() -> None:
    assert [learnt.value for learnt in learnable("Ines Falkenrath", "NAME", None)] == ["Ines Falkenrath"]


ENGINE = redactor()


def turns(*texts: str, engine: Redactor = ENGINE, first: str = "user", replacement: Replacement = plain) -> list[str]:
    roles = [first, "assistant", "user", "assistant", "user", "assistant"]
    body = {"messages": [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]}
    payload = Payload(json.dumps(body).encode(), "chat", "default", content_type="application/json")
    data = asyncio.run(engine.body(payload, replacement=replacement)).data
    return [message["content"] for message in json.loads(data)["messages"]]


def test_later_turns_are_masked_and_earlier_ones_stay() -> None:
    assert turns("was it 731904466?", "my SSN is 731904466", "I typed 731904466 there") == [
        "was it 731904466?", "my SSN is [[SSN]]", "I typed [[SSN]] there",
    ]  # fmt: skip


def test_nothing_becomes_known_from_a_system_prompt() -> None:
    told = turns("SSN 731904466", "ok", "I typed 731904466 there", first="system")
    assert told == ["SSN [[SSN]]", "ok", "I typed 731904466 there"]


def test_in_tool_arguments_and_numbers_too() -> None:
    body: dict[str, Any] = {"messages": [
        {"role": "user", "content": "my SSN is 731904466"},
        {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": '{"n": 731904466, "s": "of 731904466"}'}}]},
        {"role": "tool", "content": '{"clean": "731904466 rows"}'},
    ]}  # fmt: skip
    for engine in (redactor(), ENGINE):
        for _ in range(2):
            data = asyncio.run(engine.body(Payload(json.dumps(body).encode(), "chat", "default"))).data.decode()
            assert "731904466" not in data


def test_a_document_that_was_clean_is_read_again_behind_what_it_holds() -> None:
    clean = '{"clean": "731904466 rows"}'
    engine = redactor()
    assert turns(clean, engine=engine) == [clean]
    assert turns("SSN 731904466", clean, engine=engine) == ["SSN [[SSN]]", '{"clean": "[[SSN]] rows"}']
    assert turns(clean, "SSN 731904466", engine=engine) == [clean, "SSN [[SSN]]"]


def tagged(kind: str, value: str) -> str:
    return f"[[{kind}_k{len(value)}f7w]]"


def test_what_was_put_back_into_an_answer_stays_masked() -> None:
    texts = "user_name: falkenr8", "falkenr8 was added", "is falkenr8 there"
    told = turns(*texts, replacement=tagged)
    assert told == ["user_name: [[USERNAME_k8f7w]]", "[[USERNAME_k8f7w]] was added", "is [[USERNAME_k8f7w]] there"]
    # Without reversible mode the model never knew it.
    assert turns(*texts)[1:] == list(texts[1:])


_PARTS = ["my SSN is 731904466", "731904466", "I am Jane Doe", "Jane", "password: Tr0mbone$Kit7", "Tr0mbone$Kit7", "x"]


@given(st.lists(st.sampled_from(_PARTS), min_size=1, max_size=5), st.integers(1, 4))
def test_the_bytes_of_earlier_turns_hold(texts: list[str], shorter: int) -> None:
    """Whatever follows, on this replica, after a restart, beside other conversations."""
    before = turns(*texts[:shorter])
    assert turns(*texts)[: len(before)] == before
    assert turns(*texts, engine=redactor())[: len(before)] == before


@pytest.mark.slow
def test_many_values_and_a_long_text_take_linear_time() -> None:
    def find(size: int) -> Any:
        shown = known(*((f"{10**8 + 7 * n}", "SSN") for n in range(size)))
        text = " ".join(str(10**8 + n) for n in range(size))
        return lambda: shown.places(text, model_wrote=True)

    assert ratio(find, 2000) < MOST


@pytest.mark.parametrize("shift", range(-14, 3))
def test_a_value_over_the_edge_of_a_piece_is_found_once(monkeypatch, shift):
    monkeypatch.setattr(shown_values, "_PIECE", 64)
    shown = known(("12 Oak Street, Springfield", "STREET_ADDRESS"), ("731-90-4466", "SSN"))
    text = "x " * (32 + shift) + "12 Oak Street, Springfield; 731 90 4466. " + "y " * 200 + "731-90-4466"
    in_pieces = seen(shown, text)
    monkeypatch.undo()
    assert in_pieces == seen(shown, text)
    assert in_pieces[-2:] == ["731 90 4466", "731-90-4466"]


@given(st.lists(st.sampled_from(["Ann", "Bo", "Ann Bo", "-", "xx", " ", "731904466"]), max_size=60), st.integers(1, 9))
def test_pieces_change_nothing(parts, size):
    text = " ".join(parts)
    shown = known(("Ann Bo", "NAME"), ("731904466", "SSN"), ("Bo Ann Bo", "NAME"))
    whole = shown.places(text, model_wrote=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shown_values, "_PIECE", size)
        assert shown.places(text, model_wrote=False) == whole


def test_a_long_text_of_shown_values_takes_little_memory():
    shown = known(("Rosalind", "NAME"), ("Achterberg", "NAME"))
    text = "Achterberg " * 600_000
    tracemalloc.start()
    shown.places(text, model_wrote=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 << 20


def test_a_file_with_more_shown_values_than_are_replaced_is_blocked(monkeypatch):
    monkeypatch.setattr("redaction.known.shown_values.MOST_REPLACED", 3)
    monkeypatch.setattr("redaction.replacer.MOST_REPLACED", 3)
    shown = known(("731904466", "SSN"))
    replacer = Replacer({}, lambda _value, _kind: "", False, shown=shown)
    assert replacer.without_shown("731904466 and 731904466")[0] == "[[SSN]] and [[SSN]]"
    assert replacer.without_shown("731904466 " * 5) == ("[[BLOCKED_TEXT]]", ["BLOCKED_TEXT"])
