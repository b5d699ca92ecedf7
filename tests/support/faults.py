"""An addon for tests: makes a step of the proxy raise, as a request's `x-fault: step:error` says.

Loaded behind faasera_addon.py (`-s`). The errors hold the canary: none of their text may reach a log.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from mitmproxy import ctx, exceptions

TEXT = "Jane Doe, SSN 123-45-6789"
ERRORS: dict[str, Callable[[], BaseException]] = {
    "value": lambda: ValueError(TEXT),
    "type": lambda: TypeError(TEXT),
    "recursion": lambda: RecursionError(TEXT),
    "timeout": lambda: TimeoutError(TEXT),
    "memory": lambda: MemoryError(TEXT),
    "halt": lambda: exceptions.AddonHalt(TEXT),
    "cancelled": lambda: asyncio.CancelledError(TEXT),
}
# What mitmproxy ends for: no test of several requests raises these.
ENDS: dict[str, Callable[[], BaseException]] = {
    "exit": lambda: SystemExit(7),
    "interrupt": lambda: KeyboardInterrupt(TEXT),
}
# step -> attribute of the guard that has it, and its method
STEPS = {
    "arrive": ("requests", "arrive"),
    "mask": ("requests", "mask"),
    "redact": ("requests", "_redact"),
    "send": ("requests", "send"),
    "starts": ("responses", "starts"),
    "ends": ("responses", "ends"),
    "connect": ("services.connections", "connect"),
    "frame": ("websockets", "from_client"),
}
# Steps that see no request: on for everything once armed.
BLIND = {
    "dial": ("services.connections", "server_connect"),
    "hello": ("services.connections", "client_hello"),
    "layer": ("services.connections", "next_layer"),
    "configure": ("lifecycle", "_take"),
    "fail": ("", "_fail"),  # the guard's own way out of an error
}
armed: dict[str, str] = {}


def running() -> None:
    guard = ctx.master.addons.get("faasera")
    for step, (owner, method) in STEPS.items():
        _wrap(attrgetter(owner)(guard), method, functools.partial(_asked, step))
    for step, (owner, method) in BLIND.items():
        _wrap(attrgetter(owner)(guard) if owner else guard, method, lambda _, step=step: armed.get(step))


def requestheaders(flow: Any) -> None:
    """Later scripts come behind; the guard is last."""
    step, _, error = flow.request.headers.get("x-arm", "").partition(":")
    if step:
        armed[step] = error
    else:
        armed.clear()
    if "x-stream" in flow.request.headers:
        flow.request.stream = True


def request(flow: Any) -> None:
    """What other people's scripts do, behind the first pass and before the last."""
    if "x-append" in flow.request.headers:
        flow.request.text = flow.request.text.replace("]]?", f"]]? {TEXT}")
    if port := flow.request.headers.get("x-map-remote"):
        flow.request.host, flow.request.port, flow.request.path = "127.0.0.1", int(port), "/v1/chat/completions"


def _asked(step: str, flow: Any) -> str | None:
    wanted, _, error = flow.request.headers.get("x-fault", "").partition(":")
    return error if wanted == step else None


def _wrap(owner: Any, method: str, ask: Callable[[Any], str | None]) -> None:
    real = getattr(owner, method)
    if asyncio.iscoroutinefunction(real):

        async def slow(subject: Any, *more: Any) -> Any:
            if error := ask(subject):
                raise (ERRORS | ENDS)[error]()
            return await real(subject, *more)

        setattr(owner, method, slow)
    else:

        def quick(subject: Any, *more: Any) -> Any:
            if error := ask(subject):
                raise (ERRORS | ENDS)[error]()
            return real(subject, *more)

        setattr(owner, method, quick)
