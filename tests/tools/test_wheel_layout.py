"""The wheel: one package with everything in it, that runs from outside the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.proxy import ROOT, clean_environ
from tools.wheel_layout import FOLDERS, renamed


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("from config.version import x", "from faasera.config.version import x"),
        ("    from routing import hosts", "    from faasera.routing import hosts"),
        ("import redaction.redactor", "import faasera.redaction.redactor"),
        ('"from redaction.a.worker import main; main()"', '"from faasera.redaction.a.worker import main; main()"'),
        ("from configparser import x", "from configparser import x"),
        ("words from config files", "words from config files"),
        ("from mitmproxy.addon import x", "from mitmproxy.addon import x"),
    ],
)
def test_imports_get_the_package_in_front(line: str, becomes: str) -> None:
    assert renamed(line) == becomes


@pytest.mark.slow
def test_the_wheel_runs_from_anywhere(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    [wheel] = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"faasera"}
    assert {name.split("/")[1] for name in names if name.startswith("faasera/")} >= {*FOLDERS, "mitm-config.yaml"}
    assert not [name for name in names if "test" in name.partition("faasera/")[2].split("/")[0]]
    environ = clean_environ({"PYTHONPATH": str(tmp_path / "site"), "HOME": str(tmp_path)})
    command = [sys.executable, "-P", "-m", "faasera.cli.main", "try", "What is Jane Doe's SSN 123-45-6789?"]
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "What is [[NAME]]'s SSN [[SSN]]?\n", done.stderr
