"""Real servers of Debian packages for tests: found, or skipped; with CI=true a missing one is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/bin")


def program(*names: str) -> str:
    """The path of the first of these programs that is there."""
    for name in names:
        found = shutil.which(name) or next((f"{place}/{name}" for place in PLACES if Path(place, name).is_file()), None)
        if found:
            return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"none of {', '.join(names)} is installed (.ci/run does it)")
    pytest.skip(f"needs {' or '.join(names)}")


@contextmanager
def serving(command: list[str], environ: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, ended behind the block."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(ready: object, seconds: float = 30) -> None:
    """Wait for something that has no event of its own."""
    end = time.monotonic() + seconds
    while not ready():  # type: ignore[operator]
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.05)
