from __future__ import annotations

import shutil
import threading
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.detector.tagger import network as t
from redaction.detector.tagger import tokens
from redaction.spans import Span, substitute


@cache
def tagger() -> t.Tagger:
    return t.Tagger()


def masked(text: str) -> str:
    return substitute(text, tagger().spans(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is Jane Doe's SSN?", "What is [[NAME]]'s SSN?"),
        ("What is Jane Doe’s SSN?", "What is [[NAME]]’s SSN?"),
        ("Please forward the invoice to Peter Müller.", "Please forward the invoice to [[NAME]]."),
        ('{"first_name": "Jane", "status": "active"}', '{"first_name": "[[NAME]]", "status": "active"}'),
        ("Bundeskanzlerin Angela Merkel sprach in Berlin.", "Bundeskanzlerin [[NAME]] sprach in Berlin."),
        ("Estimado señor García: gracias.", "Estimado señor [[NAME]]: gracias."),
        ("Deltagere: Mette Jensen, Søren Nielsen", "Deltagere: [[NAME]], [[NAME]]"),
        ("I live at 742 Evergreen Terrace in Boston.", "I live at [[STREET_ADDRESS]] in Boston."),
    ],
)
def test_people_and_addresses_are_found(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We deploy Django with Redis, Jenkins and Maven in Docker.",
        "def get_user_name(session, request): return session.query(User).first().name",
        "Getting Started\n\nTable of Contents\n\nKnown Issues And Limitations",
        "The conference takes place in Berlin from May 3 to April 7.",
        "WARNING: DO NOT RUN THIS SCRIPT IN PRODUCTION",
        "2024-05-02 12:00:01 ERROR org.example.billing - Connection refused (attempt 3)",
        "import { React } from 'react';\nconst x = await fetchOrders({ page: 1 });",
        "Der Vorstand der Gesellschaft hat die Zahlen für das dritte Quartal veröffentlicht.",
        "请检查设置，然后重新启动服务。",
        "",
        " \n\t ",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert masked(text) == text


def test_every_span_is_a_scored_piece_of_the_text() -> None:
    text = "Customer: Jane Doe, 12 Main Street, Springfield. Contact Bob Smith. Ana Souza called."
    spans = tagger().spans(text)
    assert [text[s.start : s.end] for s in spans if s.type == "NAME"] == ["Jane Doe", "Bob Smith", "Ana Souza"]
    assert all(0 < s.score <= 1 and s.recognizer == "tagger" for s in spans)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_spans_are_sorted_disjoint_and_inside(text: str) -> None:
    at = 0
    for span in tagger().spans(text):
        assert at <= span.start < span.end <= len(text)
        at = span.end


def test_scores_do_not_depend_on_the_cut_into_chunks() -> None:
    text_words = tokens.split("Jane Doe met Peter Müller at 12 Main Street. The build failed in May. " * 300)
    assert len(text_words) > 2 * t._CHUNK
    whole = tagger()._run(text_words)
    np.testing.assert_array_equal(tagger().scores(text_words), whole)


def test_a_word_sees_no_further_than_the_overlap_of_chunks() -> None:
    filler = ["word"] * 40
    near = tagger().scores([*filler, " Jane", " Doe", *filler])[:20]
    far = tagger().scores([*filler, " maven", " build", *filler])[:20]
    np.testing.assert_array_equal(near, far)


def test_the_same_spans_with_a_cold_a_warm_and_a_full_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Jane Doe wrote to Søren Nielsen about " + "x" * 50
    warm = tagger().spans(text)
    assert t.Tagger().spans(text) == warm
    monkeypatch.setattr(t, "CACHED_WORDS", 3)
    small = t.Tagger()
    assert small.spans(text) == warm
    assert len(small._vectors) <= 3


def test_long_words_are_not_kept() -> None:
    own = t.Tagger()
    own.spans("secret" * 10 + " Jane")
    assert all(len(word) <= 40 for word in own._vectors._rows)


def test_threads_share_one_tagger() -> None:
    texts = [f"Ticket {n} was opened by Jane Doe{n} and Peter Müller for host{n}." for n in range(40)]
    expected = [tagger().spans(text) for text in texts]
    shared = t.Tagger()
    found: dict[int, list[list[object]]] = {}
    start = threading.Barrier(4)

    def work(number: int) -> None:
        start.wait()
        found[number] = [list(shared.spans(text)) for text in texts]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[n] == expected for n in range(4))


def test_a_sure_name_is_found_again_where_the_context_is_thin() -> None:
    text = "Patient: Jane Kowalczyk\n" + "The build failed again. " * 5 + "\nKowalczyk / 3 / ok"
    found = [text[s.start : s.end] for s in tagger().spans(text)]
    assert found.count("Kowalczyk") == 1


@pytest.mark.parametrize("damage", ["flip", "missing", "unlisted"])
def test_damaged_weights_are_refused(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(t.WEIGHTS, folder)
    t.read_weights(folder)
    if damage == "flip":
        content = bytearray((folder / "tagger.onnx").read_bytes())
        content[100] ^= 1
        (folder / "tagger.onnx").write_bytes(bytes(content))
    elif damage == "missing":
        (folder / "tagger.npz").unlink()
    else:
        (folder / "SHA256SUMS").write_text("", "utf-8")
    with pytest.raises(t.DamagedWeights):
        t.Tagger(folder=folder)


def test_the_weights_fit_in_the_repository() -> None:
    assert sum(path.stat().st_size for path in t.WEIGHTS.iterdir()) < 10_000_000


def _spans(text: str, *found: tuple[str, str, float]) -> list[Span]:
    out, at = [], 0
    for piece, kind, score in found:
        start = text.index(piece, at)
        at = start + len(piece)
        out.append(Span(start, at, kind, score, "tagger"))
    return out


@pytest.mark.parametrize(
    ("text", "found", "kept"),
    [
        ("12 Main Street, 62704", [("12 Main Street", "STREET_ADDRESS", 0.9), ("62704", "STREET_ADDRESS", 0.9)], 2),
        ("62704, 12 Main Street", [("62704", "STREET_ADDRESS", 0.9), ("12 Main Street", "STREET_ADDRESS", 0.9)], 2),
        ("total 62704", [("62704", "STREET_ADDRESS", 0.9)], 0),
        (
            "62704" + " " * 90 + "12 Main Street",
            [("62704", "STREET_ADDRESS", 0.9), ("12 Main Street", "STREET_ADDRESS", 0.9)],
            1,
        ),
        (
            "12 Main Street" + " " * 90 + "62704",
            [("12 Main Street", "STREET_ADDRESS", 0.9), ("62704", "STREET_ADDRESS", 0.9)],
            1,
        ),
        ("jane", [("jane", "NAME", 0.7)], 1),
        ("jane", [("jane", "NAME", 0.5)], 0),
        ("Jane", [("Jane", "NAME", 0.5)], 1),
        ("王小明", [("王小明", "NAME", 0.5)], 1),
        ("You", [("You", "NAME", 0.95)], 0),
        ("PR 42", [("42", "NAME", 0.95)], 0),
        ("Bad Gateway", [("Gateway", "STREET_ADDRESS", 0.6)], 0),
        ("Hauptstraße", [("Hauptstraße", "STREET_ADDRESS", 0.95)], 1),
        ("Elm Street", [("Elm Street", "STREET_ADDRESS", 0.6)], 1),
        ("You Who", [("You Who", "NAME", 0.95)], 0),
        ("Will Don", [("Will Don", "NAME", 0.95)], 1),
    ],
)
def test_what_is_kept_of_faint_finds(text: str, found: list[tuple[str, str, float]], kept: int) -> None:
    assert len(t._plausible(text, _spans(text, *found))) == kept


def test_added_spans_never_touch_found_ones() -> None:
    text = "ab cd ef gh"
    found = _spans(text, ("cd", "NAME", 1.0), ("gh", "NAME", 1.0))
    more = _spans(text, ("ab", "NAME", 0.9), ("cd", "NAME", 0.9), ("ef", "NAME", 0.9), ("gh", "NAME", 0.9))
    assert [s.start for s in t._outside(found, more)] == [0, 3, 6, 9]
    assert [s.score for s in t._outside(found, more)] == [0.9, 1.0, 0.9, 1.0]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Jane| |Doe", t.NAME, True),
        ("Jane|-|Maria", t.NAME, True),
        ("O|'|Brien", t.NAME, True),
        ("Jane J|. |Doe", t.NAME, True),
        ("J|.|Doe", t.NAME, True),
        ("Bob Smith|. |Ana", t.NAME, False),
        ("Doe|, |Jane", t.NAME, False),
        ("Jane|\n|Bob", t.NAME, False),
        ("12 Main Street|, |Springfield", t.ADDRESS, True),
        ("12 Main Street|\n|Springfield", t.ADDRESS, True),
        ("12 Main Street|\n\n|Springfield", t.ADDRESS, False),
        ("12 Main Street| and |Springfield", t.ADDRESS, False),
    ],
)
def test_what_joins_two_words(text: str, kind: int, expected: bool) -> None:
    before, gap, after = text.split("|")
    assert t._joins(before + gap + after, len(before), len(before) + len(gap), kind) is expected


@pytest.mark.parametrize(
    "text", ["a" * 300_000, " " * 300_000, "-" * 300_000, "\n" * 300_000, "'" * 50_000, "王" * 50_000, "a." * 50_000]
)
def test_one_long_word_or_run_is_no_trouble(text: str) -> None:
    at = 0
    for span in tagger().spans(text):
        assert at <= span.start < span.end <= len(text)
        at = span.end


def test_more_new_words_than_the_cache_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(t, "CACHED_WORDS", 1000)
    own = t.Tagger()
    text = " ".join(f"w{n}" for n in range(5000)) + " Please call Peter Müller."
    assert [text[s.start : s.end] for s in own.spans(text)][-1:] == ["Peter Müller"]
    assert len(own._vectors) <= 1000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Doe's", "Jane Doe"),
        ("Jane Doe’s", "Jane Doe"),
        ('"Jane Doe"', "Jane Doe"),
        ("Doess", "Doess"),
        ("'s", ""),
        ("-", ""),
    ],
)
def test_a_span_ends_before_the_possessive(text: str, expected: str) -> None:
    found = [text[s.start : s.end] for s in t._span(text, 0, len(text), t.NAME, [1.0])]
    assert "".join(found) == expected


@pytest.mark.parametrize(("score", "hint", "count"), [(0.95, 0.1, 2), (0.95, 0.05, 1), (0.8, 0.1, 1)])
def test_only_a_sure_name_is_looked_for_again(score: float, hint: float, count: int) -> None:
    text = "Ann Kowalczyk and Kowalczyk"
    text_words = tokens.split(text)
    scores = np.zeros((len(text_words), 8), np.float32)
    scores[:, t.NAME] = [score, score, 0.01, hint]
    scores[:, 0] = 1 - scores[:, t.NAME]
    found = [*t._decode(text, text_words, scores)]
    assert [text[s.start : s.end] for s in found] == ["Ann Kowalczyk"]
    assert len(t._repeated(text, text_words, scores, found)) == count
