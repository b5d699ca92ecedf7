"""People who are known in a text are found again: parts, lower case, handles; never what merely looks like them."""

from __future__ import annotations

import numpy as np
import pytest

from redaction.detector.tagger import network as n
from redaction.detector.tagger.known_names import found_again, outside
from redaction.detector.tagger.span_decoding import Hits
from redaction.detector.tagger.word_table import EVERYDAY
from redaction.spans import Span


def again(text: str, name: str, score: float, *others: tuple[str, float, int]) -> list[str]:
    """What is found when `name` is found with this score, and the network sees a hint in `others`."""
    start = text.index(name)
    places, scores, bits = [], [], []
    at = start + len(name)
    for word, hint, own in others:
        at = text.index(word, at)
        places.append((at, at + len(word)))
        row = np.zeros(n.GROUPS, np.float32)
        row[n.NAME], row[n.NOTHING] = hint, 1 - hint
        scores.append(row)
        bits.append(own)
        at += len(word)
    where = np.array(places, np.int64).reshape(-1, 2)
    hits = Hits(where[:, 0], where[:, 1], np.array(scores, np.float32).reshape(-1, n.GROUPS), np.array(bits, np.uint8))
    found = found_again(text, hits, [Span(start, start + len(name), "NAME", score, "tagger")])
    return [text[s.start : s.end] for s in found][1:]


@pytest.mark.parametrize(
    ("score", "hint", "word", "bits", "found"),
    [
        (0.95, 0.1, "Kowalczyk", 0, True),
        (0.95, 0.05, "Kowalczyk", 0, False),
        (0.8, 0.1, "Kowalczyk", 0, False),
        (0.95, 0.2, "kowalczyk", 0, True),
        (0.95, 0.1, "kowalczyk", 0, False),
        (0.95, 0.2, "kowalczyk", EVERYDAY, False),
        (0.95, 0.2, "Kowalski", 0, False),
    ],
)
def test_a_part_of_a_sure_name(score: float, hint: float, word: str, bits: int, found: bool) -> None:
    assert again(f"Ann Kowalczyk and {word}", "Ann Kowalczyk", score, (word, hint, bits)) == [word] * found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ann Woods left. Northern Woods are far", False),
        ("Ann Woods left. Dr Woods is back", True),
        ("Ann Woods left. Woods is back", True),
        ("Ann Woods left. the old Woods is back", True),
    ],
)
def test_places_that_hold_a_surname_stay(text: str, found: bool) -> None:
    assert again(text, "Ann Woods", 0.95, ("Woods", 0.2, EVERYDAY)) == ["Woods"] * found


@pytest.mark.parametrize(
    "handle", ["arossi", "annrossi", "ann.rossi", "ann_rossi", "ann-rossi", "rossi.ann", "annr", "a.rossi"]
)
def test_handles(handle: str) -> None:
    assert again(f"Ann Rossi is @{handle} here", "Ann Rossi", 0.95) == [handle]
    assert again(f"Ann Rossi has {handle}@corp.example", "Ann Rossi", 0.95) == [handle]
    assert again(f"Ann Rossi is @{handle} here", "Ann Rossi", 0.8) == []


@pytest.mark.parametrize(
    "text", ["xarossi", "arossini", "/home/arossi_x", "arossi(1)", "src/annrossi/x", "anna", "rossi"]
)
def test_no_handles(text: str) -> None:
    assert again(f"Ann Rossi: {text}", "Ann Rossi", 0.95) == []


def test_a_name_of_one_part_has_no_handle() -> None:
    assert again("Rossi wrote to rossi", "Rossi", 0.95) == []


def test_added_spans_never_touch_found_ones() -> None:
    def spans(*places: tuple[int, float]) -> list[Span]:
        return [Span(at, at + 2, "NAME", score, "tagger") for at, score in places]

    found = outside(spans((3, 1.0), (9, 1.0)), spans((0, 0.9), (3, 0.9), (6, 0.9), (9, 0.9)))
    assert [(s.start, s.score) for s in found] == [(0, 0.9), (3, 1.0), (6, 0.9), (9, 1.0)]


def test_many_people_cost_a_bounded_number_of_searches() -> None:
    people = [f"Ann{chr(97 + k % 26)} Kov{chr(97 + k // 26)}cs" for k in range(300)]
    text = ", ".join(people) + " annakovacs"
    found = [Span(text.index(p), text.index(p) + len(p), "NAME", 0.99, "tagger") for p in people]
    empty = np.zeros(0, np.int64)
    hits = Hits(empty, empty, np.zeros((0, n.GROUPS), np.float32), np.zeros(0, np.uint8))
    assert len(found_again(text, hits, sorted(found, key=lambda s: s.start))) == 301
