"""Where code binds a literal to a label without a sign of its own: setters, comparisons, fields that are filled in,
and what counts where a variable is empty (`process.env.SECRET || "v"`, `${db.password:v}`).

Each reads a bounded stretch behind the label and says where the literal begins.
"""

# ruff: noqa: E501 - patterns stay on one line: so they are read and searched
from __future__ import annotations

import re

from redaction.detector.labels.label_matcher import Label

_LITERAL = r"(?=[rbuf@N]?[\"'`])"
# `setPassword("v")`, `.with_token('v')`, Spring's `.password("v")`; alone in its call.
_SETS = re.compile(r"(?i)(?:^|[^a-z])(?:re)?(?:set|with|use)_?\Z")
_CALL = re.compile(
    rf"\([ \t]{{0,2}}{_LITERAL}(?:[^\"'`\n]?\"[^\"\n]{{1,200}}\"|'[^'\n]{{1,200}}'|`[^`\n]{{1,200}}`)[ \t]{{0,2}}\)"
)
# `strcmp(password, "v")`, `hmac.compare_digest(token, 'v')`.
_COMPARES = re.compile(
    r"(?i)(?:cmp|equals?|compare\w{0,12}|verify\w{0,12}|assert\w{0,12}|match\w{0,8})\((?:[\w.]{0,20}\.)?\Z"
)
# `variable "db_password" { default = "v" }`
_BLOCK = re.compile(rf"\"[ \t]{{0,2}}\{{[^{{}}]{{0,200}}?\bdefault[ \t]{{0,20}}=[ \t]{{0,20}}{_LITERAL}")
_BESIDE = re.compile(rf"[ \t]{{0,2}},[ \t]{{0,2}}{_LITERAL}")
# `password.equals("v")`, `expect(token).toBe("v")`.
_COMPARED = re.compile(
    rf"[A-Za-z_]{{1,40}}\)?\.(?i:equals(?:ignorecase)?|eq|compareto|contenteq\w{{0,8}}|to(?:be|equal)|isequalto)\([ \t]{{0,2}}{_LITERAL}"
)
# `cy.get("#password").type("v")`, `find_element(By.ID, "password").send_keys("v")`.
_FILLED = re.compile(
    r"\\?[\"'`]?\]?\\?[\"'`]?[ \t]{0,2}\)[ \t\r\n]{0,20}\.(?:clear\(\)[ \t\r\n]{0,20}\.)?"
    rf"(?i:type|fill|typetext|send_?keys|set_?value|val|enter_?text|input)\([ \t]{{0,2}}{_LITERAL}"
)
# `x || "v"`, `x ?? 'v'`, `getenv("X") or "v"`, `a if b else "v"`: on the same line.
_ELSE = re.compile(
    r"(?![\"'`])(?:[^\n;\"'`]|\"[^\"\n]{0,40}\"|'[^'\n]{0,40}'){1,120}?(?:\|\|=?|\?\?=?|\?:|\bor\b|\belse\b)[ \t]{0,2}"
    + _LITERAL
)

# An expression with more is a sentence with `or` in it.
_MOST_BLANKS = 8
# `test-$VERSION`: what another variable holds is no literal.
_VARIABLE = re.compile(r"(?<!\$)\$(?:[A-Z_]{2}|[{(])")


def handed_over(text: str, label: Label) -> int:
    """Where a literal begins that is set as what the label names; 0 where none is."""
    found = _CALL.match(text, label.end)
    if found is not None:
        before = text[max(0, label.word - 12) : label.word]
        if _SETS.search(before) or (before.endswith(".") and label.kind.shape == "password"):
            return label.end + 1 + (text[label.end + 1] in " \t")
    return 0


def compared(text: str, label: Label) -> int:
    """Where a literal begins that is compared with what the label names, or typed into its field."""
    if found := _FILLED.match(text, label.end) or _COMPARED.match(text, label.word):
        return found.end()
    if found := _BLOCK.match(text, label.end):
        return found.end()
    if found := _BESIDE.match(text, label.end):  # also a pair of Erlang's
        pair = text[label.start - 1 : label.start] == "{" and text[found.end() : found.end() + 200].find("}") > 0
        if pair or _COMPARES.search(text, max(0, label.start - 40), label.start):
            return found.end()
    return 0


def otherwise(text: str, at: int) -> int:
    """Where the literal begins that counts when the expression at `at` gives nothing."""
    found = _ELSE.match(text, at)
    return found.end() if found is not None and text.count(" ", at, found.end()) <= _MOST_BLANKS else 0


def default_of_variable(text: str, label: Label) -> tuple[int, int] | None:
    """The `v` of `${label:v}` and `${LABEL:-v}`, where `${` stands in front of the label."""
    if text[label.start - 2 : label.start] != "${" or text[label.end : label.end + 1] != ":":
        return None
    start = label.end + 1 + (text[label.end + 1 : label.end + 2] in ("-", "="))
    end = text.find("}", start, start + 200)
    value = text[start:end]
    return (start, end) if value and value[0] not in "$?+" and not _VARIABLE.search(value) else None
