"""Documents in strings that are resent: the second time gives the same bytes and counts as the first, and as afresh."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.payload import Payload, Redacted
from redaction.redactor import Redactor
from tests.support.redacting import redactor


def mask(engine: Redactor, body: Any, policy: str = "default") -> Redacted:
    payload = Payload(json.dumps(body).encode(), "chat", policy, content_type="application/json")
    return asyncio.run(engine.body(payload))


def call(arguments: str) -> dict[str, Any]:
    return {"messages": [{"tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}]},
                         {"role": "tool", "tool_call_id": "c", "content": arguments}]}  # fmt: skip


DOCUMENTS = [
    '{"to": "Jane Doe", "note": "SSN 123-45-6789", "n": 1.0}',
    '{"nothing": "here", "deep": "{\\"who\\": \\"Jane Doe\\"}"}',
    '{"nothing": "at all"}',
    '["Jane Doe", "Jane Doe"]',
    '{"card": 4111111111111111, "to": "Jane Doe"}',
    '{"123-45-6789": "Jane Doe"}',
    '{"picture": "data:image/png;base64,iVBORw0KGgo=", "of": "Jane Doe"}',
    '{"not json": "Jane Doe"',
    '{"caf\\u00e9": "Jane \\u0044oe \\ud83d\\ude00 Jane Doe"}',
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_second_time_is_like_the_first(document: str) -> None:
    engine = redactor()
    first, second, fresh = mask(engine, call(document)), mask(engine, call(document)), mask(redactor(), call(document))
    assert first.data == second.data == fresh.data
    assert b"Jane Doe" not in second.data
    for count in ("masked", "not_inspected", "masked_results", "left_in_paths", "protected", "changed"):
        assert getattr(second.report, count) == getattr(first.report, count), count
    assert second.report.new == 0


def test_it_is_remembered_at_all() -> None:
    engine = redactor()
    mask(engine, call(DOCUMENTS[0]))
    before = engine._masker.cache.stats.hits
    mask(engine, call(DOCUMENTS[0]))
    # One look for each of the two strings, none for the texts inside them.
    assert engine._masker.cache.stats.hits - before == 2


@given(
    st.recursive(
        st.sampled_from(
            ["Jane Doe", "plain", "SSN 123-45-6789", 4111111111111111, 5, None, '{"a": "Jane Doe"}', 'é\n"Jane Doe"']
        ),
        lambda kids: (
            st.lists(kids, max_size=3)
            | st.dictionaries(st.sampled_from(["a", "id", "password", "x@y.co"]), kids, max_size=3)
        ),
        max_leaves=8,
    ),
    st.booleans(),
)
def test_remembered_equals_afresh(value: Any, ascii_only: bool) -> None:
    body = call(json.dumps([value], ensure_ascii=ascii_only))
    engine = redactor()
    first = mask(engine, body)
    second = mask(engine, body)
    assert first.data == second.data
    assert first.report.masked == second.report.masked
