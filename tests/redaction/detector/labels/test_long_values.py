"""Values of labels that are longer than what a chunk of text is read beyond its end: all of them goes."""

from __future__ import annotations

import random

import pytest

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy
from redaction.detector.tagger.chunks import chunks_of
from redaction.spans import substitute

DETECTOR, POLICY = Detector(), compile_policy(Policy())
FORMS = ("api_key:\n  {}\n", "client_secret: |\n  {}\n", 'client_secret: "{}"\n', "secret_token:\n{}\n")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("alphabet", ["abcdef0123456789", "ABCDEFGHabcdefgh0123456789_-", "-_abcdefgh0123456789"])
def test_all_of_a_long_value_goes_wherever_its_chunk_ends(form: str, alphabet: str) -> None:
    at_the_end = 0
    for seed in range(60):
        dice = random.Random(seed)
        filler = "".join(f"line {dice.randrange(10**6)} of the notes on the weather\n" for _ in range(60))
        value = "".join(dice.choices(alphabet, k=dice.choice((150, 400, 700, 1500))))
        before = filler[: dice.randrange(950, 1900)].rpartition("\n")[0] + "\n"
        text = before + form.format(value) + filler
        at_the_end += len(before) + form.index("\n") + 1 in [end for _, end in chunks_of(text)]
        sent = substitute(text, DETECTOR.find(text, POLICY))
        assert not [at for at in range(len(value) - 20) if value[at : at + 20] in sent], (seed, len(value))
    assert at_the_end or form.count("\n") == 1  # the label's line is the last of a chunk


@pytest.mark.parametrize("junk", ["auth[[", "pin[[", "password:secret_token="])
def test_a_secret_behind_labels_glued_together_goes_with_what_is_not_read(junk: str) -> None:
    for times in (100, 200, 300):
        text = f"{junk * times}password=Kestrel77moon {junk * 5}\n"
        assert "Kestrel77moon" not in substitute(text, DETECTOR.find(text, POLICY))
