"""What the doctor says: findings, as aligned text for people and as JSON for programs. Never a text, never a key."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Final, Literal, TextIO

# ok: as it should be. note: works, but know this. skip: could not be looked at here. fail: exit status 1.
State = Literal["ok", "note", "skip", "fail"]
LABELS: Final[Mapping[State, str]] = {"ok": "ok", "note": "note", "skip": "not checked", "fail": "FAIL"}
_COLOURS: Final[Mapping[State, str]] = {"ok": "32", "note": "33", "skip": "2", "fail": "1;31"}
_WIDTH: Final = 118


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `section` groups lines, `name` says what was looked at, `remedy` what to do (always for `fail`)."""

    section: str
    name: str
    state: State
    detail: str
    remedy: str = ""

    def __post_init__(self) -> None:
        if self.state == "fail" and not self.remedy:
            raise ValueError(f"{self.name}: a failing line must say what to do")


def failed(findings: Iterable[Finding]) -> bool:
    return any(finding.state == "fail" for finding in findings)


def as_json(findings: Iterable[Finding]) -> str:
    """`{"ok": bool, "findings": [{"section", "name", "state", "detail", "remedy"}]}`."""
    rows = list(findings)
    return json.dumps({"ok": not failed(rows), "findings": [asdict(row) for row in rows]}, indent=2)


def lines(findings: Iterable[Finding], *, colour: bool = False) -> list[str]:
    """Aligned lines: label, name, detail; a remedy on lines of its own below."""
    rows = list(findings)
    names = max((len(row.name) for row in rows), default=0)
    labels = max(len(label) for label in LABELS.values())
    indent = " " * (2 + labels + 2 + names + 2)
    out: list[str] = []
    section = ""
    for row in rows:
        if row.section != section:
            section = row.section
            out += ([""] if out else []) + [section]
        label = LABELS[row.state].ljust(labels)
        if colour:
            label = f"\x1b[{_COLOURS[row.state]}m{label}\x1b[0m"
        detail = _wrapped(row.detail, len(indent))
        out.append(f"  {label}  {row.name.ljust(names)}  {detail[0]}".rstrip())
        out += [indent + more for more in detail[1:]]
        if row.remedy:
            out.append(f"{indent}-> {row.remedy}")  # never wrapped: commands are copied from here
    return out


def _wrapped(text: str, indent: int) -> list[str]:
    width = max(40, _WIDTH - indent)
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def wants_colour(stream: TextIO) -> bool:
    """Colours on a terminal only, and not where NO_COLOR is set (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def summary(findings: Iterable[Finding], *, proved: bool = True) -> str:
    """The last line. `proved`: the canary was sent."""
    rows = list(findings)
    bad = sum(row.state == "fail" for row in rows)
    if bad:
        return f"{bad} {'thing needs' if bad == 1 else 'things need'} attention: see the lines marked FAIL."
    if not proved:
        return "Nothing fails; whether text is masked was not tried (--no-proof)."
    return "All is well: what was sent through the doors arrived masked."
