"""Secrets by their place in a command line: `mysql -pV`, `curl -u user:V`, `htpasswd -b file user V`; a table of programs."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import re2

_LONGEST_COMMAND = 400
_WORD = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[^\s\"'`;|&<>][^\s\"'`|<>]*")
# `-p` is a password beside `-u`, whatever the program.
_USER_AND_PASSWORD = re.compile(
    r"(?<=[ \t])(?:-u|-U|-l|--user|--username|--login)[ =][^\s-]\S{0,60}[ \t](?:[^\n;|&]{0,80}[ \t])?(?:-p|-P|-pw)[ =]?[\"']?([^\s\"'$<>|;&-][^\s\"'<>|;&]{4,100})"
)
_FILE = re.compile(r".*(?:\.[A-Za-z]{1,5}|/.*)\Z|[\d.:x/-]+(?:tcp|udp|/\w+)?\Z|\d+[a-z]{0,2}\Z")
_VALUE_STOP = frozenset("-$<>|&;({[%")


@dataclass(frozen=True, slots=True)
class Command:
    """One way to hand a secret to a program.

    `flags`: the word behind one of these, or glued to it (`-pV`), is the value; `place`: so many words without a dash
    behind the name, counted from the last word of `name`. `pair`: the value is what stands behind the colon.
    """

    name: str
    flags: tuple[str, ...]
    place: int
    pair: bool
    glued: bool
    example: str
    near_miss: str


@functools.cache
def commands() -> tuple[Command, ...]:
    """Reads `data/commands.tsv`: names, flags or place, example, near miss."""
    out: list[Command] = []
    text = files("redaction.detector.labels").joinpath("data", "commands.tsv").read_text("utf-8")
    for line in text.splitlines():
        if not line or line.startswith("# "):
            continue
        names, how, example, near_miss = line.split("\t")
        flags = tuple(word for word in how.split() if word[0] in "-/")
        place = next((int(word) for word in how.split() if word.isdigit()), 0)
        for name in names.split("|"):
            out.append(Command(name, flags, place, "pair" in how.split(), "glued" in how.split(), example, near_miss))
    return tuple(out)


@functools.cache
def _names() -> tuple[Any, dict[str, tuple[Command, ...]]]:
    by_name: dict[str, list[Command]] = {}
    for command in commands():
        by_name.setdefault(command.name, []).append(command)
    options = re2.Options()
    options.log_errors = False
    options.longest_match = True
    names = "|".join(re2.escape(name).replace("\\ ", "[ ]") for name in by_name)
    pattern = re2.compile(rf"(?:^|[\s;|&(`'\"$/\\])(?:{names})(?:\.exe)?[ ]", options)
    return pattern, {name: tuple(rows) for name, rows in by_name.items()}


def command_secrets(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The places of secrets in the commands that begin in `[start, end)`; half-open, code points, no quotes."""
    pattern, by_name = _names()
    piece = text[start : min(len(text), end + 40)]
    data = piece.encode("utf-8", "replace")
    if b" -p" in data or b" -P" in data:
        for match in _USER_AND_PASSWORD.finditer(text, start, len(piece) + start):
            value = match.group(1)
            if any(c.isdigit() for c in value) and any(c.isalpha() for c in value) and not _FILE.match(value):
                yield match.span(1)
    if pattern.search(data) is None:
        return
    plain = len(data) == len(piece)
    at_byte = at_char = 0
    for match in pattern.finditer(data):
        if plain:
            place = start + match.end()
        else:
            at_char += len(data[at_byte : match.end()].decode("utf-8", "replace"))
            at_byte = match.end()
            place = start + at_char
        name = match.group().decode("utf-8", "replace").strip(" \t\r\n;|&(`'\"$/\\").removesuffix(".exe")
        for command in by_name.get(name, ()):
            yield from _values(text, place, command)


def _values(text: str, at: int, command: Command) -> Iterator[tuple[int, int]]:
    line_end = text.find("\n", at, at + _LONGEST_COMMAND)
    while line_end > 0 and text[line_end - 1] == "\\":
        line_end = text.find("\n", line_end + 1, at + _LONGEST_COMMAND)
    end = line_end if line_end >= 0 else min(len(text), at + _LONGEST_COMMAND)
    expected = False
    place = 0
    for match in _WORD.finditer(text, at, end):
        first, last = match.span()
        word = match.group()
        if text[first - 1] in ";|&" or (text[first - 2 : first] in ("| ", "; ") or text[first - 3 : first] == "&& "):
            return
        if word[0] in "\"'":
            first, last, bare = first + 1, last - 1, word[1:-1]
        else:
            bare = word
        if expected:
            expected = False
            if found := _secret(text, first, last, bare, command):
                yield found
            continue
        if bare in command.flags and word[0] not in "\"'":
            expected = True
            continue
        flag = next((f for f in command.flags if bare.startswith(f)), None)
        if flag is not None:
            rest = bare[len(flag) :]
            cut = len(flag) + (1 if rest[:1] in ":=" else 0)
            if (rest[:1] in ":=" or command.glued) and len(bare) > cut:
                if bare[cut : cut + 1] in "\"'":
                    continue
                if found := _secret(text, first + cut, last, bare[cut:], command):
                    yield found
            continue
        if command.place and word[0] != "-" and not (word[0] == "/" and bare[1:4].isalpha() and ":" in bare):
            place += 1
            if place == command.place:
                if found := _secret(text, first, last, bare, command):
                    yield found
                return


def _secret(text: str, start: int, end: int, bare: str, command: Command) -> tuple[int, int] | None:
    if command.pair:
        if bare.startswith(("http://", "https://")):
            return None
        head, colon, bare = bare.partition(":")
        if not colon:
            return None
        start += len(head) + 1
    if not command.pair and bare.startswith(("pass:",)):
        start += 5
        bare = bare[5:]
    while bare and bare[-1] in ").,;":
        bare = bare[:-1]
        end -= 1
    if len(bare) < 4 or bare[0] in _VALUE_STOP or (bare.isupper() and bare.isalpha()) or bare.lower() in _STANDS_FOR:
        return None
    if bare.startswith(("env:", "file:", "fd:", "stdin", "@")) or ("/" in bare and bare[0] in "./~"):
        return None
    return start, end


_STANDS_FOR = frozenset("password passwd pass secret token pwd your_password yourpassword mypassword newpassword prompt stdin none null true false xxxx".split())  # noqa: SIM905
