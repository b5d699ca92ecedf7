"""A quicker way to mitmproxy's hooks: an addon that has none of a name costs a look.

mitmproxy gives each of its forty addons a coroutine and a context manager for every hook, sixteen times a request, and
nearly none of them has that hook: more than half of what it spends on a request. Who has it is called as ever, by
mitmproxy's own code, in the same order.
"""

from __future__ import annotations

from typing import Any

from mitmproxy import exceptions, hooks
from mitmproxy.addonmanager import AddonManager, safecall


def install(manager: AddonManager) -> None:
    """Let a manager dispatch this way."""

    async def trigger_event(event: hooks.Hook) -> None:
        for addon in manager.chain:
            if not _may_have(addon, event.name):
                continue
            try:
                with safecall():
                    await manager.invoke_addon(addon, event)
            except exceptions.AddonHalt:
                return

    manager.trigger_event = trigger_event  # type: ignore[method-assign]


def _may_have(addon: Any, name: str) -> bool:
    """Whether an addon, or one that it holds, has an attribute of a name. mitmproxy decides what it is."""
    try:
        if getattr(addon, name, None):
            return True
        inner = getattr(addon, "addons", None)
        return inner is not None and any(_may_have(one, name) for one in inner)
    except Exception:  # noqa: BLE001 - whatever is odd here is mitmproxy's to tell
        return True
