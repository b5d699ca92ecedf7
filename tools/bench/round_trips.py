"""Speed and memory against bare mitmdump, measured in the same run: `python -m tools.bench trips`.

Rows: direct to a mock upstream, bare mitmdump as forward proxy, the addon's gateway. Sequential requests on one
keep-alive connection, p50 and p95 of the round trip in ms; `new`: every text is new, `resent`: the same body again.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
ANSWER = b'{"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"ok"}}]}'
WORDS = """
the report shows that costs grew while the team moved its service to another region and nobody had asked for a review
of the plan before the release was cut so we should look at each change once more and write down why it was made which
tests cover it and who will take care of the follow up work next week
""".split()
PEOPLE = ("Jane Doe", "John Smith", "Maria Garcia", "Peter Miller", "Anna Schmidt")


class Upstream(asyncio.Protocol):
    """Answers each request with a fixed body, as soon as it is complete."""

    def __init__(self) -> None:
        self.buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.buffer[:end]).lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n")[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            del self.buffer[: end + 4 + length]
            self.transport.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
                % (len(ANSWER), ANSWER)
            )


async def serve_upstream() -> None:
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def text(size: int, seed: int) -> str:
    """Prose of about `size` characters with a name or number every few sentences."""
    rng = random.Random(seed)
    parts: list[str] = []
    length = 0
    while length < size:
        sentence = " ".join(rng.choices(WORDS, k=14)).capitalize()
        if rng.random() < 0.1:
            sentence += f", said {rng.choice(PEOPLE)}, phone 212-555-{rng.randrange(1000, 9999)}"
        parts.append(sentence + ".")
        length += len(sentence) + 2
    return " ".join(parts)


def body(size: int, seed: int, messages: int) -> bytes:
    """A chat request of about `size` bytes."""
    share = size // messages
    turns = [
        {"role": ("user", "assistant")[number % 2], "content": text(share, seed * 1000 + number)}
        for number in range(messages)
    ]
    return json.dumps({"model": "gpt-4", "messages": turns}).encode()


def agent_body(seed: int) -> bytes:
    """What a coding agent sends: 220 KB, about 500 texts, half of them in tool calls and their results."""
    messages: list[dict[str, object]] = [{"role": "system", "content": text(8_000, seed)}]
    for number in range(125):
        call = {"path": f"src/module_{number}.py", "pattern": text(60, seed * 7 + number), "note": text(80, number)}
        function = {"name": "search", "arguments": json.dumps(call)}
        result = json.dumps({"matches": [text(300, seed + number)], "status": "ok", "line": number})
        messages += [
            {"role": "assistant", "content": text(300, seed * 3 + number), "tool_calls": [
                {"id": f"call_{number}", "type": "function", "function": function}]},
            {"role": "tool", "tool_call_id": f"call_{number}", "content": result},
        ]  # fmt: skip
    messages.append({"role": "user", "content": text(60_000, seed * 11)})
    return json.dumps({"model": "gpt-4", "messages": messages}).encode()


class Client:
    """Sequential requests on one connection."""

    def __init__(self, port: int, target: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.target = target

    def send(self, data: bytes) -> float:
        started = time.perf_counter()
        self.connection.request(
            "POST", self.target, data, {"content-type": "application/json", "authorization": "Bearer sk-bench"}
        )
        answer = self.connection.getresponse()
        content = answer.read()
        taken = (time.perf_counter() - started) * 1e3
        if answer.status != 200 or content != ANSWER:
            raise RuntimeError(f"status {answer.status}: {content[:200]!r}")
        return taken

    def close(self) -> None:
        self.connection.close()


@contextmanager
def started(
    command: list[str], ready: Callable[[str], bool], environ: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ)
    assert process.stdout is not None
    line = ""
    for line in process.stdout:
        if ready(line):
            break
    else:
        raise RuntimeError(f"{command[0]} did not start: {line}")
    drain = threading.Thread(target=process.stdout.read, daemon=True)
    drain.start()
    try:
        yield process, line
    finally:
        process.terminate()
        process.wait(10)
        drain.join(5)
        process.stdout.close()


def p(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measure(port: int, target: str, rounds: int) -> dict[str, float]:
    client = Client(port, target)
    result: dict[str, float] = {}
    for name, size, messages, count in (("2KB", 2_000, 2, rounds), ("100KB", 100_000, 60, max(rounds // 4, 20))):
        fresh = [client.send(body(size, 7_000 + size + number, messages)) for number in range(count // 2)]
        same = body(size, 3, messages)
        client.send(same)
        again = [client.send(same) for _ in range(count)]
        result |= {f"{name} new": p(fresh, 0.5), f"{name} new p95": p(fresh, 0.95)}
        result |= {f"{name} resent": p(again, 0.5), f"{name} resent p95": p(again, 0.95)}
    agent = agent_body(5)
    client.send(agent)
    agents = [client.send(agent) for _ in range(max(rounds // 4, 20))]
    result |= {f"agent {len(agent) // 1000}KB resent": p(agents, 0.5), "agent resent p95": p(agents, 0.95)}
    small = body(2_000, 3, 2)
    started_at = time.perf_counter()
    for _ in range(rounds):
        client.send(small)
    result["requests/s"] = rounds / (time.perf_counter() - started_at)
    turns: list[dict[str, str]] = []
    growth: list[float] = []
    for turn in range(60):
        turns.append({"role": "user", "content": text(1_500, 90_000 + turn)})
        growth.append(client.send(json.dumps({"model": "gpt-4", "messages": turns}).encode()))
        turns.append({"role": "assistant", "content": text(300, 95_000 + turn)})
    result["60 turns, last"] = statistics.median(growth[-5:])
    client.close()
    return result


def isolation(port: int, target: str) -> float:
    """The worst delay (ms) of a 2 KB request on another connection while new 5 MB bodies are masked."""
    small = body(2_000, 3, 2)
    quick = Client(port, target)
    quick.send(small)
    base = statistics.median(quick.send(small) for _ in range(50))
    stop = threading.Event()

    def heavy() -> None:
        client = Client(port, target)
        seed = 0
        while not stop.is_set():
            client.send(body(5_000_000, 500_000 + seed, 40))
            seed += 1
        client.close()

    bodies = threading.Thread(target=heavy, daemon=True)
    bodies.start()
    worst = 0.0
    deadline = time.monotonic() + 12
    while time.monotonic() < deadline:
        worst = max(worst, quick.send(small) - base)
        time.sleep(0.005)
    stop.set()
    bodies.join(60)
    quick.close()
    return worst


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upstream", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--skip-isolation", action="store_true")
    arguments = parser.parse_args(argv)
    if arguments.upstream:
        asyncio.run(serve_upstream())
        return 0
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("FAASERA_", "DEFAULT_TARGET"))
    } | {"PYTHONUNBUFFERED": "1"}
    mitmdump = str(Path(sys.executable).with_name("mitmdump"))
    rows: dict[str, dict[str, float]] = {}
    with (
        tempfile.TemporaryDirectory() as home,
        started(
            [sys.executable, "-m", "tools.bench.round_trips", "--upstream"],
            lambda line: line.strip().isdigit(),
            environ,
        ) as (
            _,
            line,
        ),
    ):
        upstream = int(line)
        rows["direct"] = measure(upstream, "/v1/chat/completions", arguments.rounds)
        common = ["-q", "--set", f"confdir={home}", "--set", "termlog_verbosity=info", "--listen-host", "127.0.0.1"]
        port = free_port()
        command = [mitmdump, *common[1:], "--set", f"listen_port={port}", "--set", "flow_detail=0"]
        with started(command, lambda line: "listening" in line, environ) as (process, _):
            rows["bare mitmdump"] = measure(port, f"http://127.0.0.1:{upstream}/v1/chat/completions", arguments.rounds)
            rows["bare mitmdump"]["RSS MB"] = psutil.Process(process.pid).memory_info().rss / 1e6
            if not arguments.skip_isolation:
                target = f"http://127.0.0.1:{upstream}/v1/chat/completions"
                rows["bare mitmdump"]["worst delay beside 5 MB bodies"] = isolation(port, target)
        port = free_port()
        environ |= {"FAASERA_OPENAI_BASE_URL": f"http://127.0.0.1:{upstream}/v1"}
        command = [
            mitmdump,
            *common[1:],
            "--set",
            f"listen_port={port}",
            "--set",
            "flow_detail=0",
            "-s",
            str(ROOT / "faasera_addon.py"),
        ]
        with started(command, lambda line: "Faasera: target" in line, environ) as (process, _):
            rows["faasera"] = measure(port, "/v1/chat/completions", arguments.rounds)
            rows["faasera"]["RSS MB"] = psutil.Process(process.pid).memory_info().rss / 1e6
            if not arguments.skip_isolation:
                rows["faasera"]["worst delay beside 5 MB bodies"] = isolation(port, "/v1/chat/completions")
    report(rows)
    return 0


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def report(rows: dict[str, dict[str, float]]) -> None:
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    print(f"{'':32}" + "".join(f"{row:>16}" for row in rows) + f"{'faasera / bare':>16}")
    for name in names:
        cells = "".join(f"{rows[row][name]:>16.2f}" if name in rows[row] else f"{'-':>16}" for row in rows)
        bare, ours = rows["bare mitmdump"].get(name), rows["faasera"].get(name)
        ratio = f"{ours / bare:>15.2f}x" if bare and ours else f"{'-':>16}"
        print(f"{name:32}{cells}{ratio}")


if __name__ == "__main__":
    sys.exit(main())
