"""Templates and sources: every line can be read, every slot is known, every download is pinned."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
SLOTS = set(
    """
    P F L f l T PI H h ORG CITY CITYW COUNTRY ADDR ADDRML STN APO ST ZIP PHONE EMAIL DATE NUM ID MONEY PROD MED ROLE
    MON DAY X XL V THING U UF
    """.split()  # noqa: SIM905 - reads better as text
)
FILES = sorted((HERE / "templates").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_lines(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        if path.stem in ("other", "quiet", "running", "scripts"):
            language, text = line.split("|", 1)
            assert re.fullmatch("[a-z]{2}", language), line
        else:
            text = line
        assert set(re.findall(r"\{([A-Za-z]+)\}", text)) <= SLOTS, line


def test_quiet_lines_name_nobody() -> None:
    text = (HERE / "templates" / "quiet.txt").read_text("utf-8")
    people = set("P F L f l T X XL PI H h ADDR ST".split())  # noqa: SIM905 - reads better as text
    assert not set(re.findall(r"\{([A-Za-z]+)\}", text)) & people


def test_sources_are_pinned_and_free() -> None:
    for source in json.loads((HERE / "sources.json").read_text("utf-8")):
        assert re.fullmatch("[0-9a-f]{64}", source["sha256"]), source["name"]
        assert source["registry"] in ("npm", "pypi")
        assert source["licence"].startswith(("MIT", "BSD", "Apache", "CC", "PDDL", "public domain")), source["name"]


def test_the_lock_has_hashes_and_no_addresses() -> None:
    text = (HERE / "requirements.txt").read_text("utf-8")
    assert "--hash=sha256:" in text
    assert "://" not in text
    pins = [line for line in text.splitlines() if "==" in line]
    assert all(line.rstrip(" \\").count("==") == 1 for line in pins)
