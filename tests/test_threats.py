"""The map of the known threats is whole: each row has a test that exists, or a limit that the documentation says."""

from __future__ import annotations

import ast
import csv
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROWS = list(csv.DictReader((ROOT / "tests" / "threats.tsv").read_text("utf-8").splitlines(), delimiter="\t"))
# Where limits are said: the second has all of them, as the first says.
LIMITS = " ".join(
    " ".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/security.md")).split()
)
DOORS = {"both", "gateway", "forward", "none"}  # none: it is not about a request


@cache
def functions(path: str) -> set[str]:
    """The names of the functions of a file, which is not imported."""
    body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_row_is_there_and_is_held_by_something() -> None:
    assert [int(row["number"]) for row in ROWS] == list(range(1, 97))
    for row in ROWS:
        assert row["doors"] in DOORS, row
        assert row["tests"] or row["limit"], row
        assert row["limit"] in LIMITS, row


def test_every_test_exists() -> None:
    for row in ROWS:
        for name in row["tests"].split():
            path, _, test = name.partition("::")
            assert test in functions(path), name
