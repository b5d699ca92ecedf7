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
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def _server() -> socket.socket:
    """The server of this test process: it ends when this end of the socket is closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen([sys.executable, "-m", "tests.support.warm_server"], cwd=ROOT, stdin=theirs)
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


class WarmProcess:
    """`command`: mitmdump or mitmweb with its words, or a module with its words."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.PIPE,
        stderr: int = subprocess.STDOUT,
        start_new_session: bool = False,
        text: bool = True,
        errors: str = "replace",
    ) -> None:
        self.returncode: int | None = None
        self.stdin: IO[str] | None = None
        self.stdout: IO[str] | None = None
        self.stderr: IO[str] | None = None
        self._told = b""
        self._reports, report = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with ExitStack() as theirs:
            theirs.callback(report.close)

            def place(wanted: int, mode: str) -> tuple[int, IO[str] | None]:
                """Their descriptor, and our end of the pipe where there is one."""
                if wanted == subprocess.DEVNULL:
                    descriptor = os.open(os.devnull, os.O_RDWR)
                    theirs.callback(os.close, descriptor)
                    return descriptor, None
                if wanted != subprocess.PIPE:
                    return wanted, None
                read, write = os.pipe()
                ours, other = (write, read) if mode == "w" else (read, write)
                theirs.callback(os.close, other)
                return other, open(ours, mode, errors=errors)

            streams = []
            for name, wanted, mode in (("stdin", stdin, "w"), ("stdout", stdout, "r"), ("stderr", stderr, "r")):
                if name == "stderr" and wanted == subprocess.STDOUT:
                    streams.append(streams[1])
                    continue
                descriptor, end = place(wanted, mode)
                setattr(self, name, end)
                streams.append(descriptor)
            order = {"command": [*command], "cwd": str(cwd), "environ": {**env}, "session": start_new_session}
            socket.send_fds(_server(), [json.dumps(order).encode()], [report.fileno(), *streams])
        self.pid = int(self._report(None) or 0)

    def _report(self, seconds: float | None) -> int | None:
        """The next number that the server reports, if it comes within the time."""
        while b"\n" not in self._told:
            if not select.select([self._reports], [], [], seconds)[0]:
                return None
            if not (data := self._reports.recv(64)):
                raise RuntimeError("the server of warm processes is gone")
            self._told += data
        number, _, self._told = self._told.partition(b"\n")
        return int(number)

    def _end(self, seconds: float | None) -> int | None:
        if self.returncode is None and (status := self._report(seconds)) is not None:
            self.returncode = status
            self._reports.close()
        return self.returncode

    def poll(self) -> int | None:
        return self._end(0)

    def wait(self, timeout: float | None = None) -> int:
        status = self._end(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("a warm process", timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
