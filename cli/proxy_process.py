"""A mitmdump with the addon as a child process: on a free loopback port, with a folder of its own, ended with us."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from cli import places

_START_SECONDS = 30.0
_STOP_SECONDS = 5.0
_LOG_TAIL = 5


class StartFailed(RuntimeError):
    """Raised when the proxy does not come up; the message is the end of its log, which holds no text of requests."""


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ProxyProcess:
    """One running mitmdump. Its CA is made for it and goes with it."""

    def __init__(self, environ: Mapping[str, str], options: Sequence[str] = ()) -> None:
        """`options`: further `name=value` for mitmdump's `--set`."""
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory(prefix="faasera-run-")  # mode 0700
        self.folder = Path(self._folder.name)
        self._log = self.folder / "log"
        told = ("confdir=" + str(self.folder), f"listen_port={self.port}", *options)
        self._command = [
            *places.program("mitmdump"), "--listen-host", "127.0.0.1", "-s", str(places.ADDON),
            *(part for option in told for part in ("--set", option)),
        ]  # fmt: skip
        self._environ = dict(environ)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca(self) -> Path:
        """The certificate that clients must trust; the key beside it is readable by this user only."""
        return self.folder / "mitmproxy-ca-cert.pem"

    def __enter__(self) -> ProxyProcess:
        """Start and wait until it can mask. Raises StartFailed."""
        descriptor = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # A session of its own: Ctrl-C at the terminal is for the program, not for the proxy beneath it.
            self._process = subprocess.Popen(
                self._command, env=self._environ, cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=descriptor, stderr=descriptor, start_new_session=True,
            )  # fmt: skip
        finally:
            os.close(descriptor)
        deadline = time.monotonic() + _START_SECONDS
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                told = self.log_tail()
                self.__exit__(None, None, None)
                raise StartFailed(told or "the proxy did not start")
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_SECONDS)
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
        self._folder.cleanup()

    def _ready(self) -> bool:
        status, _ = self.get("/healthz")
        return status == 200 and self.ca.exists()

    def get(self, path: str, seconds: float = 5.0) -> tuple[int, str]:
        """Status and body of one of the proxy's own pages; (0, "") when nothing answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def log_tail(self) -> str:
        """The last lines of the log, as one text."""
        with suppress(OSError):
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
            return "\n".join(lines[-_LOG_TAIL:])
        return ""
