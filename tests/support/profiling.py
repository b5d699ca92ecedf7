"""Calls of an HttpProfiler in tests."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable

import pytest

from config.redaction_settings import ProfilerSettings
from redaction.errors import ProfilerFailed
from redaction.profiler.http import HttpProfiler
from redaction.profiler.protocol import Masking

TOKEN = "tok-canary-token"
NEVER = threading.Event()  # never set


def told(profiler: HttpProfiler, texts: list[str], policy: str = "default") -> Awaitable[dict[str, Masking]]:
    async def go() -> dict[str, Masking]:
        found: dict[str, Masking] = {}
        await profiler.mask_many(texts, policy, lambda index, masking: found.__setitem__(texts[index], masking))
        return found

    return go()


def run(profiler: HttpProfiler, *texts: str, policy: str = "default") -> dict[str, Masking]:
    async def go() -> dict[str, Masking]:
        try:
            return await told(profiler, list(texts), policy)
        finally:
            await profiler.aclose()

    return asyncio.run(go())


def build(url: str, **more: object) -> HttpProfiler:
    return HttpProfiler(ProfilerSettings(endpoint=url, **more), token=TOKEN)  # type: ignore[arg-type]


def unanswered_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def fails(profiler: HttpProfiler, text: str) -> str:
    with pytest.raises(ProfilerFailed) as caught:
        await told(profiler, [text])
    return caught.value.code.removeprefix("faasera_profiler_")
