"""What the operator allowed, and everybody should see."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from addon.gateway_pages import warnings_of
from config.configuration import read_document


@pytest.mark.parametrize(
    ("base_url", "warns"),
    [
        ("http://llm.far.example/v1", True),
        ("https://llm.far.example/v1", False),
        ("http://127.0.0.1:9/v1", False),
        ("http://10.1.2.3/v1", False),
        ("http://ollama:11434/v1", False),
    ],
)
def test_a_target_in_the_clear_is_said(monkeypatch: pytest.MonkeyPatch, base_url: str, *, warns: bool) -> None:
    options = SimpleNamespace(ssl_insecure=False)
    monkeypatch.setattr("addon.gateway_pages.ctx", SimpleNamespace(options=options))
    config = read_document({"targets": {"mine": {"base_url": base_url, "speaks": ["chat"]}}})
    assert any("targets.mine.base_url" in warning for warning in warnings_of(config)) is warns
