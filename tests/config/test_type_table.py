"""The table of types is complete: whatever a recognizer can find has its row."""

from __future__ import annotations

import pytest

from config.type_table import expand, groups, types
from redaction.detector.rules.recognizers import ROWS

GROUPS = {"person", "contact", "location", "identity", "finance", "health", "network", "secrets"}


def test_every_recognizers_type_has_a_row() -> None:
    names = [row.name for row in types()]
    assert len(names) == len(set(names))
    assert {row.type for row in ROWS} <= set(names)
    assert set(groups()) == GROUPS
    assert all(row.what and row.example for row in types())


def test_groups_and_types_expand() -> None:
    assert expand(("secrets", "SSN")) >= {"API_KEY", "PASSWORD", "SSN"}
    assert "NAME" not in expand(("secrets",))
    with pytest.raises(KeyError, match="SECRETS"):
        expand(("SECRETS",))
