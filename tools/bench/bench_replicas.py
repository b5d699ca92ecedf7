"""Requests a processor second, one replica beside three behind the shipped HAProxy: `python -m tools.bench replicas`.

A resent chat of 2 KB with the team's key; eight connections a replica, so that each is as busy in a team of three as
alone. Both teams run all the time, and rounds take turns: what else the machine does hits both. Processor time is that
of the proxies alone, user and system; balancer, upstream and clients are not counted.
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

from tests.support.proxy import ROOT, Proxy, free_port
from tools.bench.round_trips import body, started

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
            stack.enter_context(Proxy(environ=environ, config=config, confdir=home / "confdir")) for _ in range(size)
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

    def round(self, data: bytes, requests: int) -> float:
        """Requests a processor second."""
        before, connections = self.seconds(), CONNECTIONS * len(self.proxies)
        failed: list[BaseException] = []

        def client() -> None:
            try:
                _send(self.port, data, requests // connections)
            except BaseException as error:  # noqa: BLE001 - told by the round
                failed.append(error)

        threads = [threading.Thread(target=client) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]
        return requests // connections * connections / (self.seconds() - before)


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
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--requests", type=int, default=2400, help="in each round of each team")
    told = parser.parse_args(argv)
    data = body(2_000, 1, 4)
    with ExitStack() as stack:
        command = [sys.executable, "-c", UPSTREAM]
        _, line = stack.enter_context(
            started(command, lambda line: line.strip().isdigit(), {**os.environ, "PYTHONPATH": str(ROOT)})
        )
        one, three = (Team(stack, f"http://127.0.0.1:{int(line)}", size) for size in (1, 3))
        for team in (one, three):
            team.round(data, told.requests)  # warm
        rows = [(one.round(data, told.requests), three.round(data, told.requests)) for _ in range(told.rounds)]
    ratios = [three / one for one, three in rows]
    print("requests a processor second: one replica, three, ratio")
    for (alone, together), ratio in zip(rows, ratios, strict=True):
        print(f"{alone:10.1f} {together:10.1f} {ratio:8.3f}")
    print(
        f"median  {statistics.median(a for a, _ in rows):.1f} {statistics.median(t for _, t in rows):.1f} "
        f"{statistics.median(ratios):.3f}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    return 0
