"""Small pieces of HTML. Everything that is not markup of ours goes through `text` on its way in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final, Literal

from reporting import sanitize

Tone = Literal["good", "warn", "bad", "mute"]

_PLACEHOLDER = re.compile(r"\[\[[A-Z][A-Z0-9_]*(?:_[a-z0-9]{4,10})?\]\]")

_TRIANGLE: Final = '<path fill="currentColor" d="M12 1.5 0.8 21.5h22.4zM11 9h2v6.5h-2zm0 8h2v2h-2z"/>'
_ICONS: Final = {
    "good": '<path fill="currentColor" d="M12 1 3 4.6v6.8C3 17 6.8 21.7 12 23c5.2-1.3 9-6 9-11.6V4.6zm-1.4 15.2-4-4 '
    '1.7-1.7 2.3 2.3 5.1-5.1 1.7 1.7z"/>',
    "pause": '<path fill="currentColor" d="M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22zM8 7h3v10H8zm5 0h3v10h-3z"/>',
    "idle": '<path fill="currentColor" d="M12 1 3 4.6v6.8C3 17 6.8 21.7 12 23c5.2-1.3 9-6 9-11.6V4.6zm0 2.2 7 2.8v5.4'
    'c0 4.5-2.9 8.3-7 9.5-4.1-1.2-7-5-7-9.5V6z"/>',
    "warn": _TRIANGLE,
    "bad": _TRIANGLE,
}


def text(value: object) -> str:
    """Escaped for element content and quoted attributes; what no browser may see (NUL, surrogates) is replaced."""
    shown = str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
    return escape(shown, quote=True)


def marked(value: str) -> str:
    """Escaped text with its placeholders in `<mark>`."""
    out: list[str] = []
    at = 0
    for match in _PLACEHOLDER.finditer(value):
        out += (text(value[at : match.start()]), f"<mark>{text(match.group())}</mark>")
        at = match.end()
    return "".join((*out, text(value[at:])))


def icon(tone: str) -> str:
    """A picture for sighted readers; the words beside it say the same."""
    return f'<svg viewBox="0 0 24 24" aria-hidden="true">{_ICONS[tone]}</svg>'


def tag(tone: Tone, word: str) -> str:
    """A short word in a box."""
    return f'<span class="tag {tone}">{text(word)}</span>'


def ago(then: float, now: float) -> str:
    """A point of time as `12 s ago`, with the exact time for machines; an em dash for never."""
    if then <= 0:
        return '<span class="soft">never</span>'
    seconds = max(0, int(now - then))
    exact = datetime.fromtimestamp(min(then, 2.0**33), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f'<time datetime="{exact}" title="{exact}">{duration(seconds)} ago</time>'


def listing(values: Mapping[str, int]) -> str:
    """`NAME 2, SSN 1` as markup: a line breaks between the pairs only."""
    return text(sanitize.listed(values).replace(" ", "\u00a0").replace(",\u00a0", ", "))


def duration(seconds: int) -> str:
    """`12 s`, `5 min`, `3 h 20 min`, `4 d`."""
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours = seconds // 60, seconds // 3600
    if minutes < 60:
        return f"{minutes} min"
    if hours < 48:
        return f"{hours} h {minutes % 60} min" if hours < 12 and minutes % 60 else f"{hours} h"
    return f"{hours // 24} d"


def number(value: int) -> str:
    """With thin groups: `12 345`."""
    return f"{value:,}".replace(",", "\u202f")


def section(ident: str, title: str, *body: str) -> str:
    """A landmark with a heading."""
    head = f'<h2 id="{ident}-h">{text(title)}</h2>'
    return f'<section id="{ident}" aria-labelledby="{ident}-h">{head}{"".join(body)}</section>'


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Name and value pairs; the values are markup."""
    return '<dl class="facts">' + "".join(f"<div><dt>{text(k)}</dt><dd>{v}</dd></div>" for k, v in rows) + "</dl>"


def table(caption: str, heads: Sequence[str], rows: Iterable[tuple[bool, Sequence[str]]], *, numeric: int = 0) -> str:
    """A table whose rows are (alarm, cells as markup); the first cell heads its row, the last `numeric` are numbers.

    The roles are spelled out because narrow screens show rows as blocks, and browsers then forget what a row was.
    """
    first_number = len(heads) - numeric
    cls = [' class="num"' if at >= first_number else "" for at in range(len(heads))]
    head = "".join(f'<th role="columnheader" scope="col"{c}>{text(h)}</th>' for h, c in zip(heads, cls, strict=True))
    body = []
    for alarm, cells in rows:
        first, *rest = cells
        line = f'<th role="rowheader" scope="row">{first}</th>' + "".join(
            f'<td role="cell"{c} data-label="{text(h)}">{cell}</td>'
            for cell, h, c in zip(rest, heads[1:], cls[1:], strict=True)
        )
        body.append(f'<tr role="row"{" class=alarm" if alarm else ""}>{line}</tr>')
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{text(caption)}">'
        f'<table class="stack" role="table"><caption>{text(caption)}</caption><thead role="rowgroup">'
        f'<tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(body)}</tbody></table></div>'
    )
