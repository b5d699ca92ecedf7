"""Whether digits behind a word for a telephone are its number: grouped as numbers are, no date, time, price, version or range."""

# ruff: noqa: E501 - patterns and word lists stay on one line: so they are read and searched
from __future__ import annotations

import re

from redaction.detector.labels.bindings import Bound, How

_PHONE = re.compile(
    r"(?:\+ ?|00)?\(?\d{1,5}\)?(?:[ .\-/–·]{0,3}\(?\d{1,10}\)?){0,8}(?:[ ,;]{0,2}(?:x|ext\.?|extension|#|poste|dw|int\.?|доб\.?|rozsz\.?|内線|내선|转)[ .:]?\d{1,6}(?!\d))?",
    re.IGNORECASE,
)
_SPOKEN_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_SPOKEN = re.compile(rf"(?i){_SPOKEN_DIGIT}(?:[ ,-]{{1,2}}{_SPOKEN_DIGIT}){{6,14}}\b")
_DATE = re.compile(
    r"(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d|(?:19|20)\d{6}|(?:19|20)\d\d ?[-–] ?(?:19|20)\d\d"
)
_PRICE_OR_VERSION = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+[.,]\d{1,2}|\d{1,3}(?:\.\d{1,3}){3}|v?\d+(?:\.\d+){1,2}")


def phone(text: str, bound: Bound, joined: bool) -> int | None:
    """The end of the telephone number that begins where the value does."""
    start = bound.value.start
    if bound.how in (How.ARGUMENT, How.BACKWARD):
        return None
    spoken = _SPOKEN.match(text, start)
    if spoken:
        return spoken.end()
    limit = bound.value.end if bound.value.quoted else len(text)
    match = _PHONE.match(text, start, min(limit, start + 60))
    if match is None:
        return None
    end = match.end()
    while end > start and not text[end - 1].isdigit():
        end -= 1
    value = text[start:end]
    digits = [c for c in value if c.isdigit()]
    fewest = 6 if bound.how in (How.ASSIGNED, How.CELL, How.SPOKEN) else 7
    if not fewest <= len(digits) <= 16 or set(digits) == {"0"}:
        return None
    if _DATE.fullmatch(value) or (_PRICE_OR_VERSION.fullmatch(value) and len(digits) < 9):
        return None
    after = text[end : end + 2]
    if (after[:1].isalnum() and after[:1] < "\u2e80") or (after[:1] in ".:@_%" and after[1:].isalnum()):
        return None
    if value.isdigit() and joined and bound.operator == "=" and not bound.value.quoted and len(value) < 9:
        return None
    return end
