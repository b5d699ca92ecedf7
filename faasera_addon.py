"""The Faasera LLM Privacy Proxy: `mitmdump -s faasera_addon.py`.

A thin entry, on purpose. mitmproxy unloads a script that is saved broken, deleted or taken off its list, and then
forwards bare traffic; so everything that protects lives in the guard, an addon of its own that outlives this file.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Set as AbstractSet
from pathlib import Path

from mitmproxy import http
from mitmproxy.addonmanager import Loader

_HERE = str(Path(__file__).resolve().parent)
if _HERE not in sys.path:  # mitmproxy takes the script's folder off again once it is loaded
    sys.path.insert(0, _HERE)

# Nearly all that a start or a request makes stays or goes by itself: the collector need not look every few hundred.
gc.set_threshold(20_000, 5, 20)

from addon.guard import Guard, install  # noqa: E402

_guard: Guard | None = None


def load(loader: Loader) -> None:
    """Find or install the guard and tell it that its script is here."""
    global _guard
    _guard = install(loader, Path(__file__).resolve())


def configure(updated: AbstractSet[str]) -> None:
    """The guard was added too late for the first round of options."""
    if _guard is not None:
        _guard.configure(updated)


def running() -> None:
    """The same for the start signal."""
    if _guard is not None:
        _guard.running()


def requestheaders(flow: http.HTTPFlow) -> None:
    """Before mitmweb tells its pages of a request: no query and no key in it."""
    if _guard is not None:
        _guard.first_sight(flow)


async def request(flow: http.HTTPFlow) -> None:
    """Mask before any addon behind this one (mitmweb's intercept among them) can show or pause the flow."""
    if _guard is not None:
        await _guard.mask(flow)


async def websocket_message(flow: http.HTTPFlow) -> None:
    """The same for WebSocket messages."""
    if _guard is not None:
        await _guard.mask_message(flow)


def error(flow: http.HTTPFlow) -> None:
    """Before the error is shown, or written to a file: no bytes of a request in it."""
    if _guard is not None:
        _guard.before_error(flow)


def done() -> None:
    """This script goes: from now on the guard answers LLM-bound requests with 503."""
    if _guard is not None:
        _guard.script.detach()
