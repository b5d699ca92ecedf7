"""Compiles the kernel beside its sources where there is a C compiler: `python redaction/detector/kernel/compiling.py`.

Without one, or on a processor that it is not written for, nothing is lost but speed. Run by `make setup` and while a
wheel is built, so this file imports nothing of ours.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = (
    "tables.h",
    *(f"{name}_kernel.c" for name in ("table", "word", "vector", "asked", "network", "factor", "form")),
)
# No fused multiply-add: the floats are numpy's to the bit.
_FLAGS = ("-O3", "-std=gnu11", "-shared", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off")
_SECONDS = 120


def library_name() -> str:
    """The file that the kernel of this kind of machine is compiled to."""
    return f"kernel-{sys.platform}-{platform.machine().lower()}.so"


def fingerprint(folder: Path = HERE) -> str:
    """What the sources and the way they are compiled are: a library of other sources is not used."""
    content = b"".join((folder / name).read_bytes() for name in SOURCES)
    return hashlib.sha256(" ".join(_FLAGS).encode() + content).hexdigest()[:16]


def compiled(folder: Path = HERE) -> Path | None:
    """The library, made in the folder of the sources; None where it cannot be."""
    compiler = os.environ.get("CC") or next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if not compiler or sys.platform == "win32":
        return None
    target = folder / library_name()
    with tempfile.TemporaryDirectory(dir=folder) as work:
        made = Path(work) / target.name
        command = [*compiler.split(), *_FLAGS, f'-DKERNEL_SOURCES="{fingerprint(folder)}"', "-o", str(made)]
        command += [name for name in SOURCES if name.endswith(".c")]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_SECONDS)
        except (OSError, subprocess.SubprocessError):
            return None
        made.replace(target)
    return target


if __name__ == "__main__":
    if compiled() is None:
        print("setup: no C compiler: the detector runs without its kernel, at about half the speed", file=sys.stderr)
