"""File-system paths in text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detector.file_paths import path_spans, paths_around
from redaction.spans import Span


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("open /home/jane/src/x.py now", ["/home/jane/src/x.py"]),
        ("in /Users/jane.doe/Documents/", ["/Users/jane.doe/Documents/"]),
        ("C:\\Users\\Jane Doe\\Docs\\a.txt", ["C:\\Users\\Jane Doe\\Docs\\a.txt"]),
        ("\\\\server\\share\\jane", ["\\\\server\\share\\jane"]),
        ("~/notes/jane.md and ./a/b", ["~/notes/jane.md", "./a/b"]),
        ("src/main/App.java:12", ["src/main/App.java"]),
        ("file:///home/jane/x", ["file:///home/jane/x"]),
        ("cwd: jane's dir", ["cwd: jane's dir"]),
        ("https://corp.com/home/jane", []),
        ("and/or, 1/2, he/she", []),
        ("no path at all", []),
        ("é /home/ä/x", ["/home/ä/x"]),
    ],
)
def test_paths(text, paths):
    assert [text[a:b] for a, b in path_spans(text)] == paths


@given(
    st.lists(
        st.sampled_from(["/home/jane/a.txt", "C:\\Users\\jane\\b c\\d", "jane", " ", "\n", "cwd: ", "~/jane", ","])
    )
)
def test_around_names_the_same_paths_are_found(parts: list[str]) -> None:
    text = "".join(parts)
    names = [Span(found.start(), found.end(), "NAME", 0.5, "") for found in re.finditer("jane", text)]
    whole, around = path_spans(text), paths_around(text, names)
    for name in names:
        inside = [any(start <= name.start and name.end <= end for start, end in paths) for paths in (whole, around)]
        assert inside[0] == inside[1]


def test_only_what_is_near_a_name_is_read() -> None:
    text = "/home/a/b.txt " * 10_000 + "/home/jane/c.txt" + " /home/a/b.txt" * 10_000
    at = text.index("jane")
    paths = paths_around(text, [Span(at, at + 4, "NAME", 0.5, "")])
    assert len(paths) < 1_000
    assert any(text[start:end] == "/home/jane/c.txt" for start, end in paths)
