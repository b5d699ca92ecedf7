"""Time: ten times the text takes about ten times as long, whatever the text. No absolute times: machines differ.

CPU time of this thread, best of two; a quadratic step would show as a factor near a hundred.
"""

from __future__ import annotations

import random
import time
from functools import cache

import pytest

from config.redaction_settings import Policy
from redaction.detector.detect import Detector
from redaction.detector.policy import compile_policy
from redaction.detector.tagger.network import Tagger
from tests.support.depth import depth

pytestmark = pytest.mark.slow
PLAIN = compile_policy(Policy())
SMALL, FACTOR = depth(3_000, 8_000), 10
# Quadratic would be 100. Short runs and a busy machine may cost a factor of three.
MOST = 35


def noise(size: int) -> str:
    rng = random.Random(size)
    return "".join(rng.choices("aZ09 .-_@:/=+,\n\"'|[]()%&é中", k=size))


PIECES = {
    "letters": "a",
    "digits": "1",
    "spaces": " ",
    "line breaks": "\n",
    "dots": "a.",
    "at signs": "a@",
    "mail": "a@b.",
    "hyphens": "1-",
    "digit groups": "123 ",
    "cards": "4111 1111 1111 1111 ",
    "phones": "(555) 123-4567",
    "plus": "+1",
    "names": "Jane Doe ",
    "capitals": "Aa",
    "honorific": "Dr. ",
    "labels": "password: ",
    "assignments": 'secret="',
    "urls": "https://a:b@",
    "slashes": "/a",
    "backslashes": "C:\\a ",
    "pipes": "a|",
    "commas": "1,",
    "table": "a,ssn\n1,123456789\n",
    "rule lines": "|---|---|\n",
    "placeholders": "[[NAME]]",
    "open brackets": "[[",
    "closing brackets": "]]",
    "percent": "%41",
    "entities": "&#64;",
    "quoted-printable": "=40=\n",
    "soft breaks": "a=\n",
    "begin": "-----BEGIN PRIVATE KEY-----\n",
    "zero width": "1\u200b",
    "percent with a control character": "%3f%00%9a",
    "escaped line breaks": "a\\n1",
    "backslashes alone": "\\",
    "code points": "\\u0031",
    "escaped bytes": "\\xc3\\xa9",
    "colours": "\x1b[31m1",
    "parameters": "\x1b[1;",
    "unfinished strings": "\x1b]8;",
    "overstrikes": "1\b",
    "marks": "1\u0336",
    "composed": "e\u0301",
    "slashed digits": "1/",
    "underscored groups": "A_1_",
    "at in brackets": "a.(at)",
    "quote prefixes": "a\n>>>",
    "ampersands": "&a",
    "padded entities": "&#000000065",
    "glued labels": "api_key=Xxxxx",
    "coded mail": "aW5lc0BsdW1lbi5kZQ ",
    "coded words": "aGVsbG8gd29ybGQh/",
    "hex of text": "68656c6c6f20776f726c64 ",
    "hex dump": "68 65 6c ",
    "full width": "１",
    "Chinese": "王小明",
    "surrogates": "\ud800",
    "hex pairs": "aa:",
    "colons": "a:b:",
    "addresses": "12 Oak Street, ",
    "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.",
    "underscores": "_a",
    "apostrophes": "O'",
    "touching": "123-45-6789+14155552671",
}


@cache
def detector() -> Detector:
    return Detector(Tagger())


def taken(text: str) -> float:
    best = 1e9
    for turn in range(2):
        fresh = f"{turn} {text}"  # nothing of it is remembered
        started = time.thread_time()
        detector().find(fresh, PLAIN)
        best = min(best, time.thread_time() - started)
    return best


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_time_grows_with_the_text(piece):
    small = (piece * SMALL)[:SMALL]
    assert taken(piece * (SMALL * FACTOR // len(piece))) < MOST * taken(small) + 0.05


def test_time_grows_with_noise():
    assert taken(noise(SMALL * FACTOR)) < MOST * taken(noise(SMALL)) + 0.05
