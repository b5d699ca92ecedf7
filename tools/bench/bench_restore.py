"""What reversible mode costs an answer: `python -m tools.bench restore`.

A mock upstream streams the masked text back as chat events of four tokens' length, one write each; the same requests
with `faasera_restore` off and on, on one keep-alive connection, in the same run. Times are p50 in ms at the client: the
first event, the last one. CPU is the proxy's own per answer in ms, RSS in MB before and after the long streams.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tools.bench.round_trips import ROOT, started

PROMPT = "Write about Jane Doe, phone 212-555-7788, and what she said."
FILLER = "The report shows that costs grew [see 3] while the team moved its service to another region. "


class Upstream(asyncio.Protocol):
    """Answers a chat request with `max_tokens` characters of events that repeat what was asked."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = bytearray()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.buffer[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n")[0])
        if len(self.buffer) < end + 4 + length:
            return
        request = json.loads(self.buffer[end + 4 : end + 4 + length])
        del self.buffer[: end + 4 + length]
        self.transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        for event in events(request["messages"][-1]["content"] + " " + FILLER, request["max_tokens"]):
            self.transport.write(b"%x\r\n%b\r\n" % (len(event), event))
        self.transport.write(b"0\r\n\r\n")


def events(unit: str, size: int) -> Iterator[bytes]:
    text = (unit * (size // len(unit) + 1))[:size]
    for at in range(0, size, 16):
        delta = {"index": 0, "delta": {"content": text[at : at + 16]}, "finish_reason": None}
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [delta]}
        yield b"data: " + json.dumps(chunk).encode() + b"\n\n"
    yield b"data: [DONE]\n\n"


async def serve_upstream() -> None:
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def ask(connection: http.client.HTTPConnection, size: int) -> tuple[float, float, bytes]:
    """(ms to the first bytes of the body, ms to its last, the body)."""
    body = json.dumps({"model": "gpt-4", "max_tokens": size, "messages": [{"role": "user", "content": PROMPT}]})
    begun = time.perf_counter()
    connection.request(
        "POST", "/v1/chat/completions", body, {"content-type": "application/json", "authorization": "Bearer sk-b"}
    )
    answer = connection.getresponse()
    first = answer.read1(65536)
    taken = (time.perf_counter() - begun) * 1e3
    content = first + answer.read()
    return taken, (time.perf_counter() - begun) * 1e3, content


def measure(port: int, process: psutil.Process, restores: bool, rounds: int) -> dict[str, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    ask(connection, 1_000)
    row: dict[str, float] = {}
    for size, count in ((1_000, rounds * 4), (100_000, rounds), (1_000_000, 3)):
        firsts, lasts = [], []
        used = sum(process.cpu_times()[:2])
        for _ in range(count):
            first, last, content = ask(connection, size)
            firsts.append(first)
            lasts.append(last)
            lines = content.decode().split("\n\n")[:9]
            text = "".join(json.loads(line[6:])["choices"][0]["delta"]["content"] for line in lines)
            if ("Jane Doe" in text) is not restores or content.count(b"data: ") < size // 16:
                raise RuntimeError("that is not the answer")
        name = f"{size // 1000} K characters"
        row[f"{name}: CPU of the proxy"] = (sum(process.cpu_times()[:2]) - used) * 1e3 / count
        row |= {f"{name}: first": statistics.median(firsts), f"{name}: last": statistics.median(lasts)}
    row["RSS before"] = process.memory_info().rss / 1e6
    for _ in range(5):
        ask(connection, 160_000)  # 10,000 events
    row["RSS after 5 x 10,000 events"] = process.memory_info().rss / 1e6
    connection.close()
    return row


@contextmanager
def proxied(upstream: int, restores: bool, home: str, environ: dict[str, str]) -> Iterator[tuple[int, psutil.Process]]:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = [f"confdir={home}", f"listen_port={port}", "flow_detail=0", f"faasera_restore={str(restores).lower()}"]
    command = [str(Path(sys.executable).with_name("mitmdump")), "-s", str(ROOT / "faasera_addon.py")]
    command += ["--listen-host", "127.0.0.1", *(part for option in options for part in ("--set", option))]
    environ = environ | {"FAASERA_OPENAI_BASE_URL": f"http://127.0.0.1:{upstream}/v1"}
    with started(command, lambda line: "Faasera: target" in line, environ) as (process, _):
        yield port, psutil.Process(process.pid)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upstream", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args(argv)
    if arguments.upstream:
        asyncio.run(serve_upstream())
        return 0
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("FAASERA_", "DEFAULT_TARGET"))
    } | {"PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "tools.bench.bench_restore", "--upstream"]
    rows: dict[bool, dict[str, float]] = {}
    with (
        tempfile.TemporaryDirectory() as home,
        started(command, lambda line: line.strip().isdigit(), environ) as (_, line),
    ):
        for restores in (False, True):
            with proxied(int(line), restores, home, environ) as (port, process):
                rows[restores] = measure(port, process, restores, arguments.rounds)
    print(f"{'':36}{'off':>12}{'on':>12}{'difference':>14}")
    for name, off in rows[False].items():
        print(f"{name:36}{off:>12.2f}{rows[True][name]:>12.2f}{rows[True][name] - off:>14.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
