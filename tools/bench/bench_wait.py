"""How long a small chat waits beside the largest bodies: `python -m tools.bench wait [--mb 32]`.

A body of each kind goes through bare mitmdump and through the proxy, while chats of 1 KB follow each other on another
connection. Told are the longest and the median wait in ms for each door. What makes others wait is the event loop when
it does work itself, and any single call in C that keeps the interpreter's lock; an idle machine of two cores or more is
needed, for a busy one makes everybody wait.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import random
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

from tools.bench.bench_speed import Door, chat, two_doors
from tools.bench.round_trips import Client, text

_DICE = random.Random(7)


def _result(value: object) -> bytes:
    turn = {"role": "tool", "tool_call_id": "c", "content": json.dumps(value)}
    return json.dumps({"model": "gpt-4", "messages": [turn]}).encode()


def _turns(count: int) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[turn % 2], "content": text(1_600, turn % 97)} for turn in range(count)]


# Each kind gives a body of about so many bytes.
BODIES: dict[str, Callable[[int], bytes]] = {
    "prose": lambda size: chat(text(20_000, 1) * (size // 20_000)),
    "one word": lambda size: chat("a" * size),
    "escapes": lambda size: chat('é\n\t"' * (size // 12)),
    "zero width": lambda size: chat("a\u200bb " * (size // 9)),
    "brackets": lambda size: chat("[" * size),
    "base64": lambda size: chat(base64.b64encode(_DICE.randbytes(size * 3 // 4)).decode()),
    "strings": lambda size: _result(["x" * 200] * (size // 210)),
    "turns": lambda size: json.dumps({"model": "gpt-4", "messages": _turns(size // 1_700)}).encode(),
    "records": lambda size: b"\n".join(chat(text(900, seed % 97)) for seed in range(size // 1_000)),
    "numbers": lambda size: json.dumps({"model": "m", "metadata": {"a": list(range(size // 10))}}).encode(),
}


def beside(door: Door, body: bytes, longest: float) -> list[float]:
    """The waits of small chats, in ms, until the body's answer is here or `longest` seconds are over."""
    small, waits = Client(int(door.client.connection.port), door.client.target), []
    over = threading.Event()

    def large() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", door.client.connection.port, timeout=longest)
        with suppress(OSError, http.client.HTTPException):
            connection.request("POST", door.client.target, body, {"content-type": "application/json"})
            connection.getresponse().read()
        connection.close()  # what is still at work is given up with its client
        over.set()

    thread = threading.Thread(target=large)
    thread.start()
    turn = 0
    while not over.is_set():
        turn += 1
        waits.append(small.send(chat(text(1_000, turn + int(time.monotonic() * 1000)))))
    thread.join()
    small.close()
    return waits


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=float, default=32.0, help="size of the large bodies")
    parser.add_argument("--seconds", type=float, default=10.0, help="the longest look at one body")
    parser.add_argument("--kind", action="append", choices=list(BODIES), help="only these")
    options = parser.parse_args(argv)
    size = int(options.mb * 1e6) - 1000
    with ExitStack() as stack:
        doors = dict(zip(("bare", "ours"), two_doors(stack), strict=True))
        print(f"{'wait of a 1 KB chat, ms':24}" + "".join(f"{name + ' longest':>14}{'median':>9}" for name in doors))
        for kind in options.kind or BODIES:
            body = BODIES[kind](size)
            waits = [beside(door, body, options.seconds) for door in doors.values()]
            print(f"{kind:24}" + "".join(f"{max(each):14.0f}{statistics.median(each):9.1f}" for each in waits))
    print(f"load of the machine {os.getloadavg()[0]:.1f}")
    return 0
