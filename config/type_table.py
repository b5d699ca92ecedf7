"""Table: every type that the embedded profiler masks, with its group, in words, and an example (types.tsv)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("types.tsv")
_RECALL = Path(__file__).with_name("types_recall.tsv")


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One type: its placeholder is `[[name]]`. `on`: in every policy that does not switch it off. Of `rows`
    fresh rows (tools/recall_rows.py) `masked` were masked as a whole, on the day `measured`."""

    name: str
    group: str
    what: str
    example: str
    on: bool = True
    rows: int = 0
    masked: int = 0
    measured: str = ""

    @property
    def recall(self) -> str:
        """`46 of 48`."""
        return f"{self.masked} of {self.rows}"

    @property
    def placeholder(self) -> str:
        return f"[[{self.name}]]"


@cache
def types() -> tuple[TypeRow, ...]:
    """All rows, grouped, in the order of the file."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines if line]
    seen = {name: rest for name, *rest in map(str.split, _RECALL.read_text(encoding="utf-8").splitlines()[1:])}
    return tuple(
        TypeRow(name, group, what, example, on == "on", int(seen[name][0]), int(seen[name][1]), seen[name][3])
        for name, group, what, example, on in rows
    )


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """Group -> the names of its types."""
    found: dict[str, tuple[str, ...]] = {}
    for row in types():
        found[row.group] = (*found.get(row.group, ()), row.name)
    return found


def expand(names: tuple[str, ...]) -> frozenset[str]:
    """Types from names of types and of groups. Raises KeyError with the first name that is neither."""
    known = {row.name for row in types()}
    found: set[str] = set()
    for name in names:
        if name in groups():
            found.update(groups()[name])
        elif name in known:
            found.add(name)
        else:
            raise KeyError(name)
    return frozenset(found)
