"""Names behind their label in languages that the other rules do not know, and surnames told by their ending.

The labels are data (`name_labels.tsv`). Where letters have capitals the name is one to four capitalised words, elsewhere
one to four words with nothing of a sentence behind them.
"""

# ruff: noqa: E501, SIM905 - ranges and word lists stay on one line: so they are read and searched
from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from redaction.detector.rules.recognizer import Recognizer, word_edges

# Letters of scripts without capitals, with the marks that belong to them: Hebrew, Arabic, Devanagari to Sinhala, Thai,
# Lao, Burmese, Georgian, Khmer, Kana, Han, Hangul. (`re2_classes` knows Latin, Greek and Cyrillic only.)
_LETTERS = (
    "\u0591-\u05bd\u05bf\u05c1-\u05c7\u05d0-\u05ea\u0610-\u061a\u0620-\u065f\u0670-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06ef\u06fa-\u06ff\u0750-\u077f"
    "\u0900-\u0963\u0971-\u09e3\u0a00-\u0a65\u0a70-\u0a75\u0a80-\u0ae3\u0b00-\u0b63\u0b80-\u0be5\u0c00-\u0c65\u0c80-\u0ce5\u0d00-\u0d65\u0d7a-\u0d7f\u0d80-\u0de5\u0df2\u0df3"
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0ecf\u0edc-\u0edf\u1000-\u103f\u10d0-\u10ff\u1780-\u17d3\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
)
_WORD = rf"[{_LETTERS}]{{1,24}}"
_CAP = r"[\p{Lu}Ա-Ֆ][\p{Ll}\pMա-և]+(?:[-'’]\p{Lu}[\p{Ll}\pM]+)?"
# What a form says in the place of a name: please, enter, required, unknown, none.
_NO_NAMES = frozenset(
    "कृपया अज्ञात नहीं آپ کوئی مطلوب يرجى غير لا نا لطفا נא חובה אין ללא กรุณา ระบุ ไม่ระบุ ไม่มี 请输入 请填写 無 无 未知 匿名 暂无 必填 選択 必須 入力 "
    "なし 未入力 不明 없음 입력하세요 입력 필수 미상 익명 არა აუცილებელია".split()
)
_SENTENCE = re.compile(r"[ \t]*[^\W\d_]|[(\[{=.]\w")
_LIMIT = 40


@dataclass(frozen=True, slots=True)
class NameLabels:
    """A row of the data as written."""

    language: str
    words: tuple[str, ...]
    example: str
    near_miss: str


@functools.cache
def name_labels() -> tuple[NameLabels, ...]:
    """The rows of `name_labels.tsv`. Raises ValueError, naming the line, for one that is no row."""
    rows = []
    lines = Path(__file__).with_name("name_labels.tsv").read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != 4 or "⟦" not in cells[2]:
            raise ValueError(f"name_labels.tsv:{number} is no row of labels")
        rows.append(NameLabels(cells[0], tuple(cells[1].split("|")), cells[2], cells[3]))
    return tuple(rows)


def asked_for(value: str) -> bool:
    """Whether it is what a form says where the name is to be written: `请输入`, `必須`."""
    return bool(_NO_NAMES.intersection(value.split())) or value.startswith(("请", "請", "입력", "未", "入力", "必"))


def _name(value: str) -> bool:
    return len(value) > 1 and not asked_for(value)


def _ends(text: str, start: int, end: int) -> bool:
    """Nothing of a sentence, a call or a longer word goes on behind the name; where letters have capitals it may."""
    if text[start].isupper():
        return word_edges(text, start, end)
    return _SENTENCE.match(text, end) is None


def _labelled() -> Recognizer:
    words = sorted({word for row in name_labels() for word in row.words}, key=lambda word: (-len(word), word))
    cue = rf"(?i:(?:^|[^\pL\pM{_LETTERS}])(?:{'|'.join(map(re.escape, words))}))[\"'*_]{{0,3}}[ \t]{{0,3}}[:=：]"
    value = rf"({_CAP}(?: {_CAP}){{0,3}}|{_WORD}(?:[ ·・]{_WORD}){{0,3}})"
    return Recognizer(
        "name_label_language",
        "NAME",
        cue + rf"[ \t　]{{0,4}}[\"'*_]{{0,3}}{value}",
        check=_name,
        guard=_ends,
        score=0.66,
        trigger=cue,
    )


# Georgian surnames, in any case, with the word in front of them.
_GEORGIAN = Recognizer(
    "name_georgian",
    "NAME",
    r"([ა-ჿ]{3,14} [ა-ჿ]{2,12}(?:შვილ(?:ი|მა|ს|ის|ით|სთან|ისთვის)?|ძე(?:მ|ს|სთან)?|ძის(?:თვის|გან)?))",
    check=lambda value: len(value) <= _LIMIT,
    guard=word_edges,
    score=0.62,
    trigger=r"[ა-ჿ](?:შვილ|ძე|ძის)",
)

ROWS = (_labelled(), _GEORGIAN)
