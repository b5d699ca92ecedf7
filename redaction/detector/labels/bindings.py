"""From a label to the value bound to it: one grammar for every type of label.

Every step looks at a bounded stretch of text, so a label costs constant time whatever stands around it. Places are code
points of the text given.
"""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from redaction.detector.labels.code_bindings import compared, default_of_variable, handed_over, otherwise
from redaction.detector.labels.label_matcher import Label
from redaction.detector.labels.sentence_bindings import (
    JOINS,
    PLAIN_NEXT,
    backward,
    binding_words,
    owner,
    owner_letters,
    owner_words,
    spoken,
    spoken_far,
)
from redaction.detector.labels.value_bounds import LONGEST, Value, open_value, quoted_value, whole_rest


class How(Enum):
    """How a value is bound to its label: this decides how much it has to look like a value."""

    ASSIGNED = "assigned"  # `label = "v"`, `label: v`, an element, an attribute, an environment variable
    FLAG = "flag"  # `--label v`
    SPOKEN = "spoken"  # `the label is v`
    BESIDE = "beside"  # `label v`, `label (v)`
    ARGUMENT = "argument"  # `set("label", "v")`
    BELOW = "below"  # the label alone on the line before
    BACKWARD = "backward"  # `use v as the label`
    CELL = "cell"  # in the column under the label


class Bound(NamedTuple):
    """A value and how it is bound. `operator` is the sign between key and value, empty where there is none."""

    value: Value
    how: How
    operator: str = ""


# What closes a key, words in brackets behind it, the operator.
_ASSIGN = re.compile(
    r"(?:\\?[\"'`]|[\]*»”’]|</[A-Za-z]{1,10}>){0,4}(?:[ \t]?\([^()\n]{1,40}\)|[ \t]As[ \t]\w{1,20})?[ \t]{0,60}"
    r"(:=|=>|->|<-|===|==|!==|!=|\?=|\|\|=|=|:(?!:)|(?<![ \t])::(?=[ ])|：|＝|→|⇒|﹕)(?:[ \t]{0,60})"
)
# `password: str = "v"`, `let password: String = "v"`.
_TYPED = re.compile(
    r"[&*]?(?:'static )?[A-Za-z_][\w.<>\[\],|]{0,40}(?:[ ]\|[ ]\w{1,20})?\??[ \t]{0,4}=[ \t]{0,10}(?=[rbuf]?[\"'])"
)
_MARKUP = re.compile(r"(?:\*{1,3}|_{2}|~~)[ \t]{0,4}|(?:</?[A-Za-z][\w]{0,9}>[ \t]{0,4}){1,4}")
_PREFIXES = tuple("rbuflLRN@$")
_STRING = re.compile(rf"[{''.join(_PREFIXES)}]{{1,2}}(?=[\"'])")
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?[ \t]{0,4}\r?\n([ \t]{1,40})(?=\S)")
_NEXT_LINE = re.compile(r"\\?\r?\n[ \t]{0,40}")
_WRAPPED = re.compile(
    r"(?:new[ ])?(?:[\w.:]{0,30}(?i:securestring|string|str|bytes|byte|from|valueof|of|secret|secretstr|secretvalue|encode|literal|data|buffer)"
    r"|\[char\[\]\])?\([ \t\r\n]{0,40}(?=[rbuf]?[\"'`])|(?i:convertto-securestring)(?:[ ]-string)?[ ]{1,3}(?=[\"'])"
)
# A bracket of a call stands so far behind its first character at most.
_TO_BRACKET = 50
_MARKS = ("*", "_", "~", "<")
# `| password | v |`, `password | v`: a row of its own.
_NEXT_CELL = re.compile(r"[*_`]{0,3}[ \t]{0,40}\|[ \t]{1,40}")
_FIRST_CELL = re.compile(r"(?:^|\n)[ \t]{0,12}(?:\|[ \t]{0,12})?[*_`]{0,3}\Z")
_KEY_VALUE = re.compile(r"[A-Za-z_][\w.-]{0,40}[=:]")
_ANGLED = re.compile(r"<{1,2}[A-Za-z0-9]{8,120}>{1,2}")
_CDATA = "<![CDATA["
_ELEMENT_BEFORE = re.compile(r"<(?:[\w.-]{1,30}:)?\Z")
_ELEMENT = re.compile(r"(?:[ \t\r\n][^<>]{0,200})?>[ \t\r\n]{0,60}(?:<(?:[Vv]alue|string|val)>[ \t\r\n]{0,40})?")
_NEXT_ELEMENT = re.compile(
    r"[\"']?[^<>\n]{0,80}>?[ \t]{0,4}</[\w:.-]{1,30}>[ \t\r\n]{0,60}<[\w:.-]{1,30}(?:[ ][^<>]{0,80})?>[ \t\r\n]{0,40}"
)
_KEYED_ELEMENT = re.compile(r"[\"'](?:[ ][^<>\n]{0,80})?>[ \t\r\n]{0,40}(?:<(?:value|string|val)>)?")
_NAMED_BEFORE = re.compile(
    r"(?i)(?:name|key|id|field|variable|var|parameter|param|property|label|title|header)[\"']?[ ]{0,4}(?:=>|=|:)[ ]{0,4}\\?[\"']?\Z"
)
_PAIR = re.compile(
    r"(?i)\\?[\"']?[ \t]{0,4},?[ \t\r\n]{0,60}(?:-[ ])?\\?[\"']?(?:value|val|content|default|defaultvalue|text|data|stringvalue)\\?[\"']?"
    r"[ \t]{0,10}(?:=>|=|:)[ \t]{0,10}"
)
_ARGUMENT = re.compile(r"\\?[\"'`]\]?[ \t]{0,4},[ \t\r\n]{0,40}")
_BESIDE = re.compile(r"\\?[\"'`*]{0,3}[ \t]{1,4}(?:[—–-][ \t]{1,3})?")
# `the password? v.`: nothing stands behind the answer.
_ASKED = re.compile(r"\?[ \t]{1,3}(?=\S{5,120}[ \t]{0,9}(?:\n|\Z))")
_OFFERED = re.compile(r"(?i)\b(?:forg[oe]t|lost|remember|reset|change|need|want|show|see|new|no)\b[^\n]{0,30}\Z")
_CODED = re.compile(r"[ ](?:0|5|7|8|9)[ ](?=[$\w]{6})")
_CONTINUED = re.compile(r"[ \t]{1,4}(?:\\\r?\n[ \t]{0,20})?")
_BRACKET = re.compile(r"[ \t]{0,2}[(（\[]")
_BELOW = re.compile(r"[*_\"'`]{0,3}[:：]?[*_]{0,3}[ \t]{0,8}\r?\n[ \t>]{0,40}")
_LINE_BEFORE = re.compile(
    r"(?:^|\n)[ \t>#*_\"'`\-|]{0,20}(?:your|my|the|new|admin|root|user|wifi)?[ ]?\Z", re.IGNORECASE
)
_SETTER = re.compile(
    r"(?i)(?:\b(?:setx|setenv|setvar|env|arg)[ \t]+(?:/m[ ])?|\b(?:config|secrets?|variable|env|vars?|kv)[ :](?:set|put|add)[ \t]+|"
    r"\bmachine[ ]\S{1,80}[ ](?:login[ ]\S{1,60}[ ])?|\bset[ \t]+(?:-[a-z]{1,4}[ ])?)[\"']?\Z"
)
_COMMAND_EDGES = frozenset("/ \t\"'")
_SET_WORDS = re.compile(r"set|SET|machine|put|add|env|ENV|ARG|Set")
# A sign that stands for a number behind the label: `Passport # 123`, `MRN no. 123`.
_COUNT = re.compile(r"[ \t]{0,2}(?:#|№|[Nn][o°ºr]\.?|N°)(?![A-Za-z])[ \t]{0,2}")


_COUNTS = ("#", "№", "N", "n", " ", "\t")
# Behind these only an operator binds: `password(`, `token)`.
_ENDS = frozenset(")]%?!:(")
_QUOTES = ('"', "'")
# What may follow a label that has a value behind it.
_BINDS = frozenset(" \t\r\n\"'`]*%\\:=-<>|?!([)")


def bound(text: str, label: Label) -> Iterator[Bound]:
    """The values that may belong to a label, most binding first; at most a handful."""
    end = count_end = label.end
    if label.kind.shape in ("number", "plate", "phone", "device"):
        count = _COUNT.match(text, end) if text[end : end + 1] in _COUNTS else None
        if count:
            end = count_end = count.end()
    before = text[max(0, label.start - 90) : label.start]
    if before.endswith("${") and (default := default_of_variable(text, label)):
        yield Bound(Value(*default, True, default[1] + 1), How.ASSIGNED, ":")
    if before.endswith(("</", "${", "{{", "$(", "%{")) or (before.endswith("{") and text[end : end + 1] == "}"):
        return
    if before[-1:] in ("<", ":") and _ELEMENT_BEFORE.search(before, max(0, len(before) - 40)):
        opened = _ELEMENT.match(text, end)
        if opened:
            yield from _element(text, opened.end())
        return
    if before.rstrip(" \"'\\")[-1:] in ("=", ":", ">") and _NAMED_BEFORE.search(before, max(0, len(before) - 40)):
        pair = _PAIR.match(text, end)
        if pair:
            value = value_at(text, pair.end())
            if value:
                yield Bound(value, How.ASSIGNED, "=")
            return
    next_char = text[end : end + 1]
    if next_char == "@" and label.kind.shape == "username":  # a mail address begins with it
        return
    if place := handed_over(text, label):
        value = value_at(text, place, lines=False)
        if value:
            yield Bound(value, How.ASSIGNED, "(")
        return
    if next_char and next_char in ")]\"'`\\.,(":
        value = value_at(text, place, lines=False) if (place := compared(text, label)) else None
        if value:
            yield Bound(value, How.ARGUMENT, ",")
            return
    behind = _backward_value(text, label)
    if behind:
        yield behind
    plain = PLAIN_NEXT.match(text, end) if next_char == " " else None
    binds = True
    if plain:
        word = plain.group(1).lower()
        if word in owner_words():
            own = owner().match(text, end)
            end = own.end() if own else end
        elif (
            word not in binding_words()
            and not (label.kind.shape in ("plate", "number") and plain.group(1).isupper())
            # Any word may be a user's name (`accounts` knows words); one with a capital is the tagger's.
            and (label.kind.shape != "username" or plain.group(1).istitle())
            and text[label.start : label.start + 1] != "-"
            and word != "as"
            and not (before[-1:] in _COMMAND_EDGES and _SET_WORDS.search(before, max(0, len(before) - 50)))
            and not (
                text[plain.end() : plain.end() + 1] in (":", "=") and text[plain.end() + 1 : plain.end() + 2] != " "
            )
        ):
            return  # a sentence goes on with a word that binds nothing
        binds = not word.isascii() or word in owner_words() or word in binding_words()
    elif not text[end - 1].isascii() and text[end : end + 2].lstrip(" ")[:1].lower() in owner_letters():
        own = owner().match(text, end)
        if own:
            end = own.end()
    if count_end > label.end:
        value = value_at(text, end, lines=False)
        if value:
            yield Bound(value, How.BESIDE)
            return
    if next_char in ("-", "_", ".") and label.kind.shape == "secret":
        value = open_value(text, end + 1)
        if value:
            yield Bound(value, How.BESIDE)
        return
    if text[end - 1] in "#№" and next_char.isalnum():
        value = open_value(text, end)
        if value:
            yield Bound(value, How.BESIDE)
        return
    if next_char.isascii() and next_char not in _BINDS:
        return
    cell = _NEXT_CELL.match(text, end)
    if cell and label.kind.shape != "username" and _FIRST_CELL.search(before):
        value = value_at(text, cell.end(), lines=False)
        if value:
            yield Bound(value, How.CELL)
        return
    assigned = _ASSIGN.match(text, end)
    if assigned:
        value = value_at(text, assigned.end(), assigned.group(1))
        if value and not value.quoted and label.start == 0 and assigned.group() == ": ":
            value = whole_rest(text, value, phrase=label.kind.shape == "password")
        if value:
            flag = before.endswith(("-", "/")) and assigned.group(1) in "=:"
            yield Bound(value, How.FLAG if flag and not value.quoted else How.ASSIGNED, assigned.group(1))
            if not value.quoted and (place := otherwise(text, assigned.end())):
                value = value_at(text, place, lines=False)
                if value:
                    yield Bound(value, How.ASSIGNED, assigned.group(1))
        else:
            yield from _blocks(text, assigned.end())
        return
    asked = _ASKED.match(text, end) if next_char == "?" else None
    if asked and not _OFFERED.search(before):
        value = value_at(text, asked.end(), lines=False)
        if value:
            yield Bound(value, How.SPOKEN)
        return
    if next_char in _ENDS or (next_char == "\\" and text[end + 1 : end + 2] not in _QUOTES):
        return
    yield from _unassigned(text, label, end, before, binds=binds)


def _unassigned(text: str, label: Label, end: int, before: str, *, binds: bool) -> Iterator[Bound]:
    """Bindings without an operator. `binds`: what follows may be a word that binds."""
    closing = text[end : end + 1] or " "
    if closing in "\"'`\\":
        argument = _ARGUMENT.match(text, end)
        if argument:
            value = quoted_value(text, _after_prefix(text, argument.end()))
            if value:
                if text[label.start : label.start + 1] == "-":
                    yield Bound(value, How.FLAG, ",")
                elif label.kind.shape == "secret" or before.rstrip("\"'`\\@rbu#.").rstrip().endswith("("):
                    yield Bound(value, How.ARGUMENT, ",")
            return
    if closing in "<>\"'":
        for pattern in (_NEXT_ELEMENT, _KEYED_ELEMENT):
            opened = pattern.match(text, end)
            if opened:
                yield from _element(text, opened.end())
                return
    if closing in "\n\r*_:" or text[end : end + 9].lstrip(" \t*_:")[:1] in ("\r", "\n"):
        below = _BELOW.match(text, end)
        if below and _LINE_BEFORE.search(before):
            value = value_at(text, below.end(), lines=False)
            if value and text[value.after : value.after + 80].split("\n", 1)[0].strip(" \t\r\"'`*") == "":
                yield Bound(value, How.BELOW)
            return
    rest = text[end : end + 8].lstrip(" \t\"'`*\\—–-")[:1]
    said = (spoken().match(text, end) or spoken_far().match(text, end)) if binds and rest.isalpha() else None
    if said:
        value = value_at(text, said.end(), lines=False)
        if value:
            yield Bound(value, How.SPOKEN)
    flag = text[label.start : label.start + 1] == "-" or before.endswith(" /")
    if flag or (before[-1:] in (" ", "\t", '"', "'") and _SET_WORDS.search(before) and _SETTER.search(before)):
        gap = _CONTINUED.match(text, end)
        value = value_at(text, gap.end(), lines=False) if gap else None
        if value:
            yield Bound(value, How.FLAG)
        return
    bracket = _BRACKET.match(text, end)
    if bracket:
        close = text.find(")" if text[bracket.end() - 1] == "(" else "]", bracket.end(), bracket.end() + 130)
        value = value_at(text, bracket.end(), lines=False)
        if value and not value.quoted and close >= 0:
            value = Value(value.start, close, False, close + 1)
        if value:
            yield Bound(value, How.BESIDE, "(")
    elif not said:
        beside = _BESIDE.match(text, end)
        if beside and label.kind.shape == "password":
            # `enable secret 5 v`: the kind of its coding.
            beside = _CODED.match(text, end) or beside
        value = value_at(text, beside.end() if beside else end, lines=False)
        # Behind a closing quote an attribute or word of code goes on.
        quoted_key = beside is not None and beside.group()[:1] not in (" ", "\t", "*")
        if (
            value
            and (beside or not text[end - 1].isascii())
            and (value.quoted or not quoted_key or "*" in text[end : end + 2])
        ):
            yield Bound(value, How.BESIDE)


def _backward_value(text: str, label: Label) -> Bound | None:
    """The value in front of its label: `use v as the password`."""
    if text[label.word - 1 : label.word] != " ":
        return None
    start = max(0, label.word - 90)
    before = text[start : label.word]
    if not JOINS.search(before, max(0, len(before) - 45)):
        return None
    behind = backward().search(before)
    if behind is None:
        return None
    return Bound(Value(start + behind.start(1), start + behind.end(1), False, start + behind.end(1)), How.BACKWARD)


def _after_prefix(text: str, at: int) -> int:
    prefix = _STRING.match(text, at) if text[at : at + 1] in _PREFIXES else None
    return prefix.end() if prefix else at


def value_at(text: str, at: int, operator: str = "", *, lines: bool = True) -> Value | None:
    """The value that begins at `at`: quoted, wrapped in a call that only converts, or open; None when there is none.

    With `lines` it may begin on the next line, in brackets or as a block.
    """
    for _ in range(2):
        markup = _MARKUP.match(text, at) if text[at : at + 1] in _MARKS else None
        if not markup:
            break
        at = markup.end()
    if operator == ":":
        typed = _TYPED.match(text, at)
        if typed:
            at = typed.end()
    char = text[at : at + 1]
    if char == "<" and text.startswith(_CDATA, at):
        end = text.find("]]>", at, at + 2000)
        return Value(at + len(_CDATA), end, True, end + 3) if end >= 0 else None
    if not char:
        return None
    if char in "\r\n" or (char == "\\" and text[at + 1 : at + 2] in ("\r", "\n")):
        below = _NEXT_LINE.match(text, at) if lines else None
        if below is None:
            return None
        value = value_at(text, below.end(), lines=False)
        # On a line of its own; a key or list that begins there is none.
        if value and not value.quoted and _KEY_VALUE.match(text, value.start, value.end):
            return None
        if value and text[value.after : value.after + 3].strip(" \t")[:1] in ("", "\n", "\r", ",", ")", ";"):
            return value
        return None
    if lines and char in "|>" and _BLOCK.match(text, at):
        return None  # see `_blocks`
    wrapped = _WRAPPED.match(text, at) if char in "cC" or "(" in text[at : at + _TO_BRACKET] else None
    if wrapped:
        at = wrapped.end()
    quoted = quoted_value(text, _after_prefix(text, at))
    if quoted is not None:
        return quoted
    angled = _ANGLED.match(text, at) if char == "<" else None
    if angled:
        return Value(*angled.span(), True, angled.end())
    return None if wrapped else open_value(text, at)


def _blocks(text: str, at: int) -> Iterator[Bound]:
    """The lines of a YAML block scalar."""
    block = _BLOCK.match(text, at)
    if block is None:
        return
    indent = block.group(1)
    start = block.end()
    for _ in range(40):
        end = text.find("\n", start, start + LONGEST)
        line = text[start : end if end >= 0 else start + LONGEST].rstrip()
        if not line or " " in line:
            return
        yield Bound(Value(start, start + len(line), False, start + len(line)), How.ASSIGNED, "|")
        if end < 0 or not text.startswith(indent, end + 1):
            return
        start = end + 1 + len(indent)


def _element(text: str, at: int) -> Iterator[Bound]:
    """The text of an element that begins at `at`."""
    if text.startswith(_CDATA, at):
        value = value_at(text, at)
        if value:
            yield Bound(value, How.ASSIGNED, ">")
        return
    end = text.find("<", at, at + 2000)
    if end < 0:
        return
    inner = text[at:end]
    stripped = inner.strip()
    if stripped and text[end + 1 : end + 2] != "!":
        start = at + len(inner) - len(inner.lstrip())
        yield Bound(Value(start, start + len(stripped), True, end), How.ASSIGNED, ">")
