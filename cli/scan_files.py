"""`faasera scan`: how much of what would be masked stands in files. Counts only, no values."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cli.console import console, print_table, say
from cli.text_masker import TextMasker

_LARGEST = 32 << 20
_SKIPPED_FOLDERS = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv"})


@dataclass(slots=True)
class Scanned:
    """What stands in one file. `problem` says why it was not read."""

    path: Path
    counts: Counter[str] = field(default_factory=Counter)
    problem: str = ""


@click.command("scan")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--policy", help="The policy to use instead of the default one.")
def scan(paths: tuple[Path, ...], policy: str | None) -> None:
    """Count what would be masked in files and folders: type and number per file, no values.

    Text files are read; others are named as not read. Exit status 1 when something was found or not read.
    """
    files = list(walk(paths))
    masker = TextMasker(policy)
    results: list[Scanned] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(error=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        for path in progress.track(files, description="scanning"):
            results.append(scan_file(path, masker))
    found = [result for result in results if result.counts or result.problem]
    print_table(["file", "found"], [[str(result.path), _told(result)] for result in found])
    total = sum((result.counts for result in results), Counter[str]())
    unread = sum(bool(result.problem) for result in results)
    kinds = ", ".join(f"{kind} {count}" for kind, count in total.most_common())
    say(f"{len(files)} files: {kinds or 'nothing found'}" + (f"; {unread} not read" if unread else ""))
    sys.exit(1 if total or unread else 0)


def walk(paths: Sequence[Path]) -> Iterator[Path]:
    """Every file below the paths, sorted; links and folders of tools are not followed."""
    for path in paths:
        if path.is_file():
            yield path
            continue
        for folder, names, files in os.walk(path):
            names[:] = sorted(name for name in names if name not in _SKIPPED_FOLDERS)
            for name in sorted(files):
                file = Path(folder, name)
                if file.is_file() and not file.is_symlink():
                    yield file


def scan_file(path: Path, masker: TextMasker) -> Scanned:
    """Count the findings of one file."""
    try:
        if path.stat().st_size > _LARGEST:
            return Scanned(path, problem=f"larger than {_LARGEST >> 20} MiB")
        data = path.read_bytes()
    except OSError as error:
        return Scanned(path, problem=error.strerror or "cannot be read")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return Scanned(path, problem="not text")
    if "\0" in text:
        return Scanned(path, problem="not text")
    [masking] = masker.mask([text])
    return Scanned(path, Counter(span.type for span in masking.spans))


def _told(result: Scanned) -> str:
    if result.problem:
        return f"not read: {result.problem}"
    return ", ".join(f"{kind} {count}" for kind, count in sorted(result.counts.items()))
