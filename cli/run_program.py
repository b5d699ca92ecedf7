"""`faasera run -- PROGRAM`: a private proxy for one program, and nothing left behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from types import FrameType

import click

from cli import places
from cli.client_environment import certificate_bundle, client_environment, known, own_targets
from cli.console import say
from cli.health_watch import HealthWatch
from cli.proxy_process import ProxyProcess, StartFailed

_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH")
_NOT_FOUND, _NOT_RUNNABLE, _PROXY_FAILED = 127, 126, 125
_COUNTER = re.compile(r"^faasera_(masked|requests)_total\{([^}]*)\} ([0-9.e+]+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="([^"]*)"')


@click.command("run", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--policy", help="The policy of this run (`faasera types` lists what each masks).")
@click.option("--no-restore", is_flag=True, help="Leave placeholders in the answers instead of the values.")
@click.option("-q", "--quiet", is_flag=True, help="No line at the end.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(policy: str | None, no_restore: bool, quiet: bool, command: tuple[str, ...]) -> None:
    """Run PROGRAM with every message to a language model masked.

    \b
        faasera run -- claude
        faasera run -- python app.py

    The program gets a proxy of its own on a free port, with a CA that is made for this run. Values come back in the
    answers (reversible mode), so that an agent edits your files and not placeholders. Exit status and signals are the
    program's.
    """
    sys.exit(run_program(command, os.environ, policy=policy, restore=not no_restore, quiet=quiet))


def run_program(
    command: Sequence[str], environ: Mapping[str, str], *, policy: str | None, restore: bool, quiet: bool
) -> int:
    """The exit status of the program; 125 when the proxy could not be started, 126 and 127 as a shell has them."""
    found = shutil.which(command[0])
    if found is None:
        say(f"{command[0]}: not found")
        return _NOT_FOUND
    try:
        with ProxyProcess(_proxy_environ(environ, policy, restore)) as proxy:
            if problem := proxy.problem():
                raise StartFailed(problem)
            bundle = proxy.folder / "authorities.pem"
            bundle.write_text(certificate_bundle(environ, proxy.ca), encoding="utf-8")
            told = client_environment(known(command[0]), environ, proxy.url, proxy.ca, bundle)
            with HealthWatch(proxy, None if sys.stderr.isatty() or quiet else say) as watch:
                status = _wait([found, *command[1:]], told)
            line = summary(proxy.get("/metrics")[1], watch.problems)
    except StartFailed as error:
        say(f"the proxy did not start, and nothing was run:\n{error}")
        return _PROXY_FAILED
    if not quiet:
        say(line)
    return status


def _proxy_environ(environ: Mapping[str, str], policy: str | None, restore: bool) -> dict[str, str]:
    told = {**environ, **{k: v for k, v in own_targets(environ).items() if k not in environ}}
    told.setdefault(places.CONFIG_VARIABLE, str(places.config_in_use(environ)))
    if policy:
        told["FAASERA_POLICY"] = policy
    told["FAASERA_RESTORE"] = "true" if restore else "false"
    told["FAASERA_BEFORE_AFTER"] = "false"  # nobody would see the token that the view prints
    return told


def _wait(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the program in the foreground. Keys of the terminal reach it directly, other signals are passed on."""
    try:
        process = subprocess.Popen(command, env=environ)
    except OSError as error:
        say(f"{command[0]}: {error.strerror}")
        return _NOT_RUNNABLE

    def forward(number: int, _: FrameType | None) -> None:
        process.send_signal(number)

    before = {
        number: signal.signal(number, forward)
        for name in _FORWARDED
        if (number := getattr(signal, name, None)) is not None
    }
    before |= {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGQUIT)}
    try:
        status = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status


def summary(metrics: str, problems: Sequence[str] = ()) -> str:
    """`masked 3 NAME, 1 SSN in 12 requests`, from the proxy's metrics; `problems` are why requests were blocked."""
    masked: Counter[str] = Counter()
    requests: Counter[str] = Counter()
    for name, labels, value in _COUNTER.findall(metrics):
        fields = dict(_LABEL.findall(labels))
        if name == "masked":
            masked[fields.get("type", "OTHER")] += int(float(value))
        else:
            requests[fields.get("outcome", "")] += int(float(value))
    count = requests["sent"] + requests["clean"] + requests["blocked"]
    kinds = ", ".join(f"{number} {kind}" for kind, number in masked.most_common() if number)
    line = f"masked {kinds or 'nothing'} in {count} request{'' if count == 1 else 's'}"
    line += f"; {requests['blocked']} blocked" if requests["blocked"] else ""
    return f"{line}: {'; '.join(problems)}" if problems else line
