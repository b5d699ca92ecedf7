"""`faasera doctor`: is this machine set up, and is text really masked? Each failing line says what to do.

Reads settings, writes none. Exit status 0 when nothing fails, else 1. No text and no key is printed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from cli import doctor_authority, doctor_machine, doctor_running, places
from cli.doctor_proof import prove
from cli.doctor_report import Finding, as_json, failed, lines, summary, wants_colour


def examine(
    port: int, *, config_path: str | None, confdir: Path, environ: Mapping[str, str], proof: bool = True
) -> list[Finding]:
    """Every finding, in the order in which things depend on each other."""
    state = doctor_machine.look_at_port(port)
    running = state[0] in ("ours", "failing")
    config, told = doctor_machine.configuration(config_path, environ)
    found = [told, doctor_machine.port(port, state)]
    if running:
        found.append(doctor_running.coverage(doctor_machine.SECTION, port, doctor_running.unread(port)))
    if config is not None:
        found.append(doctor_machine.profiler(config))
    ca, made = doctor_authority.authority(confdir)
    found.append(made)
    if ca is not None:
        found += [doctor_running.signer(ca, doctor_running.presented(port))] if running else []
        found += doctor_authority.variables(ca, environ, needed=_used_here(environ, port))
    if proof and config is not None:
        found += prove(config_path=config_path, environ=environ, confdir=confdir if ca is not None else None)
    return found


def _used_here(environ: Mapping[str, str], port: int) -> bool:
    """Whether programs of this shell go through the interception door of that port."""
    return any(environ.get(name, "").rstrip("/").endswith(f":{port}") for name in ("HTTPS_PROXY", "https_proxy"))


@click.command("doctor")
@click.option("-p", "--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="The proxy's port.")
@click.option("--config", "config_path", help="Configuration file; default: the one that a start reads.")
@click.option("--confdir", type=click.Path(path_type=Path), help="Folder of the CA (~/.mitmproxy).")
@click.option("--json", "as_data", is_flag=True, help="Print the findings as JSON.")
@click.option("--no-proof", is_flag=True, help="Leave out the canary through both doors.")
def doctor(port: int, config_path: str | None, confdir: Path | None, as_data: bool, no_proof: bool) -> None:
    """Look at configuration, port, Profiler, CA and this shell's variables, then send a canary through both doors."""
    if sys.stderr.isatty():
        print("looking around; the proof takes a few seconds ...", file=sys.stderr)
    found = examine(
        port, config_path=config_path, confdir=confdir or places.confdir(), environ=os.environ, proof=not no_proof
    )
    if as_data:
        print(as_json(found))
    else:
        print("\n".join(lines(found, colour=wants_colour(sys.stdout))))
        print(f"\n{summary(found, proved=not no_proof)}")
    sys.exit(int(failed(found)))
