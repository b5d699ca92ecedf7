"""`faasera ca`: the certificate authority that clients of the interception door must trust."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from cli import places
from cli.authority import CERTIFICATE, constraints, ensure_authority, make_authority
from cli.console import say
from cli.own_hosts import own_hosts


@click.group("ca")
@click.option("--confdir", type=click.Path(path_type=Path), default=None, help="mitmproxy's folder (~/.mitmproxy).")
@click.pass_context
def ca(ctx: click.Context, confdir: Path | None) -> None:
    """Show and export the certificate authority. It is made at the first use and never leaves this machine."""
    ctx.obj = confdir or places.confdir()


def certificate(folder: Path) -> Path:
    """The authority's certificate, made if there is none yet."""
    fresh = not (folder / CERTIFICATE).exists()
    path = ensure_authority(folder, own_hosts())
    if fresh:
        say(f"made a certificate authority in {folder}")
    return path


@ca.command("show")
@click.pass_obj
def show(folder: Path) -> None:
    """Print path, fingerprint and dates."""
    path = certificate(folder)
    found = x509.load_pem_x509_certificate(path.read_bytes())
    print(f"file         {path}")
    print(f"sha256       {found.fingerprint(hashes.SHA256()).hex()}")
    names = constraints(found)
    signs = "any host (made by mitmproxy; `faasera ca renew` makes one for model hosts only)"
    if names is not None:
        signs = f"{len(names)} domains of model hosts only, where a client honours name constraints"
    print(f"signs for    {signs}")
    print(f"valid        {found.not_valid_before_utc:%Y-%m-%d} to {found.not_valid_after_utc:%Y-%m-%d}")


@ca.command("renew")
@click.confirmation_option(prompt="Make a new authority? Clients must trust it anew.")
@click.pass_obj
def renew(folder: Path) -> None:
    """Make a new authority, for model hosts only. Clients must trust it anew, and a running proxy be restarted."""
    say(f"wrote {make_authority(folder, own_hosts())}")


@ca.command("export")
@click.argument("target", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def export(folder: Path, target: Path | None) -> None:
    """Write the certificate (not the key) to TARGET, or to standard output."""
    data = certificate(folder).read_bytes()
    if target is None:
        sys.stdout.buffer.write(data)
    else:
        target.write_bytes(data)
        say(f"wrote {target}; let clients trust it (`faasera serve`, then http://127.0.0.1:8080/ shows how)")
