"""Requests a processor second, one replica beside three behind the shipped HAProxy: `python -m tools.bench replicas`.

A resent chat of 2 KB with the team's key; eight connections a replica, so that each is as busy in a team of three as
alone. All teams run all the time, and short rounds take turns: what else the machine does hits all. Processor time is
that of the proxies alone, user and system; balancer, upstream and clients are not counted, and run on another core.
Three processes push each other out of a core's caches, whatever they do: so three single proxies, each behind a
balancer of its own and asked at the same time, show what is the machine's part.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import psutil

from tests.support.proxy import Proxy, free_port
from tools.bench.round_trips import ROOT, body, started

KEY = "a-team-key-of-this-bench"
CONNECTIONS = 8
UPSTREAM = "import asyncio; from tools.bench.round_trips import serve_upstream; asyncio.run(serve_upstream())"


class Team:
    """Replicas and their balancer."""

    def __init__(self, stack: ExitStack, upstream: str, size: int) -> None:
        environ = {
            "FAASERA_OPENAI_BASE_URL": f"{upstream}/v1",
            "FAASERA_GATEWAY_KEY": KEY,
            "FAASERA_RESTORE_KEY": "5a" * 32,
        }
        config = (ROOT / "deploy" / "team.yaml").read_text().replace('audit: "-"\n', "")
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.proxies = [
            stack.enter_context(Proxy(environ=environ, config=config, confdir=home / "confdir", warm=False))
            for _ in range(size)
        ]
        balancer = (ROOT / "deploy" / "haproxy.cfg").read_text()
        for number in range(size + 1, 4):
            balancer = re.sub(rf"\n    server proxy{number} .*", "", balancer)
        (home / "haproxy.cfg").write_text(balancer)
        self.port = free_port()
        places = {f"FAASERA_PROXY_{n}": f"127.0.0.1:{proxy.port}" for n, proxy in enumerate(self.proxies, 1)}
        ports = {"FAASERA_GATEWAY_BIND": f"127.0.0.1:{self.port}", "FAASERA_PROXY_BIND": f"127.0.0.1:{free_port()}"}
        command = ["haproxy", "-W", "-f", str(home / "haproxy.cfg")]
        environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin", **places, **ports}
        stack.enter_context(started(command, lambda line: "Loading success" in line, environment))
        end = time.monotonic() + 30
        while not self._answers():
            if time.monotonic() > end:
                raise RuntimeError("no replica answers through the balancer")
            time.sleep(0.2)

    def on_one_core(self, core: int) -> None:
        """A machine with fewer cores than replicas: they share one, and no core is shared with clients."""
        for proxy in self.proxies:
            assert proxy.process is not None
            for thread in psutil.Process(proxy.process.pid).threads():
                os.sched_setaffinity(thread.id, {core})

    def _answers(self) -> bool:
        try:
            _send(self.port, b'{"model":"gpt-4","messages":[]}', 1)
        except (RuntimeError, OSError, http.client.HTTPException):
            return False
        return True

    def seconds(self) -> float:
        """Processor time of all replicas so far."""
        times = [psutil.Process(proxy.process.pid).cpu_times() for proxy in self.proxies if proxy.process is not None]
        return sum(each.user + each.system for each in times)


def round_of(teams: list[Team], data: bytes, requests: int) -> float:
    """Requests a processor second of teams that are asked at the same time."""
    before, failed = sum(team.seconds() for team in teams), []
    clients = [team for team in teams for _ in range(CONNECTIONS * len(team.proxies))]

    def client(team: Team) -> None:
        try:
            _send(team.port, data, requests // len(clients))
        except BaseException as error:  # noqa: BLE001 - told by the round
            failed.append(error)

    threads = [threading.Thread(target=client, args=(team,)) for team in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return requests // len(clients) * len(clients) / (sum(team.seconds() for team in teams) - before)


def _send(port: int, data: bytes, times: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"content-type": "application/json", "authorization": "Bearer sk-bench", "x-faasera-key": KEY}
    for _ in range(times):
        connection.request("POST", "/v1/chat/completions", data, headers)
        answer = connection.getresponse()
        if answer.read() and answer.status != 200:
            raise RuntimeError(f"status {answer.status}")
    connection.close()


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench replicas", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--requests", type=int, default=480, help="in each round of each team")
    parser.add_argument("--spread", action="store_true", help="let the system place the replicas")
    told = parser.parse_args(argv)
    data = body(2_000, 1, 4)
    with ExitStack() as stack:
        command = [sys.executable, "-c", UPSTREAM]
        _, line = stack.enter_context(
            started(command, lambda line: line.strip().isdigit(), {**os.environ, "PYTHONPATH": str(ROOT)})
        )
        singles = [Team(stack, f"http://127.0.0.1:{int(line)}", 1) for _ in range(3)]
        three = Team(stack, f"http://127.0.0.1:{int(line)}", 3)
        cores = sorted(os.sched_getaffinity(0))
        for team in (*singles, three):
            if not told.spread:
                team.on_one_core(cores[-1])
            round_of([team], data, told.requests)  # warm
        if not told.spread and len(cores) > 1:
            os.sched_setaffinity(0, set(cores[:-1]))
        rows: dict[str, list[float]] = {"one": [], "three singles at once": [], "three replicas": []}
        asked = dict(zip(rows, (singles[:1], singles, [three]), strict=True))
        for number in range(told.rounds):  # each goes first in its turn
            for name in sorted(rows, key=lambda name: (list(rows).index(name) + number) % 3):
                rows[name].append(round_of(asked[name], data, told.requests))
    base = rows["three replicas"]
    for name, got in rows.items():
        ratio = statistics.median(team / each for team, each in zip(base, got, strict=True))
        print(f"{name:24}{statistics.harmonic_mean(got):8.1f} requests a CPU second; three replicas: {ratio:.3f} of it")
    print(f"median of {told.rounds} rounds; load {os.getloadavg()[0]:.1f} on {len(cores)} cores")
    return 0
