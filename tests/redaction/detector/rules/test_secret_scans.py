"""All searches of a text: in bounded steps, at the right places also in long texts, and nothing strict from words."""

from __future__ import annotations

import pytest

from redaction.detector.rules.secret_scans import secret_scans, strict_secrets

KEY = "hf_" + "QmWzRtYpLkJhGfDsAqXcVbNmKjHgFdSaPo"
PEM = "-----BEGIN EC PRIVATE KEY-----\n" + "MHcCAQEEIEYmvO37\n" * 2000 + "-----END EC PRIVATE KEY-----"


def found(text: str) -> set[str]:
    return {text[span.start : span.end] for lot in secret_scans(text) for span in lot}


@pytest.mark.parametrize("filler", ["a line of words\n", "é und ö, ", "x" * 1000], ids=["lines", "blanks", "one word"])
def test_a_long_text_is_read_in_steps_and_nothing_is_lost(filler: str) -> None:
    text = "".join(f"{filler * (40_000 // len(filler))} {KEY} " for _ in range(20)) + PEM
    lots = list(secret_scans(text))
    starts = {span.start for lot in lots for span in lot if span.recognizer.startswith("vendor")}
    assert starts == {at for at in range(len(text)) if text.startswith(KEY, at)}
    assert PEM in found(text)
    assert len(lots) >= 5 * 4
    assert all(len(lot) <= 64 for lot in lots)


def test_many_findings_come_in_lots() -> None:
    text = f"{KEY} " * 300
    lots = list(secret_scans(text))
    assert max(map(len, lots)) == 64
    assert len({span.start for lot in lots for span in lot}) >= 300


def test_strict() -> None:
    assert [span.type for span in strict_secrets(KEY)] == ["API_KEY"]
    assert strict_secrets("sk-estimator-html-representation") == []
    assert strict_secrets("Zq8wLmTr2xVb9KcYd4MnHs7gPj3R") == []
