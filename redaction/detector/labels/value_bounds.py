"""Where a value begins and ends: inside its quotes, or up to what cannot belong to it; quotes are never part of it."""

from __future__ import annotations

import re
from typing import NamedTuple

# Longest value looked for (code points): tokens of identity providers have some two thousand.
LONGEST = 2400
_CLOSERS = {"“": "”", "”": "”", "„": "“”", "«": "»", "‹": "›", "「": "」", "『": "』", "‘": "’", "`": "`"}
_OPEN = re.compile(rf"[^\s\"'`<>«»“”„「」『』，。；、]{{1,{LONGEST}}}")
# Where an open value ends although no space follows: the next pair of a list, query or connection string.
_NEXT_PAIR = re.compile(r"[;,&|](?=[;,&|]|$|[A-Za-z_][\w. -]{0,40}[=:])|\\[nrt](?=[A-Za-z_][\w.-]{0,40}[=:]|$)")
_SENTENCE_END = ".,;:?"
_ENDING = re.compile(r"[!-~]{3}([\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{1,12})\Z")
_MOST_TRIMMED = 12
_PAIRS = {")": "(", "]": "[", "}": "{"}


class Value(NamedTuple):
    """Half-open `[start, end)` of a value; `quoted`: something encloses it; `after` is the place behind the quote."""

    start: int
    end: int
    quoted: bool
    after: int


def quoted_value(text: str, at: int) -> Value | None:
    """The inside of the string literal or quotation that begins at `at`; None when there is none on this line."""
    char = text[at : at + 1]
    if char == "\\" and text[at + 1 : at + 2] in ('"', "'"):
        close = text.find(text[at : at + 2], at + 2, at + 2 + LONGEST)
        return _on_line(text, at + 2, close, 2)
    if char in ('"', "'") and char:
        triple = char * 3
        if text.startswith(triple, at):
            close = text.find(triple, at + 3, at + 3 + LONGEST)
            return Value(at + 3, close, True, close + 3) if close > at + 3 else None
        close = text.find(char, at + 1, at + 1 + LONGEST)
        while close > 0 and (step := _inside(text, at, close)):
            close = text.find(char, close + step, at + 1 + LONGEST)
        if close < 0:
            # Cut off: what is one word up to the end of its line.
            rest = _OPEN.match(text, at + 1)
            return (
                Value(at + 1, rest.end(), True, rest.end())
                if rest and text[rest.end() : rest.end() + 1] in ("", "\n")
                else None
            )
        return _on_line(text, at + 1, close, 1)
    closers = _CLOSERS.get(char)
    if closers is None:
        return None
    places = [place for closer in closers if (place := text.find(closer, at + 1, at + 400)) >= 0]
    return _on_line(text, at + 1, min(places, default=-1), 1)


def _on_line(text: str, start: int, close: int, width: int) -> Value | None:
    if close <= start or "\n" in text[start:close]:
        return None
    return Value(start, close, True, close + width)


def _inside(text: str, opened: int, at: int) -> int:
    """How many characters the quote at `at` takes if it belongs to the string that was opened: `\\"`, and `''` as YAML,
    SQL and CSV write one; 0 if it ends the string."""
    if _escaped(text, at):
        return 1
    doubled = (
        text[at + 1 : at + 2] == text[at] and at > opened + 1 and text[at + 2 : at + 3] not in ("", "\n", text[at])
    )
    return 2 if doubled else 0


def _escaped(text: str, at: int) -> bool:
    count = 0
    while at - count > 0 and text[at - count - 1] == "\\" and count < 20:
        count += 1
    return count % 2 == 1


def open_value(text: str, at: int) -> Value | None:
    """The run of characters at `at`, without quotes, up to the next pair of a list or closing punctuation."""
    match = _OPEN.match(text, at)
    if match is None:
        return None
    start, end = match.span()
    value = match.group()
    if not value.isascii():
        # `Kx29-lark입니다`, `Kx29-larkです`: the sentence goes on in a script without spaces.
        ending = _ENDING.search(value)
        if ending:
            end = start + ending.start(1)
            value = value[: ending.start(1)]
    cut = _NEXT_PAIR.search(value, 1)
    if cut:
        end = start + cut.start()
    # A value of SQL, JSON or code without quotes ends before its closing bracket.
    for _ in range(_MOST_TRIMMED):
        if end == start:
            break
        last = text[end - 1]
        if (
            last in _SENTENCE_END
            or (last in _PAIRS and text.count(_PAIRS[last], start, end) < text.count(last, start, end))
            or (last in "*_" and text[start - 2 : start] == last * 2)
        ):
            end -= 1
        else:
            break
    return Value(start, end, False, match.end()) if end > start else None


_REST = re.compile(r"[^\s=(){}<>]{1,200}\Z")
_SMALL_WORDS = re.compile(r"(?:[a-z0-9]{1,24} ){3,7}[a-z0-9]{1,24}\s*\Z")


def whole_rest(text: str, value: Value, *, phrase: bool) -> Value:
    """All that stands behind a label that begins the text, so as a leaf is shown with its key: its quotes belong to
    it (`password: ab"cd9`), and so do the words of a `phrase`."""
    words = _SMALL_WORDS.match(text, value.start) if phrase else None
    if words is not None:
        end = value.start + len(words.group().rstrip())
        return Value(value.start, end, True, end)
    rest = _REST.match(text, value.start)
    if rest is None or rest.end() <= value.end or text[value.end] not in "\"'`":
        return value
    return Value(value.start, rest.end(), False, rest.end())
