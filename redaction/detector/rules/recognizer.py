"""What a rule is: one table row. The engine runs it, the row only says what it looks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

type Check = Callable[[str], bool]
type Guard = Callable[[str, int, int], bool]


def _wordy(char: str) -> bool:
    """A letter or digit that would make a value part of a longer word. CJK text has no spaces: it never does."""
    return char == "_" or (char.isalnum() and char < "\u2e80")


def token_edges(text: str, start: int, end: int) -> bool:
    """The value is not a piece of a longer word; where it begins or ends with a sign, it cannot be one."""
    if start and _wordy(text[start - 1]) and _wordy(text[start]):
        return False
    return not (end < len(text) and _wordy(text[end]) and _wordy(text[end - 1]))


def number_edges(text: str, start: int, end: int) -> bool:
    """The value is not a piece of a longer word, decimal, version, or dashed group of digits."""
    if not token_edges(text, start, end):
        return False
    if (
        start > 1
        and text[start - 1] in ".-"
        and _wordy(text[start])
        and text[start - 2].isalnum()
        and text[start - 2] < "\u2e80"
    ):
        return False
    return not (end + 1 < len(text) and text[end] in ".-" and text[end + 1].isdigit())


def alone(text: str, start: int, end: int) -> bool:
    """Space-separated groups are a number of their own only when no further number stands beside them."""
    if not number_edges(text, start, end):
        return False
    before = text[max(0, start - 3) : start].rstrip(" \t")
    after = text[end : end + 3].lstrip(" \t")
    return not before[-1:].isdigit() and not after[:1].isdigit()


def label_edges(text: str, start: int, end: int) -> bool:
    """As `number_edges`, but what stands before the value is its label."""
    if end < len(text) and _wordy(text[end]):
        return False
    return not (end + 1 < len(text) and text[end] in ".-" and text[end + 1].isdigit())


def any_edges(text: str, start: int, end: int) -> bool:
    """The pattern itself says where the value ends."""
    return True


@dataclass(frozen=True, slots=True)
class Recognizer:
    """One rule.

    `pattern` is RE2 syntax; the first group that took part is the value, without groups the whole match. `check`
    judges the value's text (checksum, format), `guard` its surroundings (whole text, start, end). `context` names a
    row of `contexts.CONTEXTS`: with `needs_context` a value counts only near such a word; otherwise the word raises
    the score to `near` and, with `unchecked` on, stands in for a failed `check` (people mistype numbers, the number
    is personal all the same). `trigger` is a looser pattern for the Set that selects rules (default: `pattern`).
    `strict` rules also judge bare numbers, object keys and protected leaves. `reference` says where the format or
    checksum is defined.
    """

    name: str
    type: str
    pattern: str
    check: Check | None = None
    guard: Guard = token_edges
    context: str = ""
    needs_context: bool = False
    unchecked: bool = False
    score: float = 0.8
    near: float = 0.95
    trigger: str = ""
    strict: bool = False
    # A refused value is tried again without its last groups: a pattern of groups takes in the next number as well.
    shrink: bool = False
    reference: str = ""
