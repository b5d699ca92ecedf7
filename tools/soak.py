"""Mixed traffic with faults for a while: `make soak` (30 minutes), or `python -m tools.soak --seconds 60`.

`--adversarial`: half of it are an attacker's requests (`tools/hostile_traffic.py`), masked by the embedded profiler.

Both doors, HTTP/1 and HTTP/2, streams, WebSockets, clients that leave, upstreams that break, a Profiler that fails, a
script that is saved broken. Ends with 0 when no unmasked byte arrived upstream, memory and file descriptors of the
proxy stayed flat, and every kind of traffic got through.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx
import psutil
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import Call, FakeProfiler
from tests.support.http1 import Answer, Request, answer, hang_up, json_answer, sse, stream, truncated
from tests.support.proxy import ADDON, ROOT, Proxy
from tests.support.starts import http2_context
from tools import hostile_traffic

LEAK = re.compile(rb"Jane|\d{3}-\d{2}-\d{4}")
CONFIG = "limits: {cache: 4MiB, cache_entries: 5000, body: 1MiB, queue: 64}\n"
# Resident memory settles while caches fill and code is imported; after that it may not grow by more than this.
WARM_UP = 0.35
SETTLED = 180.0  # seconds
MOST_GROWTH = 20 << 20
MOST_DESCRIPTORS = 12
MIB = 1 << 20


class Soak:
    """One run. `done` counts what came of each kind of traffic, `leaks` what should not have arrived."""

    def __init__(self, seconds: float, workers: int, seed: int, *, adversarial: bool = False) -> None:
        self.seconds = seconds
        self.workers = workers
        self.adversarial = adversarial
        self.leak = re.compile(b"|".join(map(re.escape, hostile_traffic.planted()))) if adversarial else LEAK
        self._tail = max(map(len, hostile_traffic.planted())) if adversarial else 16
        self.random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.leaks: list[bytes] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._actions: dict[str, Callable[[str, random.Random], str]] = {
            "chat": self._chat,
            "stream": self._stream,
            "gzip": self._gzip,
            "bad": self._bad,
            "leave": self._leave,
            "raw": self._raw,
            "socket": self._socket,
            "http2": self._http2,
        }
        if adversarial:
            self._actions |= {f"hostile {name}": partial(self._hostile, name) for name in hostile_traffic.MAKERS}

    # -- upstream and Profiler ---------------------------------------------------------------------------------------

    def _upstream(self, request: Request) -> Answer | None:
        if (request.header("upgrade") or "").lower() == "websocket":
            return None
        die = self.random.random()
        if die < 0.02:
            return hang_up()
        if die < 0.04:
            return truncated()
        if b'"stream"' in request.body:
            return stream(["data: 1\n\n"], cut=True) if die < 0.1 else sse([{"n": n} for n in range(5)] + ["[DONE]"])
        return json_answer({"ok": True}) if die < 0.9 else answer(429, "{}", headers=[("Retry-After", "1")])

    def _profile(self, call: Call) -> Answer | None:
        die = self.random.random()
        if die < 0.01:
            return json_answer({"error": "told"}, 500)
        return hang_up() if die < 0.015 else None

    # -- traffic -----------------------------------------------------------------------------------------------------

    def _body(self, dice: random.Random, **more: object) -> str:
        said = (
            f"Jane Doe {dice.randrange(1000)}, SSN 219-09-{dice.randrange(10000):04d}: "
            + "and so on " * dice.randrange(200)
        )
        return json.dumps({"model": "m", "messages": [{"role": "user", "content": said}], **more})

    def _url(self, door: str) -> str:
        return f"{self.proxy.url if door == 'gateway' else 'https://api.openai.com'}/v1/chat/completions"

    def _post(self, door: str, client: httpx.Client, body: str | bytes, **headers: str) -> str:
        response = client.post(self._url(door), content=body, headers=headers)
        return str(response.status_code)

    def _chat(self, door: str, dice: random.Random) -> str:
        return self._post(door, self._shared(door), self._body(dice))

    def _hostile(self, name: str, door: str, dice: random.Random) -> str:
        made = hostile_traffic.MAKERS[name](dice)
        url = self._url(door).replace(hostile_traffic.CHAT, made.path)
        headers = {"content-type": made.content_type, **made.headers}
        return str(self._shared(door).post(url, content=made.body, headers=headers).status_code)

    def _gzip(self, door: str, dice: random.Random) -> str:
        body = gzip.compress(self._body(dice).encode())
        return self._post(door, self._shared(door), body, **{"content-encoding": "gzip"})

    def _stream(self, door: str, dice: random.Random) -> str:
        with self._shared(door).stream("POST", self._url(door), content=self._body(dice, stream=True)) as response:
            for _ in response.iter_bytes():
                if dice.random() < 0.1:
                    return "left"
        return str(response.status_code)

    def _bad(self, door: str, dice: random.Random) -> str:
        body = self._body(dice)
        bad = dice.choice([body + "}", body.replace("{", '{"a":1,"a":2,', 1), body * 2000, "[" * 5000 + body])
        return self._post(door, self._shared(door), bad)

    def _leave(self, door: str, dice: random.Random) -> str:
        body = self._body(dice).encode()
        with socket.create_connection(("127.0.0.1", self.proxy.port), 5) as wire:
            host = f"127.0.0.1:{self.proxy.port}" if door == "gateway" else "api.openai.com"
            head = f"POST http://{host}/v1/chat/completions HTTP/1.1\r\nHost: {host}\r\n"
            head += f"Content-Length: {len(body)}\r\n\r\n"
            wire.sendall(head.encode() + body[: dice.randrange(len(body) + 1)])
        return "left"

    def _raw(self, door: str, dice: random.Random) -> str:
        with socket.create_connection(("127.0.0.1", self.proxy.port), 5) as wire:
            wire.settimeout(1)
            wire.sendall(f"CONNECT 127.0.0.1:{self.llm.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            wire.recv(4096)
            wire.sendall(dice.choice([b"\x00", b"SSH-2.0-", b"\r\n", b"\x16\x03\x01\x00"]) + b"Jane Doe 219-09-1234")
            wire.shutdown(socket.SHUT_WR)
            while wire.recv(4096):
                pass
        return "closed"

    def _socket(self, door: str, dice: random.Random) -> str:
        if door == "gateway":
            opening = connect(f"ws://127.0.0.1:{self.proxy.port}/v1/realtime", proxy=None, open_timeout=10)
        else:
            url, trust = "wss://api.openai.com/v1/realtime", self.proxy.trust()
            opening = connect(url, proxy=self.proxy.url, ssl=trust, open_timeout=10)
        with opening as wire:
            for _ in range(dice.randrange(1, 6)):
                wire.send(json.dumps({"type": "x", "text": f"Jane Doe 219-09-{dice.randrange(10000):04d}"}))
                if "Jane" in str(wire.recv(timeout=10)):
                    return "LEAK"
        return "200"

    def _http2(self, door: str, dice: random.Random) -> str:
        trust = http2_context(self.proxy.ca_file)
        with httpx.Client(trust_env=False, proxy=self.proxy.url, verify=trust, http2=True, timeout=20) as client:
            return self._post("interception", client, self._body(dice))

    # -- the run -----------------------------------------------------------------------------------------------------

    def _shared(self, door: str) -> httpx.Client:
        client: httpx.Client = getattr(self._local, door)
        return client

    def _work(self, number: int) -> None:
        dice = random.Random(number)
        self._local.gateway = self.proxy.client(timeout=20)
        self._local.interception = self.proxy.client(through=True, timeout=20)
        names = ["chat"] * 8 + list(self._actions)
        while not self._stop.is_set():
            name, door = dice.choice(names), dice.choice(["gateway", "interception"])
            try:
                result = self._actions[name](door, dice)
            except (httpx.HTTPError, OSError, WebSocketException) as error:
                result = type(error).__name__
            with self._lock:
                self.done[f"{name} {door} {result}"] += 1
        for door in ("gateway", "interception"):
            self._shared(door).close()

    def _look(self) -> None:
        """Every byte that arrived is looked at once and let go."""
        for wire in list(self.llm.wires):
            data = bytes(wire.raw)
            self.leaks += self.leak.findall(data)
            keep = min(len(data), self._tail)  # a finding may be half there
            del wire.raw[: len(data) - keep]
        for message in self.llm.messages[:]:
            self.leaks += self.leak.findall(message.encode() if isinstance(message, str) else message)
        self.llm.wires[:] = [wire for wire in self.llm.wires if not wire.ended]
        for log in (self.llm.messages, self.llm.frames, self.llm.requests, self.profiler.calls):
            del log[:-10]
        self.profiler.wires[:] = [wire for wire in self.profiler.wires if not wire.ended]

    def _break_script(self, script: Path) -> None:
        good = ADDON.read_text()
        script.write_text(self.random.choice(["def load(:\n", "", "import nothing_of_this_name\n", good]))
        self._stop.wait(1.5)
        script.write_text(good)

    def run(self) -> int:
        """Exit status."""
        with (
            tempfile.TemporaryDirectory() as folder,
            FakeLLM(self._upstream) as self.llm,
            FakeProfiler(self._profile) as self.profiler,
        ):
            script = Path(folder) / ADDON.name
            for package in ("addon", "config", "dialects", "redaction", "routing", "reporting"):
                (Path(folder) / package).symlink_to(ROOT / package)
            shutil.copy(ADDON, script)
            environ = {
                "FAASERA_OPENAI_BASE_URL": f"{self.llm.url}/v1",
                "FAASERA_PROFILER_ENDPOINT": self.profiler.url,
                "FAASERA_AUDIT": str(Path(folder) / "audit.jsonl"),
            }
            if self.adversarial:
                del environ["FAASERA_PROFILER_ENDPOINT"]
            with Proxy(environ=environ, config=CONFIG, addon=script) as self.proxy:
                return self._drive(script)

    def _drive(self, script: Path) -> int:
        assert self.proxy.process is not None
        process = psutil.Process(self.proxy.process.pid)
        descriptors = process.num_fds()
        self._local = threading.local()
        threads = [threading.Thread(target=self._work, args=(number,)) for number in range(self.workers)]
        for thread in threads:
            thread.start()
        started = time.monotonic()
        memory: list[tuple[float, int]] = []
        while (elapsed := time.monotonic() - started) < self.seconds:
            self._look()
            memory.append((elapsed, process.memory_info().rss))
            if self.random.random() < 0.02:
                self._break_script(script)
            self._stop.wait(0.5)
        self._stop.set()
        for thread in threads:
            thread.join(30)
        left = self._settle(process, descriptors)
        self._look()
        self.leaks += self.leak.findall(self.proxy.log.encode())
        return self._judge(memory, left)

    def _settle(self, process: psutil.Process, descriptors: int) -> int:
        """File descriptors above the start, once clients and upstreams are gone."""
        deadline = time.monotonic() + 20
        while (left := process.num_fds() - descriptors) > MOST_DESCRIPTORS and time.monotonic() < deadline:
            time.sleep(0.2)
        return left

    def _judge(self, memory: list[tuple[float, int]], descriptors: int) -> int:
        warm = [rss for when, rss in memory if when > min(WARM_UP * self.seconds, SETTLED)]
        third = max(1, len(warm) // 3)
        growth = min(warm[-third:]) - min(warm[:third])
        problems = []
        if self.leaks:
            problems.append(f"{len(self.leaks)} unmasked texts arrived")
        if growth > MOST_GROWTH:
            problems.append(f"memory grew by {growth / MIB:.1f} MiB")
        if descriptors > MOST_DESCRIPTORS:
            problems.append(f"{descriptors} file descriptors were left")
        problems += [
            f"no {name} got through"
            for name in ("chat", "stream", "gzip", "socket", "http2")
            if not self._through(name)
        ]
        for line, count in sorted(self.done.items()):
            print(f"{count:8} {line}")
        first, last = warm[0] / MIB, warm[-1] / MIB
        print(f"{sum(self.done.values())} requests, {len(self.leaks)} leaks, memory {first:.0f} -> {last:.0f} MiB")
        print(f"growth {growth / MIB:.1f} MiB, {descriptors} file descriptors more than at the start")
        for problem in problems:
            print(f"FAILED: {problem}")
        return 1 if problems else 0

    def _through(self, name: str) -> bool:
        return any(line.startswith(f"{name} ") and line.endswith(" 200") for line in self.done)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1800.0)
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--adversarial", action="store_true")
    given = parser.parse_args(arguments)
    with suppress(KeyboardInterrupt):
        return Soak(given.seconds, given.workers, given.seed, adversarial=given.adversarial).run()
    return 1


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
