"""Whether a value, or a piece of one, was drawn at random or made up, by its characters alone."""

from __future__ import annotations

import math
import re
from collections import Counter

from redaction.detector.rules.token_judge import randomness

_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_TEMPLATE = re.compile(r"(?i)pass|pwd|secret|token|key|value|user|name|base64|sha\d|md5|utf8")
# Log-odds from which letters alone are surely drawn (the judge's threshold for a guess is 0).
_SURE = 4.0


def entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values()) if size else 0.0


def classes(value: str) -> int:
    """How many of lower, upper, digit, other a value mixes."""
    different = set(value)  # long values come again behind each label that stands in them
    kinds = (str.islower, str.isupper, str.isdigit)
    return sum(any(map(kind, different)) for kind in kinds) + (not all(map(str.isalnum, different)))


def random_piece(piece: str) -> bool:
    """A piece of a chain or path that is no word: digits between letters of both cases, or random letters."""
    return len(piece) >= 12 and (
        (classes(piece) >= 3 and len(re.findall(r"\d+", piece)) >= 2 and entropy(piece) >= 3.0) or mixed_letters(piece)
    )


def drawn(piece: str) -> bool:
    """A piece that was drawn or made up, whatever words stand beside it: `example-Kestrel77moonX`."""
    return len(piece) >= 10 and piece.isalnum() and classes(piece) == 3 and sum(map(str.isdigit, piece)) >= 2


def unwrapped(value: str) -> str:
    """The inside of brackets that hold no template's word: capitals, small letters, digits and no word of a label."""
    inner = value.strip("{}<>")
    wrapped = value[:1] + value[-1:] in ("{}", "<>") and len(value) - len(inner) in (2, 4)
    return inner if wrapped and inner.isalnum() and _made_up(inner) else ""


def _made_up(word: str) -> bool:
    """Letters of both cases and two digits or more, and no name of a method or label in it (`Base64Password`)."""
    return len(word) >= 8 and classes(word) == 3 and sum(map(str.isdigit, word)) >= 2 and not _TEMPLATE.search(word)


def random_small(value: str) -> bool:
    """Small letters and digits in no order, longer than any name of a file at the root: `8ixrcttyibwf4lh5zs0p3ogdf`."""
    return (
        len(value) >= 24
        and value.isalnum()
        and value.isascii()
        and len(re.findall(r"\d+", value)) >= 3
        and entropy(value) >= 3.5
    )


def mixed_letters(value: str) -> bool:
    """Only letters, but no words: `hxBlyeLksdARpjArVaPRgWnveiLKuWXk`; humps of camel case are longer."""
    if len(value) > 22 and value[2:9].rstrip("_-") != value[2:9] and value.replace("_", "").replace("-", "").isalpha():
        value = re.split(r"[_-]", value)[-1]  # behind a vendor's prefix
    if len(value) < 16 or not value.isalpha() or not value.isascii() or entropy(value) < 3.3:
        return False
    return classes(value) == 2 and len(_HUMPS.findall(value)) * 3.2 > len(value)


def no_words(value: str) -> bool:
    """Letters of one case in the order of no language: `tksxxwkjbkrvntuirnltvjloytbk`."""
    return (
        len(value) >= 20 and value.isascii() and value.isalpha() and len(set(value)) >= 8 and randomness(value) > _SURE
    )
