"""The compiled part of the detector yields what Python yields, to the bit, and is left out where it does not fit."""

from __future__ import annotations

import random
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.kernel import compiling, word_index
from redaction.detector.kernel.compiled_network import CompiledNetwork
from redaction.detector.kernel.library import Library, load
from redaction.detector.tagger import candidates, tokens, word_table
from redaction.detector.tagger.candidates import asked
from redaction.detector.tagger.network import REACH, WEIGHTS, Tagger, read_weights
from redaction.detector.tagger.tagged_spans import ChunkTagger
from redaction.detector.tagger.windows import Window, read
from tests.support.depth import depth

needs_compiler = pytest.mark.skipif(
    not any(map(shutil.which, ("cc", "gcc", "clang"))), reason="no C compiler: the detector runs without its kernel"
)
TEXTS = [
    "Yesterday Jane Doe met Mr. Okafor in the office and they talked about the contract with Maria Garcia. " * 30,
    '{"owner": {"name": "Peter Miller"}, "street": "12 Oak Street", "n": [1, 2, 3]}\n' * 40,
    "Grüße an Jörg Müller, 会议改到星期一，王小明请大家准时参加。 “Anna Smith” sagt: nein – danke!\n" * 20,
    "a" * 500 + " Jane Doe " + "x" * 41 + " y\x00z \x1c\x1d\x7f" * 9,
]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with what is compiled from them."""
    place = tmp_path_factory.mktemp("kernel")
    for name in compiling.SOURCES:
        shutil.copy(compiling.HERE / name, place / name)
    if load(compiling.HERE) is None:
        assert compiling.compiled(place) is not None
    else:  # `make setup` has compiled the very same
        shutil.copy(compiling.HERE / compiling.library_name(), place)
    return place


@pytest.fixture(scope="session")
def kernel(folder: Path) -> Library:
    found = load(folder)
    assert found is not None
    return found


@cache
def plain() -> Tagger:
    return Tagger(kernel=None)


@cache
def with_kernel(kernel: Library) -> Tagger:
    return Tagger(kernel=kernel)


@needs_compiler
def test_a_library_of_other_sources_is_not_used(folder: Path, tmp_path: Path):
    assert load(tmp_path) is None, "there is none"
    shutil.copytree(folder, tmp_path / "other")
    assert load(tmp_path / "other") is not None
    (tmp_path / "other" / "word_kernel.c").write_text("/* newer */")
    assert load(tmp_path / "other") is None
    shutil.copytree(folder, tmp_path / "broken")
    (tmp_path / "broken" / compiling.library_name()).write_bytes(b"no library")
    assert load(tmp_path / "broken") is None


def test_without_a_compiler_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in compiling.SOURCES:
        shutil.copy(compiling.HERE / name, tmp_path / name)
    monkeypatch.setenv("CC", str(tmp_path / "no-such-compiler"))
    assert compiling.compiled(tmp_path) is None
    assert load(tmp_path) is None


@needs_compiler
@given(
    text=st.text(
        st.one_of(st.characters(max_codepoint=127), st.sampled_from(" \n-=.é’ïم́🙂  "), st.characters()), max_size=120
    ),
    cuts=st.tuples(st.integers(0, 120), st.integers(0, 120)),
)
def test_words_are_cut_as_in_python(kernel: Library, text: str, cuts: tuple[int, int]):
    start, end = sorted(min(cut, len(text)) for cut in cuts)
    window = Window(text, start, end)
    found, expected = (tagger.words.look_up_windows([window], REACH) for tagger in (with_kernel(kernel), plain()))
    (known, (places,)), (wanted, (others,)) = found, expected
    assert [places.word(window, n) for n in range(len(known.rows))] == [
        others.word(window, n) for n in range(len(wanted.rows))
    ]
    inside = slice(REACH, len(known.rows) - REACH)
    np.testing.assert_array_equal(places.starts[inside], others.starts[inside])
    np.testing.assert_array_equal(places.ends[inside], others.ends[inside])
    np.testing.assert_array_equal(known.kinds, wanted.kinds)
    index = np.arange(len(known.rows))
    vectors = with_kernel(kernel).words.take(known, index), plain().words.take(wanted, index)
    np.testing.assert_array_equal(*vectors)


@needs_compiler
def test_every_character_is_cut_as_in_python(kernel: Library):
    for low in (*range(0, 0x3000, 0x400), *range(0x3000, 0x30000, depth(0x1C00, 0x400))):
        text = "".join(f"a{chr(code)}b {chr(code)}" for code in range(low, low + 0x400) if not 0xD800 <= code < 0xE000)
        window = Window(text, 0, len(text))
        known, (places,) = with_kernel(kernel).words.look_up_windows([window], REACH)
        assert [places.word(window, n) for n in range(REACH, len(known.rows) - REACH)] == tokens.split(text), hex(low)


@needs_compiler
def test_vectors_of_words_are_the_same_to_the_bit(kernel: Library):
    """Words of all shapes, and those of an ASCII text of every sign."""
    draw = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwxyzABCXYZ0189"
    words = ["".join(draw.choices(letters, k=draw.randrange(1, 48))) for _ in range(3000)]
    words += [" " + word for word in words[:1500]] + tokens.split(
        "".join(f"{chr(code)} {chr(code)}x" for code in range(128))
    )
    common = plain().words._rows.index
    words += list(map(common.word, range(0, 60_000, depth(40, 1))))
    assert with_kernel(kernel).words.compiled
    made = [
        tagger.words.take(tagger.look_up(words), np.arange(len(words))) for tagger in (with_kernel(kernel), plain())
    ]
    np.testing.assert_array_equal(*made)
    bits = [tagger.look_up(words).bits(np.arange(len(words))) for tagger in (with_kernel(kernel), plain())]
    np.testing.assert_array_equal(*bits)


@needs_compiler
def test_features_that_have_changed_are_made_in_python(kernel: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tokens, "shape", lambda word: "another")
    assert not Tagger(kernel=kernel).words.compiled


@needs_compiler
@pytest.mark.parametrize("seed", range(30))
def test_the_same_words_are_asked_about(kernel: Library, seed: int):
    draw = np.random.default_rng(seed)
    usual = [0, 1, 3, 7, 7, 3, 3, 64, 96, 512, 8 + 512, 16 + 512, 128 + 512, 256 + 512, 1024, 1025]
    kinds = np.array([*usual, *draw.integers(0, 2048, 16)], np.uint16)
    for size in (1, 2, 3, 40, 900):
        rows = draw.integers(0, len(kinds) if seed % 2 else len(usual), size)
        starts = sorted({0, *draw.integers(0, size, 3).tolist()})
        np.testing.assert_array_equal(word_index.asked(kernel, kinds, rows, starts), asked(kinds[rows], starts))


@needs_compiler
@given(
    st.text(
        st.one_of(st.sampled_from("MacDeLOFitz09 aBzZ_./\\(=<{$\n\r\t-"), st.characters(max_codepoint=127)),
        min_size=1,
        max_size=26,
    )
)
def test_new_words_have_the_kinds_that_python_says(kernel: Library, text: str):
    words = [text, " " + text, *tokens.split(text), text.capitalize(), *candidates.NO_NAMES]
    words = [word for word in dict.fromkeys(words) if word]
    ends = np.cumsum([len(word) for word in words], dtype=np.int64)
    places = ends - [len(word) for word in words], ends, np.full(len(words), -1, np.int64)
    kinds = np.zeros(len(words), np.uint16)
    index = word_index.WordIndex(kernel)
    assert index.learn("".join(words), places, 40, 0, kinds) == len(words)
    assert kinds.tolist() == [candidates.kind(word) for word in words]
    again = places[0], places[1], np.full(len(words), -1, np.int64)
    assert index.learn("".join(words), again, 40, len(words), kinds) == len(words)
    np.testing.assert_array_equal(again[2], places[2])


@needs_compiler
def test_words_get_rows_again_when_the_table_was_full(kernel: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(word_table, "LEARNT", 50)
    tagger = Tagger(kernel=kernel)
    for number in range(20):
        text = " ".join(f"zq{number}x{n}" for n in range(40))
        window = Window(text, 0, len(text))
        known, _ = tagger.look_up_windows([window], REACH)
        rows, _ = read(window, known.table, REACH, word_table.LONGEST)
        np.testing.assert_array_equal(rows, known.rows)
        assert len(set(known.rows[REACH:-REACH].tolist())) == len(set(tokens.split(text))), "a row a word"
        assert len(tagger.words) <= 50


@needs_compiler
@pytest.mark.parametrize("size", [1, 3, 17, 1023, 1025, 3000])
@pytest.mark.parametrize("share", [1.0, 0.3, 0.01])
def test_the_network_is_the_same_to_the_bit(kernel: Library, size: int, share: float):
    if kernel.network is None:
        pytest.skip("this processor has no AVX-512 VNNI: the network runs in numpy")
    draw = np.random.default_rng(size)
    vectors = (draw.standard_normal((size, 64)) * 2).astype(np.float32)
    rows = draw.permutation(size).astype(np.int64)
    wanted = draw.random(size) < share
    wanted[size // 2] = True
    found, expected = (tagger._network.of_rows(vectors, rows, wanted) for tagger in (with_kernel(kernel), plain()))
    np.testing.assert_array_equal(found, expected)


@needs_compiler
def test_a_network_of_another_size_runs_in_numpy(kernel: Library):
    parameters = read_weights(WEIGHTS)
    parameters["weights_1"] = np.zeros((240, 96), np.int8)
    with pytest.raises(ValueError, match="kernel"):
        CompiledNetwork(kernel, parameters, [1, 2, 4, 1])


@needs_compiler
def test_a_text_has_the_same_spans(kernel: Library):
    text = "".join(random.Random(4).choices([part[:90] for part in TEXTS], k=300))
    for own in (*TEXTS, text):
        assert ChunkTagger(with_kernel(kernel)).spans(own) == ChunkTagger(plain()).spans(own)
