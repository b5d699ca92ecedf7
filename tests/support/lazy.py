"""Modules that are imported at their first use: collecting tests must not wait for three vendors' SDKs."""

from __future__ import annotations

from typing import Any

import pytest


class Lazy:
    """Stands for a module. Its first use imports it, or skips the test that used it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("_"):  # pytest asks for some while it collects
            raise AttributeError(attribute)
        module = pytest.importorskip(self._name, reason=f"{self._name} is not installed")
        return getattr(module, attribute)
