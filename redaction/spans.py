"""Found places in a text, and the placeholders that take their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

# `[[NAME]]`, and with a tag (reversible mode) `[[NAME_k3f9w2c]]`. Types are upper case, tags lower case.
PLACEHOLDER = re.compile(r"\[\[([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?:_([a-z0-9]{4,10}))?\]\]")
# The types that the product itself gives, and those of Faasera's documented recognizers.
KNOWN_TYPES = frozenset(
    """
    NAME FIRSTNAME LASTNAME SSN ITIN EMAIL_ADDRESS PHONE_NUMBER CREDITCARD_NUMBER IBAN_CODE IP_ADDRESS MAC_ADDRESS
    STREET_ADDRESS DATE_OF_BIRTH PASSPORT_NUMBER DRIVER_LICENSE ACCOUNT_NUMBER ROUTING_NUMBER NATIONAL_ID TAX_ID
    MEDICAL_RECORD CRYPTO_ADDRESS VIN USERNAME API_KEY PASSWORD PRIVATE_KEY JWT CONNECTION_STRING OTHER SECRET PATIENT
    BLOCKED_FILE BLOCKED_TEXT
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
# No tag and no type has so many digits: what has may be a value in a placeholder's clothes.
_MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Span:
    """A found place: half-open `[start, end)` in Python code points (not bytes, not UTF-16 units).

    `type` is the placeholder's name (`SSN`), `score` is 0..1, `recognizer` says which rule found it.
    """

    start: int
    end: int
    type: str
    score: float = 1.0
    recognizer: str = ""


def placeholder(kind: str) -> str:
    """The placeholder of a type: `SSN` -> `[[SSN]]`."""
    return f"[[{kind}]]"


def is_placeholder(match: re.Match[str], types: Set[str] = KNOWN_TYPES) -> bool:
    """Whether a match of `PLACEHOLDER` is one: a known type (`types`: also configured ones), and hardly any digits.

    Anything else in double brackets is text: `[[SSN_078051120]]`, `[[X]]`.
    """
    return match[1] in types and sum("0" <= char <= "9" for char in match[0]) <= _MOST_DIGITS


def disjoint(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted spans without overlap: the higher score wins, then the longer one, then the earlier one.

    What an outvoted span covers outside the winner is kept as a span of its own, so that nothing that
    any recognizer found survives in the text.
    """
    taken: list[Span] = []
    for span in sorted(spans, key=lambda s: (-s.score, s.start - s.end, s.start)):
        pieces = [(span.start, span.end)]
        for other in taken:
            pieces = [
                piece
                for start, end in pieces
                for piece in ((start, min(end, other.start)), (max(start, other.end), end))
                if piece[0] < piece[1]
            ]
        if pieces == [(span.start, span.end)]:
            taken.append(span)
        else:
            taken.extend(Span(a, b, span.type, span.score, span.recognizer) for a, b in pieces)
    return tuple(sorted(taken, key=lambda s: s.start))


def substitute(text: str, spans: Sequence[Span]) -> str:
    """`text` with each span replaced by its placeholder. Spans must be sorted and disjoint."""
    out: list[str] = []
    at = 0
    for span in spans:
        if not at <= span.start <= span.end <= len(text):
            raise ValueError("spans must be sorted, disjoint and inside the text")
        out += (text[at : span.start], placeholder(span.type))
        at = span.end
    out.append(text[at:])
    return "".join(out)
