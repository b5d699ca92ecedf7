"""Dates behind a word of birth: digits in the usual orders, months by name in many languages, and spelled in words."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path

_YEAR = r"(?:1[89]\d\d|20\d\d|2[45]\d\d)"
_NUMERIC = re.compile(
    rf"(?:\d{{1,2}}[ ]?[./\-–][ ]?\d{{1,2}}[ ]?[./\-–][ ]?(?:{_YEAR}|\d\d)|{_YEAR}[ ]?[./\-–][ ]?\d{{1,2}}[ ]?[./\-–][ ]?\d{{1,2}}|"
    rf"\d{{1,2}} \d{{1,2}} {_YEAR}|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2]){_YEAR})(?![\w])(?!\.\d)"
)
_EAST_ASIAN = re.compile(r"(?:昭和|平成|令和|大正)?\d{1,4} ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일号號]?")
_YEAR_ONLY = re.compile(rf"{_YEAR}(?![\w./-])")
# `3rd of March 1970`, `3 de marzo de 1970`, `den 3. März 1970`: the word is looked up.
_DAY_FIRST = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|er|ero|o|º|ª|e|\.|η|-го|-е|ви|-ви)?[ \-./]{1,2}(?:(?:of|de|di|del|d'|the|วันที่|เดือน)[ ]{0,2})?([^\W\d_][\w\u0300-\u036f\u0900-\u0d7f\u0e31-\u0e4e’'.-]{1,20}?)[.,]?"
    r"[ \-./]{1,2}(?:(?:of|de|del|di|,|พ\.ศ\.|ค\.ศ\.|год[аy]?)[ ]{0,2}){0,2}['’]?(\d{4}|\d\d)(?!\d)(?:[ ]?(?:г\.|р\.|года|року))?"
)
_MONTH_FIRST = re.compile(
    r"([^\W\d_][\w\u0300-\u036f\u0900-\u0d7f.]{2,20}?)\.?[ ](\d{1,2})(?:st|nd|rd|th|-a)?(?:,[ ]?|[ ](?:of[ ])?|[ ]de[ ])(\d{4}|'?\d\d)(?!\d)"
)
_YEAR_FIRST = re.compile(
    r"(\d{4})\.?[ ](?:m\.[ ]|gada[ ]|оны[ ])?([^\W\d_][\w.]{2,20}?)[ ]{1,2}\d{1,2}(?:[ .]?d\.|\.|-е|-ж)?(?!\d)"
)
_SPELLED = re.compile(r"(?:[^\W\d_]+[ ,\-]{1,2}){2,14}[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+")


@functools.cache
def _months() -> frozenset[str]:
    text = Path(__file__).with_name("data").joinpath("months.tsv").read_text("utf-8")
    return frozenset(
        word for line in text.splitlines() if not line.startswith("#") for word in line.split("\t")[1].split("|")
    )


@functools.cache
def _number_words() -> frozenset[str]:
    text = Path(__file__).with_name("data").joinpath("number_words.tsv").read_text("utf-8")
    return frozenset(
        word for line in text.splitlines() if not line.startswith("#") for word in line.split("\t")[1].split("|")
    )


def _is_month(word: str) -> bool:
    plain = unicodedata.normalize("NFC", word).casefold().rstrip(".")
    return plain in _months() or (plain[:1] == "ב" and plain[1:] in _months())


def date_at(text: str, at: int) -> int | None:
    """The end of the date that begins at `at`, None when none does."""
    for pattern in (_NUMERIC, _EAST_ASIAN):
        match = pattern.match(text, at)
        if match:
            return match.end()
    day = _DAY_FIRST.match(text, at)
    if day and _is_month(day.group(1)):
        return day.end()
    year = _YEAR_FIRST.match(text, at)
    if year and _is_month(year.group(2)):
        return year.end()
    if text[at : at + 1].isdigit():
        only = _YEAR_ONLY.match(text, at)
        return only.end() if only else None
    month = _MONTH_FIRST.match(text, at)
    if month and _is_month(month.group(1)):
        return month.end()
    return _spelled(text, at)


def _spelled(text: str, at: int) -> int | None:
    """`the third of March, nineteen seventy`: number words around the name of a month."""
    match = _SPELLED.match(text, at, at + 140)
    if match is None:
        return None
    end = at
    months = numbers = 0
    for word in _WORD.finditer(text, at, match.end()):
        plain = word.group().casefold()
        if plain in _months():
            months += 1
        elif plain in _number_words():
            numbers += plain not in ("the", "of", "and", "de", "y", "et", "und", "e", "le", "el", "del", "en", "van")
        else:
            break
        end = word.end()
    return end if months == 1 and numbers >= 2 else None


_GAP = re.compile(r"[^\d\n]{0,48}?(?=\d|'\d\d|昭|平|令|大)")
_GAP_WORDS = re.compile(
    r"[\s:=,\"'`*.()|\[\]>#-]{0,12}(?:(?:is|was|on|the|am|den|le|el|il|em|op|on the|dnia|в|dne|den|:)[\s:]{1,3}){0,3}"
)
_STOP = re.compile(
    r"(?i)[.;!?]\s+[^\W\d_a-zа-я]|admi|discharg|died|death|decea|exp|issu|valid|visit|seen|signed|since|hired|join|releas|creat|updat|last|first|"
    r"gestorben|verstorben|aufgenommen|ingres|fallec|décéd|sorti|entré|ricover|умер|поступ|死|入院"
)


def birth_date(text: str, at: int) -> tuple[int, int] | None:
    """The place of the date that belongs to a word of birth ending at `at`."""
    gap = _GAP_WORDS.match(text, at)
    begin = gap.end() if gap else at
    end = date_at(text, begin)
    if end is not None and begin < end:
        return begin, end
    far = _GAP.match(text, at)
    if far is None or _STOP.search(far.group()):
        return None
    end = date_at(text, far.end())
    if end is None or _YEAR_ONLY.fullmatch(text[far.end() : end]):
        return None
    return far.end(), end
