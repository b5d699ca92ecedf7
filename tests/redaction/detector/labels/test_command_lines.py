"""Programs that take secrets on their command line: every row's example and near miss."""

from __future__ import annotations

import pytest

from redaction.detector.labels.command_table import commands
from redaction.detector.labels.label_engine import labelled_values

ROWS = {row.example: row for row in commands()}


def values(text: str) -> list[str]:
    return sorted(
        {text[span.start : span.end] for span in labelled_values(text, 0, len(text)) if span.type == "PASSWORD"}
    )


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.name.replace(" ", "-"))
def test_row(row):
    value = row.example[row.example.index("⟦") + 1 : row.example.index("⟧")]
    assert values(row.example.replace("⟦", "").replace("⟧", "")) == [value]
    assert values(row.near_miss) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("docker run -u 1000 -p 8080:80 img", []),
        ("ssh -l bo -p 2222 host", []),
        ("mkdir -p build/x86", []),
        ("newtool -u bo -p Heron#8841 run", ["Heron#8841"]),
        ("mysql -ubo -p$PW shop", []),
        ("curl -u bo: https://x.example.net", []),
        ("mysqldump -p'Heron 88' shop; echo done", ["Heron 88"]),
        ('echo "bo:Merlin2217" | chpasswd', ["Merlin2217"]),
        ("a curl -u option exists", []),
        ('sqlplus bo/"Granite552oak"@//db:1521/XE', ["Granite552oak"]),
        ("sqlplus bo/Granite552oak@orcl", ["Granite552oak"]),
    ],
)
def test_near_the_rows(text, found):
    assert values(text) == found
