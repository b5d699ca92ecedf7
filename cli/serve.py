"""`faasera serve` and `faasera web`: the proxy in the foreground, as mitmdump or as mitmweb."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from cli import places
from cli.authority import ensure_authority
from cli.console import say
from cli.own_hosts import own_hosts

_SETTINGS = {"ignore_unknown_options": True, "allow_extra_args": True}
_PORT = click.option("-p", "--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="Port.")
_HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
_REST = click.argument("rest", nargs=-1, type=click.UNPROCESSED)


@click.command("serve", context_settings=_SETTINGS)
@_PORT
@_HOST
@_REST
def serve(port: int, host: str, rest: tuple[str, ...]) -> None:
    """Run the proxy until Ctrl-C. Further arguments go to mitmdump, as in
    `faasera serve --set faasera_target=local`.
    """
    start("mitmdump", port, host, rest)


@click.command("web", context_settings=_SETTINGS)
@_PORT
@_HOST
@_REST
def web(port: int, host: str, rest: tuple[str, ...]) -> None:
    """Run the proxy with mitmweb's pages: every flow as it left, placeholders only."""
    start("mitmweb", port, host, rest)


def start(name: str, port: int, host: str, rest: Sequence[str]) -> None:
    """Become mitmdump or mitmweb. Ends with status 1 and a remedy when the port is taken."""
    if problem := port_problem(host, port):
        say(problem)
        sys.exit(1)
    ensure_authority(_confdir(rest), own_hosts())
    environ = {places.CONFIG_VARIABLE: str(places.config_in_use()), **os.environ}
    command = [*places.program(name), "--listen-host", host, "--set", f"listen_port={port}", "-s", str(places.ADDON)]
    sys.stdout.flush()
    os.execve(command[0], [*command, *rest], environ)


def _confdir(rest: Sequence[str]) -> Path:
    """mitmproxy's folder, if the further arguments name another one."""
    named = [word.removeprefix("confdir=") for word in rest if word.startswith("confdir=")]
    return Path(named[-1]).expanduser() if named else places.confdir()


def port_problem(host: str, port: int) -> str:
    """Why the port cannot be taken, with what to do; "" if it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            remedy = f"stop what uses it, or take another: -p {port + 10}"
            return f"port {port} on {host} cannot be used ({error.strerror}): {remedy}"
    return ""
