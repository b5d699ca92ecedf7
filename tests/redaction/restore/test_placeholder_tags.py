"""Tags: same value, same tag, and nothing else has it."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.restore.placeholder_tags import TAG, Tagger, tagged_placeholder
from redaction.spans import PLACEHOLDER

KEY = bytes(range(32))


def test_is_fixed_for_a_key() -> None:
    # A change here breaks every cached prefix and every conversation on disk: it needs a new _DOMAIN and a note.
    assert Tagger(KEY).tag("NAME", "Jane Doe") == "aew6vg2"


@pytest.mark.parametrize("other", ["jane doe", "Jane  Doe", "Jane Doe ", "Jane\nDoe", "Jane Döe", "Jane Do\u0308e"])
def test_another_spelling_is_another_value(other: str) -> None:
    assert Tagger(KEY).tag("NAME", other) != Tagger(KEY).tag("NAME", "Jane Doe")
    assert len({Tagger(KEY).tag("NAME", text) for text in ("Döe", "Do\u0308e")}) == 2


def test_type_and_key_count() -> None:
    tags = {Tagger(KEY).tag("NAME", "x"), Tagger(KEY).tag("SSN", "x"), Tagger(KEY[::-1]).tag("NAME", "x")}
    assert len(tags) == 3


@given(st.sampled_from(["NAME", "EMAIL_ADDRESS", "X9"]), st.text(max_size=40))
def test_is_a_placeholder(kind: str, value: str) -> None:
    tag = Tagger(KEY).tag(kind, value)
    assert TAG.fullmatch(tag)
    found = PLACEHOLDER.fullmatch(tagged_placeholder(kind, tag))
    assert found is not None
    assert found.groups() == (kind, tag)
    assert Tagger(bytes(KEY)).tag(kind, value) == tag


def test_a_tag_never_has_five_digits() -> None:
    tagger = Tagger(KEY)
    tags = [tagger.tag("NAME", value) for value in map(str, range(2_000))]
    counts = {sum(map(str.isdecimal, tag)) for tag in tags}
    assert max(counts) == 4  # some come near


def test_a_window_of_digits_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    class Digest:
        def digest(self) -> bytes:
            return base64.b32decode(b"2345672ABCDEFG" + b"A" * 18)

    monkeypatch.setattr(hashlib, "blake2b", lambda *args, **more: Digest())
    assert Tagger(KEY).tag("NAME", "x") == "5672abc"


def test_takes_lone_surrogates() -> None:
    assert Tagger(KEY).tag("NAME", "\ud83d") != Tagger(KEY).tag("NAME", "?")


def test_shows_no_key_and_refuses_a_short_one() -> None:
    assert repr(Tagger(KEY)) == "Tagger(...)"
    with pytest.raises(ValueError):
        Tagger(KEY[:31])
