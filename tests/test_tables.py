"""The tables of `routing` and `redaction` know the same dialects: a name is all that crosses between them."""

from __future__ import annotations

from redaction.dialects import DIALECTS as MASKED
from routing.endpoints import DIALECTS as ROUTED
from routing.endpoints import SPEAKABLE


def test_both_tables_hold_the_same_dialects() -> None:
    assert set(MASKED) == set(ROUTED)
    assert set(SPEAKABLE) <= set(ROUTED)
