"""Name cues: text -> spans, near misses included."""

from __future__ import annotations

import pytest

from tests.support.finding import DETECTOR, PLAIN


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What is Jane Doe's SSN?", ["Jane Doe"]),
        ("I met Mary O'Brien and José García-López.", ["Mary O'Brien", "José García-López"]),
        ("Dear Ms. Okafor,", ["Okafor"]),
        ("Dr. Abara called", ["Abara"]),
        ("my name is Zyx Qwort.", ["Zyx Qwort"]),
        ("Ich heiße Jürgen.", ["Jürgen"]),
        ("Me llamo Rosario Hernández", ["Rosario Hernández"]),
        ("Hi Jane, thanks", ["Jane"]),
        ("Best regards\nJane Doe", ["Jane Doe"]),
        ("first_name: jane", ["jane"]),
        ('"lastName": "Doe"', ["Doe"]),
        ("firstName='John', lastName='Doe'", ["John", "Doe"]),
        ("Patient: John Smith, MRN", ["John Smith"]),
        ("Nombre: Saúl.", ["Saúl"]),
        ("姓名：王小明", ["王小明"]),
        ("Mary: remember me?", ["Mary"]),
        ("from Ludwig van Beethoven", ["Ludwig van Beethoven"]),
        ("my wife Karen said", ["Karen"]),
        ("BEGIN:VCARD\nN:Qwort;Zyx;;;\nEND:VCARD", ["Qwort;Zyx"]),
        ("N:1;2;3;4", []),
        ("Virginia Beach, Max Power, Austin Texas, Penny Auction", []),
        ("Visual Studio and Claude Code", []),
        ("May Day, Grace Period, Mark Down", []),
        ("Rich Text, Ray Tracing, Chip Design, Mark Unread", []),
        ("Ruby Payne wrote, Frank Castle too", ["Ruby Payne", "Frank Castle"]),
        ("name: build, name: React", []),
        ("first_name VARCHAR(50), fullname: str, last_name = updatevars(x)", []),
        ("Dear Customer, Hello World", []),
        ("The Great Barrier Reef", []),
        ("jane doe", []),
    ],
)
def test_names(text, names):
    assert [text[span.start : span.end] for span in DETECTOR.find(text, PLAIN) if span.type == "NAME"] == names
