"""What is called after somebody stays; the people themselves, and whoever is addressed, do not."""

from __future__ import annotations

import pytest

from redaction.detector.called_after import is_called_after
from redaction.spans import Span

# «the name as it was found»
THINGS = [
    "a «Foley» catheter was placed",
    "«Colles» fracture, «Dupuytren» contracture",
    "«Phalen» and «Tinel» sign positive",
    "«Guillain-Barré» was ruled out",
    "the «Peter» principle",
    "a «Jackson-Pratt» drain",
    "«Kalman filter» and «Baker cyst»",
    "«Charles Schwab» rose",
    "«Morgan Stanley» and others",
    "«Guy Fawkes Night» is on Friday",
    "«Earl Grey» tea, please",
    "the «Floyd-Warshall» algorithm",
]
PEOPLE = [
    "Mr «Foley» catheter care explained",
    "patient «Whipple» procedure note",
    "«Peter» principle",
    "ask «Foley» about it",
    "«Charles Schwab Miller» called",
    "«Karl» tests the pump",
    "«Marta» sign here",
    "«Baker» said so",
]


def judged(row: str, recognizer: str = "tagger") -> list[bool]:
    text, found = "", []
    for part in row.split("«"):
        name, mark, rest = part.partition("»")
        if mark:
            found.append(Span(len(text), len(text) + len(name), "NAME", 0.5, recognizer))
        text += name + rest
    return [is_called_after(text, span) for span in found]


@pytest.mark.parametrize("row", THINGS)
def test_things_stay(row):
    assert all(judged(row))


@pytest.mark.parametrize("row", PEOPLE)
def test_people_do_not(row):
    assert not any(judged(row))


@pytest.mark.parametrize("row", THINGS)
def test_what_a_label_says_is_a_name_is_one(row):
    assert not any(judged(row, "name_honorific"))
