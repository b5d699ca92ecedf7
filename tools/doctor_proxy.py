"""A mitmdump of the doctor's own: this configuration and environment, but every target is the fake upstream."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final

from ruamel.yaml import YAML

from config.configuration import CONFIG_VARIABLE, GATEWAY_KEY_VARIABLE, Config

ROOT: Final = Path(__file__).resolve().parents[1]
START_SECONDS: Final = 90.0
_READY: Final = "Faasera: target"
# A `mitmproxy` section could make it listen elsewhere or ask for passwords; the audit log is for real requests.
_LEFT_OUT: Final = ("mitmproxy", "audit")
_PROXY_VARIABLES: Final = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class ProxyDied(Exception):
    """The proxy did not start; the message is its own line (ours, or mitmproxy's last)."""


class OwnProxy:
    """Starts on enter, ends on exit. `ca` is the certificate to trust."""

    def __init__(
        self,
        config: Config,
        upstream: str,
        folder: Path,
        environ: Mapping[str, str],
        *,
        config_path: str | None = None,
        confdir: Path | None = None,
    ) -> None:
        self.port = _free_port()
        self._confdir = confdir or folder / "confdir"
        self._environ = _environ(config, upstream, folder, environ, config_path)
        self._lines: list[str] = []
        self._changed = threading.Condition()
        self._ended = False

    @property
    def ca(self) -> Path:
        return self._confdir / "mitmproxy-ca-cert.pem"

    @property
    def last_line(self) -> str:
        """The last line that says what went wrong or what happened: never text, as all our lines."""
        with self._changed:
            ours = [line for line in self._lines if "faasera" in line.lower()] or self._lines
        return re.sub(r"^\[[\d:.]+\]\s*", "", ours[-1].strip())[:300] if ours else ""

    def __enter__(self) -> OwnProxy:
        # Not the script `mitmdump`: its name and place differ between systems.
        command = [sys.executable, "-c", "from mitmproxy.tools.main import mitmdump; mitmdump()"]
        command += ["-s", str(ROOT / "faasera_addon.py"), "--listen-host", "127.0.0.1"]
        command += ["--set", f"listen_port={self.port}", "--set", f"confdir={self._confdir}"]
        self._process = subprocess.Popen(
            command,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._started():
            line = self.last_line or f"nothing was printed within {START_SECONDS:.0f} s"
            self.__exit__(None, None, None)
            raise ProxyDied(line)
        return self

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _started(self) -> bool:
        def told() -> bool:
            return self._ended or any(_READY in line for line in self._lines)

        with self._changed:
            self._changed.wait_for(told, START_SECONDS)
            return any(_READY in line for line in self._lines)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(5)
        assert self._process.stdout is not None
        self._process.stdout.close()


def _environ(
    config: Config, upstream: str, folder: Path, environ: Mapping[str, str], config_path: str | None
) -> dict[str, str]:
    """The environment of the run: no proxy, no real key, every target the upstream."""
    targets = config.routing.targets.values()
    keys = {target.api_key_env for target in targets if target.api_key_env}
    dropped = {*keys, "FAASERA_AUDIT", CONFIG_VARIABLE, GATEWAY_KEY_VARIABLE}
    kept = {
        name: value
        for name, value in environ.items()
        if name not in dropped and name.lower() not in _PROXY_VARIABLES and not name.endswith("_API_KEY")
    }
    bases = {
        f"FAASERA_{target.name.upper().replace('-', '_')}_BASE_URL": upstream
        + ("/v1" if target.name == "openai" else "")
        for target in targets
    }
    run = {**kept, **bases, "PYTHONUNBUFFERED": "1"}
    # A redirect to another vendor needs a key of that vendor: this one opens nothing.
    run |= dict.fromkeys(keys, "doctor")
    source = Path(config_path or environ.get(CONFIG_VARIABLE) or ROOT / "mitm-config.yaml").expanduser()
    run[CONFIG_VARIABLE] = str(_copy(source, folder))
    return run


def _copy(source: Path, folder: Path) -> Path:
    yaml = YAML(typ="safe", pure=True)
    document = yaml.load(source.read_text(encoding="utf-8")) if source.exists() else None
    kept = {key: value for key, value in (document or {}).items() if key not in _LEFT_OUT}
    path = folder / "mitm-config.yaml"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        yaml.dump(kept, file)
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
