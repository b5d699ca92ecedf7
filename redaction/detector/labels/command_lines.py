"""Secrets by their place in a command line: `mysql -pV`, `curl -u user:V`, `htpasswd -b file user V`; a table of programs."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re
from collections.abc import Iterator

from redaction.detector.labels.command_table import Command, by_name
from redaction.detector.labels.label_matcher import Label

_LONGEST_COMMAND = 400
_EDGES = frozenset(" \t\r\n;|&(`'\"$/\\")
_QUOTED = r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'"
_WORD = re.compile(rf"(?:{_QUOTED}|[^\s\"'`;|&<>])(?:{_QUOTED}|[^\s\"'`|<>])*")
# `user:password` behind the option for a user or credentials, whatever the program.
_CREDENTIALS = re.compile(
    r"-(?<=[ \t]-)(?:u|-user|-username|-userpass|-auth|-(?:src-|dest-|source-|destination-)?creds(?:entials)?)[ =]?[\"']?[A-Za-z][\w.@-]{0,60}:([^\s\"'$<>|;&:/-][^\s\"'<>|;&:]{4,100})"
)
# `-p` is a password beside `-u`, whatever the program.
_USER_AND_PASSWORD = re.compile(
    r"-(?<=[ \t]-)(?:u|U|l|-user|-username|-login)[ =][^\s-]\S{0,60}[ \t](?:[^\n;|&]{0,80}[ \t])?(?:-p|-P|-pw)[ =]?[\"']?([^\s\"'$<>|;&-][^\s\"'<>|;&]{4,100})"
)
# Behind Oracle's `user/password`.
_DATABASE = re.compile(r"@[\w./:-]*\Z")
_FILE = re.compile(r".*(?:\.[A-Za-z]{1,5}|/.*)\Z|[\d.:x/-]+(?:tcp|udp|/\w+)?\Z|\d+[a-z]{0,2}\Z")
_VALUE_STOP = frozenset("-$<>|&;({[%")


def command_secrets(text: str, label: Label, end: int) -> Iterator[tuple[int, int]]:
    """The places of secrets in the command whose name is `label`; half-open, code points, no quotes."""
    if _piped(text[label.start : label.end].lower()):
        begin = max(0, label.start - 240)
        echoed = _ECHOED.search(text[begin : label.start])
        given = _GIVEN.match(text, label.end)
        if echoed and _plausible(echoed.group(1)):
            yield begin + echoed.start(1), begin + echoed.end(1)
        if given and _plausible(given.group(1)):
            yield given.span(1)
        if echoed or given:
            return
    if text[label.start : label.end].lower() in ("chpasswd", "smbpasswd"):
        yield from pairs_below(text, label, end)
        return
    before, after = text[label.start - 1 : label.start], text[label.end : label.end + 1]
    if (before and before not in _EDGES) or after not in (" ", "\t", "."):
        return
    at = label.end + (4 if text[label.end : label.end + 4].lower() == ".exe" else 0)
    if text[at : at + 1] not in (" ", "\t"):
        return
    for command in by_name().get(" ".join(text[label.start : label.end].lower().split()), ()):
        yield from _values(text, at, command)


# `chpasswd <<EOF`, then `user:password` lines.
_PAIRS_BELOW = re.compile(r"[^\n]{0,60}<<-?[ ]?[\"']?(\w{2,20})[\"']?[^\n]{0,20}\n")
_PAIR_LINE = re.compile(r"[ \t]{0,12}[A-Za-z_][\w.-]{0,60}:([^\s:$][^\n:]{3,120}?)[ \t]*(?:\n|\Z)")
_PAIR_ECHOED = re.compile(
    r"(?:echo|printf)[ ][^\n|]{0,10}[\"']?[A-Za-z_][\w.-]{0,60}:([^\s\"'$|]{4,120})(?:\\n)?[\"']?[ ]?\|[^\n]{0,40}\Z"
)


# `echo v | sudo -S`
_ECHOED = re.compile(
    r"(?:echo|printf)[ ](?:-n[ ]|'%s(?:\\n)?'[ ]|\"%s(?:\\n)?\"[ ])?[\"']?([^\s\"'$|:;&]{4,120})(?:\\n)?[\"']?[ ]?\|[^\n|]{0,60}\Z"
)


# `kinit bo <<< v`
_GIVEN = re.compile(r"[^\n|;&<]{0,80}<<<[ ]?[\"']?([^\s\"'$|;&<>]{4,120})")


def _piped(name: str) -> bool:
    """Whether the program reads the secret from what is piped into it."""
    return any("piped" in command.flags for command in by_name().get(" ".join(name.split()), ()))


def pairs_below(text: str, label: Label, end: int) -> Iterator[tuple[int, int]]:
    """The passwords of `user:password` lines that `chpasswd` reads: a here-document behind it, an `echo` before it."""
    begin = max(0, label.start - 240)
    echoed = _PAIR_ECHOED.search(text[begin : label.start])
    if echoed:
        yield begin + echoed.start(1), begin + echoed.end(1)
    opened = _PAIRS_BELOW.match(text, label.end)
    if opened is None:
        return
    at = opened.end()
    while at < end:
        if text.startswith(opened.group(1), at):
            return
        pair = _PAIR_LINE.match(text, at)
        if pair is None:
            return
        yield pair.span(1)
        at = pair.end()


def user_and_password(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The places of words behind `-p` in commands that have `-u user` in front, whatever the program."""
    for pattern in (_USER_AND_PASSWORD, _CREDENTIALS):
        for match in pattern.finditer(text, start, end):
            value = match.group(1)
            if any(c.isdigit() for c in value) and any(c.isalpha() for c in value) and not _FILE.match(value):
                yield match.span(1)


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
        if word[0] in "\"'" and word[-1] == word[0]:
            first, last, bare = first + 1, last - 1, word[1:-1]
        else:
            bare = word
        if expected:
            expected = False
            if found := _secret(first, last, bare, command):
                yield found
            continue
        if bare in command.flags and word[0] not in "\"'":
            expected = not command.tight
            continue
        flag = next((f for f in command.flags if bare.startswith(f)), None)
        if flag is not None:
            rest = bare[len(flag) :]
            cut = len(flag) + (1 if rest[:1] in ":=" else 0)
            if (rest[:1] in ":=" or flag.endswith(("=", ":")) or command.glued or command.tight) and len(bare) > cut:
                inner = bare[cut:]
                if inner[0] in "\"'":
                    if len(inner) > 2 and inner[-1] == inner[0]:
                        first, last, inner = first + 1, last - 1, inner[1:-1]
                    else:
                        continue
                if found := _secret(first + cut, last, inner, command):
                    yield found
            continue
        if command.place and word[0] != "-" and not (word[0] == "/" and bare[1:4].isalpha() and ":" in bare):
            place += 1
            if place == command.place:
                if found := _secret(first, last, bare, command):
                    yield found
                return


def _plausible(bare: str) -> bool:
    return not (
        len(bare) < 4 or bare[0] in _VALUE_STOP or (bare.isupper() and bare.isalpha()) or bare.lower() in _STANDS_FOR
    )


def _secret(start: int, end: int, bare: str, command: Command) -> tuple[int, int] | None:
    if command.pair:
        if bare.startswith(("http://", "https://")):
            return None
        head, colon, bare = bare.partition(command.pair)
        if not colon:
            return None
        start += len(head) + 1
        if command.pair == "/" and (database := _DATABASE.search(bare)):
            bare, end = bare[: database.start()], end - len(database.group())
        if len(bare) > 2 and bare[0] in "\"'" and bare[-1] == bare[0]:
            bare, start, end = bare[1:-1], start + 1, end - 1
    if not command.pair and bare.startswith(("pass:",)):
        start += 5
        bare = bare[5:]
    while bare and bare[-1] in ").,;":
        bare = bare[:-1]
        end -= 1
    if not _plausible(bare):
        return None
    if bare.startswith(("env:", "file:", "fd:", "stdin", "@")) or ("/" in bare and bare[0] in "./~"):
        return None
    return start, end


_STANDS_FOR = frozenset(
    [
        "password",
        "passwd",
        "pass",
        "secret",
        "token",
        "pwd",
        "your_password",
        "yourpassword",
        "mypassword",
        "newpassword",
        "prompt",
        "stdin",
        "none",
        "null",
        "true",
        "false",
        "xxxx",
    ]
)
