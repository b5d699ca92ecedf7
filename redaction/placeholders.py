"""The syntax of placeholders, written down once: `[[NAME]]`, and with a tag (reversible mode) `[[NAME_k3f9w2c]]`.

What only looks like one is text: an unknown type (`[[Customer]]`, `[[PROJECT_X]]`) and anything with five digits or
more (`[[SSN_078051120]]`) may hide a value. Types are known when they are built in, or were registered: by a policy's
dictionaries and patterns, by `known:`, by an answer of the Profiler. Tags made here never have five digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from config.type_table import types
from redaction.in_pieces import finditer, holds

# Group 1 is the type (upper case), group 2 the tag (lower case) or None. Syntax alone: `is_placeholder` judges.
PLACEHOLDER = re.compile(r"\[\[([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?:_([a-z0-9]{4,10}))?\]\]")

# The types of config/types.tsv, others that Faasera's documented recognizers write, and our own two words for what
# could not be read.
_OTHERS = """
    OTHER ITIN BANK_CODE BITCOIN_ADDRESS CITY COUNTY CURRENCY LOCATION ORGANIZATION STATE ZIPCODE ZIP_CODE
    BLOCKED_TEXT BLOCKED_FILE
"""
BUILT_IN_TYPES = frozenset(_OTHERS.split()) | {row.name for row in types()}

# What a text, and a file, becomes that could not be looked into in a place that must not stop the request.
BLOCKED_TEXT = "BLOCKED_TEXT"
BLOCKED_FILE = "BLOCKED_FILE"

# A value of five digits could hide in what has five digits; no genuine type or tag has as many.
MOST_DIGITS = 4
# No placeholder has more characters: a type has 200 at most (`config.redaction_settings`).
_LONGEST = 256
# So many types may be made known: those of values that users add come one by one, and must not fill the memory.
_MOST_TYPES = 2000

_known: frozenset[str] = BUILT_IN_TYPES


def register_types(names: Iterable[str]) -> None:
    """Make types known in this process, for good. Safe to call from any thread, and with types that are known."""
    global _known
    new = {kind for kind in names if kind not in _known}
    if new and len(_known) + len(new) <= _MOST_TYPES:
        _known |= new


def is_genuine(kind: str, tag: str | None) -> bool:
    """Whether a type and a tag, the groups of `PLACEHOLDER`, belong to a placeholder."""
    return kind in _known and digits_in(kind) + digits_in(tag or "") <= MOST_DIGITS


def is_placeholder(text: str) -> bool:
    """Whether the whole of `text` is one placeholder of a known type."""
    found = PLACEHOLDER.fullmatch(text)
    return found is not None and is_genuine(found[1], found[2])


def find_placeholders(text: str) -> Iterator[re.Match[str]]:
    """The placeholders of known types in a text, in order; groups as in `PLACEHOLDER`."""
    if not holds(text, "[["):
        return iter(())
    return (found for found in finditer(PLACEHOLDER, text, _LONGEST) if is_genuine(found[1], found[2]))


def without_placeholders(text: str, instead: str = "") -> str:
    """`text` with each placeholder of a known type replaced by `instead`."""
    if not holds(text, "[["):
        return text
    return PLACEHOLDER.sub(lambda found: instead if is_genuine(found[1], found[2]) else found[0], text)


@lru_cache(512)
def placeholder(kind: str) -> str:
    """The placeholder of a type: `SSN` -> `[[SSN]]`."""
    return f"[[{kind}]]"


def digits_in(text: str) -> int:
    """How many ASCII digits a text has."""
    return sum("0" <= char <= "9" for char in text)
