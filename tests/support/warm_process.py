"""A program of the product as a process that starts warm (see `warm_server.py`), with the interface of `Popen`."""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.warm_server import COMMAND, ORDER_BYTES, ROOT, SOCKET


@functools.cache
def server() -> Path:
    """The folder of this test process's server, which ends with us. Ready or soon ready to be asked."""
    folder = Path(tempfile.mkdtemp(prefix="faasera-warm-"))
    command = folder / COMMAND
    script = ROOT / "tests" / "support" / "warm_command.py"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -S -I {script} {folder / SOCKET} "$@"\n')
    command.chmod(0o700)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.warm_server", str(folder)], cwd=ROOT, stdin=subprocess.PIPE
    )

    def end() -> None:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        shutil.rmtree(folder)

    atexit.register(end)
    while not (folder / SOCKET).exists():
        assert process.poll() is None, "the server of warm processes did not start"
        time.sleep(0.01)
    return folder


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
