"""Real, human-labelled sentences from public corpora (`corpora.json`), read from a folder outside the project.

A corpus is `FOLDER/NAME.jsonl.gz` (or several, `NAME.*.jsonl.gz`) with rows
`{"text", "spans", "lang", "source", "split"}`; spans are half-open in code points: NAME, ADDRESS, ORG, PLACE, MISC
(works, products, events), HANDLE (`@name`), PROPER (a proper noun of unknown kind). Only rows with split
"train" are learnt. What a row goes through:

- titles and degrees leave the names, a possessive too: the product masks the name alone;
- handles and proper nouns of unknown kind are ignored (in the Broad Twitter Corpus a handle is a name);
- in a part of the copies people are renamed, where names are not inflected: true contexts, every name;
- Chinese has one copy more in traditional characters;
- a part is respelled: lower case, capitals, marks set apart.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Protocol

import scripts
from labels import ADDRESS, FIRM, IGNORE, NAME, PLACE, RULES, O, Piece

HERE = Path(__file__).parent
LABELS = {
    "NAME": NAME, "ADDRESS": ADDRESS, "ORG": FIRM, "MISC": FIRM, "PLACE": PLACE, "EMAIL": RULES,
    "PHONE": RULES, "ID": RULES, "HANDLE": IGNORE, "PROPER": IGNORE, "DATE": IGNORE,
}  # fmt: skip
# Forms of address that corpora count to the name now and then.
_TITLE = re.compile(
    r"(?:(?:Dr|Mr|Mrs|Ms|Mx|Prof|Sr|Sra|Dra|Hr|St|Rev|Hon|Gen|Col|Sen|Rep|Gov|Lt|Sgt|Capt|M|Mme|Mlle|Dipl|Ing)\. "
    r"|(?:Dr|Mr|Mrs|Ms|Mx|President|Senator|Sir|Lady|Lord|Miss|King|Queen|Pope|Prince|Princess|Professor|Doctor|Captain"
    r"|Judge|General|Colonel|Herr|Frau|Madame|Monsieur|Mme|Mlle|Don|Doña|Señor|Señora|Dom|Dona|Pan|Pani|Fru|Mevrouw"
    r"|Meneer) )+"
)
_DEGREE = re.compile(r",? (?:MD|M\.D\.|DDS|PhD|Ph\.D\.|DO|RN|Esq\.?)\.?$")
_HANDLE = re.compile(r"@ ?(\w{3,})")
# Tweets whose handles are labelled only where their owner is known.
_HANDLES_UNLABELLED = frozenset({"wnut17", "tweebank"})
_HANDLES_ARE_NAMES = frozenset({"btc_h"})
# Languages in which a name can take another's place as it is, and that `generate.Filler` has names for.
_RENAMED = frozenset("en de es pt fr it nl da sv nb zh ja".split())  # noqa: SIM905
_LATIN = re.compile(r"[A-Za-zÀ-ɏ .'’-]+")
_HAN = re.compile("[\u3400-\u9fff]{2,5}")


class Names(Protocol):
    """What `generate.Filler` gives."""

    language: str

    def full(self) -> str: ...
    def first(self) -> str: ...
    def last(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Corpus:
    """One row of `corpora.json`. `unseen`: left out of the run that measures text from elsewhere."""

    name: str
    folder: str
    language: str
    licence: str
    origin: str
    commit: str
    copies: int = 1
    most: int | None = None
    unseen: bool = False
    note: str = ""


def corpora() -> list[Corpus]:
    """The table of corpora. Raises TypeError for a field that does not exist."""
    return [Corpus(**row) for row in json.loads((HERE / "corpora.json").read_text("utf-8"))]


def rows(data: Path, corpus: Corpus, split: str) -> list[dict[str, Any]]:
    """The rows of one split ("train", "dev"). Raises FileNotFoundError when the corpus is not in the folder."""
    paths = sorted((data / corpus.folder).glob(f"{corpus.name}.*jsonl.gz"))
    if not paths:
        raise FileNotFoundError(f"{corpus.folder}/{corpus.name}.jsonl.gz is not in {data}")
    found: list[dict[str, Any]] = []
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found += [row for row in map(json.loads, lines) if row["split"] == split]
    return found


def spans(row: dict[str, Any]) -> list[tuple[int, int, str]]:
    """The row's spans as the product sees them: sorted and disjoint."""
    text, source = row["text"], row["source"]
    found: list[tuple[int, int, str]] = []
    for start, end, kind in row["spans"]:
        if kind == "NAME":
            start, end = _bare(text, start, end)
        elif kind == "HANDLE" and source in _HANDLES_ARE_NAMES:
            kind = "NAME"
            start += len(text[start:end]) - len(text[start:end].lstrip("@ "))
        if start < end:
            found.append((start, end, kind))
    if source in _HANDLES_UNLABELLED:
        for match in _HANDLE.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end, _ in found):
                found.append((*match.span(), "HANDLE"))
    return sorted(found)


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A name without title, degree and possessive."""
    title = _TITLE.match(text, start, end)
    if title and title.end() < end:
        start = title.end()
    degree = _DEGREE.search(text, start, end)
    if degree and degree.start() > start:
        end = degree.start()
    if text[start:end].endswith(("'s", "’s")) and end - start > 3:
        end -= 2
    return start, end


def pieces(row: dict[str, Any]) -> list[Piece]:
    """The whole text in labelled pieces."""
    text, out, at = row["text"], [], 0
    for start, end, kind in spans(row):
        out += [(text[at:start], O), (text[start:end], LABELS[kind])]
        at = end
    out.append((text[at:], O))
    return [piece for piece in out if piece[0]]


def renamed(parts: list[Piece], names: Names, rng: Random) -> list[Piece]:
    """Other people in the same places, the same person the same way; lower case and capitals stay what they are."""
    new: dict[str, str] = {}
    out: list[Piece] = []
    for text, label in parts:
        if label == NAME and _LATIN.fullmatch(text):
            if text not in new:
                name = names.full() if " " in text else rng.choice((names.first, names.last))()
                new[text] = (
                    name.lower() if text.islower() else name.upper() if len(text) > 3 and text.isupper() else name
                )
            text = new[text]
        elif label == NAME and _HAN.fullmatch(text):
            if text not in new:
                new[text] = names.last() if names.language == "ja" and len(text) < 3 else names.full().replace(" ", "")
            text = new[text]
        out.append((text, label))
    return out


def respelled(parts: list[Piece], rng: Random) -> list[Piece]:
    """Now and then all lower, all capitals, or with marks set apart."""
    roll = rng.random()
    if roll < 0.06:
        return [(text.lower(), label) for text, label in parts]
    if roll < 0.08:
        return [(text.upper(), label) for text, label in parts]
    if roll < 0.11:
        return [(re.sub(r"(?<=\w)([.,!?:;()\"])", r" \1", text), label) for text, label in parts]
    return parts


def documents(
    data: Path, chosen: list[Corpus], rng: Random, names: Callable[[str, Random], Names]
) -> Iterator[tuple[str, list[Piece]]]:
    """`(corpus, labelled pieces)` of everything that is learnt from `chosen`."""
    for corpus in chosen:
        own = rows(data, corpus, "train")
        if corpus.most is not None and corpus.most < len(own):
            own = rng.sample(own, corpus.most)
        for copy in range(corpus.copies + (corpus.language == "zh")):
            for row in own:
                parts = pieces(row)
                if row["lang"] in _RENAMED and rng.random() < (0.5 if copy else 0.25):
                    parts = renamed(parts, names(row["lang"], rng), rng)
                if copy >= corpus.copies:  # one copy more in traditional characters
                    parts = scripts.in_traditional(parts)
                yield corpus.name, respelled(parts, rng)
