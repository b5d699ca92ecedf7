"""Finds the values that labels announce: label x binding x value, in a chunk of a text.

The rule matcher calls it with the chunk, a little before and after it, and the header of the table it continues. Every
label costs a bounded number of steps and what lies inside a found value is not looked at again, so time is linear in
the text whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from redaction.detector.labels.bindings import Bound, How, bound, value_at
from redaction.detector.labels.birth_dates import birth_date
from redaction.detector.labels.command_lines import command_secrets, user_and_password
from redaction.detector.labels.drawn_values import unwrapped
from redaction.detector.labels.label_matcher import Label, labels
from redaction.detector.labels.label_tables import cells, header_labels, header_of, inserted, may_head
from redaction.detector.labels.number_values import device, handle, numbers, plate, username
from redaction.detector.labels.phone_values import phone
from redaction.detector.labels.secret_values import login_pair, password, pin, secret
from redaction.detector.labels.value_bounds import Value
from redaction.detector.rules.table_headers import table_row
from redaction.placeholders import is_placeholder
from redaction.spans import Span

# Refused values that overlap (labels glued together: each one's value is the rest of the run) are read so often at most
# in one chunk; then the next goes as a whole, unread: a secret may stand in it.
_MOST_REFUSED = 8
# So many values of a list follow the first one.
_MOST_ALIKE = 24
_SCHEMES = (
    "bearer ",
    "basic ",
    "token ",
    "apikey ",
    "api-key ",
    "negotiate ",
    "digest ",
    "bot ",
    "splunk ",
    "key ",
    "sso-key ",
    "genie-key ",
)


def labelled_values(text: str, start: int, end: int, header: str = "") -> list[Span]:
    """The spans of the labels, tables and commands that begin in `[start, end)` of the text.

    `header` is the header row of the table that the line of `start` continues. A function of its arguments alone.
    """
    found: list[Span] = []
    tables = _Tables(text, start, end, header)
    done = start
    refused = 0
    read: dict[str, int] = {}
    for label in labels(text, start, end):
        if label.word < done:
            continue
        if label.kind.shape == "command":
            # A line that names the same program again is read once.
            if label.start < read.get(text[label.start : label.end], 0):
                continue
            line_end = text.find("\n", label.end)
            read[text[label.start : label.end]] = line_end if line_end >= 0 else len(text)
            found += [Span(a, b, "PASSWORD", 0.86, "command_line") for a, b in command_secrets(text, label, end)]
            continue
        if label.kind.shape == "insert":
            for inner, cell in inserted(text, label.start, end):
                found += judged(text, inner, cell)
            continue
        found += tables.until(label)
        spans, reached = _spans(text, label)
        if spans:
            found += spans
            done = max(done, spans[-1].end)
            continue
        refused += max(0, reached - label.end)
        if refused > _MOST_REFUSED * (end - start) and reached > label.end:
            found.append(_span(label, label.end, reached))  # what is not read does not leave
            done = max(done, reached)
    found += tables.rest()
    if " -" in text:
        found += [Span(a, b, "PASSWORD", 0.84, "command_line") for a, b in user_and_password(text, start, end)]
    return found


def _spans(text: str, label: Label) -> tuple[list[Span], int]:
    """The spans of the first value bound to the label that has its shape, all lines of a block; and how far values were
    looked at."""
    found: list[Span] = []
    reached = label.end
    for candidate in bound(text, label):
        reached = max(reached, candidate.value.end)
        spans = judged(text, label, candidate)
        found += spans
        if spans and text[label.end - 1] in "sS" and label.kind.shape in ("pin", "secret"):
            found += _alike(text, spans[-1])
        if spans and candidate.operator != "|":
            break
    if not found and label.kind.shape == "birth":
        place = birth_date(text, label.end)
        if place:
            return [_span(label, *place)], place[1]
    return found, reached


def _alike(text: str, first: Span) -> Iterator[Span]:
    """The values of one shape that follow the first in a list: `backup codes: 4829-1037, 5518-2093`."""
    value = text[first.start : first.end]
    if not any(c.isdigit() for c in value):
        return
    shape = re.compile(
        r"[\"']?(?:,|;|\n|[ ])[ \t]{0,8}(?:[-*•]|\d{1,2}[.)])?[ ]?[\"']?("
        + "".join("[0-9]" if c.isdigit() else "[A-Za-z0-9]" if c.isalpha() else re.escape(c) for c in value)
        + r")(?![\w-])"
    )
    at = first.end
    for _ in range(_MOST_ALIKE):
        following = shape.match(text, at)
        if following is None:
            return
        at = following.end()
        yield Span(*following.span(1), first.type, first.score, first.recognizer)


def judged(text: str, label: Label, candidate: Bound) -> list[Span]:
    """The spans of a bound value that has the shape of the label's kind."""
    shape = label.kind.shape
    value = candidate.value
    if label.kind.name in ("username", "account", "token"):
        pair = login_pair(text, label, candidate)
        if pair:
            return [Span(*pair, "PASSWORD", 0.8, "label_login")]
    if shape in ("password", "secret", "pin"):
        candidate = _without_brackets(text, candidate)
        value = candidate.value
    if shape == "password":
        good = password(text, label, candidate)
    elif shape == "secret":
        candidate = _without_scheme(text, candidate)
        value = candidate.value
        good = secret(text, label, candidate)
    elif shape == "pin":
        good = pin(text, label, candidate) or (
            label.kind.clear and _long(value) and password(text, label, candidate) and _digit(text, candidate)
        )
    elif shape == "number":
        return [_span(label, a, b) for a, b in numbers(text, label, candidate)]
    elif shape == "username":
        place = username(text, label, candidate)
        return [Span(*place[:2], label.kind.type, label.kind.score, f"label_username{place[2]}")] if place else []
    elif shape == "birth":
        return _birth(text, label, candidate)
    else:
        end = (
            {"plate": plate, "device": device, "handle": handle}[shape](text, label, candidate)
            if shape != "phone"
            else phone(text, candidate, label.joined)
        )
        return [_span(label, value.start, end)] if end else []
    return [_span(label, value.start, value.end)] if good else []


class _Tables:
    """The tables of a chunk: the one it continues, and those whose header row is met on the way."""

    def __init__(self, text: str, start: int, end: int, header: str) -> None:
        self._text = text
        self._end = end
        # Rows before this place are done.
        self._at = start
        self._first: list[Span] = []
        if header:
            delimiter, _ = table_row(header)
            line = text.rfind("\n", 0, start) + 1
            if line == start and delimiter:
                self._first = list(self._rows(start, header, delimiter))

    def until(self, label: Label) -> Iterator[Span]:
        """The cells under the header row that `label` stands in, if it is one."""
        yield from self._first
        self._first = []
        text = self._text
        if label.start < self._at:
            return
        line = text.rfind("\n", 0, label.start) + 1
        row, delimiter = header_of(text, line)
        self._at = max(self._at, line + len(row))
        below = line + len(row) + 1
        if not delimiter or below >= self._end or not may_head(row, delimiter):
            return
        yield from self._rows(below, row, delimiter)

    def rest(self) -> Iterator[Span]:
        yield from self._first

    def _rows(self, line: int, header: str, delimiter: str) -> Iterator[Span]:
        text, count = self._text, header.count(delimiter)
        columns: dict[int, Label] | None = None
        while line < self._end:
            end = text.find("\n", line, line + 1000)
            row = text[line : end if end >= 0 else line + 1000]
            if row.strip("-+|=: \t\r"):
                if abs(row.count(delimiter) - count) > (0 if delimiter == "," and '"' not in row else 1):
                    break
                if columns is None:
                    columns = header_labels(header, delimiter)
                if columns:
                    for label, cell in cells(text, line, delimiter, columns):
                        yield from judged(text, label, cell)
            self._at = line + len(row)
            if end < 0:
                break
            line = end + 1


def _birth(text: str, label: Label, candidate: Bound) -> list[Span]:
    place = birth_date(text, candidate.value.start)
    if place and (candidate.how is not How.CELL or place[1] <= candidate.value.end):
        return [_span(label, *place)]
    return []


def _long(value: object) -> bool:
    return getattr(value, "end", 0) - getattr(value, "start", 0) >= 6


def _digit(text: str, candidate: Bound) -> bool:
    return any(c.isdigit() for c in text[candidate.value.start : candidate.value.end])


def _without_brackets(text: str, candidate: Bound) -> Bound:
    """The inside of `[[v]]` that is no placeholder and holds a digit, as no template's word does; of `{v}`, `{{v}}`,
    `<v>` and `<<v>>` that was made up."""
    value = candidate.value
    whole = text[value.start : value.end]
    if inner := unwrapped(whole):
        start = value.start + whole.index(inner)
        return candidate._replace(value=Value(start, start + len(inner), True, value.after))
    if not (whole.startswith("[[") and whole.endswith("]]")) or is_placeholder(whole):
        return candidate
    if not any(char.isdigit() for char in whole):
        return candidate
    return candidate._replace(value=value._replace(start=value.start + 2, end=value.end - 2))


def _without_scheme(text: str, candidate: Bound) -> Bound:
    """The credentials behind the name of an authentication scheme: `Bearer v`."""
    value = candidate.value
    head = text[value.start : value.start + 12].lower()
    for scheme in _SCHEMES:
        if head.startswith(scheme):
            start = value.start + len(scheme)
            inner = (
                value_at(text, start, lines=False) if not value.quoted else Value(start, value.end, True, value.after)
            )
            return Bound(inner, candidate.how, candidate.operator) if inner else candidate
    return candidate


def _span(label: Label, start: int, end: int) -> Span:
    return Span(start, end, label.kind.type, label.kind.score, f"label_{label.kind.name}")
