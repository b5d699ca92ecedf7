"""Other spellings of a known value: dates in three orders, numbers without their separators.

Case, accents and separators need no spelling of their own: tokens do not have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from redaction.known.known_tokens import spelled

# A number written in groups: not a date, not a decimal.
_GROUPED = re.compile(r"[0-9]+(?:[ ./-][0-9]+)+")
_LEAST_GROUPED = 5
_YEAR = re.compile(r"(?:18|19|20)[0-9]{2}")


def spellings(value: str) -> Iterator[tuple[str, ...]]:
    """The tokens of a value, then those of its other spellings."""
    own = spelled(value)
    yield own
    text = value.strip()
    if date := _date(own):
        year, month, day = date
        both = [(day, month, year), (month, day, year), (year, month, day)]
        plain = [tuple(part.lstrip("0") for part in order) for order in both]
        for other in dict.fromkeys((*both, *plain)):
            if other != own:
                yield other
    elif _GROUPED.fullmatch(text) and len(digits := "".join(own)) >= _LEAST_GROUPED:
        yield (digits,)


def _date(tokens: tuple[str, ...]) -> tuple[str, str, str] | None:
    """Year, month and day of a date that is written in numbers, day before month where both would do."""
    if len(tokens) != 3 or not all(token.isdigit() and token.isascii() for token in tokens):
        return None
    if _YEAR.fullmatch(tokens[0]):
        year, month, day = tokens
    elif _YEAR.fullmatch(tokens[2]):
        day, month, year = tokens
        if int(month) > 12:
            day, month = month, day
    else:
        return None
    if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
        return year, month.zfill(2), day.zfill(2)
    return None
