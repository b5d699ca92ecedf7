"""The bench's scoring against hand-made rows, its texts, and the figures on the repository's own corpus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from redaction.spans import Span
from tools.bench.bench_profiler import headline, main, own_corpus
from tools.bench.bench_profiler_score import Row, leaked, read, score
from tools.bench.bench_profiler_texts import KINDS, unseen


def mask(text: str, *masked: str) -> bytearray:
    out = bytearray(len(text))
    for part in masked:
        at = text.index(part)
        out[at : at + len(part)] = b"\1" * len(part)
    return out


@pytest.mark.parametrize(
    ("value", "kind", "masked", "bad"),
    [
        ("Jane Doe", "NAME", ("Jane Doe",), False),
        ("Jane Doe", "NAME", ("Jane",), True),
        ("Jane X", "NAME", ("Jane",), False),
        ("Li", "NAME", (), True),
        ("Li", "NAME", ("Li",), False),
        ("Johnson", "NAME", ("Joh",), False),
        ("12 Main St", "ADDRESS", ("Main",), False),
        ("12 Main Street", "ADDRESS", ("12 Main",), True),
        ("123-45-6789", "SSN", ("123-45",), False),
        ("123-45-6789", "SSN", ("123-",), True),
        ("ab12cd", "SECRET", ("ab1",), True),
        ("ab12cd", "SECRET", ("ab12",), False),
        ("--", "SECRET", (), True),
    ],
)
def test_what_counts_as_leaked(value, kind, masked, bad):
    text = f"it is {value}."
    start = text.index(value)
    assert leaked(text, (start, start + len(value), kind), mask(text, *masked)) is bad


def test_scores_by_type_language_and_source():
    rows = [
        Row("a", "en", "Jane Doe 123", ((0, 8, "NAME"), (9, 12, "ID_NUMBER"))),
        Row("b", "code", "key = abcdef", ((6, 12, "SECRET"),)),
        Row("c", "de", "hier Jane", (), complete=False),
    ]
    found = [[Span(0, 8, "NAME")], [Span(0, 3, "API_KEY")], [Span(0, 4, "NAME")]]
    result = score(zip(rows, found, strict=True))
    assert {kind: (count.bad, count.all) for kind, count in result.kinds.items()} == {
        "names": (0, 1),
        "typed": (1, 1),
        "secrets": (1, 1),
    }
    assert (result.over_prose.bad, result.over_prose.all) == (0, 0)
    assert (result.over_code.bad, result.over_code.all) == (3, 4)
    assert (result.over["c"].bad, result.over["c"].all) == (4, 8)
    assert result.bounds == {"c"}
    assert [kind for _, kind, _ in result.leaks] == ["ID_NUMBER", "SECRET"]


def test_rows_of_both_kinds_of_file(tmp_path: Path):
    path = tmp_path / "x.txt"
    path.write_text("en: Ask ⟦NAME|Jane⟧ \\n or ⟦NAME|Bob⟧.\n\n", "utf-8")
    (row,) = read(path)
    assert (row.lang, row.source) == ("en", "x")
    assert [(row.text[a:b], kind) for a, b, kind in row.spans] == [("Jane", "NAME"), ("Bob", "NAME")]
    path = tmp_path / "x.jsonl"
    path.write_text(
        json.dumps({"source": "s", "lang": "en", "text": "Bob", "spans": [[0, 3, "NAME"]], "id": 7}), "utf-8"
    )
    assert read(path) == [Row("s", "en", "Bob", ((0, 3, "NAME"),))]
    path.write_text('{"secret": 1}', "utf-8")
    with pytest.raises(ValueError, match=r"x\.jsonl, line 1"):
        read(path)


@pytest.mark.parametrize("kind", KINDS)
def test_unseen_texts_have_their_length_and_differ(kind):
    texts = {unseen(kind, 3000, seed) for seed in range(5)}
    assert len(texts) == 5
    assert {len(text) for text in texts} == {3000}
    assert unseen(kind, 3000, 1) in texts


def test_a_missed_target_is_marked():
    row = Row("a", "en", "Jane Doe", ((0, 8, "NAME"),))
    assert any(line.endswith("MISSED") for line in headline(score([(row, [])]), {}, 0.0, None))
    assert not any(line.endswith("MISSED") for line in headline(score([(row, [Span(0, 8, "NAME")])]), {}, 0.0, 100.0))
    assert any(line.endswith("MISSED") for line in headline(score([]), {("log", "2 KB"): 9.0}, 1.0, 400.0))


def test_the_own_corpus_reaches_the_figures(capsys: pytest.CaptureFixture[str]):
    """What `make bench BENCH=profiler` prints without DATA, but for times and memory: they depend on the machine."""
    assert len(own_corpus()) > 150
    assert main(["--texts", "0", "--no-memory"]) == 0
    out = capsys.readouterr().out
    assert "typed leak" in out
    assert "over-mask, code" in out
    assert "commit" in out
