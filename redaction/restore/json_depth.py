"""How deep in JSON strings a place of a text stands, while the text streams by.

A value that lands in a JSON document (tool arguments, structured output, a JSON file in a tool argument) must be
escaped once for each string around it. The request side masks such strings leaf by leaf, so this is its mirror.
"""

from __future__ import annotations

import re
from json.encoder import encode_basestring
from typing import Final

MAX_LEVELS = 4

_DEAD: Final = 0  # not JSON
_START: Final = 1  # nothing but white space so far
_OUTSIDE: Final = 2  # in an object or array, outside its strings
_STRING: Final = 3
_END: Final = 4  # the document is closed; JSON lines may go on

_INSIDE = re.compile(r'(?:[^"\\]+|\\(?:[^u]|u[0-9a-fA-F]{4}))+', re.DOTALL)  # whole escapes only
_ESCAPED = re.compile(r"\\(?:[^u]|u[0-9a-fA-F]{4})", re.DOTALL)
_BLANK = " \t\r\n"
_WHITE = re.compile(r"\s")
_HEAD = 80  # characters of a string that tell what it is
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LITERALS = ("true", "false", "null")
_SURROGATE = re.compile("[\ud800-\udfff\x85\u2028\u2029]")


def escaped(value: str, levels: int) -> str:
    """`value` as it stands inside `levels` JSON strings (RFC 8259, section 7).

    Line separators are escaped too: some readers of event streams break lines at them.
    """
    for _ in range(levels):
        value = _SURROGATE.sub(lambda m: f"\\u{ord(m.group()):04x}", encode_basestring(value)[1:-1])
    return value


class JsonTracker:
    """Reads a text of unknown kind. Text that turns out not to be JSON costs nothing from there on."""

    __slots__ = ("_child", "_depth", "_escape", "_head", "_heads", "_open", "_state", "_word")

    def __init__(self, depth: int = 0, *, heads: bool = False) -> None:
        self._state: int = _START if depth < MAX_LEVELS else _DEAD
        self._depth = depth
        self._open = 0
        self._word = ""
        self._escape = ""
        self._child: JsonTracker | None = None
        self._heads = heads
        self._head: str | None = None

    @property
    def level(self) -> int:
        """How many strings are open at the end of what was read."""
        if self._state != _STRING:
            return 0
        return 1 + (self._child.level if self._child is not None else 0)

    @property
    def head(self) -> str | None:
        """The beginning of the innermost open string; None when it holds white space, or heads are not asked for."""
        if self._child is not None and self._child.level:
            return self._child.head
        return self._head

    @staticmethod
    def grown(head: str | None, text: str) -> str | None:
        """A head with more of its string. White space in front does not count."""
        if head is None:
            return None
        text = text if head else text.lstrip()
        return None if _WHITE.search(text) else (head + text[:_HEAD])[:_HEAD]

    def feed(self, text: str) -> None:
        """Read on."""
        at = 0
        while at < len(text) and self._state != _DEAD:
            if self._state == _STRING:
                at = self._in_string(text, at)
            else:
                self._structure(text[at])
                at += 1

    def _in_string(self, text: str, at: int) -> int:
        if self._escape:
            self._escape += text[at]
            size = 6 if self._escape[1] == "u" else 2
            if len(self._escape) == size:
                self._inner(self._escape)
                self._escape = ""
            return at + 1
        run = _INSIDE.match(text, at)
        if run is not None:
            self._inner(run.group())
            return run.end()
        if text[at] == '"':
            self._state = _OUTSIDE
            self._child = None
        else:
            self._escape = "\\"
        return at + 1

    def _inner(self, text: str) -> None:
        child = self._child if self._child is not None and self._child._state != _DEAD else None
        if child is None and self._head is None:
            return
        text = _ESCAPED.sub(lambda m: _unescaped(m.group()), text) if "\\" in text else text
        self._head = self.grown(self._head, text)
        if child is not None:
            child.feed(text)

    def _structure(self, char: str) -> None:
        if char in _BLANK:
            self._word = ""
        elif self._state in (_START, _END):
            self._state = _OUTSIDE if char in "{[" else _DEAD
            self._open = 1
            self._word = char
        elif char == '"':
            self._state = _STRING
            self._child = JsonTracker(self._depth + 1, heads=self._heads)
            self._head = "" if self._heads else None
            self._word = ""
        elif char in "{[":
            # `{{` opens a template and `{[` nothing at all: JSON wants a key there.
            self._open += 1
            self._state = _DEAD if self._word == "{" else _OUTSIDE
            self._word = char
        elif char in "}]":
            self._open -= 1
            self._word = ""
            if self._open == 0:
                self._state = _END
        elif char in ",:":
            self._word = ""
        else:
            self._word = self._word.strip("{[") + char
            if not _is_scalar(self._word):
                self._state = _DEAD


def _is_scalar(word: str) -> bool:
    """Whether a number or literal may start so."""
    if word[0] in "-0123456789":
        return all(char in "0123456789+-.eE" for char in word) and len(word) < 400
    return any(literal.startswith(word) for literal in _LITERALS)


def _unescaped(escape: str) -> str:
    if escape[1] != "u":
        return _ESCAPES.get(escape[1], escape[1])
    try:
        return chr(int(escape[2:], 16))
    except ValueError:
        return "?"
