"""`faasera forget`: reversible mode's values of one client, or of all, out of the store and out of every replica."""

from __future__ import annotations

import asyncio
import os
import sys

import click

from addon.resp_client import RespClient, StoreError
from addon.restoring import owners_named
from addon.state_store import WATCH_SECONDS, StateStore
from cli import places
from cli.console import say
from config.config_errors import ConfigError
from config.configuration import load_config
from redaction.restore.restore_key import RestoreKeyError, parse_key


@click.command("forget")
@click.argument("name", required=False, default="")
@click.option("--all", "everybody", is_flag=True, help="Wipe what everybody has.")
def forget(name: str, everybody: bool) -> None:
    """Wipe the values of NAME, a user or an address as the audit log has it, from the store (FAASERA_STATE) and from
    the memory of every replica that shares it. Needs FAASERA_RESTORE_KEY, as the replicas do."""
    if bool(name) == everybody:
        raise click.UsageError("name a user or an address, or say --all")
    chosen = places.config_in_use()
    try:
        config = load_config({}, os.environ, chosen, str(chosen))
        if not config.state:
            raise ConfigError("state", "there is no store: values are in the memory of one proxy; restart it")
        key, ttl = parse_key(config.restore_key.reveal()), config.redaction.restore.ttl
        store = StateStore(RespClient(config.state.reveal()), key, ttl, lambda problem: None)
        wiped = asyncio.run(store.forget(owners_named(name) if name else ()))
    except (ConfigError, RestoreKeyError, StoreError) as error:
        say(f"not everything was wiped: {error}")
        sys.exit(1)
    say(f"{wiped} scopes wiped from the store; running replicas follow within {WATCH_SECONDS:g} s")
