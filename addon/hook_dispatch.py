"""Quicker dispatch of mitmproxy's hooks: an addon that does not have a hook costs one look-up.

mitmproxy gives each of its forty addons a coroutine and a context manager for every hook, sixteen times a request, and
nearly none of them has that hook: a good part of what it spends on a request. An addon that has it, or holds other
addons, is called as ever, by mitmproxy's own code, in the same order.
"""

from __future__ import annotations

from mitmproxy import exceptions, hooks
from mitmproxy.addonmanager import AddonManager, safecall


def install(manager: AddonManager) -> None:
    """Let a manager dispatch this way."""

    async def trigger_event(event: hooks.Hook) -> None:
        for addon in manager.chain:
            try:
                idle = not getattr(addon, event.name, None) and not getattr(addon, "addons", None)
            except Exception:  # noqa: BLE001 - whatever is odd here is mitmproxy's to tell
                idle = False
            if idle:
                continue
            try:
                with safecall():
                    await manager.invoke_addon(addon, event)
            except exceptions.AddonHalt:
                return

    manager.trigger_event = trigger_event  # type: ignore[method-assign]
