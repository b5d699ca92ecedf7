"""File-system paths in text. `paths: leave` keeps names inside them: an agent that reads `/home/[[NAME]]/src` cannot work."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

from collections.abc import Sequence

import re2

from redaction.spans import Span

# So far around a name (code points) its path is looked for; a longer one does not keep it.
_REACH = 4000
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


def paths_around(text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """The paths in the lines of some spans, as `path_spans` tells them: a path ends with its line."""
    found: list[tuple[int, int]] = []
    done = 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.end <= done:
            continue
        low, high = max(0, span.start - _REACH), min(len(text), span.end + _REACH)
        start = max(done, text.rfind("\n", low, span.start) + 1 or _behind_blank(text, low, span.start))
        end = text.find("\n", span.end, high)
        done = end if end >= 0 else high
        found += [(start + a, start + b) for a, b in path_spans(text[start:done])]
    return found


def _behind_blank(text: str, low: int, high: int) -> int:
    """Where a line that is too long is begun to be read: no path begins in its middle."""
    return text.find(" ", low, high) + 1 or low if low else 0
