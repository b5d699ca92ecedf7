"""The proxies of this user that run now: mitmproxy processes with our addon, as /proc lists them (Linux)."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from cli import places


def running_proxies(proc: Path = Path("/proc")) -> list[int]:
    """Process ids, sorted; empty where the system has no /proc."""
    found: list[int] = []
    for folder in proc.glob("[0-9]*"):
        with suppress(OSError):
            if folder.stat().st_uid != os.getuid():
                continue
            words = (folder / "cmdline").read_bytes().split(b"\0")
            named = any(word.endswith(b"faasera_addon.py") for word in words)
            if named and any(b"mitm" in word for word in words[:3]) and int(folder.name) != os.getpid():
                found.append(int(folder.name))
    return sorted(found)


def is_ours(pid: int, proc: Path = Path("/proc")) -> bool:
    """Whether a proxy runs this very installation's addon."""
    with suppress(OSError):
        return str(places.ADDON).encode() in (proc / str(pid) / "cmdline").read_bytes().split(b"\0")
    return False
