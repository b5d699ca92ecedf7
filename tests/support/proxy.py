"""mitmdump with the addon, as a user starts it: a process of its own, a port of its own, a CA of its own.

with Proxy(environ={"FAASERA_OPENAI_BASE_URL": llm.url}) as proxy:
    proxy.client().post(proxy.url + "/v1/chat/completions", ...)
"""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import httpx

from tests.support.warm_process import WarmProcess
from tests.support.warm_server import ROOT as ROOT

ADDON = ROOT / "faasera_addon.py"
READY = "Faasera: target"
START_SECONDS = 90.0


def free_port() -> int:
    """A port that is free on 127.0.0.1 and, where there is IPv6, on ::1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environ(extra: Mapping[str, str] = {}) -> dict[str, str]:
    """The environment without anything that would change a run, plus `extra`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(
            ("FAASERA_", "DEFAULT_TARGET", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
        )
    }
    return {**kept, "PYTHONUNBUFFERED": "1", **extra}


class Proxy:
    """One running mitmdump. `log` is everything it printed; `wait_for(text)` waits for a line."""

    def __init__(
        self,
        *options: str,
        environ: Mapping[str, str] = {},
        config: str | None = None,
        tool: str = "mitmdump",
        addon: Path = ADDON,
        cwd: Path | None = None,
        confdir: Path | None = None,
        ready: str = READY,
        args: Sequence[str] = (),
        port: int = 0,
        warm: bool = True,
    ) -> None:
        """`warm`: a fork of a process that has imported everything; else mitmproxy's own command, as a user has it."""
        self.warm = warm
        self.port = port or free_port()
        self._temporary = tempfile.TemporaryDirectory()
        self.home = Path(self._temporary.name)
        self.confdir = confdir or self.home / "confdir"
        self.ready = ready
        extra = dict(environ)
        if config is not None:
            path = self.home / "mitm-config.yaml"
            path.write_text(config, encoding="utf-8")
            extra["FAASERA_CONFIG"] = str(path)
        self.command = [
            str(Path(sys.executable).with_name(tool)),
            *("-s", str(addon)),
            *("--set", f"confdir={self.confdir}"),
            *("--set", f"listen_port={self.port}"),
            *(part for option in options for part in ("--set", option)),
            *args,
        ]
        self._environ = clean_environ(extra)
        self._cwd = cwd or self.home
        self._lines: list[str] = []
        self._changed = threading.Condition()
        self._ended = False
        self.process: subprocess.Popen[str] | WarmProcess | None = None

    def __enter__(self) -> Proxy:
        try:
            self.start()
        except RuntimeError:
            self._temporary.cleanup()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()
        self._temporary.cleanup()

    def start(self) -> None:
        """Start and wait until it takes requests. Raises RuntimeError, with the log, when it does not."""
        self.launch()
        if not self.wait_for(self.ready, START_SECONDS):
            self.stop()
            raise RuntimeError(f"the proxy did not start:\n{self.log}")

    def launch(self) -> None:
        if self.warm:
            self.process = WarmProcess(self.command, cwd=self._cwd, env=self._environ)
        else:
            self.process = subprocess.Popen(
                self.command,
                cwd=self._cwd,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def stop(self) -> int:
        """End it and return its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # SIGTERM would wait for balancers to see it
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        if self.process.poll() is None:
            self.process.kill()
        status = self.process.wait()
        self._reader.join(5)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status

    def wait_exit(self, seconds: float = START_SECONDS) -> int:
        """Wait until it ends by itself."""
        assert self.process is not None
        status = self.process.wait(seconds)
        self._reader.join(5)
        return status

    def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        with suppress(ValueError):
            for line in self.process.stdout:
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    @property
    def log(self) -> str:
        with self._changed:
            return "".join(self._lines)

    def wait_for(self, text: str, seconds: float = 10.0, count: int = 1) -> bool:
        """Whether `text` was printed `count` times within the time."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or "".join(self._lines).count(text) >= count, seconds)
            return "".join(self._lines).count(text) >= count

    @property
    def url(self) -> str:
        """The gateway's base URL, without /v1."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> Path:
        return self.confdir / "mitmproxy-ca-cert.pem"

    def trust(self) -> ssl.SSLContext:
        """A TLS context that trusts this proxy's CA and nothing else."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return context

    def client(self, *, through: bool = False, http2: bool = False, timeout: float = 20.0) -> httpx.Client:
        """An HTTP client: plain (gateway door) or with this proxy as its proxy and its CA trusted (interception)."""
        if not through:
            return httpx.Client(trust_env=False, timeout=timeout)
        return httpx.Client(trust_env=False, timeout=timeout, proxy=self.url, verify=self.trust(), http2=http2)
