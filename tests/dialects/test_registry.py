"""The registry: every format has a value of its own for every field, and tables that name formats name known ones."""

from __future__ import annotations

import dataclasses

import pytest

from config.routing_settings import BUILTIN
from dialects.base import Dialect, Reader
from dialects.registry import DIALECTS, GOOGLE_METHODS, SPEAKABLE, dialect_named, has_system_prompt
from routing.hosts import KNOWN


def test_no_field_can_be_left_out() -> None:
    optional = {
        one.name
        for one in dataclasses.fields(Dialect)
        if one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING
    }
    assert optional == {"model_key", "free"}


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_every_format_says_what_the_product_asks(name: str) -> None:
    one = DIALECTS[name]
    assert one.rules
    assert isinstance(one.events, Reader)
    assert one.home in ("", *BUILTIN)
    answer = one.error(503, "faasera_profiler_down", "the words")
    assert "the words" in str(answer)
    assert "faasera_profiler_down" in str(answer).lower()
    assert one.events.read({}).deltas == []
    if one.turns is not None:
        assert list(one.turns({})) == []
    # a format is found by a path, by a method of Google's, or by its host
    by_host = name.startswith("web-") or name in ("unknown", "hf")
    assert one.paths or one.google_methods or by_host


def test_names_are_said_once() -> None:
    assert len({id(one) for one in DIALECTS.values()}) == len(DIALECTS)
    assert all(one.name == name for name, one in DIALECTS.items())
    assert dialect_named("no such format") is DIALECTS["unknown"]


def test_tables_name_known_formats() -> None:
    assert {row.dialect for row in KNOWN} <= set(DIALECTS)
    assert set(DIALECTS) > SPEAKABLE
    assert "unknown" not in SPEAKABLE
    assert set(GOOGLE_METHODS.values()) == {"gemini", "predict", "messages"}
    assert has_system_prompt("streamGenerateContent")
    assert not has_system_prompt("countTokens")
