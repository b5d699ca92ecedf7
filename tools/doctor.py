"""Is this machine set up, and is text really masked? Each failing line says what to do: `make doctor`.

    python -m tools.doctor --port 8080 [--json]

Reads settings, writes none. Exit status 0 when nothing fails, else 1. No text and no key is printed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools import doctor_desktop, doctor_machine, doctor_running, doctor_trust
from tools.doctor_proof import prove
from tools.doctor_report import Finding, as_json, failed, lines, summary, wants_colour


def examine(
    port: int, *, config_path: str | None, confdir: Path, environ: Mapping[str, str], home: Path, proof: bool = True
) -> list[Finding]:
    """Every finding, in the order in which things depend on each other."""
    state = doctor_machine.look_at_port(port)
    running = state[0] in ("ours", "failing")
    settings = doctor_desktop.read_all(environ, home)
    here = [s for s in settings if s.kind in ("pac", "proxy") and doctor_desktop.points_here(s, port)]
    shell = any(s.where.startswith("environment") for s in here)
    desktop = any(not s.where.startswith("environment") for s in here)

    config, told = doctor_machine.configuration(config_path, environ)
    found = [doctor_machine.python(), doctor_machine.packages(), told, doctor_machine.port(port, state)]
    if running:
        found.append(doctor_running.coverage(doctor_machine.SECTION, port, doctor_running.unread(port)))
    if config is not None:
        found.append(doctor_machine.profiler(config))
        found += doctor_machine.targets(config)

    ca, made = doctor_trust.authority(confdir)
    found.append(made)
    if ca is not None:
        found += [doctor_running.signer(ca, doctor_running.presented(port))] if running else []
        variables = doctor_trust.variables(ca, environ, needed=shell)
        told_clients = any(finding.detail.startswith("holds this CA") for finding in variables)
        needed = desktop or (shell and not told_clients)
        found.append(doctor_trust.system_trust(ca, doctor_trust.system_store(ca), needed=needed))
        chromium = doctor_trust.chromium_trust(ca, home)
        found += [chromium] if chromium is not None else []
        found += variables

    mandatory = doctor_desktop.mandatory_pac()
    found += doctor_desktop.judge(settings, port, running=running, mandatory=mandatory)
    if proof and config is not None:
        found += prove(config_path=config_path, environ=environ, confdir=confdir if ca is not None else None)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.doctor", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8080, help="the proxy's port (%(default)s)")
    parser.add_argument("--config", help="mitm-config.yaml; default: FAASERA_CONFIG, or the file beside the addon")
    parser.add_argument("--confdir", type=Path, default=Path("~/.mitmproxy"), help="folder of the CA (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--no-proof", action="store_true", help="leave out the canary through both doors")
    told = parser.parse_args(arguments)
    if not 0 < told.port < 65536:
        parser.error("--port must be between 1 and 65535")
    if sys.stderr.isatty():
        print("looking around; the proof takes a few seconds ...", file=sys.stderr)
    found = examine(
        told.port,
        config_path=told.config,
        confdir=told.confdir.expanduser(),
        environ=os.environ,
        home=Path.home(),
        proof=not told.no_proof,
    )
    if told.json:
        print(as_json(found))
    else:
        print("\n".join(lines(found, colour=wants_colour(sys.stdout))))
        print(f"\n{summary(found, proved=not told.no_proof)}")
    return int(failed(found))


if __name__ == "__main__":
    sys.exit(main())
