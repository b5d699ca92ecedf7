"""The table of corpora, the form of their rows, and what happens to a row before it is learnt."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from random import Random

import pytest
import real_text
from labels import ADDRESS, FIRM, IGNORE, NAME, PLACE, WEIGHTS, O
from real_text import Corpus, corpora, documents, pieces, renamed, respelled, rows, spans

FREE = ("CC0", "CC BY ", "CC BY-SA", "MIT", "Apache", "OGL", "public domain")


def row(text: str, *found: tuple[int, int, str], source: str = "x", split: str = "train") -> dict:
    return {"text": text, "spans": [list(span) for span in found], "lang": "en", "source": source, "split": split}


@pytest.mark.parametrize("corpus", corpora(), ids=lambda corpus: corpus.name)
def test_every_corpus_may_be_trained_on(corpus: Corpus) -> None:
    assert corpus.folder in ("permissive", "share-alike")
    assert corpus.licence.startswith(FREE)
    assert "NC" not in corpus.licence
    assert "GPL" not in corpus.licence
    assert corpus.origin
    assert corpus.copies > 0


def test_corpora_are_named_once_and_some_stay_unseen() -> None:
    names = [corpus.name for corpus in corpora()]
    assert len(names) == len(set(names))
    unseen = {corpus.language for corpus in corpora() if corpus.unseen}
    assert {"en", "pt", "zh"} <= unseen


def test_every_label_has_a_weight() -> None:
    assert all(-1 <= label < len(WEIGHTS) for label in real_text.LABELS.values())


@pytest.mark.parametrize(
    ("text", "span", "bare"),
    [
        ("Dr. Jane Doe left", (0, 12, "NAME"), "Jane Doe"),
        ("President Obama", (0, 15, "NAME"), "Obama"),
        ("Jane Doe, PhD", (0, 13, "NAME"), "Jane Doe"),
        ("Jane's car", (0, 6, "NAME"), "Jane"),
        ("Queen", (0, 5, "NAME"), "Queen"),
        ("Prince", (0, 6, "NAME"), "Prince"),
        ("Dr. No Ltd", (0, 10, "ORG"), "Dr. No Ltd"),
    ],
)
def test_a_name_goes_without_title_degree_and_possessive(text: str, span: tuple[int, int, str], bare: str) -> None:
    ((start, end, _),) = spans(row(text, span))
    assert text[start:end] == bare


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [("btc_h", "NAME", "janedoe"), ("danplus", "HANDLE", "@janedoe")],
)
def test_a_handle_is_a_name_only_where_the_corpus_says_so(source: str, kind: str, text: str) -> None:
    own = row("hi @janedoe", (3, 11, "HANDLE"), source=source)
    assert [("hi @janedoe"[a:b], what) for a, b, what in spans(own)] == [(text, kind)]


def test_unlabelled_handles_of_tweets_are_ignored() -> None:
    assert spans(row("hi @janedoe", source="wnut17")) == [(3, 11, "HANDLE")]
    assert spans(row("hi @janedoe", source="wikigold")) == []


def test_pieces_are_the_text() -> None:
    own = row(
        "Jane of Acme lives in Rome, 3 Oak St, x",
        (0, 4, "NAME"),
        (8, 12, "ORG"),
        (22, 26, "PLACE"),
        (28, 36, "ADDRESS"),
        (38, 39, "PROPER"),
    )
    assert "".join(text for text, _ in pieces(own)) == own["text"]
    assert [label for _, label in pieces(own)] == [NAME, O, FIRM, O, PLACE, O, ADDRESS, O, IGNORE]


class Names:
    def full(self) -> str:
        return "Ana Souza"

    def first(self) -> str:
        return "Ana"

    def last(self) -> str:
        return "Ana"


def test_people_are_renamed_alike_and_keep_their_case() -> None:
    parts = [
        ("Jane Doe", NAME),
        (" or ", O),
        ("jane doe", NAME),
        (", ", O),
        ("JANE DOE", NAME),
        ("王小明(", NAME),
        ("Rome", PLACE),
    ]
    out = renamed(parts, Names(), Random(1))
    assert [text for text, _ in out] == ["Ana Souza", " or ", "ana souza", ", ", "ANA SOUZA", "王小明(", "Rome"]
    assert [label for _, label in out] == [label for _, label in parts]


def test_respelling_keeps_the_labels() -> None:
    parts = [("Jane Doe", NAME), (" lives (here).", O)]
    forms = set()
    for seed in range(200):
        out = respelled(parts, Random(seed))
        assert [label for _, label in out] == [NAME, O]
        forms.add("".join(text for text, _ in out))
    assert {"jane doe lives (here).", "JANE DOE LIVES (HERE)."} < forms
    assert len(forms) == 4


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "permissive").mkdir()
    with gzip.open(tmp_path / "permissive" / "toy.jsonl.gz", "wt", encoding="utf-8") as out:
        for n in range(30):
            own = row(f"Row {n} is about Zoë.", (15, 18, "NAME"), split="dev" if n % 3 == 0 else "train")
            out.write(json.dumps(own) + "\n")
    return tmp_path


def test_only_rows_for_training_are_learnt(data: Path) -> None:
    toy = Corpus("toy", "permissive", "en", "CC0", "here", "", copies=2)
    found = list(documents(data, [toy], Random(1), lambda language, rng: Names()))
    assert len(found) == 40
    assert {name for name, _ in found} == {"toy"}
    numbers = {int(parts[0][0].lower().split()[1]) for _, parts in found}
    assert all(number % 3 for number in numbers)
    assert len(rows(data, toy, "dev")) == 10


def test_a_large_corpus_is_cut(data: Path) -> None:
    toy = Corpus("toy", "permissive", "en", "CC0", "here", "", most=5)
    assert len(list(documents(data, [toy], Random(1), lambda language, rng: Names()))) == 5


def test_a_corpus_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        rows(tmp_path, Corpus("toy", "permissive", "en", "CC0", "here", ""), "train")
