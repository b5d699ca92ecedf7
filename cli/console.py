"""Where commands print: colours and tables on a terminal, plain unwrapped lines in a pipe."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

# Wide enough that nothing is wrapped where no person looks: a pipe gets whole lines.
_PIPE_WIDTH = 10_000


def console(*, error: bool = False) -> Console:
    """A console on standard output, or on standard error."""
    stream = sys.stderr if error else sys.stdout
    if stream.isatty():
        return Console(file=stream, highlight=False)
    return Console(file=stream, highlight=False, width=_PIPE_WIDTH, no_color=True, markup=True)


def print_table(head: list[str], rows: list[list[str]]) -> None:
    """A table on a terminal; tab-separated lines without a head in a pipe."""
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(row))
        return
    table = Table(*head, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def say(text: str) -> None:
    """One line on standard error: what the command does, not what it produces."""
    print(f"faasera: {text}", file=sys.stderr, flush=True)
