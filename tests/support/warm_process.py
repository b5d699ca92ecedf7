"""A program of the product as a process that starts warm (see `warm_server.py`), with the interface of `Popen`."""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.warm_server import ALIVE, COMMAND, ORDER_BYTES, ROOT, SOCKET

_START_SECONDS = 60.0


@functools.cache
def server() -> Path:
    """The folder of the server that all test processes of a run share: it ends when the last of them does. Ready or
    soon ready to be asked."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    folder = (
        Path(tempfile.gettempdir(), f"faasera-warm-{run}") if run else Path(tempfile.mkdtemp(prefix="faasera-warm-"))
    )
    alive = folder / ALIVE
    try:
        if run:
            folder.mkdir(mode=0o700)
    except FileExistsError:  # another worker was first
        _wait_for(folder / SOCKET)
        os.open(alive, os.O_WRONLY)  # open until this process ends
        return folder
    command = folder / COMMAND
    script = ROOT / "tests" / "support" / "warm_command.py"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -S -I {script} {folder / SOCKET} "$@"\n')
    command.chmod(0o700)
    os.mkfifo(alive, 0o600)
    reads, writes = os.open(alive, os.O_RDONLY | os.O_NONBLOCK), os.open(alive, os.O_WRONLY)
    process = subprocess.Popen([sys.executable, "-m", "tests.support.warm_server", str(folder)], cwd=ROOT, stdin=reads)
    os.close(reads)

    def end() -> None:
        os.close(writes)
        process.wait()

    atexit.register(end)
    _wait_for(folder / SOCKET, process)
    return folder


def _wait_for(path: Path, process: subprocess.Popen[bytes] | None = None) -> None:
    end = time.monotonic() + _START_SECONDS
    while not path.exists():
        assert process is None or process.poll() is None, "the server of warm processes did not start"
        assert time.monotonic() < end, "the server of warm processes does not start"
        time.sleep(0.01)


def warm_command(*words: str) -> list[str]:
    """The command line that starts mitmdump, mitmweb or a module of ours warm."""
    return [str(server() / COMMAND), *words]


class WarmProcess:
    """mitmdump or mitmweb with its words. What it prints, errors too, is `stdout`."""

    def __init__(self, command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
        self.returncode: int | None = None
        read, write = os.pipe()
        order = {"command": [*command], "cwd": str(cwd), "environ": {**env}}
        self._told = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with open(os.devnull) as nothing:
            self._told.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ORDER_BYTES)
            self._told.connect(str(server() / SOCKET))
            socket.send_fds(self._told, [json.dumps(order).encode()], [nothing.fileno(), write, write])
        os.close(write)
        self.stdout = os.fdopen(read, errors="replace")
        self.pid = int(self._told.recv(64))

    def poll(self) -> int | None:
        return self._end(0)

    def wait(self, timeout: float | None = None) -> int:
        if self._end(timeout) is None:
            raise subprocess.TimeoutExpired("a warm process", timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def _end(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], seconds)[0]:
            self.returncode = int(self._told.recv(64))
            self._told.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
