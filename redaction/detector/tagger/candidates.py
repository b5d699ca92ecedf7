"""Which words a tagger is asked about: all in prose; in code, logs and data only those that can begin a name.

A line of code, a log line, a line of JSON or a stack trace is told by its words: few of them are plain words with a
space in front. There a model that learned from sentences sees names in class names and keys, and costs most. So in
such a line a word counts only when it has a capital (or letters beyond ASCII) and is no part of an identifier, path
or call: names in comments and strings are found, names in identifiers stay. Beside such a word short numbers and single
capitals count as well: house numbers, post codes and initials.
"""

# ruff: noqa: E501, SIM905 - word lists stay on one line: so they are read and searched
from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# What a word is, as bits.
_SPACED, _PLAIN, _NAMELIKE, _BINDS_NEXT, _BINDS_LAST, _BREAK, _BLANK, _DOT, _SNAKE, _MARK, _SIDE = (
    1 << n for n in range(11)
)
_NAME = re.compile(r"(?:Mc|Mac|De|Di|La|Le|Du|Van|Fitz|O)?[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,24}|[A-ZÀ-ÖØ-Þ]{3,24}")
# House numbers, post codes, initials.
_ASIDE = re.compile(r"[0-9]{1,6}[A-Za-z]?|[A-ZÀ-ÖØ-Þ]")
# So many words to each side of one that counts.
_BESIDE = 4
# A word that follows one of these without a space, or is followed by one, is part of something longer.
_BEFORE = frozenset(("_", "/", "\\", "$", "#", "@", "%", "<", "&", "`", ".", ":"))
_AFTER = frozenset(("_", "/", "\\", "(", "[", "=", "<", "{", "$"))
# Capitalised words of programs that are no names.
NO_NAMES = frozenset(
    "true false none null nil undefined todo fixme note the this that these those if else elif for while return class def "
    "function import from new not and or in is it with without when where which what use used uses get set add error errors "
    "warning info debug trace fatal exception traceback file line most recent call last value type key index string int "
    "integer float boolean bool object array list dict map number date time datetime default optional required returns "
    "return raises args arguments parameters example examples see also all any each only first second next data name id "
    "select insert update delete create table where group order by join left right inner outer on as values into drop alter "
    "primary foreign index unique constraint references post put patch head options http https json xml html css sql api url "
    "uri utc gmt am pm mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec monday tuesday wednesday "
    "thursday friday saturday sunday january february march april june july august september october november december".split()
)  # fmt: skip


def kind(word: str) -> int:
    """What a word is, as bits: a function of the word alone, looked up with it (`word_table`)."""
    spaced = word[0] == " " and len(word) > 1
    core = word[1:] if spaced else word
    if core.islower() and core.isalpha() and core.isascii():  # most words
        return _SPACED | _PLAIN if spaced else _PLAIN
    if core.isspace():
        return _BLANK | (_BREAK if "\n" in core or "\r" in core else 0)
    # Thai, Chinese, Japanese and Korean words need no space between them.
    bits = _SPACED if spaced or core[0] >= "\u0e00" else 0
    if _ASIDE.fullmatch(core):
        bits |= _SIDE
    if core.isalpha() or (not core.isascii() and core[0].isalpha() and not any(map(str.isdigit, core))):
        bits |= _PLAIN
        if not core.isascii() or (_NAME.fullmatch(core) is not None and core.lower() not in NO_NAMES):
            bits |= _NAMELIKE
    else:
        if not core[0].isalnum():
            bits |= _MARK
        if core in _BEFORE:
            bits |= _BINDS_NEXT
        if core in _AFTER:
            bits |= _BINDS_LAST
        if core == "." or core == ":":
            bits |= _DOT
        if core[0] == "_":
            bits |= _SNAKE
    return bits


def asked(bits: NDArray[np.uint16], starts: Sequence[int] = ()) -> NDArray[np.bool_]:
    """For each word whether its score counts. `bits`: the words' kinds; `starts`: where a new line begins in any case.

    A function of the words of the same line alone.
    """
    size = len(bits)
    opens = np.zeros(size, np.bool_)  # a word in front of which a line, or anything else blank, ends
    opens[:1] = True
    opens[list(starts)] = True
    breaks = (bits & _BREAK) > 0
    line = np.cumsum(breaks | opens)
    blank = (bits & _BLANK) > 0
    glued = ((bits & _SPACED) == 0) & ~blank & ~opens
    glued[1:] &= ~blank[:-1]
    plain = (bits & _PLAIN) > 0
    words_here = np.bincount(line, ~blank)
    plain_here = np.bincount(line, plain & ~glued)
    prose = (plain_here * 2 >= words_here)[line]
    bound = np.zeros(size, np.bool_)
    bound[1:] = glued[1:] & (((bits[:-1] & _BINDS_NEXT) > 0) | plain[:-1])
    bound[:-1] |= glued[1:] & ((bits[1:] & _BINDS_LAST) > 0)
    # `a.b`, `a:b`: a dot or colon with something glued to both sides.
    bound[:-2] |= glued[1:-1] & glued[2:] & ((bits[1:-1] & _DOT) > 0)
    # `snake_case` is no name in prose either.
    snake = np.zeros(size, np.bool_)
    joined = (bits & _SNAKE) > 0
    snake[1:] = glued[1:] & joined[:-1]
    snake[:-1] |= glued[1:] & joined[1:]
    word = (bits & _MARK) == 0
    names = ((bits & _NAMELIKE) > 0) & ~bound
    out: NDArray[np.bool_] = ~blank & ((prose & ~snake & word) | names)
    side = ((bits & _SIDE) > 0) & ~snake
    if side.any():
        for step in range(1, _BESIDE + 1):
            same = line[step:] == line[:-step]
            out[step:] |= side[step:] & names[:-step] & same
            out[:-step] |= side[:-step] & names[step:] & same
    return out
