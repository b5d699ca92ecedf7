"""The hosts besides the built-in table for which the proxy must be able to sign: the configuration's and its own."""

from __future__ import annotations

import os

from cli import places
from config.config_errors import ConfigError
from config.configuration import load_config

# Names by which clients of this machine and containers on it reach the gateway over TLS.
_GATEWAY = ("localhost", "host.docker.internal")


def own_hosts() -> list[str]:
    """Host patterns of `hosts:`, of targets and of the gateway's own names; only the last where the configuration
    cannot be used (the start says why)."""
    try:
        routing = load_config({}, os.environ, places.config_in_use()).routing
    except ConfigError:
        return list(_GATEWAY)
    hosts = [row.host for row in routing.hosts] + [target.host for target in routing.targets.values()]
    return [*hosts, *routing.gateway.names, *_GATEWAY]
