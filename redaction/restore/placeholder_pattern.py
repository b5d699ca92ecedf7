"""What a placeholder may look like after a model wrote it, and every live prefix of that.

Each form is put together from nodes that know two regular expressions: the whole form, and its prefixes that more
text could still complete. So a stream holds back exactly what could become a placeholder, whatever the split. All
repetitions are bounded, none can be read in two ways, and what a place means depends on the `WINDOW` characters from
there on only.

A form only says where a tag may stand: whether a placeholder is meant is for the vault to say, which knows the tags of
the client. Without brackets the type must be one that the client has values of, in capitals: else every word might
begin one, and an answer would come in jerks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

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
    return _seq(*(_char(char + char.upper() if char.isalpha() else re.escape(char)) for char in text))


# What cannot be seen, and line breaks: a model, or an editor on the way, puts them anywhere.
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\r\n"
_THIN = _times(_char(_UNSEEN), 0, 2)
_SLASH = _times(_char(r"\\"), 1, 2)
# The same between type and tag, blanks too, also as a JSON string spells them.
_FILL = _either(_char(f" \t{_UNSEEN}"), _seq(_SLASH, _either(_char("nrt"), _text("u200b"))))
_DECOR = _times(_char(r""" *_`"'~\\"""), 0, 4)  # bold, quotes, code, white space inside the brackets
_BLANK = _times(_char(" "), 0, 1)
_UNDERSCORE = _either(_char("_"), _seq(_SLASH, _either(_char("_"), _text("u005f"))), _text("%5f"), _text("&#95;"))
_JOINT = _either(_UNDERSCORE, _char("-"))
_WORD = _char("A-Za-z0-9")
_TYPE = _seq(_char("A-Za-z"), _times(_seq(_THIN, _times(_seq(_JOINT, _THIN), 0, 1), _WORD), 0, 30))
_GAP = _either(_seq(_times(_FILL, 0, 3), _JOINT, _times(_FILL, 0, 3)), _times(_FILL, 1, 3))
_LETTER = f"[{_UNSEEN}]{{0,2}}[A-Za-z2-7]"
_TAG = Node(
    f"([A-Za-z2-7](?:{_LETTER}){{{TAG_LENGTH - 1}}})",
    f"(?:[A-Za-z2-7](?:{_LETTER}){{0,{TAG_LENGTH - 2}}}[{_UNSEEN}]{{0,2}})?",
)
_STOP = Node("(?![A-Za-z0-9])", "")
_TYPED = _seq(_TYPE, _GAP, _TAG, _STOP)
_INSIDE = _seq(_DECOR, _times(_seq(_TYPE, _GAP), 0, 1), _TAG, _STOP)


def _form(opener: Node, closer: Node, *, closed: bool) -> Node:
    """One or two openers. Where it need not be `closed`, closing brackets may be missing."""
    end = _seq(_DECOR, _times(closer, 1, 2))
    return _seq(_times(opener, 1, 2), _INSIDE, end if closed else _times(end, 0, 1))


def _bracket(members: str, code: str, number: str, names: str) -> Node:
    """A bracket, also a full-width one, its JSON escape, or its HTML entity."""
    entities = _either(_text(f"&#{number};"), _text(f"&#x{code};"), *(_text(f"&{name};") for name in names.split()))
    return _either(_char(members), _seq(_SLASH, _text(f"u00{code}")), entities)


_OPEN = _bracket(r"\[【［", "5b", "91", "lbrack lsqb")
_CLOSE = _bracket(r"\]】］", "5d", "93", "rbrack rsqb")
_FORMS = (
    _form(_OPEN, _CLOSE, closed=False),
    # Escaped for Markdown: all brackets are. `C:\Users\[[NAME_...]]\x` is a path, and keeps its backslashes.
    _form(_seq(_SLASH, _char(r"\[")), _seq(_SLASH, _char(r"\]")), closed=True),
    _form(_text("%5b"), _text("%5d"), closed=True),  # in a URL
    _seq(_char("<"), _TYPED, _char(">")),
    _seq(_OPEN, _char(" "), _OPEN, _INSIDE, _DECOR, _CLOSE, _char(" "), _CLOSE),  # `[ [NAME_...] ]`
    _seq(_times(_char("{"), 1, 2), _BLANK, _TYPED, _BLANK, _times(_char("}"), 1, 2)),
)
WINDOW = 96  # characters: twice the longest placeholder of the documented types, room for what models add
URL_FORM = 3  # the group that captures the tag of the form in a URL
ANGLE_FORM = 4  # likewise between `<` and `>`

# What may begin one, with what tells a dead one at once.
_OPENER = r"[\[【［]|\\(?=[\\\[uU]|\Z)|%(?=5|\Z)|&(?=[#lL]|\Z)|<(?=[A-Za-z]|\Z)|\{(?=[{ A-Za-z]|\Z)"
# A JSON text without this holds no placeholder in any one string: each form begins with a bracket and, behind what may
# stand between, a letter or digit of type or tag; or it has an escape, or a bracket of another kind.
_MAY_HOLD = r"[\\【［]|%5|&[#lL]|\[[\[ *_`'~]{0,6}[A-Za-z2-7]|[<{][{ ]{0,2}[A-Za-z]"
# Not inside a longer word; the letter of an escape (`\nNAME_...` in the source of a JSON string) is none.
_EDGE = r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrt]))"
_BARE_GAP = _either(_seq(_JOINT, _BLANK), _char(" "))


@dataclass(frozen=True, slots=True)
class Forms:
    """Compiled: `opener` finds what may begin a placeholder, `live` and `whole` are matched there. `may_hold` is a
    quick look at the source of a JSON text."""

    opener: re.Pattern[str]
    live: re.Pattern[str]
    whole: re.Pattern[str]
    may_hold: re.Pattern[str]


@lru_cache(64)
def forms(types: frozenset[str] = frozenset()) -> Forms:
    """The forms for a client that has values of `types` (upper case, as in `[[TYPE_tag]]`)."""
    nodes, opener, may_hold = [*_FORMS], _OPENER, _MAY_HOLD
    if types:
        spelled = _either(*(_seq(*(_char(char) for char in kind)) for kind in sorted(types)))
        nodes.append(_seq(spelled, _BARE_GAP, _TAG, _STOP))
        opener += rf"|{_EDGE}(?:{spelled.whole}(?=[_%&\\ -]|\Z)|(?=[A-Z]){spelled.live}\Z)"
        may_hold += rf"|{spelled.whole}[_%&\\ -]"
    # The group of the tag is written again for each branch of the prefixes: there it must not capture.
    live = "(?:" + "|".join(node.live for node in nodes).replace("([", "(?:[") + r")\Z"
    return Forms(
        re.compile(opener), re.compile(live), re.compile("|".join(node.whole for node in nodes)), re.compile(may_hold)
    )
