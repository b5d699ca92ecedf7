"""No call keeps the interpreter's lock for a time that grows with the text: every other request waits for its end.

A thread that wants to run every millisecond tells how much CPU time the process used between two of its turns. The
bound is what one look of `re` at all of the text takes: what goes piece by piece stays far below.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import threading
import time
from collections.abc import Callable

import pytest

from redaction.payload import Payload
from tests.scaling.cost import cpu
from tests.support.depth import DEEP, depth
from tests.support.redacting import redactor

_SIZE = depth(4 << 20, 16 << 20)
_TRIES = 4  # a busy machine makes the thread come late


def _chat(text: str) -> bytes:
    return json.dumps({"model": "m", "messages": [{"role": "user", "content": text}]}, ensure_ascii=False).encode()


BODIES: dict[str, Callable[[], bytes]] = {
    "one word": lambda: _chat("a" * _SIZE),
    "brackets": lambda: _chat("[" * _SIZE),
    "half placeholders": lambda: _chat("x" + "[[SSN] " * (_SIZE // 7)),
    "short lines": lambda: _chat("a|b\n" * (_SIZE // 5)),
    "no ASCII": lambda: _chat("\u00e9\u4e2d " * (_SIZE // 6)),
}


def _longest_hold(work: Callable[[], object]) -> float:
    """The most CPU seconds that went by without a turn of another thread."""
    over, longest = threading.Event(), 0.0

    def watch() -> None:
        nonlocal longest
        last = time.process_time()
        while not over.wait(0.001):
            longest, last = max(longest, time.process_time() - last), time.process_time()

    thread = threading.Thread(target=watch)
    gc.disable()
    thread.start()
    try:
        work()
    finally:
        gc.enable()
        over.set()
        thread.join()
    return longest


# At a desk the two that take no second.
@pytest.mark.parametrize("kind", BODIES if DEEP else ("one word", "brackets"))
def test_others_get_their_turn(kind: str) -> None:
    payload = Payload(BODIES[kind](), "chat", "default", content_type="application/json")
    masker = redactor()
    asyncio.run(masker.body(Payload(_chat("password: x8d2kfa1"), "chat", "default", content_type="application/json")))
    once = cpu(lambda: re.search("[^a]", "a" * _SIZE))
    holds: list[float] = []
    while not holds or (min(holds) > once and len(holds) < _TRIES):
        holds.append(_longest_hold(lambda: asyncio.run(redactor().body(payload))))
    assert min(holds) < once, f"{min(holds) / once:.1f} times as long as one look at the text"
