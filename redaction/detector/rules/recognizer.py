"""What a rule is: one table row. `RuleMatcher` runs it, the row only says what it looks for."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass

type Check = Callable[[str], bool]
type Guard = Callable[[str, int, int], bool]


# No word that stands in front of a number or behind it is longer (code points).
_LONGEST_WORD = 24
_MOST_ZEROS = 9
_HEX = frozenset("abcdefABCDEF")


_DIGITS = frozenset(string.digits)
_LETTERS = frozenset(string.ascii_letters)


def _wordy(char: str) -> bool:
    """A letter or digit that would make a word longer. CJK text has no spaces: it never does."""
    return char == "_" or (char.isalnum() and char < "\u2e80")


def word_edges(text: str, start: int, end: int) -> bool:
    """The value, a word, is not a piece of a longer word or identifier."""
    if start and _wordy(text[start - 1]) and _wordy(text[start]):
        return False
    return not (end < len(text) and _wordy(text[end]) and _wordy(text[end - 1]))


def token_edges(text: str, start: int, end: int) -> bool:
    """The value ends where its own alphabet ends: `_`, signs and letters of another script are edges.

    Digits end where no digit follows; a word that is glued to them (`ssn078-05-1120`) is their label, a letter or two,
    or hex digits, make them part of an identifier. Letters end where no letter or digit of their script follows.
    """
    return _ends(text, start, start - 1, -1) and _ends(text, end - 1, end, 1)


def _ends(text: str, own: int, beside: int, step: int) -> bool:
    """Whether a value ends between its last character on one side, `own`, and the one beside it."""
    if not 0 <= beside < len(text):
        return True
    inner, outer = text[own], text[beside]
    if inner in _DIGITS:
        return outer not in _DIGITS and (outer not in _LETTERS or _glued(text, beside, step))
    if not inner.isalnum():
        return True
    if outer in _DIGITS or outer in _LETTERS:
        return inner >= "\u2e80"
    # Beyond ASCII letters join those of the same script only: Latin up to U+024F, anything else its own block.
    return not outer.isalnum() or (inner < "\u0250") != (outer < "\u0250") or inner >= "\u2e80"


def _glued(text: str, at: int, step: int) -> bool:
    """Whether the letters from `at` on are a word that touches a number: no piece of an identifier."""
    last = at
    while 0 <= last + step < len(text) and abs(last - at) <= _LONGEST_WORD and text[last + step] in _LETTERS:
        last += step
    size = abs(last - at) + 1
    further = last + step
    if size < (2 if step < 0 else 3) or size > _LONGEST_WORD or (0 <= further < len(text) and text[further] in _DIGITS):
        return False
    word = text[min(at, last) : max(at, last) + 1]
    # Behind it `4100Patient`: a space was lost.
    lost = size >= 4 and word[1:].islower()
    return not _HEX.issuperset(word) and (step < 0 or word.islower() or lost)


_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def _of_uuid(text: str, start: int, end: int) -> bool:
    """Whether the value is a piece of a UUID: eight digits, four and four look like a card."""
    if "-" not in (text[end : end + 1], text[start - 1 : start]):
        return False
    first = max(0, start - 36)
    return any(
        first + match.start() <= start and end <= first + match.end()
        for match in _UUID.finditer(text[first : end + 36])
    )


def number_edges(text: str, start: int, end: int) -> bool:
    """As `token_edges`, and the value is no piece of a decimal, a version, or a longer group of digits."""
    return (
        _ends(text, end - 1, end, 1)
        and not _goes_on(text, end)
        and number_begins(text, start)
        and not _of_uuid(text, start, end)
    )


def number_begins(text: str, start: int) -> bool:
    """What `number_edges` wants of the place in front of the value."""
    if not _ends(text, start, start - 1, -1):
        return False
    return not (start > 1 and text[start - 1] in ".-" and text[start].isalnum() and _joined(text, start - 1))


def _goes_on(text: str, end: int) -> bool:
    """Whether a number goes on behind `end`: a fraction, a further group. Zeros are the fraction of a whole number
    (`4111111111111111.0`, as pandas and Excel write it)."""
    if end + 1 >= len(text) or text[end] not in ".-" or text[end + 1] not in _DIGITS:
        return False
    if text[end] == "-" or text[end + 1] != "0":
        return True
    behind = end + 1
    while behind < end + _MOST_ZEROS and text[behind : behind + 1] == "0":
        behind += 1
    following = text[behind : behind + 2]
    return following[:1].isalnum() or (following[:1] in (".", "-") and following[1:].isdigit())


def _joined(text: str, sign: int) -> bool:
    """Whether the sign in front of a value joins it to what stands before: digits, or an identifier with digits (a
    GUID, a version). A word without any (`no.`, `A-`) is a label."""
    at = sign
    while at > 0 and sign - at < _LONGEST_WORD and (text[at - 1] in _DIGITS or text[at - 1] in _LETTERS):
        at -= 1
    word = text[at:sign]
    return not _DIGITS.isdisjoint(word) or (len(word) > 3 and _HEX.issuperset(word))


def alone(text: str, start: int, end: int) -> bool:
    """Space-separated groups are a number of their own only when no further number stands beside them."""
    if not number_edges(text, start, end):
        return False
    before = text[max(0, start - 3) : start].rstrip(" \t")
    after = text[end : end + 3].lstrip(" \t")
    return not before[-1:].isdigit() and not after[:1].isdigit()


def label_edges(text: str, start: int, end: int) -> bool:
    """As `number_edges`, but what stands before the value is its label."""
    if not _ends(text, end - 1, end, 1):
        return False
    return not _goes_on(text, end)


def any_edges(text: str, start: int, end: int) -> bool:
    """The pattern itself says where the value ends."""
    return True


@dataclass(frozen=True, slots=True)
class Recognizer:
    """One rule.

    `pattern` is RE2 syntax; the first group that took part is the value, without groups the whole match. `check`
    judges the value's text (checksum, format), `guard` its surroundings (whole text, start, end). `context` names a
    row of `context_words.contexts`: with `needs_context` a value counts only near such a word; otherwise the word
    raises the score to `near` and, with `unchecked` on, stands in for a failed `check` (people mistype numbers, the
    number is personal all the same). `trigger` is a looser pattern for the Set that selects rules (default: `pattern`).
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
    # What the guard asks of the place in front of a value, whatever its end: where it fails, no end is tried.
    begins: Callable[[str, int], bool] | None = None
    reference: str = ""
