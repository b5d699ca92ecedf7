"""The container and the systemd unit: what they promise, and what they copy exists."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.proxy import ROOT

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
UNIT = ROOT / "deploy" / "faasera-proxy.service"


def instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_container_is_not_root_and_has_a_health_check() -> None:
    found = instructions()
    names = [name for name, _ in found]
    assert names[0] == "FROM"
    assert ("USER", "10001") in found
    assert names.index("USER") < names.index("CMD")
    assert "HEALTHCHECK" in names
    assert ("VOLUME", '["/var/lib/faasera"]') in found
    assert ":latest" not in dict(found)["FROM"]


def test_everything_that_is_copied_exists_and_every_package_is_copied() -> None:
    copied = [word for name, rest in instructions() if name == "COPY" for word in rest.split()[:-1]]
    for path in copied:
        assert (ROOT / path).exists(), path
    assert {"addon", "config", "dialects", "redaction", "reporting", "routing", "faasera_addon.py"} <= set(copied)


def test_the_unit_is_well_formed_and_confined() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    service = parser["Service"]
    assert service["ExecStart"].endswith("faasera_addon.py")
    assert "--listen-host 127.0.0.1" in service["ExecStart"]
    assert service["NoNewPrivileges"] == "true"
    assert int(service["TimeoutStopSec"]) > 10  # a shutdown waits 10 s for running requests


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "faasera-proxy.service"
    text = UNIT.read_text(encoding="utf-8")
    unit.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", str(unit)], capture_output=True, text=True, timeout=30
    )
    assert "Unknown" not in done.stderr
