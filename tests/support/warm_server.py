"""The process that is forked for each start of the product: it has imported everything and built the tables once.

A real process comes out (own ports, signals, environment, status), for a tenth of the CPU of a fresh interpreter.
Started by `warm_process.py` with a socket as its standard input: an order is one message of JSON and four descriptors
(where to report, and the three standard streams).
"""

from __future__ import annotations

import gc
import io
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

ORDER_BYTES = 1 << 20
PROGRAMS = ("mitmdump", "mitmweb")


def warm_up() -> None:
    """Import and build what every start needs. No thread may be alive afterwards: only this one survives a fork."""
    import mitmproxy.tools.dump
    import mitmproxy.tools.main
    import mitmproxy.tools.web  # noqa: F401

    import cli.main  # noqa: F401
    from addon.pipeline import Home, Pipeline
    from config.configuration import load_config

    nowhere = Path("no such file")
    Pipeline(load_config({}, {}, nowhere), None, Home(nowhere, nowhere)).self_test()
    gc.collect()
    gc.freeze()


class Server:
    """Forks for each order, and reports process id and exit status."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._reports: dict[int, socket.socket] = {}

    def serve(self) -> None:
        """Until whoever gives the orders is gone; what still runs then is killed."""
        wake, told = socket.socketpair()
        for end in (wake, told):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at the terminal is for the tests
        signal.set_wakeup_fd(told.fileno())
        with selectors.DefaultSelector() as selector:
            selector.register(self._orders, selectors.EVENT_READ)
            selector.register(wake, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is wake:
                        wake.recv(4096)
                        self._reap()
                    elif not self._take():
                        for pid in self._reports:
                            os.kill(pid, signal.SIGKILL)
                        return

    def _reap(self) -> None:
        while self._reports:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            with self._reports.pop(pid) as report:
                report.send(f"{os.waitstatus_to_exitcode(status)}\n".encode())

    def _take(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._orders, ORDER_BYTES, 4)
        if not data:
            return False
        report, *streams = descriptors
        pid = os.fork()
        if pid == 0:
            self._orders.close()
            for other in self._reports.values():
                other.close()
            os.close(report)
            become(json.loads(data), streams)
        for stream in streams:
            os.close(stream)
        self._reports[pid] = socket.socket(fileno=report)
        self._reports[pid].send(f"{pid}\n".encode())
        return True


def become(order: dict[str, Any], streams: list[int]) -> None:
    """In the new process: what a fresh interpreter would have found, then the program. Does not return."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        if order["session"]:
            os.setsid()
        os.chdir(order["cwd"])
        os.environ.clear()
        os.environ.update(order["environ"])
        at_once = bool(os.environ.get("PYTHONUNBUFFERED"))
        sys.stdin = open(0)
        sys.stdout = io.TextIOWrapper(open(1, "wb", 0 if at_once else -1), write_through=at_once)
        sys.stderr = io.TextIOWrapper(open(2, "wb", 0), errors="backslashreplace", write_through=True)
        status = run(order["command"])
    except BaseException:  # noqa: BLE001 - as an interpreter would: say it, status 1
        traceback.print_exc()
    finally:
        for out in (sys.stdout, sys.stderr):
            out.flush()
        os._exit(status)


def run(command: list[str]) -> int:
    """Exit status of mitmdump, mitmweb or `python -m MODULE`."""
    program, *words = command
    sys.argv = command
    try:
        if Path(program).name in PROGRAMS:
            from mitmproxy.tools import main

            getattr(main, Path(program).name)(words)
        else:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    given = socket.socket(fileno=os.dup(0))
    warm_up()
    Server(given).serve()
