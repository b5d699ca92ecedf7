"""Lays the checkout's folders out as one package `faasera` while a wheel is built (a hatchling build hook).

In a checkout the folders stand at the top (`redaction`, `routing`, ...), as `mitmdump -s faasera_addon.py` wants them.
In a wheel, names like `config` would belong to everybody, so each import of one of them gets the package in front.
"""

from __future__ import annotations

import re
import runpy
import shutil
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "faasera"
FOLDERS = ("addon", "cli", "config", "dialects", "redaction", "reporting", "routing")
FILES = ("faasera_addon.py", "mitm-config.yaml", "LICENSE", "NOTICE")
_NAMES = "|".join(FOLDERS)
_IMPORT = re.compile(
    rf"(?<![\w.])(?:(from) ({_NAMES})(?=(?:\.[\w.]+)? import )|(import) ({_NAMES})(?=[\s.]|$))", re.MULTILINE
)
# The addon puts the folder that holds its packages on the path: one above the package, in a wheel.
_HERE = "Path(__file__).resolve().parent)"


def renamed(source: str) -> str:
    """A module's source with the package in front of each import of a folder of ours, in strings of code too."""
    return _IMPORT.sub(lambda found: f"{found[1] or found[3]} {PACKAGE}.{found[2] or found[4]}", source)


def lay_out(root: Path, target: Path) -> Path:
    """Copy what ships from the checkout `root` to `target/faasera` and give that folder."""
    package = target / PACKAGE
    for folder in FOLDERS:
        ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "*.so", "*.tables", ".compiled", ".stored")
        shutil.copytree(root / folder, package / folder, ignore=ignore)
    for name in FILES:
        shutil.copy2(root / name, package / name)
    for path in sorted(package.rglob("*.py")):
        path.write_text(renamed(path.read_text(encoding="utf-8")), encoding="utf-8")
    entry = package / "faasera_addon.py"
    text = entry.read_text(encoding="utf-8")
    if text.count(_HERE) != 1:
        raise RuntimeError("faasera_addon.py no longer says where its packages are")
    entry.write_text(text.replace(_HERE, "Path(__file__).resolve().parents[1])"), encoding="utf-8")
    (package / "__init__.py").write_text('"""The Faasera LLM Privacy Proxy."""\n', encoding="utf-8")
    return package


class WheelLayout(BuildHookInterface[Any]):
    """Puts the laid-out package into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the wheel is written. Raises RuntimeError for an editable install."""
        if version == "editable":
            raise RuntimeError("an editable install is not supported: in a checkout, use `make setup`")
        self._folder = tempfile.TemporaryDirectory()
        package = lay_out(Path(self.root), Path(self._folder.name))
        kernel = package / "redaction" / "detector" / "kernel"
        # With a compiler the wheel is for this kind of machine, without one for any.
        if runpy.run_path(str(kernel / "compiling.py"))["compiled"](kernel) is not None:
            build_data["pure_python"] = False
            build_data["tag"] = "py3-none-" + re.sub(r"[-.]", "_", sysconfig.get_platform())
        build_data["force_include"][str(package)] = PACKAGE

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called once the wheel is there."""
        self._folder.cleanup()
