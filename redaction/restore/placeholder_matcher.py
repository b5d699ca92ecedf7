"""A text stream with placeholders in, the same stream with values out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sized
from dataclasses import dataclass
from urllib.parse import quote

from redaction.restore.address_guards import Guard
from redaction.restore.json_depth import JsonTracker, escaped
from redaction.restore.placeholder_pattern import ANGLE_FORM, URL_FORM, WINDOW, Forms, forms
from redaction.restore.placeholder_tags import TAG_LETTERS

# What stands before a percent-coded placeholder in an address or a form. In prose a model only spelled the brackets so.
_IN_URL = re.compile(r"[\w=/&?#:;,+.%~@-]")

# A placeholder without a tag. One closing bracket tells: the other may still be on its way.
_BARE = re.compile(r"\[\[([A-Z][A-Z0-9_]{0,60})\]")

# tag (lower case) -> value of this client, or None. A VaultScope also has `types`: those that it has values of.
type Lookup = Callable[[str], str | None]


@dataclass(slots=True)
class RestoreCounts:
    """What happened in one answer. Numbers only.

    `restored` values, and `one_way`: placeholders of values that never come back in the arguments of a tool, which
    then stand in what it writes.
    """

    restored: int = 0
    one_way: int = 0


def one_way_types(lookup: Lookup) -> frozenset[str]:
    """The types of which this client sent values that never come back; a plain function has none."""
    found: frozenset[str] = getattr(lookup, "one_way", frozenset())
    return found


def is_empty(lookup: object) -> bool:
    """Whether an answer need not be looked through: an empty VaultScope, which has no placeholder to warn of either.
    A plain function cannot tell."""
    return isinstance(lookup, Sized) and len(lookup) == 0 and not getattr(lookup, "one_way", None)


def forms_for(lookup: Lookup) -> Forms:
    """The forms in which this client's placeholders may come."""
    types: frozenset[str] = getattr(lookup, "types", frozenset())
    return forms(types)


class Matcher:
    """One channel of text: an answer's content, the arguments of one tool call.

    What comes out does not depend on how the text was split. A placeholder whose tag the lookup knows becomes its
    value, escaped for the JSON strings around it (`levels` more of them for a text that is itself raw JSON inside);
    every other text stays as it is, as does a placeholder where the guard says so. Values are not searched again. The
    repr shows no text.
    """

    __slots__ = ("_before", "_counts", "_forms", "_guard", "_held", "_levels", "_lookup", "_one_way", "_tracker")

    def __init__(
        self,
        lookup: Lookup,
        counts: RestoreCounts | None = None,
        *,
        levels: int = 0,
        guard: Guard | None = None,
        one_way: frozenset[str] = frozenset(),
    ) -> None:
        """`one_way`: the types whose bare placeholders are counted here (`RestoreCounts.one_way`)."""
        self._lookup = lookup
        self._one_way = one_way
        self._guard = guard
        self._counts = counts if counts is not None else RestoreCounts()
        self._levels = levels
        self._forms = forms_for(lookup)
        self._tracker = JsonTracker()
        self._before = ""  # the last two characters that went out: whether a word begins behind them
        self._held = ""

    def __repr__(self) -> str:
        return f"Matcher({len(self._held)} held)"

    @property
    def held(self) -> int:
        """Characters held back: a live prefix of a possible placeholder, fewer than `placeholder_pattern.WINDOW`."""
        return len(self._held)

    def feed(self, text: str) -> str:
        """The next piece, without what could be the beginning of a placeholder."""
        return self._run(self._held + text, final=False)

    def release(self) -> str:
        """What was held back. The text goes on, but a placeholder that was cut here is none any more."""
        return self._run(self._held, final=True)

    def flush(self) -> str:
        """What was held back. The matcher then goes on as if a new text began."""
        rest = self.release()
        self._tracker = JsonTracker()
        self._before = ""
        return rest

    def _run(self, fresh: str, *, final: bool) -> str:
        forms, out = self._forms, list[str]()
        at = done = len(self._before)
        text = self._before + fresh
        held = len(text)
        while (opener := forms.opener.search(text, at)) is not None:
            start = opener.start()
            if not final and len(text) - start < WINDOW and forms.live.match(text, start) is not None:
                held = start
                break
            at = start + 1
            match = forms.whole.match(text, start, start + WINDOW)
            if match is None or match.lastindex is None:
                if self._one_way and (bare := _BARE.match(text, start)) and bare[1] in self._one_way:
                    self._counts.one_way += 1
                continue
            value = self._lookup(TAG_LETTERS.sub("", match.group(match.lastindex)).lower())
            if value is None:
                continue
            self._tracker.feed(text[done:start])
            if self._guard is not None:
                self._guard.feed(text[done:start])
                if self._guard.stays:
                    out.append(text[done : match.end()])
                    self._follow(match.group(), "x")
                    at = done = match.end()
                    continue
            if match.lastindex == URL_FORM and _IN_URL.search(text, max(0, start - 1), start):
                value = quote(value, safe="", errors="replace")
            elif match.lastindex == ANGLE_FORM and "@" in value:
                value = f"<{value}>"  # `Jane <jane@...>` is how a mail address is written
            told = escaped(value, self._tracker.level + self._levels)
            out += (text[done:start], told)
            self._follow(match.group(), told)
            at = done = match.end()
            self._counts.restored += 1
        self._tracker.feed(text[done:held])
        if self._guard is not None:
            self._guard.feed(text[done:held])
        out.append(text[done:held])
        self._before, self._held = text[max(0, held - 2) : held], text[held:]
        return "".join(out)

    def _follow(self, written: str, told: str) -> None:
        """Behind a placeholder: it is part of the JSON around it, and what it became may begin an address."""
        self._tracker.feed(written)
        if self._guard is not None:
            self._guard.feed(told)


def restored(
    text: str,
    lookup: Lookup,
    counts: RestoreCounts | None = None,
    *,
    levels: int = 0,
    guard: Callable[[], Guard] | None = None,
    one_way: frozenset[str] = frozenset(),
) -> str:
    """A whole text at once: what a Matcher makes of it."""
    if forms_for(lookup).opener.search(text) is None:
        return text
    matcher = Matcher(lookup, counts, levels=levels, guard=guard() if guard is not None else None, one_way=one_way)
    return matcher.feed(text) + matcher.flush()
