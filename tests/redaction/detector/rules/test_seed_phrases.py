"""Recovery phrases: the checksum decides, however the words are parted."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.rules import seed_phrases as module
from redaction.detector.rules.seed_phrases import checksum_holds, seed_phrases

LISTS = {
    path.stem: path.read_text(encoding="utf-8").split()
    for path in sorted((Path(module.__file__).with_name("bip39")).glob("*.txt"))
}


def phrase(entropy: bytes, language: str = "english") -> list[str]:
    """The words of some entropy, as BIP-39 says."""
    bits = f"{int.from_bytes(entropy, 'big'):0{len(entropy) * 8}b}"
    digest = f"{int.from_bytes(hashlib.sha256(entropy).digest(), 'big'):0256b}"
    bits += digest[: len(entropy) // 4]
    return [LISTS[language][int(bits[at : at + 11], 2)] for at in range(0, len(bits), 11)]


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in seed_phrases(text)]


def test_each_list_has_2048_words() -> None:
    assert {name: len(words) for name, words in LISTS.items()} == dict.fromkeys(LISTS, 2048)
    assert "english" in LISTS


@given(st.sampled_from([16, 20, 24, 28, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size)))
def test_every_phrase_is_found(entropy: bytes) -> None:
    words = " ".join(phrase(entropy))
    assert found(f"({words})") == [words]


@pytest.mark.parametrize("language", LISTS)
def test_every_language(language: str) -> None:
    words = " ".join(phrase(random.Random(3).randbytes(16), language))
    assert found(f"– {words} –") == [words]


WORDS = phrase(bytes(range(60, 76)))


@pytest.mark.parametrize(
    "text",
    [
        " ".join(WORDS),
        "\n".join(WORDS),
        ", ".join(WORDS),
        '["' + '", "'.join(WORDS) + '"]',
        " ".join(f"{number}. {word}" for number, word in enumerate(WORDS, 1)),
        "\n".join(f"{number}) {word}" for number, word in enumerate(WORDS, 1)),
        " ".join(WORDS).title(),
        " ".join(WORDS).upper(),
        "\\n".join(WORDS),
        "  ".join(WORDS),
        "日本語 " + " ".join(WORDS),
    ],
    ids=lambda text: text[:20],
)
def test_however_the_words_are_parted(text: str) -> None:
    (span,) = seed_phrases(text)
    assert text[span.start : span.end].lower().startswith(WORDS[0])
    assert text[span.start : span.end].lower().endswith(WORDS[-1])


def test_a_bad_checksum_counts_only_beside_a_label() -> None:
    words = [*WORDS[:-1], next(w for w in LISTS["english"] if not found(" ".join([*WORDS[:-1], w])))]
    assert found(" ".join(words)) == []
    assert found("My recovery words: " + " ".join(words)) == [" ".join(words)]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(LISTS["english"]),
        " ".join(WORDS[:11]),
        "The proxy reads every request of the client and sends only what was masked before it leaves the machine.",
        "one two three four five six seven eight nine ten eleven twelve thirteen",
        "",
    ],
    ids=["the list", "eleven words", "prose", "numbers", "empty"],
)
def test_near_misses(text: str) -> None:
    assert found(text) == []


def test_checksum() -> None:
    numbers = [LISTS["english"].index(word) for word in WORDS]
    assert checksum_holds(numbers)
    assert not checksum_holds([*numbers[:-1], numbers[-1] ^ 1])
