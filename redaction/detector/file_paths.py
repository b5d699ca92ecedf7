"""File-system paths in text. `paths: leave` keeps names inside them: an agent that reads `/home/[[NAME]]/src` cannot work."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re2

_SEGMENT = r"[^\s/\\\"'`<>|:*?,;(){}\[\]]+"
_PATTERN = re2.compile(
    rf"(?i)file:///?[^\s\"'`<>]+"
    rf"|\\\\{_SEGMENT}(?:\\{_SEGMENT}(?: {_SEGMENT}){{0,3}})+"
    rf"|\b[A-Z]:[\\/](?:{_SEGMENT}(?: {_SEGMENT}){{0,3}}[\\/])*(?:{_SEGMENT})?"
    rf"|(?:~|\.{{1,2}})(?:/{_SEGMENT})+/?"
    rf"|/(?:home|users|usr|var|etc|opt|mnt|media|srv|tmp|root|private|volumes|data|workspace|workspaces|app|proc|sys|dev|bin|lib|nix|run|boot|snap)(?:/{_SEGMENT})*/?"
    rf"|(?:/{_SEGMENT}){{2,}}/?"
    rf"|\b(?:[\w.-]+/){{1,12}}[\w.-]+\.[A-Za-z0-9]{{1,8}}\b"
    rf"|(?m:^[ \t]*(?:cwd|working directory|current directory|pwd)[ \t]*[:=][ \t]*[^\n]+$)"
)


def path_spans(text: str) -> list[tuple[int, int]]:
    """The places of file-system paths: POSIX, Windows, UNC and relative ones, `file://` URLs, lines naming the working directory.

    Half-open, sorted, disjoint, in code points. Paths of http URLs are none.
    """
    if "/" not in text and "\\" not in text and "cwd" not in text.lower():
        return []
    found = []
    for match in _PATTERN.finditer(text.encode("utf-8", "replace").decode("utf-8")):
        start, end = match.span()
        # `https://host/path`: what follows a scheme is no file.
        if text[start] == "/" and text[max(0, start - 1) : start] in (":", "/"):
            continue
        if text[max(0, start - 3) : start] == "://":
            continue
        found.append((start, end))
    return found
