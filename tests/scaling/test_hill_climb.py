"""A search for slow inputs: texts are changed at random, and what costs more for its size is changed further.

Each kind starts from pieces of its own. The climb goes on for a number of steps, not for a time; its height is told in
costs of prose of the same size, so that machines do not matter. The detector runs without its tagger, whose cost is
bounded by the number of words, and remembers nothing.

Where nearly every word is a candidate, rules cost up to some hundred times what they cost in prose, in which there is
none. What must not happen is that it grows faster than the text.
"""

from __future__ import annotations

import copy
import gc
import random
import time
from functools import cache

import pytest

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy
from tests.scaling.cost import MOST, ratio
from tests.support.depth import depth

PLAIN = compile_policy(Policy())
SIZE = depth(2_000, 6_000)
STEPS = depth(10, 30)
# The worst text found may cost so many times as much as prose of its size (a tenth of a millisecond for 1 KB).
MOST_OF_PROSE = 300.0

_COMMON = ["a", "Z", "0", " ", "\n", ".", "-", "_", "@", ":", "/", "=", "+", ",", '"', "'", "(", ")", "é", "中"]
KINDS: dict[str, list[str]] = {
    "words": ["the ", "Jane ", "Doe", "Street ", "12 ", "Mr. ", "of ", "May ", ", "],
    "digits": ["4111", "123-45-6789", "0", " ", "-", ".", "1.2.3.4", "+1", "(555)", "/", "2024-01-02"],
    "labels": ["password", "api_key", "=", ":", " ", "Xx1", "token", "secret ", "is ", '"', "ssn", "Bearer "],
    "codes": ["%41", "%00", "%", "&#64;", "&amp;", "=40", "=\n", "\\n", "\\u0041", "\\x41", "\x1b[31m", "\u200b", "+"],
    "tokens": ["sk-", "ghp_", "AKIA", "eyJ", "QUJD", "deadbeef", "-----BEGIN ", "PRIVATE KEY-----", "\n", ".", "_"],
    "addresses": ["a@b.co", "@", "http://", "a:b@", "/", "?q=", "&", "10.0.0.1", "::1", "C:\\", "~/", "www."],
    "tables": ["|", ",", ";", "\t", "\n", "name", "ssn", "---", "1", "Jane", " "],
    "brackets": ["[[", "]]", "[[NAME]]", "{", "}", "[", "]", "<", ">", '"', "\\", "[[SSN_"],
}  # fmt: skip


@cache
def detector() -> Detector:
    """A detector that remembers nothing: every text costs what a new one does."""
    made = Detector(None)
    made._matcher = copy.copy(made._matcher)
    made._matcher._remembered = None
    made.warm(PLAIN)
    made.warm(PLAIN, rest=True)
    return made


def cost(text: str) -> float:
    """Seconds of CPU time, the best of three."""
    best = float("inf")
    gc.disable()  # a test process holds the objects of thousands of tests: looking through them is not the detector's cost
    try:
        for _ in range(3):
            started = time.thread_time()
            detector().find(text, PLAIN)
            best = min(best, time.thread_time() - started)
    finally:
        gc.enable()
    return best


@cache
def prose() -> float:
    rng = random.Random(1)
    words = (
        "the of and to in is that it was for on are as with they be at one have this from or had by but what".split()
    )
    text = " ".join(rng.choice(words) + rng.choice(["", "", "", ".", ","]) for _ in range(SIZE // 4))[:SIZE]
    return max(cost(text) for _ in range(3))


def grown(pieces: list[str], size: int = SIZE) -> str:
    """A text of `size` characters that repeats the pieces."""
    unit = "".join(pieces)
    return (unit * (size // max(1, len(unit)) + 1))[:size]


def changed(pieces: list[str], pool: list[str], rng: random.Random) -> list[str]:
    new = list(pieces)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(new))
        match rng.randrange(4):
            case 0:
                new.insert(at, rng.choice(pool))
            case 1 if len(new) > 1:
                del new[at]
            case 2:
                new[at:at] = new[at : at + rng.randint(1, 4)] * rng.randint(1, 3)
            case _:
                new[at] = rng.choice(pool)
    return new[:60]


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_of_a_kind_costs_much_more_than_prose(kind: str) -> None:
    rng = random.Random(kind)
    pool = KINDS[kind] + _COMMON
    best = [rng.choice(KINDS[kind]) for _ in range(12)]
    height = cost(grown(best))
    for _ in range(STEPS):
        tried = changed(best, pool, rng)
        new = cost(grown(tried))
        if new > height:
            best, height = tried, new
    # What seemed slow may have been a busy moment: it must be slow again.
    height = min(height, cost(grown(best)))
    told = kind, round(height / prose(), 1), "".join(best)[:80]
    assert height / prose() < MOST_OF_PROSE, told
    assert ratio(lambda size: lambda: detector().find(grown(best, size), PLAIN), SIZE) < MOST, told
