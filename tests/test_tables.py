"""The tables of `routing` and `redaction` know the same dialects: a name is all that crosses between them."""

from __future__ import annotations

from dialects.endpoints import DIALECTS as ROUTED
from dialects.endpoints import SPEAKABLE
from dialects.protected import DIALECTS as MASKED


def test_both_tables_hold_the_same_dialects() -> None:
    assert set(MASKED) == set(ROUTED)
    assert set(SPEAKABLE) <= set(ROUTED)
