"""A mitmdump with the addon as a child process: on a free loopback port, with a folder of its own, ended with us."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from cli import places
from cli.authority import ensure_authority
from cli.own_hosts import own_hosts

_START_SECONDS = 60.0
_STOP_SECONDS = 5.0
_LOG_TAIL = 5
_READY = "Faasera: target"  # the line of a start that is through


class StartFailed(RuntimeError):
    """Raised when the proxy does not come up; the message is the end of its log, which holds no text of requests."""


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ProxyProcess:
    """One running mitmdump. Its CA is made for it and goes with it."""

    def __init__(self, environ: Mapping[str, str], options: Sequence[str] = (), confdir: Path | None = None) -> None:
        """`options`: further `name=value` for mitmdump's `--set`. `confdir` holds the CA; None: made for the run."""
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory(prefix="faasera-run-")  # mode 0700
        self.folder = Path(self._folder.name)
        self._log = self.folder / "log"
        self._confdir = confdir or self.folder
        told = (f"confdir={self._confdir}", f"listen_port={self.port}", *options)
        self._command = [
            *places.program("mitmdump"), "--listen-host", "127.0.0.1", "-s", str(places.ADDON),
            *(part for option in told for part in ("--set", option)),
        ]  # fmt: skip
        # Its log is a file: without this, Python keeps the line that says it is ready to itself.
        self._environ = {**environ, "PYTHONUNBUFFERED": "1"}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca(self) -> Path:
        """The certificate that clients must trust; the key beside it is readable by this user only."""
        return self._confdir / "mitmproxy-ca-cert.pem"

    def __enter__(self) -> ProxyProcess:
        """Start and wait until it takes requests. Raises StartFailed."""
        ensure_authority(self._confdir, own_hosts())
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
                told = self.last_line or self.log_tail()
                self.__exit__(None, None, None)
                raise StartFailed(told or "the proxy did not start")
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            # As Ctrl-C: behind SIGTERM it would wait for a balancer to see that it ends.
            self._process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_SECONDS)
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
        self._folder.cleanup()

    def _ready(self) -> bool:
        return _READY in self.log_tail(50) and self.ca.exists()

    def problem(self) -> str:
        """Why it would refuse every request (a Profiler that is down, say), in its own words; "" if it would not."""
        status, body = self.get("/healthz")
        if status == 200:
            return ""
        with suppress(ValueError, TypeError, KeyError):
            return str(json.loads(body)["reason"])
        return "it does not answer"

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

    @property
    def last_line(self) -> str:
        """The last line of ours in the log: what went wrong, or what happened. Never text, as all our lines."""
        lines = self.log_tail(50).splitlines()
        ours = [line for line in lines if "faasera" in line.lower()] or lines
        return re.sub(r"^\[[\d:.]+\]\s*", "", ours[-1].strip())[:300] if ours else ""

    def log_tail(self, count: int = _LOG_TAIL) -> str:
        """The last lines of the log, as one text."""
        with suppress(OSError):
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
            return "\n".join(lines[-count:])
        return ""
