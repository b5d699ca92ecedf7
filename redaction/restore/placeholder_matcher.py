"""A text stream with placeholders in, the same stream with values out."""

from __future__ import annotations

from collections.abc import Callable, Sized
from dataclasses import dataclass
from urllib.parse import quote

from redaction.restore.json_depth import JsonTracker, escaped
from redaction.restore.placeholder_pattern import LIVE, OPENER, URL_FORM, WHOLE, WINDOW
from redaction.spans import PLACEHOLDER

# tag (lower case) -> value of this client, None if there is none
type Lookup = Callable[[str], str | None]


@dataclass(slots=True)
class RestoreCounts:
    """What happened in one answer. Numbers only.

    `restored` values; `unknown` placeholders whose tag this client does not have; `oversized` events or bodies
    over the limit, passed on as they came; `unreadable` events that are not one JSON value, likewise.
    """

    restored: int = 0
    unknown: int = 0
    oversized: int = 0
    unreadable: int = 0


def is_empty(lookup: object) -> bool:
    """Whether there is surely nothing to restore: an empty VaultScope. A plain function cannot tell."""
    return isinstance(lookup, Sized) and len(lookup) == 0


class Matcher:
    """One channel of text: an answer's content, the arguments of one tool call.

    What comes out does not depend on how the text was split. A placeholder whose tag the lookup knows becomes its
    value, escaped for the JSON strings around it (`levels` more of them for a text that is itself raw JSON inside);
    every other text stays as it is. Values are not searched again. The repr shows no text.
    """

    __slots__ = ("_counts", "_held", "_levels", "_lookup", "_tracker")

    def __init__(self, lookup: Lookup, counts: RestoreCounts | None = None, *, levels: int = 0) -> None:
        self._lookup = lookup
        self._counts = counts if counts is not None else RestoreCounts()
        self._levels = levels
        self._tracker = JsonTracker()
        self._held = ""

    def __repr__(self) -> str:
        return f"Matcher({len(self._held)} held)"

    @property
    def held(self) -> int:
        """Characters held back: a live prefix of a possible placeholder, fewer than `pattern.WINDOW`."""
        return len(self._held)

    def feed(self, text: str) -> str:
        """The next piece, without what could be the beginning of a placeholder."""
        return self._run(self._held + text, final=False)

    def flush(self) -> str:
        """What was held back. The matcher then goes on as if a new text began."""
        rest = self._run(self._held, final=True)
        self._tracker = JsonTracker()
        return rest

    def _run(self, text: str, *, final: bool) -> str:
        out: list[str] = []
        at = done = 0
        held = len(text)
        while (opener := OPENER.search(text, at)) is not None:
            start = opener.start()
            if not final and len(text) - start < WINDOW and LIVE.match(text, start) is not None:
                held = start
                break
            at = start + 1
            match = WHOLE.match(text, start, start + WINDOW)
            if match is None or match.lastindex is None:
                continue
            value = self._lookup(match.group(match.lastindex).lower())
            if value is None:
                if (strict := PLACEHOLDER.match(text, start)) is not None and strict.group(2):
                    self._counts.unknown += 1
                continue
            self._tracker.feed(text[done:start])
            if match.lastindex == URL_FORM:
                value = quote(value, safe="", errors="replace")
            out += (text[done:start], escaped(value, self._tracker.level + self._levels))
            self._tracker.feed(match.group())
            at = done = match.end()
            self._counts.restored += 1
        self._tracker.feed(text[done:held])
        out.append(text[done:held])
        self._held = text[held:]
        return "".join(out)


def restored(text: str, lookup: Lookup, counts: RestoreCounts | None = None, *, levels: int = 0) -> str:
    """A whole text at once: what a Matcher makes of it."""
    if OPENER.search(text) is None:
        return text
    matcher = Matcher(lookup, counts, levels=levels)
    return matcher.feed(text) + matcher.flush()
