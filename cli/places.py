"""Where things are: the addon, its configuration, mitmproxy's folder, a user's own settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

# The folder that holds the packages: the checkout, or `faasera/` of an installed wheel.
HOME = Path(__file__).resolve().parents[1]
ADDON = HOME / "faasera_addon.py"
SHIPPED_CONFIG = HOME / "mitm-config.yaml"
CONFIG_VARIABLE = "FAASERA_CONFIG"


def user_config(environ: Mapping[str, str] = os.environ) -> Path:
    """The configuration file of this user; it need not exist."""
    base = environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser()
    return Path(base) / "faasera" / "mitm-config.yaml"


def config_in_use(environ: Mapping[str, str] = os.environ) -> Path:
    """The file that a start reads: the one of FAASERA_CONFIG, else the user's, else the shipped one. Never one of
    the current folder: a project must not loosen the guard of its reader."""
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named).expanduser()
    own = user_config(environ)
    return own if own.exists() else SHIPPED_CONFIG


def confdir() -> Path:
    """mitmproxy's folder, which holds the CA."""
    return Path("~/.mitmproxy").expanduser()


def program(name: str) -> list[str]:
    """The command that starts mitmdump or mitmweb of this very environment."""
    script = Path(sys.executable).with_name(name)
    if script.exists():
        return [str(script)]
    return [sys.executable, "-c", f"from mitmproxy.tools.main import {name}; {name}()"]
