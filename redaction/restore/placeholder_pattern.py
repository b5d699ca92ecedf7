"""What a placeholder may look like after a model wrote it, and every live prefix of that.

Each form is put together from nodes that know two regular expressions: the whole form, and its prefixes that more
text could still complete. So a stream holds back exactly what could become a placeholder, whatever the split. All
repetitions are bounded, and what a place means depends on the `WINDOW` characters from there on only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from redaction.restore.placeholder_tags import TAG_LENGTH


@dataclass(frozen=True, slots=True)
class Node:
    """`whole` matches the form; `live` matches each prefix of it (the empty one too) that can still go on."""

    whole: str
    live: str


def _char(members: str) -> Node:
    return Node(f"[{members}]", "")


def _seq(*nodes: Node) -> Node:
    whole = "".join(node.whole for node in nodes)
    live = nodes[-1].live
    for node in reversed(nodes[:-1]):
        live = f"(?:{node.whole}(?:{live})|{node.live})"
    return Node(whole, live)


def _either(*nodes: Node) -> Node:
    return Node(
        f"(?:{'|'.join(node.whole for node in nodes)})",
        f"(?:{'|'.join(node.live for node in nodes)})",
    )


def _times(node: Node, low: int, high: int) -> Node:
    whole = f"(?:{node.whole}){{{low},{high}}}"
    return Node(whole, f"(?:{node.whole}){{0,{high - 1}}}(?:{node.live})")


def _text(text: str) -> Node:
    return _seq(*(_char(f"{char}{char.upper()}") for char in text))


_SLASH = _times(_char(r"\\"), 1, 2)
_DECOR = _times(_char(r""" *_`"'~\\"""), 0, 4)  # bold, quotes, code, white space inside the brackets
_UNDERSCORE = _either(_char("_"), _seq(_SLASH, _either(_char("_"), _text("u005f"))))
_JOINT = _either(_UNDERSCORE, _char("-"))
_WORD = _char("A-Za-z0-9")
_TYPE = _seq(_char("A-Za-z"), _times(_seq(_times(_JOINT, 0, 1), _WORD), 0, 30))
_SPACE = _times(_char(" "), 0, 1)
_TAG = Node(f"([A-Za-z2-7]{{{TAG_LENGTH}}})", f"[A-Za-z2-7]{{0,{TAG_LENGTH - 1}}}")
_STOP = Node("(?![A-Za-z0-9])", "")
_INSIDE = _seq(_DECOR, _times(_seq(_TYPE, _SPACE, _JOINT, _SPACE), 0, 1), _TAG, _STOP)


def _form(opener: Node, closer: Node, closers: int) -> Node:
    """One or two openers; `closers` is how many closing brackets must be there (the rest may be missing)."""
    end = _seq(_DECOR, _times(closer, 1, 2))
    return _seq(_times(opener, 1, 2), _INSIDE, end if closers else _times(end, 0, 1))


def _bracket(members: str, code: str) -> Node:
    """A bracket, also a full-width one, or its JSON escape."""
    return _either(_char(members), _seq(_SLASH, _text(code)))


_FORMS = (
    _form(_bracket(r"\[【［", "u005b"), _bracket(r"\]】］", "u005d"), 0),
    # Escaped for Markdown: all brackets are. `C:\Users\[[NAME_...]]\x` is a path, and keeps its backslashes.
    _form(_seq(_SLASH, _char(r"\[")), _seq(_SLASH, _char(r"\]")), 1),
    _form(_text("%5b"), _text("%5d"), 1),  # in a URL
)
WINDOW = 72  # characters: twice the longest placeholder of the documented types, room for what models add
URL_FORM = 3  # the group that captures the tag of the form in a URL

OPENER = re.compile(r"[\[【［]|\\(?=[\\\[uU]|\Z)|%(?=5|\Z)")  # with what tells a dead one at once
# A JSON text without this holds no placeholder in any one string: each form begins with a bracket and, behind what may
# stand between, a letter or digit of type or tag; or it has an escape, or a bracket of another kind.
MAY_HOLD = re.compile(r"[\\【［]|%5|\[[\[ *_`'~]{0,6}[A-Za-z2-7]")
WHOLE = re.compile("|".join(form.whole for form in _FORMS))
# The group of the tag is written again for each branch of the prefixes: there it must not capture.
LIVE = re.compile("(?:" + "|".join(form.live for form in _FORMS).replace("([", "(?:[") + r")\Z")
