"""Lists that spell a text: bytes as numbers (`Buffer` of Node, `list(data)`), or characters as strings of one."""

from __future__ import annotations

import re
from typing import Any

from redaction.body.json_document import Number
from redaction.body.leaves import Kind, Leaf

# Shorter ones hold nothing that a checksum or format rule finds.
_SHORTEST = 9
_LONGEST = 1 << 18
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def spelled_text(values: list[Any], most: int = _LONGEST) -> str:
    """The text that a list spells; empty where it spells none, or in more than `most` strings."""
    if not _SHORTEST <= len(values) <= _LONGEST:
        return ""
    first = values[0]
    if type(first) is Number:
        return _of_bytes(values) if _is_byte(first) and _is_byte(values[-1]) else ""
    if len(values) > most:
        return ""
    if type(first) is str and len(first) == 1 and all(type(value) is str and len(value) == 1 for value in values):
        return "".join(values)
    return ""


def spelled_leaves(text: str, first: int, size: int, where: int, numbers: bool) -> list[Leaf]:
    """A leaf for each character or byte of such a list; `first`: the place of its first string or number."""
    about = "number" if numbers else "string"
    return [Leaf(Kind.SPELLED, first + at, text, "", where, about=(about, "" if at else "first")) for at in range(size)]


def _is_byte(value: Any) -> bool:
    return type(value) is Number and len(value) <= 3 and value.isdigit() and int(value) < 256


def _of_bytes(values: list[Any]) -> str:
    if not all(map(_is_byte, values)):
        return ""
    try:
        text = bytes(map(int, values)).decode()
    except UnicodeDecodeError:
        return ""
    return "" if _CONTROL.search(text) else text
