"""`faasera service`: the proxy as a systemd unit of this user, written and removed in plain sight."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click

from cli import places
from cli.console import say

UNIT = "faasera-proxy.service"


def unit_path() -> Path:
    """Where systemd looks for units of this user."""
    return Path("~/.config/systemd/user").expanduser() / UNIT


def unit_text(port: int) -> str:
    """The unit: this very program, on loopback, confined to what it needs, no core dump that could hold keys."""
    command = shlex.join([sys.executable, "-m", f"{__package__}.main", "serve", "--port", str(port)])
    return f"""[Unit]
Description=Faasera LLM Privacy Proxy
After=network.target

[Service]
Type=exec
Environment=PYTHONPATH={places.HOME if not __package__.count(".") else ""}
EnvironmentFile=-%h/.config/faasera/environment
ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=2
TimeoutStopSec=30
LimitCORE=0
MemoryMax=2G
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=strict
ReadWritePaths=-%h/.mitmproxy
RestrictSUIDSGID=true
LockPersonality=true
RestrictRealtime=true

[Install]
WantedBy=default.target
"""


@click.group("service")
def service() -> None:
    """Run the proxy at login, as a systemd unit of this user."""


@service.command("install")
@click.option("-p", "--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
def install(port: int) -> None:
    """Write the unit, start it, and start it at every login."""
    path = unit_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    places.confdir().mkdir(mode=0o700, exist_ok=True)
    path.write_text(unit_text(port), encoding="utf-8")
    say(f"wrote {path}")
    _systemctl("daemon-reload")
    _systemctl("enable", "--now", UNIT)


@service.command("remove")
def remove() -> None:
    """Stop the proxy and delete the unit; the CA and the configuration stay."""
    path = unit_path()
    if path.exists():
        _systemctl("disable", "--now", UNIT)
        path.unlink()
        say(f"removed {path}")
        _systemctl("daemon-reload")
    else:
        say(f"{path}: is not there")


def _systemctl(*words: str) -> None:
    command = ["systemctl", "--user", *words]
    say(shlex.join(command))
    if shutil.which(command[0]) is None:
        raise click.ClickException("this system has no systemd: run `faasera serve` from your own start script")
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        raise click.ClickException(f"`{shlex.join(command)}` ended with status {done.returncode}")
