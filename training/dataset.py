"""The generated part of the training set: documents as words, each word with its label (`labels`)."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import corpus
import generate as g
import hard
import key_leaves
import lexicon as lx
import numpy as np
import records
import scripts
import wordlists
from fetch import cached
from labels import IGNORE, NAME, O, Piece

sys.path.insert(0, str(Path(__file__).parent.parent))
from redaction.detector.tagger import tokens as w

# How much of the generated sentences is in which language; the other languages of the templates share the rest.
SHARES = {
    "en": 0.215, "de": 0.06, "es": 0.06, "pt": 0.05, "zh": 0.07, "fr": 0.055, "it": 0.045, "nl": 0.025, "pl": 0.03,
    "da": 0.015, "sv": 0.01, "ru": 0.045, "ja": 0.045, "ko": 0.075, "hi": 0.07, "ar": 0.07, "fa": 0.015, "he": 0.015,
    "fi": 0.01,
}  # fmt: skip
MOBY = {
    "Ahab", "Ishmael", "Queequeg", "Starbuck", "Stubb", "Tashtego", "Daggoo", "Pip", "Peleg",
    "Bildad", "Fedallah", "Elijah", "Mapple", "Bulkington", "Perth", "Jonah", "Hosea", "Hussey",
    "Gardiner", "Boomer", "Bunger", "Fleece", "Coffin", "Derick", "Radney", "Steelkilt", "Gabriel",
    "Mayhew",
}  # fmt: skip


@dataclass
class Dataset:
    documents: list[list[str]] = field(default_factory=list)
    labels: list[np.ndarray] = field(default_factory=list)  # int8, one for each word
    kinds: list[str] = field(default_factory=list)

    def add(self, kind: str, words: list[str], labels: Sequence[int] | np.ndarray | None = None) -> None:
        """`labels`: none means that nothing in the document is anything."""
        if words:
            self.documents.append(words)
            self.labels.append(np.zeros(len(words), np.int8) if labels is None else np.asarray(labels, np.int8))
            self.kinds.append(kind)


def labelled(pieces: list[Piece]) -> tuple[list[str], np.ndarray]:
    """Words of a document in labelled pieces; a word has the label of its first character that is not a space, but is a
    name if any part of it is one (`ולדוד`: "and to David")."""
    text = "".join(piece for piece, _ in pieces)
    marks = np.repeat(
        np.array([label for _, label in pieces], np.int8), np.array([len(piece) for piece, _ in pieces], np.int64)
    )
    words = w.split(text)
    if not words:
        return [], marks
    lengths = np.array([len(word) for word in words])
    spaced = np.array([word[0] == " " and len(word) > 1 for word in words])
    starts = np.cumsum(lengths) - lengths
    named = np.logical_or.reduceat(marks == NAME, starts)
    return words, np.where(named, NAME, marks[starts + spaced])


def gold(rng: Random, count: int, ui: dict[str, list[str]], into: Dataset) -> None:
    others = [language for language in g.templates() if language not in SHARES]
    for _ in range(count):
        roll, language = rng.random(), rng.choice(others)
        for name, share in SHARES.items():
            roll -= share
            if roll < 0:
                language = name
                break
        if rng.random() < 0.15:
            into.add("record", *labelled(records.document(g.Filler(language, rng))))
            continue
        if rng.random() < 0.12:
            into.add("leaf", *labelled(key_leaves.document(g.Filler(language, rng))))
            continue
        pieces = g.document(language, rng, ui.get(language, []), other)
        if language == "zh" and rng.random() < 0.4:
            pieces = scripts.in_traditional(pieces)
        words, labels = labelled(pieces)
        if rng.random() < 0.2 and len(words) > 8:  # a fragment: no template is seen whole every time
            start = rng.randrange(len(words) - 4)
            end = rng.randint(start + 3, min(len(words), start + 40))
            words, labels = words[start:end], labels[start:end]
        into.add("gold", words, labels)


def other(filler: g.Filler) -> list[Piece]:
    """What stands between sentences in agents' traffic: records, logs, tool output, headings."""
    if filler.rng.random() < 0.4:
        return records.document(filler)
    return [(hard.document(filler.rng)[:700], O)]


def users(rng: Random, texts: dict[str, list[str]], into: Dataset) -> None:
    """Interface sentences about "the user", with somebody's name instead; each in two versions."""
    for language, own in texts.items():
        for text in own * 2:
            filler = g.Filler(language, rng)
            pieces: list[Piece] = []
            at = 0
            for match in corpus.USER[language].finditer(text):
                name = filler.first() if rng.random() < 0.3 else filler.last() if rng.random() < 0.3 else filler.full()
                pieces += [(text[at : match.start()], O), (name, NAME)]
                at = match.end()
            into.add("user", *labelled([*pieces, (text[at:], O)]))


def declarations(rng: Random, into: Dataset) -> None:
    """The Declaration of Human Rights in many languages: some paragraphs at a time."""
    for texts in scripts.declaration().values():
        at = 0
        while at < len(texts):
            take = rng.choice((1, 1, 2, 3))
            into.add("declaration", w.split(" ".join(texts[at : at + take])))
            at += take


def words(rng: Random, into: Dataset) -> None:
    """Names among ordinary words, without sentences, in languages of which little text is at hand."""
    for language, count in wordlists.COUNTS.items():
        for _ in range(count):
            into.add("words", *labelled(wordlists.document(language, rng)))


def negatives(rng: Random, count: int, into: Dataset) -> None:
    for _ in range(count):
        into.add("hard", w.split(hard.document(rng)))


def interface(rng: Random, ui: dict[str, list[str]], into: Dataset) -> None:
    """Interface texts as they come: lists, sentences, JSON, YAML, gettext."""
    for texts in ui.values():
        at = 0
        while at < len(texts):
            take = texts[at : at + rng.choice((1, 1, 2, 4, 8))]
            at += len(take)
            form = rng.random()
            if form < 0.5:
                text = rng.choice((" ", "\n", "\n\n")).join(take)
            elif form < 0.7:
                text = (
                    "{\n"
                    + ",\n".join(
                        f'  "{rng.choice(("title", "text", "label", "description", "name"))}": "{t}"' for t in take
                    )
                    + "\n}"
                )
            elif form < 0.85:
                text = "\n".join(f"- {t}" for t in take)
            else:
                text = "\n".join(f'msgid "{t}"' for t in take)
            into.add("ui", w.split(text))


def code(rng: Random, count: int, into: Dataset) -> None:
    found = cached(
        "code", (Path(corpus.__file__).read_text("utf-8"), 1), lambda: corpus.code_documents(Random(1), 8000)
    )
    for document in rng.sample(found, min(count, len(found))):
        into.add("code", w.split(document.text))


TITLES = {
    "Mr", "Mrs", "Ms", "Miss", "Dr", "President", "Senator", "General", "King", "Queen", "Captain",
    "Colonel", "Lady", "Sir", "Lord", "Justice", "Judge", "Secretary",
}  # fmt: skip


PRONOUNS = {"he", "she", "He", "She", "him"}


def people(words: list[str], lower: Counter[str]) -> tuple[np.ndarray, np.ndarray]:
    """`(named, doubtful)` marks of a document in plain English, by the gazetteer and by titles."""
    first, last, place = lx.gazetteer()
    cores = [word.strip() for word in words]
    named, doubtful = np.zeros(len(words), bool), np.zeros(len(words), bool)
    for i, core in enumerate(cores):
        if not (len(core) > 1 and core[0].isupper() and core[1:].islower()):
            continue
        before = next((c for c in reversed(cores[max(0, i - 2) : i]) if c and c != "."), "")
        after = i + 1
        if after + 2 < len(cores) and len(cores[after]) == 1 and cores[after].isupper():  # an initial and its dot
            after += 2
        if core in MOBY or (before in TITLES and lower[core.lower()] == 0 and core not in place):
            named[i] = True
        elif core in first and after < len(cores) and cores[after] in last and words[after][0] == " ":
            if core not in place and cores[after] not in place and lower[core.lower()] == 0:
                named[i : after + 1] = True
            else:
                doubtful[i : after + 1] = True
        elif (core in last or core in first) and lower[core.lower()] == 0:
            doubtful[i] = True
    return named, doubtful & ~named


def prose(rng: Random, count: int, into: Dataset) -> None:
    """Natural English. Most people found are replaced by people from all over the world: true contexts, every name."""
    source = (Path(corpus.__file__).read_text("utf-8"), count)
    documents = cached("prose", source, lambda: [w.split(d.text) for d in corpus.prose_documents(Random(1), count)])
    lower = Counter(x.strip() for d in documents for x in d if x.strip().islower())
    for words in documents:
        named, doubtful = people(words, lower)
        if rng.random() < 0.6:  # pronouns are where people are spoken of
            named |= np.array([word.strip() in PRONOUNS and rng.random() < 0.5 for word in words], bool)
        labels = np.where(doubtful, IGNORE, np.where(named, NAME, O)).astype(np.int8)
        pronouns = any(named[i] and words[i].strip() in PRONOUNS for i in range(len(words)))
        if pronouns or rng.random() < 0.7:
            words, labels = _replace(words, labels, named, rng)
        into.add("prose", words, labels)


def _replace(words: list[str], labels: np.ndarray, named: np.ndarray, rng: Random) -> tuple[list[str], np.ndarray]:
    """The people of a document renamed, each run of name words on its own."""
    filler = g.Filler(rng.choice(("en", "en", "de", "es", "pt", "pl", "fr", "it")), rng)
    out: list[str] = []
    rows: list[int] = []
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and named[end]:
            end += 1
        if end == at:
            out.append(words[at])
            rows.append(int(labels[at]))
            at += 1
            continue
        name = filler.person() if end - at > 1 else rng.choice((filler.last(), filler.first()))
        new = w.split((" " if words[at][0] == " " else "") + name)
        out += new
        rows += [int(labels[at])] * len(new)
        at = end
    return out, np.array(rows, np.int8)


def everyday(dataset: Dataset) -> frozenset[str]:
    """Folded words that occur three times as ordinary words: anywhere in interface texts, else in lower case."""
    counts: Counter[str] = Counter()
    texts = cached("ui", Path(corpus.__file__).read_text("utf-8"), corpus.all_ui_texts)
    for text in (text for own in texts.values() for text in own):
        counts.update(w.fold(word.strip()) for word in w.split(text) if word.strip().isalpha() and len(word) > 2)
    for words, labels, kind in zip(dataset.documents, dataset.labels, dataset.kinds, strict=True):
        if kind in ("prose", "code"):
            for word, plain in zip(words, labels == O, strict=True):
                core = word.strip()
                if plain and core.isalpha() and core.islower() and len(core) > 1:
                    counts[w.fold(core)] += 1
    return frozenset(word for word, count in counts.items() if count >= 3)


def build(seed: int, documents: int, code_chunks: int, ui_texts: int, prose_chunks: int) -> Dataset:
    rng = Random(seed)
    dataset = Dataset()
    source = (Path(corpus.__file__).read_text("utf-8"), ui_texts)
    everything = cached("ui", source[0], corpus.all_ui_texts)
    ui = corpus.sampled(everything, Random(1), ui_texts)
    ui["zh"] = Random(1).sample(everything["zh"], 13_000)
    gold(rng, documents, ui, dataset)
    interface(rng, ui, dataset)
    users(rng, corpus.user_texts(everything, Random(2), 500), dataset)
    negatives(rng, documents // 8, dataset)
    declarations(rng, dataset)
    words(rng, dataset)
    code(rng, code_chunks, dataset)
    prose(rng, prose_chunks, dataset)
    return dataset
