"""Programs that take secrets as words of their command line: a table of names and how they take them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Command:
    """One way to hand a secret to a program.

    `flags`: the word behind one of these, or glued to it (`-pV`), is the value; `place`: so many words without a dash
    behind the name, counted from the last word of `name`. `pair`: the value is what stands behind this sign, if any.
    """

    name: str
    flags: tuple[str, ...]
    place: int
    pair: str
    glued: bool
    tight: bool
    example: str
    near_miss: str


@functools.cache
def commands() -> tuple[Command, ...]:
    """Reads `data/commands.tsv`: names, flags or place, example, near miss."""
    out: list[Command] = []
    text = Path(__file__).with_name("data").joinpath("commands.tsv").read_text("utf-8")
    for line in text.splitlines():
        if not line or line.startswith("# "):
            continue
        names, how, example, near_miss = line.split("\t")
        flags = tuple(word for word in how.split() if word[0] in "-/" or word == "piped")
        place = next((int(word) for word in how.split() if word.isdigit()), 0)
        for name in names.split("|"):
            out.append(
                Command(
                    name,
                    flags,
                    place,
                    _pair(how.split()),
                    "glued" in how.split(),
                    "tight" in how.split(),
                    example,
                    near_miss,
                )
            )
    return tuple(out)


@functools.cache
def by_name() -> dict[str, tuple[Command, ...]]:
    """The rows of each program, by its name in lower case."""
    out: dict[str, list[Command]] = {}
    for command in commands():
        out.setdefault(command.name.lower(), []).append(command)
    return {name: tuple(rows) for name, rows in out.items()}


def _pair(words: list[str]) -> str:
    """The sign between user and secret: `pair` is a colon, `pair%` a percent sign."""
    return next((word[4:] or ":" for word in words if word.startswith("pair")), "")


def command_names() -> tuple[str, ...]:
    """All names, lower case."""
    return tuple(by_name())
