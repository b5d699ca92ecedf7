"""What is done piece by piece gives what one call gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction import in_pieces
from redaction.detector.canonical.typography import plain
from redaction.placeholders import PLACEHOLDER

_TEXTS = st.text(st.sampled_from("[]ASN_1a b\n,:é１😀\ud800"), max_size=60)
_LONGEST = 12


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_pieces, "PIECE", 5)


@given(st.lists(st.one_of(st.just("[[SSN]]"), st.just("[[A_1ab2]]"), _TEXTS)).map("".join))
def test_finditer(text: str) -> None:
    whole = [found.span() for found in PLACEHOLDER.finditer(text) if len(found[0]) <= _LONGEST]
    parts = [found.span() for found in in_pieces.finditer(PLACEHOLDER, text, _LONGEST)]
    assert parts == whole


@given(_TEXTS, st.integers(0, 60), st.integers(0, 60))
def test_count(text: str, start: int, size: int) -> None:
    assert in_pieces.count(text, ",:[", start, start + size) == sum(map(text[start : start + size].count, ",:["))


@given(_TEXTS, st.sampled_from(["[", "[[", "[[A", "a b"]))
def test_holds(text: str, word: str) -> None:
    assert in_pieces.holds(text, word) == (word in text)


@given(_TEXTS, st.sampled_from(["utf-8", "utf-16-le", "utf-32-be"]))
def test_encode_and_decode(text: str, codec: str) -> None:
    data = text.encode(codec, "surrogatepass")
    assert in_pieces.encode(text, codec, "surrogatepass") == data
    sound = text.replace("\ud800", "x")
    assert in_pieces.decode(sound.encode(codec), codec) == sound
    if sound != text:
        with pytest.raises(UnicodeEncodeError):
            in_pieces.encode(text, codec)
        with pytest.raises(UnicodeDecodeError):
            in_pieces.decode(data, codec)


@pytest.mark.parametrize("data", [b"12345\xe2\x82", b"\xff123456", b"123456\xe2"])
def test_half_characters_are_refused(data: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        in_pieces.decode(data, "utf-8")


def test_plain_text_of_many_pieces() -> None:
    assert plain("１é" * 300_000) == "1é" * 300_000
