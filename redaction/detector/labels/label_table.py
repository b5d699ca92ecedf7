"""The vocabulary of labels: tab-separated files, one a language, each row with a true example and a near miss.

A row is `kind, forms, example, near miss`; the value stands between `⟦⟧` in the example, and the near miss is text in
which nothing is found. Rows `IS`, `NUMBER` and `OWN` name a language's copulas (`is`, `lautet`), its words for
a number, and words that may stand between a label and its sign (`kata sandi Anda: v`).

Forms are alternatives with `|`; `(x|y)` may be left out, of `{x|y}` one must be there, a space stands for any joint
(`api key`, `api_key`, `api-key`, `apikey`), and `#` for one of the language's words for a number. Accents may be
left out. Case does not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from redaction.detector.labels.command_table import command_names
from redaction.detector.labels.label_kinds import KINDS, Kind
from redaction.detector.labels.label_tree import FIRST_SIGN, Forms, tree, without_accents

# Forms of code this long are also looked for inside words (`dbPassword`), all forms where a word begins.
_SHORTEST_INNER = 5
# ASCII forms of one or two letters are labels in English only (`pw`); those of up to three keep their accents.
_SHORTEST_FOREIGN = 3
_SHORTEST_FOLDED = 4
_INNER = frozenset({"key", "pwd"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_JOINTS = re.compile(r"[\s_.\-'’]+")
_SIGN = re.compile(r"\s*#\s*")
_TOKEN = re.compile(r"[(){}|#]|[^(){}|#]+")


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A row of the vocabulary as written."""

    kind: Kind
    language: str
    forms: str
    example: str
    near_miss: str


@dataclass(frozen=True)
class LabelTable:
    """All languages together. `kinds` is by normalised form (`plain_form`), with `#` for a number."""

    rows: tuple[LabelRow, ...]
    kinds: dict[str, Kind]
    copulas: tuple[str, ...]
    numbers: tuple[str, ...]
    owners: tuple[str, ...]
    _inner: frozenset[str]
    _forms: frozenset[str]
    _counts: Mapping[str, tuple[str, ...]]

    def ascii_forms(self) -> Forms:
        """The forms that can stand in text without letters beyond ASCII."""
        signs = self._counts.keys()
        foldable = [
            form
            for form in self._forms
            if len(form.rstrip(".")) >= _SHORTEST_FOLDED or all(c.isascii() or c in signs for c in form)
        ]
        bare = {without_accents(form) for form in foldable}
        plain = {form for form in bare if form.isascii() or all(c.isascii() or c in self._counts for c in form)}
        counts = {sign: tuple(map(without_accents, words)) for sign, words in self._counts.items()}
        return Forms(tree(self._inner), tree(plain), counts)

    def forms(self) -> Forms:
        """All forms. Their tree takes a while, and megabytes."""
        return Forms(tree(self._inner), tree(self._forms), self._counts)

    def letters(self) -> frozenset[str]:
        """The letters beyond ASCII of all forms."""
        used = set("".join((*self._forms, *self._inner, *chain(*self._counts.values())))) - self._counts.keys()
        return frozenset(char for char in used if char.isalpha() and not char.isascii())


def plain_form(text: str) -> str:
    """Without case, accents and joints: what two spellings of a label have in common."""
    if text.isascii():
        return _JOINTS.sub("", text.lower())
    parts = unicodedata.normalize("NFD", text.casefold())
    return _JOINTS.sub("", "".join(c for c in parts if not "\u0300" <= c <= "\u036f"))


def label_table() -> LabelTable:
    """Reads every `data/labels_*.tsv`, which takes a while: what is needed of it is kept (`vocabulary`). Raises
    ValueError, naming file and line, for a row that is no row."""
    rows: list[LabelRow] = []
    forms: set[str] = set()
    kinds: dict[str, Kind] = {}
    copulas: set[str] = set()
    owners: set[str] = set()
    inner: set[str] = set()
    english: set[str] = set()
    counts: dict[str, tuple[str, ...]] = {}
    numbers: set[str] = set()
    folder = Path(__file__).with_name("data")
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.startswith("labels_"):
            continue
        language = file.name.removeprefix("labels_").removesuffix(".tsv")
        count: list[str] = []
        sign = chr(FIRST_SIGN + len(counts))
        counts[sign] = ()
        for number, line in enumerate(file.read_text("utf-8").split("\n"), 1):
            if not line or line.startswith("# "):
                continue
            cells = line.split("\t")
            if cells[0] == "IS":
                copulas |= set(cells[1].split("|"))
            elif cells[0] == "OWN":
                owners |= set(cells[1].split("|"))
            elif cells[0] == "NUMBER":
                count = cells[1].split("|")
                numbers |= set(count)
                counts[sign] = tuple(sorted({*count, "#", "№"}))
            elif len(cells) == 4 and cells[0] in KINDS:
                row = LabelRow(KINDS[cells[0]], language, cells[1], cells[2], cells[3])
                rows.append(row)
                for form in _expanded(row.forms, count):
                    form = _SIGN.sub(sign, form)
                    spellings = (form,) if form.isascii() else (form, form.translate(_UMLAUTS))
                    for spelling in spellings:
                        if language == "en":
                            english.add(spelling)
                        if language == "en" and (
                            len(_JOINTS.sub("", spelling)) >= _SHORTEST_INNER or spelling in _INNER
                        ):
                            inner.add(spelling)
                        if spelling not in forms:
                            forms.add(spelling)
                            kinds.setdefault(plain_form(spelling).replace(sign, "#"), row.kind)
            else:
                raise ValueError(f"{file.name}:{number} is no row of labels")
    for name in command_names():
        forms.add(name)
        english.add(name)
        kinds.setdefault(plain_form(name), KINDS["command"])
    for name in ("insert into", "replace into", "insert ignore into"):
        forms.add(name)
        kinds[plain_form(name)] = KINDS["insert"]
    # `né` is a label, `ne` a word of any text.
    forms -= {form for form in forms if form.isascii() and len(form) < _SHORTEST_FOREIGN and form not in english}
    return LabelTable(
        tuple(rows),
        kinds,
        tuple(sorted(copulas, key=lambda word: (-len(word), word))),
        tuple(sorted(numbers)),
        tuple(sorted(owners)),
        frozenset(inner),
        frozenset(forms),
        counts,
    )


def standing_words(kind: str) -> frozenset[str]:
    """The labels of a kind, in all languages but English, that need no word for a number: `मोबाइल`, `matkapuhelin`.

    Joints are spaces. Short ASCII forms and the words of everyday that some of them are in other languages are left
    out: here they count anywhere near a value.
    """
    found: set[str] = set()
    for row in label_table().rows:
        if row.kind.name == kind and row.language != "en":
            found |= {form for form in _expanded(row.forms, []) if "#" not in form}
    return frozenset(form for form in found if len(form) >= (_SHORTEST_INNER if form.isascii() else 2)) - _EVERYDAY


# Words of everyday elsewhere.
_EVERYDAY = frozenset(("direkt", "direkte", "kontakt", "fisso", "whats", "mobile", "portable", "document", "documento"))


def _expanded(forms: str, numbers: list[str]) -> list[str]:
    """All forms of a row spelled out, joints as spaces. Raises ValueError when its brackets do not match."""
    tokens = _TOKEN.findall(forms)
    words, at = _choices(tokens, 0)
    if at != len(tokens):
        raise ValueError(f"brackets of {forms!r}")
    out: list[str] = []
    for word in words:
        head, sign, tail = word.strip().partition("#")
        # A word for a number at an end stays a sign: most labels have one, and there are many such words.
        out += [f"{head}{number}{tail}" for number in numbers] if sign and head and tail else [word.strip()]
    return out


def _choices(tokens: list[str], at: int) -> tuple[list[str], int]:
    words: list[str] = []
    here = [""]
    while at < len(tokens) and tokens[at] not in ")}":
        token = tokens[at]
        at += 1
        if token == "|":
            words += here
            here = [""]
        elif token in "({":
            inside, at = _choices(tokens, at)
            at += 1
            here = [a + b for a in here for b in ([*inside, ""] if token == "(" else inside)]
        elif token == "#":
            here = [f"{a} #" for a in here]
        else:
            here = [a + token for a in here]
    return words + here, at
