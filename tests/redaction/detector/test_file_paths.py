"""File-system paths in text."""

from __future__ import annotations

import pytest

from redaction.detector.file_paths import path_spans


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
