"""The vocabulary of labels: tab-separated files, one a language, each row with a true example and a near miss.

A row is `kind, forms, example, near miss`; the value stands between `⟦⟧` in the example, and the near miss is text in
which nothing is found. Rows `IS` and `NUMBER` name a language's copulas (`is`, `lautet`) and its words for a number.

Forms are alternatives with `|`; `(x|y)` may be left out, of `{x|y}` one must be there, a space stands for any joint
(`api key`, `api_key`, `api-key`, `apikey`), and `#` for a joint and one of the language's words for a number. Accents may be
left out. Case does not count.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from importlib.resources import files

from redaction.detector.labels.label_kinds import KINDS, Kind

JOINT = r"[ _.\-]{0,2}"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_JOINTS = re.compile(r"[\s_.\-'’]+")
_TOKEN = re.compile(r"[(){}|#]|[^(){}|#]+")


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A row of the vocabulary as written."""

    kind: Kind
    language: str
    forms: str
    example: str
    near_miss: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All languages together. `patterns` are RE2 alternatives; `kinds` is by normalised form (`plain_form`)."""

    rows: tuple[LabelRow, ...]
    patterns: tuple[str, ...]
    kinds: dict[str, Kind]
    copulas: tuple[str, ...]
    numbers: tuple[str, ...]


def plain_form(text: str) -> str:
    """Without case, accents and joints: what two spellings of a label have in common."""
    if text.isascii():
        return _JOINTS.sub("", text.lower())
    parts = unicodedata.normalize("NFD", text.casefold())
    return _JOINTS.sub("", "".join(c for c in parts if not "\u0300" <= c <= "\u036f"))


@functools.cache
def vocabulary() -> Vocabulary:
    """Reads every `data/labels_*.tsv`. Raises ValueError, naming file and line, for a row that is no row."""
    rows: list[LabelRow] = []
    patterns: list[str] = []
    kinds: dict[str, Kind] = {}
    copulas: set[str] = set()
    numbers: set[str] = set()
    folder = files("redaction.detector.labels").joinpath("data")
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.startswith("labels_"):
            continue
        language = file.name.removeprefix("labels_").removesuffix(".tsv")
        count: list[str] = []
        for number, line in enumerate(file.read_text("utf-8").split("\n"), 1):
            if not line or line.startswith("# "):
                continue
            cells = line.split("\t")
            if cells[0] == "IS":
                copulas |= set(cells[1].split("|"))
            elif cells[0] == "NUMBER":
                count = cells[1].split("|")
                numbers |= set(count)
            elif len(cells) == 4 and cells[0] in KINDS:
                row = LabelRow(KINDS[cells[0]], language, cells[1], cells[2], cells[3])
                rows.append(row)
                pattern, forms = _read(row.forms, count)
                patterns.append(pattern)
                for form in forms:
                    for spelling in {form, form.translate(_UMLAUTS)}:
                        kinds.setdefault(plain_form(spelling), row.kind)
            else:
                raise ValueError(f"{file.name}:{number} is no row of labels")
    return Vocabulary(
        tuple(rows), tuple(patterns), kinds, tuple(sorted(copulas, key=len, reverse=True)), tuple(sorted(numbers))
    )


def _read(forms: str, numbers: list[str]) -> tuple[str, list[str]]:
    """The RE2 pattern of a row's forms, and all its forms spelled out."""
    tokens = _TOKEN.findall(forms)
    pattern, words, at = _choices(tokens, 0, numbers)
    if at != len(tokens):
        raise ValueError(f"brackets of {forms!r}")
    return pattern, words


def _choices(tokens: list[str], at: int, numbers: list[str]) -> tuple[str, list[str], int]:
    patterns: list[str] = []
    words: list[str] = []
    pattern, here = "", [""]
    while at < len(tokens) and tokens[at] not in ")}":
        token = tokens[at]
        at += 1
        if token == "|":
            patterns.append(pattern)
            words += here
            pattern, here = "", [""]
        elif token in "({":
            inner, inside, at = _choices(tokens, at, numbers)
            at += 1
            pattern += f"(?:{inner})" + ("?" if token == "(" else "")
            here = [a + b for a in here for b in ([*inside, ""] if token == "(" else inside)]
        elif token == "#":
            pattern += JOINT + "(?:" + "|".join(_spelled(word) for word in numbers) + ")"
            here = [a + word for a in here for word in numbers]
        else:
            pattern += _spelled(token)
            here = [a + token for a in here]
    patterns.append(pattern)
    words += here
    return "|".join(patterns), words, at


@functools.cache
def _spelled(text: str) -> str:
    return "".join(_letter(char) for char in text)


def _letter(char: str) -> str:
    if char == " ":
        return JOINT
    if char in "'’":
        return "['’]?"
    long = char.translate(_UMLAUTS)
    base = unicodedata.normalize("NFD", char)[0]
    if long != char:
        return f"(?:{char}|{long}|{base})" if base != char else f"(?:{char}|{long})"
    if base != char and not "\uac00" <= char <= "\ud7a3":
        return f"[{char}{base}]"
    return re.escape(char)
