"""The forms of labels as trees, whose beginnings are shared: for RE2 as one pattern, for the kernel as they are.

In a form a space stands for any joint and an apostrophe may be left out; a sign of private use stands for the words for
a number of one language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

JOINT = r"[ _.\-]?_?"
# Stands for the words for a number of one language: code points of private use.
FIRST_SIGN = 0xE000
SPECIAL = frozenset(" '")


class Node:
    """A place in a tree: all spellings of the letter that leads here, and what may follow."""

    __slots__ = ("children", "ends", "spellings")

    def __init__(self, base: str) -> None:
        self.children: dict[str, Node] = {}
        self.spellings = base
        self.ends = False


@dataclass(frozen=True)
class Forms:
    """Forms that may begin anywhere, forms that begin where no small letter of ASCII is in front, and the words that
    each sign stands for."""

    inner: Node
    outer: Node
    counts: Mapping[str, tuple[str, ...]]

    @property
    def pattern(self) -> str:
        """RE2 for any of them in small letters, with the character before it where that matters."""
        counts = {sign: _words(words) for sign, words in self.counts.items()}
        return f"(?:{_pattern(self.inner, counts)})|(?:^|[^a-z])(?:{_pattern(self.outer, counts)})"


def tree(forms: Iterable[str]) -> Node:
    """The tree of some forms."""
    root = Node("")
    bases: dict[str, str] = {}
    for form in sorted(forms):
        node = root
        for char in form:
            base = bases.get(char)
            if base is None:
                base = bases[char] = _base(char)
            child = node.children.get(base)
            if child is None:
                child = node.children[base] = Node(base)
            if char not in child.spellings:
                child.spellings += char
            node = child
        node.ends = True
    return root


def without_accents(text: str) -> str:
    return text if text.isascii() else "".join(_base(char) for char in text)


def _base(char: str) -> str:
    if char in "'’":
        return "'"
    return unicodedata.normalize("NFD", char)[0] if char < "\u0530" or "\u1e00" <= char < "\u2000" else char


def _words(words: Iterable[str]) -> str:
    return JOINT + "(?:" + "|".join(map(re.escape, words)) + ")" + JOINT


def _pattern(root: Node, counts: Mapping[str, str]) -> str:
    return _written(root, {" ": JOINT, "'": "['’]?", **counts})


def _written(node: Node, written: dict[str, str]) -> str:
    """`written`: what stands in the pattern for a letter; filled on the way."""
    parts: list[str] = []
    while len(node.children) == 1 and not node.ends:
        ((base, node),) = node.children.items()
        parts.append(_letter(base, node, written))
    if node.children:
        inner = "|".join(
            [_letter(base, child, written) + _written(child, written) for base, child in node.children.items()]
        )
        parts.append(f"(?:{inner})?" if node.ends else f"(?:{inner})")
    return "".join(parts)


def _letter(base: str, node: Node, written: dict[str, str]) -> str:
    here = written.get(base)
    if here is None:
        here = written[base] = re.escape(base)
    return (
        f"[{''.join(sorted(node.spellings))}]"
        if len(node.spellings) > 1 and base not in SPECIAL and base < chr(FIRST_SIGN)
        else here
    )
