"""The table of key formats: well formed, every example of its format, no near miss of any, owners told apart."""

from __future__ import annotations

import re

import pytest

from dialects.vendor_keys import ALPHABETS, Piece, owner_of_key, parse_format, read_table, vendor_keys


def test_there_are_enough_formats_and_no_name_twice() -> None:
    names = [key.name for key in vendor_keys()]
    assert len(names) >= 400
    assert len(names) == len(set(names))


def test_every_row_is_complete() -> None:
    for key in vendor_keys():
        assert re.fullmatch(r"[a-z0-9_]+", key.name)
        assert re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+[^:]*", key.source), key.name
        assert set(key.flags) <= set("cwmkxe"), key.name
        assert all((key.example, key.near_miss)), key.name


def test_every_example_has_its_format() -> None:
    for key in vendor_keys():
        assert re.fullmatch(key.pattern, key.example), key.name
        assert key.near_miss != key.example


def test_alphabets_are_character_classes() -> None:
    for chars in ALPHABETS.values():
        assert re.compile(f"[{chars}]")


@pytest.mark.parametrize(
    ("text", "pieces", "secret_from"),
    [
        ("hf_<b62:30-44>", (Piece(("hf_",)), Piece(alphabet="b62", least=30, most=44)), 0),
        ("gh<p|o>_<b62:36>", (Piece(("gh",)), Piece(("p", "o")), Piece(("_",)), Piece(alphabet="b62", least=36, most=36)), 0),
        ("https://h/^<hex:4>", (Piece(("https://h/",)), Piece(alphabet="hex", least=4, most=4)), 1),
        ("a<|b>", (Piece(("a",)), Piece(("", "b"))), 0),
    ],
)  # fmt: skip
def test_formats(text: str, pieces: tuple[Piece, ...], secret_from: int) -> None:
    assert parse_format(text) == (pieces, secret_from)


def test_a_guid_is_five_pieces_of_hexadecimal() -> None:
    pieces, _ = parse_format("<uuid>")
    assert [piece.least for piece in pieces if piece.alphabet] == [8, 4, 4, 4, 12]


@pytest.mark.parametrize("text", ["<nope:3>", "a<", "a<b62:3"])
def test_a_wrong_format_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        parse_format(text)


def test_a_row_of_another_number_of_columns_is_an_error() -> None:
    with pytest.raises(ValueError):
        read_table("name\tfmt\n")
    assert read_table("# a comment\n\n") == ()


@pytest.mark.parametrize(
    ("key", "owner"),
    [
        ("sk-ant-api03-cutoff", "claude"),
        ("sk-ant-zzz", "claude"),
        ("sk-proj-1", "openai"),
        ("sk-or-v1-1", "openrouter"),
        ("sk-9fT3BlbkFJ2k", "openai"),
        ("sk-9f2k", None),
        ("T3BlbkFJ", None),
        ("AIza1", "gemini"),
        ("AQ.x", "gemini"),
        ("nvapi-", "nvidia"),
        ("xoxb-1", None),
        ("", None),
    ],
)
def test_owner(key: str, owner: str | None) -> None:
    assert owner_of_key(key) == owner
    assert owner_of_key("x" + key) is None


def test_every_example_with_an_owner_tells_it() -> None:
    for key in vendor_keys():
        if key.owner:
            assert owner_of_key(key.example) == key.owner, key.name
