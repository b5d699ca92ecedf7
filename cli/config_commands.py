"""`faasera config`: which file is read, whether it is right, and a copy of one's own to edit."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import click

from cli import places
from cli.console import say
from cli.running_proxies import is_ours, running_proxies
from config.config_errors import ConfigError
from config.configuration import load_config


@click.group("config")
def config() -> None:
    """Check, show and write the configuration. Order: --set, then environment, then this file, then built-in."""


@config.command("path")
def path() -> None:
    """Print the file that a start reads."""
    click.echo(places.config_in_use())


@config.command("show")
def show() -> None:
    """Print the file that a start reads: complete and commented, if it is the shipped one."""
    sys.stdout.write(places.config_in_use().read_text(encoding="utf-8"))


@config.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def check(file: Path | None) -> None:
    """Say whether FILE (default: the one that a start reads) can be used. Exit status 1 with one line if not."""
    chosen = file or places.config_in_use()
    try:
        load_config({}, os.environ, chosen, str(chosen))
    except ConfigError as error:
        say(str(error))
        sys.exit(1)
    say(f"{chosen}: can be used")


@config.command("apply")
def apply() -> None:
    """Have the running proxies of yours take the file as it is, also what loosens: that waits for this word."""
    chosen = places.config_in_use()
    try:
        load_config({}, os.environ, chosen, str(chosen))
    except ConfigError as error:
        say(f"nothing was applied: {error}")
        sys.exit(1)
    pids = [pid for pid in running_proxies() if is_ours(pid)]
    for pid in pids:
        os.kill(pid, signal.SIGHUP)
        say(f"told process {pid} to take its configuration anew; its log and page say what came of it")
    if not pids:
        say("no proxy of yours runs from here; the next start reads the file")


@config.command("init")
def init() -> None:
    """Copy the shipped file to your own place, where you can edit it; an existing one stays."""
    target = places.user_config()
    if target.exists():
        say(f"{target}: is there already")
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(places.SHIPPED_CONFIG, target)
    target.chmod(0o600)
    say(f"wrote {target}; edit it, then: faasera config check")
