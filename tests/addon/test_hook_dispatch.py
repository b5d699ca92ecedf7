"""The quicker dispatch calls the same hooks in the same order as mitmproxy's own, and stops and goes on where it does."""

from __future__ import annotations

import asyncio
import types
from typing import Any

import pytest
from mitmproxy import exceptions
from mitmproxy.addonmanager import AddonManager
from mitmproxy.proxy.layers.http import HttpRequestHook
from mitmproxy.test import taddons, tflow

from addon.hook_dispatch import install


def called(quick: bool) -> list[str]:
    """Who was told of a request, in order."""
    told: list[str] = []

    class Sync:
        def __init__(self, name: str, error: Exception | None = None, addons: list[Any] | None = None) -> None:
            self.name, self.error = name, error
            if addons is not None:
                self.addons = addons

        def request(self, flow: Any) -> None:
            told.append(self.name)
            if self.error is not None:
                raise self.error

    class Async:
        name = "async"

        async def request(self, flow: Any) -> None:
            await asyncio.sleep(0)
            told.append(self.name)

    class Nothing:
        def __init__(self, name: str, addons: list[Any]) -> None:
            self.name, self.addons = name, addons

    class Odd:
        name = "odd"

        @property
        def request(self) -> Any:
            told.append("odd")
            raise RuntimeError("no attribute")

    module = types.ModuleType("module")
    module.request = module  # type: ignore[attr-defined]
    chain = [
        Nothing("empty", []), Sync("one", RuntimeError("x"), [Sync("inside")]), Async(), module, Odd(),
        Nothing("outer", [Nothing("middle", [Sync("deep")])]), Sync("halts", exceptions.AddonHalt()), Sync("never"),
    ]  # fmt: skip

    async def run() -> None:
        with taddons.context() as context:
            manager: AddonManager = context.master.addons
            manager.chain = chain
            if quick:
                install(manager)
            await manager.handle_lifecycle(HttpRequestHook(tflow.tflow()))

    asyncio.run(run())
    return [name for name in told if name != "odd"]


@pytest.mark.parametrize("quick", [False, True])
def test_the_same_hooks_in_the_same_order(quick: bool) -> None:
    assert called(quick) == ["one", "async", "deep", "halts"]
