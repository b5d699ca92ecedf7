"""`faasera run -- PROGRAM`: a private proxy for one program, and nothing left behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

import click

from cli import places
from cli.client_environment import certificate_bundle, client_environment, known, own_targets
from cli.console import say
from cli.health_watch import HealthWatch
from cli.proxy_process import ProxyProcess, StartFailed
from cli.used_proxy import UsedProxy

_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH")
_NOT_FOUND, _NOT_RUNNABLE, _PROXY_FAILED = 127, 126, 125
_NOT_RUN = "the proxy cannot be used, and nothing was run:\n{}"
_COUNTER = re.compile(r"^faasera_(masked|requests)_total\{([^}]*)\} ([0-9.e+]+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="([^"]*)"')


@click.command("run", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--policy", help="The policy of this run: a preset (strict, coding ...) or one of your configuration.")
@click.option("--no-restore", is_flag=True, help="Leave placeholders in the answers instead of the values.")
@click.option("--use", metavar="URL", help="Use your proxy that runs there (`faasera serve`), not one of its own.")
@click.option("--confdir", type=click.Path(path_type=Path), help="With --use: the folder of that proxy (~/.mitmproxy).")
@click.option("-q", "--quiet", is_flag=True, help="No line at the end.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(
    policy: str | None, no_restore: bool, use: str | None, confdir: Path | None, quiet: bool, command: tuple[str, ...]
) -> None:
    """Run PROGRAM with every message to a language model masked.

    \b
        faasera run -- claude
        faasera run -- python app.py

    The program gets a proxy of its own on a free port, with a CA that is made for this run. Values come back in the
    answers (reversible mode), so that an agent edits your files and not placeholders. Exit status and signals are the
    program's. With --use it gets a proxy that you run already, with that one's settings.
    """
    if use is not None and policy:
        raise click.UsageError("--policy is of a private proxy: with --use the running one's policy counts")
    restore = not no_restore

    def proxy() -> ProxyProcess | UsedProxy:
        if use is not None:
            return UsedProxy(use, confdir)
        return ProxyProcess(_proxy_environ(os.environ, policy, restore))

    sys.exit(run_program(command, os.environ, proxy, restore=restore, quiet=quiet))


def run_program(
    command: Sequence[str],
    environ: Mapping[str, str],
    proxy_of: Callable[[], ProxyProcess | UsedProxy],
    *,
    restore: bool,
    quiet: bool,
) -> int:
    """The exit status of the program; 125 when the proxy could not be started, 126 and 127 as a shell has them."""
    found = shutil.which(command[0])
    if found is None:
        say(f"{command[0]}: not found")
        return _NOT_FOUND
    try:
        with proxy_of() as proxy:
            before = _check_used(proxy, environ, restore) if isinstance(proxy, UsedProxy) else ""
            if problem := proxy.problem():
                raise StartFailed(problem)
            bundle = proxy.folder / "authorities.pem"
            bundle.write_text(certificate_bundle(environ, proxy.ca), encoding="utf-8")
            told = client_environment(known(command[0]), environ, proxy.url, proxy.ca, bundle)
            with HealthWatch(proxy, None if sys.stderr.isatty() or quiet else say) as watch:
                status = _wait([found, *command[1:]], told)
            line = summary(proxy.get("/metrics")[1], watch.problems, before)
    except StartFailed as error:
        say(_NOT_RUN.format(error))
        return _PROXY_FAILED
    if not quiet:
        say(line)
    return status


def _check_used(proxy: UsedProxy, environ: Mapping[str, str], restore: bool) -> str:
    """The metrics of a running proxy before the program. Raises StartFailed where its settings are not what was asked
    for: they are its own."""
    if restore and not proxy.restores:
        raise StartFailed(
            f"{proxy.url} gives no values back: start it with FAASERA_RESTORE=true, or say --no-restore and get "
            "placeholders in the answers"
        )
    for variable, value in own_targets(environ).items():
        if not proxy.is_at(value):
            raise StartFailed(
                f"a base URL of yours ({value}) is set, and {proxy.url} sends to its own targets: unset it, or start "
                f"that proxy with {variable}={value}"
            )
    return proxy.get("/metrics")[1]


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


def summary(metrics: str, problems: Sequence[str] = (), before: str = "") -> str:
    """`masked 3 NAME, 1 SSN in 12 requests`, from the proxy's metrics; `problems` are why requests were blocked.
    `before`: the metrics of a proxy that ran before: what others sent through it meanwhile counts too."""
    masked, requests = _counted(metrics)
    earlier, sent = _counted(before)
    masked, requests = masked - earlier, requests - sent
    count = requests["sent"] + requests["clean"] + requests["blocked"]
    kinds = ", ".join(f"{number} {kind}" for kind, number in masked.most_common() if number)
    line = f"masked {kinds or 'nothing'} in {count} request{'' if count == 1 else 's'}"
    line += " of all its clients" if before else ""
    line += f"; {requests['blocked']} blocked" if requests["blocked"] else ""
    return f"{line}: {'; '.join(problems)}" if problems else line


def _counted(metrics: str) -> tuple[Counter[str], Counter[str]]:
    """Values by type, and requests by outcome."""
    masked: Counter[str] = Counter()
    requests: Counter[str] = Counter()
    for name, labels, value in _COUNTER.findall(metrics):
        fields = dict(_LABEL.findall(labels))
        if name == "masked":
            masked[fields.get("type", "OTHER")] += int(float(value))
        else:
            requests[fields.get("outcome", "")] += int(float(value))
    return masked, requests
