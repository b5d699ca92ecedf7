"""Writes the PAC file for deployment by policy: `make pac`, or `python -m tools.write_pac --host proxy.corp.example`.

The running proxy serves the same file at /proxy.pac. A file of its own is for policies and device management: it
is there also when the proxy is not.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from config.config_errors import ConfigError
from config.configuration import Config, load_config
from reporting.pac import proxy_pac
from routing.hosts import KNOWN

ROOT = Path(__file__).resolve().parents[1]
NEXT_STEPS = """\
Deploy it by policy: a PAC that cannot be fetched fails open, everything goes direct, unless it is mandatory.
  Chrome, Edge  ProxySettings: {"ProxyMode": "pac_script", "ProxyPacUrl": "...", "ProxyPacMandatory": true}
  Firefox       Proxy: {"Mode": "autoConfig", "AutoConfigURL": "...", "Locked": true}
  macOS         in a network profile: ProxyType Auto, ProxyPACURL, ProxyPACFallbackAllowed false"""


def hosts(config: Config) -> list[str]:
    """The host patterns that belong through the proxy: the built-in table and the configuration's own rows."""
    return [row.pattern for row in KNOWN] + [row.host for row in config.routing.hosts]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.write_pac", description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1", help="the proxy as the clients name it (%(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="its port (%(default)s)")
    parser.add_argument("--output", default="proxy.pac", help="the file to write, or - (%(default)s)")
    parser.add_argument("--config", help="mitm-config.yaml; default: FAASERA_CONFIG, or the file beside the addon")
    told = parser.parse_args(arguments)
    try:
        config = load_config({}, os.environ, ROOT / "mitm-config.yaml", told.config)
        rows = hosts(config)
        content = proxy_pac(rows, told.host, told.port)
        if told.output == "-":
            sys.stdout.write(content.decode("ascii"))
            return 0
        _write(Path(told.output), content)
    except (ConfigError, ValueError) as error:
        print(f"pac: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"pac: {told.output} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    print(f"{told.output}: {len(rows)} host patterns go to {told.host}:{told.port}, everything else goes direct.")
    print(NEXT_STEPS)
    return 0


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a half-written PAC is one that browsers ignore, and then they go direct."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content)
    os.replace(new, path)


if __name__ == "__main__":
    sys.exit(main())
