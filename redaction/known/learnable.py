"""Which of the values that were found in a request stay known for the rest of it.

proved      a checksum or format rule finds it by itself
secret      a labelled secret of ten characters or more that is no word, default, path or identifier
number      seven digits or more
full name   two words or more; of its parts those that mean nothing else
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from redaction.known.known_tokens import spelled
from redaction.spans import NAME_TYPES

SHORTEST_SECRET = 10
LEAST_DIGITS = 7
_SECRETS = frozenset({"PASSWORD", "API_KEY", "JWT", "PRIVATE_KEY", "CONNECTION_STRING", "SECRET"})
_PROVED = frozenset(
    {"EMAIL_ADDRESS", "IBAN_CODE", "CREDITCARD_NUMBER", "SSN", "CRYPTO_ADDRESS", "MAC_ADDRESS", "VIN", "TAX_ID"}
)
# Longer values are no numbers and no names, and one of many tokens is a text.
_LONGEST = 400
_MOST_TOKENS = 64
_DIGIT = re.compile(r"[0-9]")
# Values that programs and manuals give.
_DEFAULTS = re.compile(
    r"(?i)(?:change[_-]?me|default|example|sample|dummy|placeholder|secret|pass(?:word|phrase|wd)?|token|api[_-]?key"
    r"|your|test(?:ing)?|demo|admin|root|user|guest|foo|bar|todo|none|null|true|false|undefined|xxx+|[*.x_-]+|[0-9]{1,4}"
    r"|[\s<>{}\[\]$%_.:-])+"
)
_PATH = re.compile(r"[/\\].*[/\\]|^[.~]?[/\\]|^[A-Za-z]:\\")
# A name of code: words, perhaps a short number behind them.
_IDENTIFIER = re.compile(r"[A-Za-z_.:$>-]+[0-9]{0,2}(?:[\[(].*)?", re.DOTALL)
_PART = re.compile(r"[^\W\d_]{3,}")


class Learnt(NamedTuple):
    """A value that stays known. `exact`: only in the same spelling. `name_part`: only in prose, as it stands."""

    value: str
    type: str
    exact: bool = False
    name_part: bool = False


def learnable(value: str, kind: str, everyday: Callable[[str], bool] | None) -> Iterator[Learnt]:
    """What of a found value stays known. Without `everyday` (a word that means something else) no part of a name."""
    value = value.strip()
    if len(value) > _LONGEST or not 0 < len(spelled(value)) <= _MOST_TOKENS:
        return
    if len(_DIGIT.findall(value)) >= LEAST_DIGITS and kind not in _SECRETS:
        yield Learnt(value, kind)
        for word in value.split()[1:]:  # `MRN 00123456` is found with its label
            if len(_DIGIT.findall(word)) >= LEAST_DIGITS:
                yield Learnt(word, kind)
    elif kind in _SECRETS:
        if is_telling_secret(value):
            yield Learnt(value, kind, exact=True)
    elif kind in NAME_TYPES:
        words = value.split()
        if len(words) >= 2:
            yield Learnt(value, kind)
            if everyday is not None:
                parts = (part for word in words for part in _PART.findall(word))
                for part in parts:
                    if part[0].isupper() and not everyday(part.casefold()):
                        yield Learnt(part, kind, exact=True, name_part=True)
    elif kind in _PROVED:
        yield Learnt(value, kind)


def is_telling_secret(value: str, shortest: int = SHORTEST_SECRET) -> bool:
    """Whether a labelled secret is none that means something else elsewhere: a word, a default, a path, a name of
    code."""
    if len(value) < shortest or any(char.isspace() for char in value):
        return False
    return not (_DEFAULTS.fullmatch(value) or _PATH.search(value) or _IDENTIFIER.fullmatch(value))
