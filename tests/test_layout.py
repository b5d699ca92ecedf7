"""The house: packages import downwards only, in no circle; files are small, named once, and know no machine."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# package -> own packages it may import, besides itself
MAY: dict[str, set[str]] = {
    "config": set(),
    "dialects": set(),
    "redaction": {"config", "dialects"},
    "routing": {"config", "dialects"},
    "reporting": {"config", "dialects"},
    "addon": {"redaction", "routing", "reporting", "config", "dialects"},
    "cli": {"addon", "redaction", "routing", "reporting", "config", "dialects"},
    "faasera_addon": {"addon"},
}
# The one edge inside the lower layer: a target's `speaks` is checked against the names of the wire formats.
MAY["config"] = {"dialects"}
OWN = {*MAY, "tools", "tests", "training"}
MITMPROXY = {"addon", "cli", "faasera_addon"}
VIEW = "reporting/mitmweb_view.py"
MOST_LINES = 400


def sources(root: Path) -> list[Path]:
    return [root / "faasera_addon.py"] * (root / "faasera_addon.py").exists() + [
        path for package in sorted(MAY) for path in sorted((root / package).rglob("*.py"))
    ]


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it (also under TYPE_CHECKING and in functions)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def offenders(root: Path) -> list[str]:
    """`file imports module` for every import that goes sideways, upwards, in a circle, or to mitmproxy."""
    found: list[str] = []
    files = {path.relative_to(root).with_suffix("").as_posix().replace("/", "."): path for path in sources(root)}
    graph: dict[str, set[str]] = {}
    for name, path in files.items():
        package = name.partition(".")[0]
        for module in imported(path):
            top = module.partition(".")[0]
            wrong = top in OWN and top != package and top not in MAY[package]
            wrong |= top == "mitmproxy" and package not in MITMPROXY and path.relative_to(root).as_posix() != VIEW
            if wrong or module.startswith("."):
                found.append(f"{path.relative_to(root)} imports {module}")
            if module in files and module != name:
                graph.setdefault(name, set()).add(module)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found.append("circle: " + " -> ".join(error.args[1]))
    return sorted(set(found))


def test_imports_go_one_way() -> None:
    assert offenders(ROOT) == []


def test_the_rules_would_see_a_wrong_import(tmp_path: Path) -> None:
    for package in ("redaction", "routing", "addon"):
        (tmp_path / package).mkdir()
    (tmp_path / "redaction" / "a.py").write_text("def f():\n    from routing import hosts\n")
    (tmp_path / "redaction" / "b.py").write_text("import mitmproxy.http\nfrom .a import f\n")
    (tmp_path / "addon" / "c.py").write_text("from addon import d\n")
    (tmp_path / "addon" / "d.py").write_text("if False:\n    from addon.c import x\n")
    text = "\n".join(offenders(tmp_path))
    for words in ("a.py imports routing", "b.py imports mitmproxy.http", "b.py imports .a", "circle: addon."):
        assert words in text


@pytest.mark.parametrize("package", ["redaction.redactor", "routing.router", "reporting.status_page.render"])
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


def test_files_are_small_named_once_and_know_no_machine() -> None:
    product = [*sources(ROOT), *sorted((ROOT / "tools").rglob("*.py"))]
    training = [path for path in sorted((ROOT / "training").rglob("*.py")) if not {"tests", "data"} & {*path.parts}]
    names = Counter(path.name for path in [*product, *training] if path.name != "__init__.py")
    assert [name for name, count in names.items() if count > 1] == []
    texts = {path: path.read_text(encoding="utf-8") for path in product}
    assert [str(path) for path, text in texts.items() if text.count("\n") > MOST_LINES] == []
    folders = ("/" + "root/", "/" + "work/")
    assert [str(path) for path, text in texts.items() if any(folder in text for folder in folders)] == []
