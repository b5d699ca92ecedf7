"""The tagger: finds people's names and street addresses by what words look like and what stands around them.

A small network, distilled and trained by `training/` (MODEL_CARD.md tells from what): each word's vector is the mean
of its word pieces plus shape, first and last letters and gazetteer; four residual convolutions over eight words to
each side; a softmax over eight groups. It runs in onnxruntime as integers with fixed scales, so a word's scores
depend on its neighbours only, never on what else is in the call or how a long text is cut. Time is linear in the text.

Memory: words' vectors are cached, by the word itself, since texts repeat words. The cache is the only place where
pieces of user text outlive a call: single words, never their order, at most `CACHED_WORDS` of at most 40 characters,
all dropped when it is full. Nothing of it is written, logged or shown.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from redaction.detector.tagger import tokens
from redaction.spans import Span

WEIGHTS = Path(__file__).parents[1] / "weights"
CACHED_WORDS = 60_000
_CACHED_LENGTH = 40
_CHUNK, _REACH = 2048, 16  # words per call of the network; words that the network sees to each side (at least 8)

NAME, ADDRESS, PLACE = 1, 2, 7  # columns of the network's output; 0 is "nothing", the others belong to rules
_KINDS = {NAME: "NAME", ADDRESS: "STREET_ADDRESS"}
THRESHOLD = 0.25  # of 1 - p(nothing): tuned on labelled text that is not part of this project
_LOWER = 0.6  # the least score of a name without a capital, in scripts that have them
_NUMBER_NEAR = 80  # characters between a bare number and the street that makes it part of an address
_SURE = 0.9  # a name this certain is looked for in the rest of the text
_HINT = 0.08  # ... and taken there at this score

_WORD = re.compile(r"[^\W\d_]{3}|[\u3400-\u9fff]")

# Pronouns and other small words that stand where a name can stand (`John: You saved me`) and are none in any case.
_SMALL = frozenset(
    """
    i me you your he him his she her it its we us our they them their this that these those what who whom which when
    where why how yes no not and or but if then the a is are was were does did doesn didn isn can could would should
    please thanks ich mich mir dich sie wir ihr ihnen das der die den und oder nicht nein wer wie wann hatten haben sind
    nosotros ellos usted ustedes los las qué quién cómo nós vocês eles elas não que quem vous nous ils elles les une oui
    """.split()  # noqa: SIM905 - a list of words reads better as text
)  # fmt: skip

type Floats = NDArray[np.float32]


class DamagedWeights(RuntimeError):
    """Raised at load when a weight file is missing or does not have its SHA-256."""


def read_weights(folder: Path) -> tuple[dict[str, Any], bytes]:
    """`(tables, network)` after comparing both files with `SHA256SUMS`.

    Guards against half a checkout or a changed line ending, not against an attacker who can write both files.
    """
    try:
        lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
        sums = {name: digest for digest, name in (line.split() for line in lines)}
        for name in ("tagger.npz", "tagger.onnx"):
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sums[name]:
                raise DamagedWeights(f"{name} does not have the SHA-256 in SHA256SUMS: check the file out again")
        with np.load(folder / "tagger.npz") as archive:
            return {name: archive[name] for name in archive.files}, (folder / "tagger.onnx").read_bytes()
    except (OSError, KeyError, ValueError) as error:
        raise DamagedWeights(f"the tagger's weights cannot be read ({type(error).__name__})") from error


class WordVectors:
    """Vectors of words, computed once per distinct word. Not thread-safe: the tagger holds its lock."""

    def __init__(self, tables: dict[str, Any]) -> None:
        pieces = bytes(tables["vocabulary"]).decode("utf-8").split("\n")
        self._vocabulary = {piece: row for row, piece in enumerate(pieces)}
        self._pieces, self._shape, self._prefix, self._suffix, self._gazetteer = (
            tables[name].astype(np.float32) * tables[name + "_scale"].astype(np.float32)[:, None]
            for name in ("pieces", "shape", "prefix", "suffix", "gazetteer")
        )
        self._keys, self._bits = tables["keys"], tables["bits"]
        self._size = int(self._pieces.shape[1])
        self._rows: dict[str, int] = {}
        self._table = np.zeros((4096, self._size), np.float32)

    def __len__(self) -> int:
        return len(self._rows)

    def of(self, text_words: list[str]) -> Floats:
        """`(len(text_words), E)`."""
        try:
            return self._table[np.fromiter(map(self._rows.__getitem__, text_words), np.int64, len(text_words))]
        except KeyError:
            pass
        distinct = set(text_words)
        new = sorted(distinct.difference(self._rows))  # sorted: rows do not depend on hash seeds
        if len(self._rows) + len(new) > CACHED_WORDS:
            self._rows.clear()
            new = sorted(distinct)
        kept = [word for word in new if len(word) <= _CACHED_LENGTH] if len(new) <= CACHED_WORDS else []
        self._append(kept)
        passing = sorted(set(new).difference(kept))
        if not passing:
            return self._table[np.fromiter(map(self._rows.__getitem__, text_words), np.int64, len(text_words))]
        own = {word: -1 - row for row, word in enumerate(passing)}
        places = np.array([own.get(word) or self._rows[word] for word in text_words], np.int64)
        vectors = self._table[np.maximum(places, 0)]
        vectors[places < 0] = self.compute(passing)[-1 - places[places < 0]]
        return vectors

    def _append(self, new: list[str]) -> None:
        at = len(self._rows)
        while at + len(new) > len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
        self._table[at : at + len(new)] = self.compute(new)
        self._rows.update(zip(new, range(at, at + len(new)), strict=True))

    def compute(self, new: list[str]) -> Floats:
        """Vectors of distinct words, `(len(new), E)`."""
        if not new:
            return np.zeros((0, self._size), np.float32)
        rows = [tokens.features(word, self._vocabulary) for word in new]
        counts = np.array([len(row[0]) for row in rows])
        flat = [piece for row in rows for piece in row[0] or (0,)]
        starts = np.r_[0, np.maximum(counts, 1).cumsum()[:-1]]
        vectors = np.add.reduceat(self._pieces[flat], starts, axis=0) / np.maximum(counts, 1)[:, None]
        vectors[counts == 0] = 0
        keys = np.array([row[4] for row in rows], np.uint32)
        place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        bits = np.where(self._keys[place] == keys, self._bits[place], 0)
        vectors += self._shape[[row[1] for row in rows]]
        vectors += self._prefix[[row[2] for row in rows]]
        vectors += self._suffix[[row[3] for row in rows]]
        vectors += self._gazetteer[bits]
        return np.asarray(vectors, np.float32)


class Tagger:
    """`spans(text)` gives the names and addresses in a text. Thread-safe; deterministic.

    `threads` is onnxruntime's; more than one pays for texts over some 50 KB only. Raises DamagedWeights.
    """

    def __init__(self, threads: int = 1, folder: Path = WEIGHTS) -> None:
        tables, network = read_weights(folder)
        self.version = bytes(tables["version"]).decode("ascii")
        self._vectors = WordVectors(tables)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._lock = threading.Lock()
        self.spans("Warm-up: Jane Doe, 12 Main Street.")

    def spans(self, text: str) -> list[Span]:
        """Sorted, disjoint spans of type NAME or STREET_ADDRESS; the score is the mean probability of their words."""
        text_words = tokens.split(text)
        if not text_words:
            return []
        scores = self.scores(text_words)
        found = _plausible(text, [*_decode(text, text_words, scores)])
        return _repeated(text, text_words, scores, found)

    def scores(self, text_words: list[str]) -> Floats:
        """`(len(text_words), 8)` probabilities. A long text goes through in chunks that overlap by the net's reach,
        so that its vectors never stand in memory all at once."""
        size = len(text_words)
        out = np.empty((size, 8), np.float32)
        for start in range(0, size, _CHUNK):
            end = min(size, start + _CHUNK)
            low, high = max(0, start - _REACH), min(size, end + _REACH)
            out[start:end] = self._run(text_words[low:high])[start - low : end - low]
        return out

    def _run(self, text_words: list[str]) -> Floats:
        with self._lock:
            vectors = self._vectors.of(text_words)
        return np.asarray(self._session.run(None, {"x": vectors})[0], np.float32)


def _joins(text: str, end: int, start: int, kind: int) -> bool:
    """Whether two words belong to one span, by what stands between them at `end`..`start`.

    In a name a space, hyphen or apostrophe, and a dot after an initial; in an address also commas and one line break.
    """
    gap = text[end:start]
    if kind == NAME:
        initial = any(not c.isalnum() for c in text[max(0, end - 3) : end]) or end < 3
        return gap in {"", " ", "-", "'", "’", "·"} or (gap in {".", ". "} and initial)
    return len(gap) <= 4 and all(c in " ,.-/'’#º\n" for c in gap) and "\n\n" not in gap


def _decode(text: str, text_words: list[str], scores: Floats) -> Iterator[Span]:
    starts = np.cumsum([0, *map(len, text_words)])
    kinds = 1 + scores[:, 1:].argmax(1)
    kind_now, start_now, end_now = 0, 0, 0
    proof: list[float] = []
    places = True
    for index in np.flatnonzero(1 - scores[:, 0] >= THRESHOLD):
        word = text_words[index]
        kind = int(kinds[index])
        core = word.strip()
        if not core or kind not in (NAME, ADDRESS, PLACE):
            continue
        group = ADDRESS if kind == PLACE else kind
        start, end = int(starts[index]) + (word[0] == " "), int(starts[index + 1])
        if group == kind_now and _joins(text, end_now, start, group):
            end_now = end
            places = places and kind == PLACE
            proof.append(float(scores[index, kind]))
            continue
        if kind_now and not places:
            yield from _span(text, start_now, end_now, kind_now, proof)
        kind_now, start_now, end_now, proof, places = group, start, end, [float(scores[index, kind])], kind == PLACE
    if kind_now and not places:
        yield from _span(text, start_now, end_now, kind_now, proof)


def _span(text: str, start: int, end: int, kind: int, proof: list[float]) -> Iterator[Span]:
    """The span without a possessive `'s`, and without anything at its ends that is no letter or digit."""
    if kind == NAME and text[start:end].endswith(("'s", "’s")):
        end -= 2
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    if start < end:
        yield Span(start, end, _KINDS[kind], round(sum(proof) / len(proof), 4), "tagger")


def _plausible(text: str, found: list[Span]) -> list[Span]:
    """Without what is hardly one: small words and numbers as names, faint names in lower case, bare numbers near no
    street (a post code counts beside one only), faint single words as streets."""
    streets = [span for span in found if span.type == "STREET_ADDRESS" and _WORD.search(text, span.start, span.end)]
    kept: list[Span] = []
    at = 0
    for span in found:
        if span.type == "NAME":
            name = text[span.start : span.end]
            faint = span.score < _LOWER and name.islower()
            if not faint and not _SMALL.issuperset(name.lower().split()) and any(map(str.isalpha, name)):
                kept.append(span)
            continue
        if span.score < _SURE and text[span.start : span.end].isalpha() and text[span.start] < "\u2e80":
            continue  # one word without a number: `Gateway`
        while at < len(streets) and streets[at].end + _NUMBER_NEAR < span.start:
            at += 1
        if at < len(streets) and streets[at].start - _NUMBER_NEAR <= span.end:
            kept.append(span)
    return kept


def _repeated(text: str, text_words: list[str], scores: Floats, found: list[Span]) -> list[Span]:
    """Adds further places of words that are surely names in this text: `Jane Doe ... Doe said`."""
    sure: set[str] = set()
    for span in found:
        if span.type == "NAME" and span.score >= _SURE:
            sure.update(w for w in text[span.start : span.end].split() if len(w) > 2 and w[0].isupper())
    if not sure:
        return found
    starts = np.cumsum([0, *map(len, text_words)])
    something = 1 - scores[:, 0]
    more: list[Span] = []
    for index in np.flatnonzero(something >= _HINT):
        word = text_words[index]
        core = word.strip()
        if core in sure:
            start = int(starts[index]) + (word[0] == " ")
            more.append(Span(start, start + len(core), "NAME", _SURE, "tagger"))
    return _outside(found, more)


def _outside(found: list[Span], more: list[Span]) -> list[Span]:
    """`found` and those of `more` that do not touch them, sorted. Both are sorted and disjoint."""
    out: list[Span] = []
    rest = iter([*found, None])
    following = next(rest)
    for span in more:
        while following is not None and following.end <= span.start:
            out.append(following)
            following = next(rest)
        if following is None or span.end <= following.start:
            out.append(span)
    if following is not None:
        out += [following, *(span for span in rest if span is not None)]
    return out
