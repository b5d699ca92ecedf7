"""Packages import downwards and never each other; only `hooks`, the entry and the mitmweb view know mitmproxy."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OWN = ("redaction", "routing", "reporting", "hooks", "tools", "tests", "faasera_addon")
# package -> own packages it may import, besides itself
MAY = {
    "redaction": set(),
    "routing": set(),
    "reporting": set(),
    "hooks": {"redaction", "routing", "reporting"},
    "faasera_addon": {"hooks"},
}
MITMPROXY = {"hooks", "faasera_addon"}
VIEW = Path("reporting/mitmweb_view.py")


def sources() -> list[Path]:
    files = [ROOT / "faasera_addon.py"]
    for package in ("redaction", "routing", "reporting", "hooks"):
        files += sorted((ROOT / package).rglob("*.py"))
    return [path.relative_to(ROOT) for path in files]


def package_of(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it (also under TYPE_CHECKING and in functions)."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("path", sources(), ids=str)
def test_imports_go_one_way(path: Path) -> None:
    package = package_of(path)
    for module in imported(path):
        top = module.partition(".")[0]
        if top in OWN and top != package:
            assert top in MAY[package], f"{path} imports {module}"
        if top == "mitmproxy":
            assert package in MITMPROXY or path == VIEW, f"{path} imports {module}"


def test_the_rules_would_see_a_wrong_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "redaction").mkdir()
    (tmp_path / "redaction" / "bad.py").write_text("def f():\n    from routing import hosts\n")
    with pytest.raises(AssertionError, match="imports routing"):
        test_imports_go_one_way(Path("redaction/bad.py"))
    (tmp_path / "redaction" / "bad.py").write_text("import mitmproxy.http\n")
    with pytest.raises(AssertionError, match="mitmproxy"):
        test_imports_go_one_way(Path("redaction/bad.py"))


@pytest.mark.parametrize("package", ["redaction.redactor", "routing.router", "reporting.pages"])
def test_a_package_loads_without_mitmproxy(package: str) -> None:
    code = f"import sys, {package}; sys.exit('mitmproxy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_entry_has_nothing_to_think_about() -> None:
    """What protects outlives the entry: it holds no condition but `is there a guard`."""
    lines = (ROOT / "faasera_addon.py").read_text().splitlines()
    assert len(lines) < 80
    conditions = {line.strip() for line in lines if line.strip().startswith(("if ", "for ", "while ", "try"))}
    assert conditions <= {
        "if _guard is not None:",
        "if _HERE not in sys.path:  # mitmproxy takes the script's folder off again once it is loaded",
    }


@pytest.mark.parametrize("path", sources(), ids=str)
def test_no_path_of_a_machine_in_a_source(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    for folder in ("root", "work"):
        assert f"/{folder}/" not in text
