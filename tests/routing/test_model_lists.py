"""Literal names of a model map stand in model lists; everything that is no model list stays as it is."""

from __future__ import annotations

import json

import pytest

from routing.model_lists import with_models


@pytest.mark.parametrize(
    ("body", "added"),
    [
        ({"object": "list", "data": [{"id": "a", "object": "model", "created": 5, "owned_by": "x"}]},
         {"id": "gpt-4", "object": "model", "created": 0, "owned_by": "faasera"}),
        ({"data": [{"type": "model", "id": "claude", "display_name": "Claude"}], "has_more": False},
         {"type": "model", "id": "gpt-4", "display_name": "gpt-4"}),
        ({"models": [{"name": "models/gemini", "displayName": "Gemini"}]}, {"name": "models/gpt-4", "displayName": "gpt-4"}),
        ({"models": [{"name": "llama:8b", "model": "llama:8b"}]}, {"name": "gpt-4", "model": "gpt-4"}),
        ({"object": "list", "data": []}, {"id": "gpt-4"}),
    ],
)  # fmt: skip
def test_names_are_added_after_the_lists_own_pattern(body: dict[str, object], added: dict[str, object]) -> None:
    result = json.loads(with_models(json.dumps(body).encode(), ["gpt-4"]))
    field = "data" if "data" in body else "models"
    assert result == {**body, field: [*body[field], added]}  # type: ignore[misc]


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[1]", b'{"data": {"id": "x"}}', b'{"data": ["x"]}', b'{"error": {"message": "no"}}',
     b'{ "data": [ {"id":"gpt-4"} ] }'],
)  # fmt: skip
def test_everything_else_stays_to_the_byte(body: bytes) -> None:
    assert with_models(body, ["gpt-4"]) is body
