"""Making foreign values fit to be shown: bounded, without control characters, and no place to smuggle text.

What a client, a host name or a Profiler chose ends up in log lines, terminals, labels and pages. These pure
functions are the only way in.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

# Control, format (bidi overrides, zero width), surrogate, private, unassigned; line and paragraph separators.
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

_HOST = re.compile(r"[a-z0-9_*](?:[a-z0-9_.*-]{0,252})|\[?[0-9a-f:.]{2,45}(?:%[a-z0-9]{1,15})?\]?")
# Digits in groups, and one longer than a byte of an address (`ec2-203-0-113-25`): `078-05-1120.example`.
_GROUPS = re.compile(r"(?<![0-9-])(?=[0-9-]*[0-9]{4})(?:[0-9]-?){8,}[0-9](?![0-9])")
_WORD = re.compile(r"[a-z][a-z0-9_.-]{0,39}", re.IGNORECASE)
_TYPE = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_MAX_TYPES = 64

# A model name as vendors write them: `gpt-4o`, `models/gemini-2.5-pro`, `claude-3-opus@20240229`,
# `anthropic.claude-3-5-sonnet-20241022-v2:0`, `ft:gpt-4o-mini-2024-07-18:org::id`, `Qwen/Qwen2.5-72B-Instruct`.
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,95}(?:@(?:\d{1,8}|latest|default))?")
_DATE = re.compile(r"(?<!\d)20\d\d(-?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)")
_DIGITS = re.compile(r"\d[\d.:/+-]*")
_LONG_TOKEN = re.compile(r"[A-Za-z0-9_]{28,}")
_SECRET = re.compile(r"(?:sk|pk|rk|key|ghp|gho|xox[a-z]|hf|gsk|xai|pplx|bearer)[-_]|AIza|AKIA|eyJ", re.IGNORECASE)


def clean(value: object, limit: int) -> str:
    """`value` as one line of at most `limit` characters: what cannot be shown is escaped, the rest cut with `…`."""
    text = value if isinstance(value, str) else str(value)
    text = text[: limit + 1]
    shown = "".join(_escape(char) if unicodedata.category(char) in _UNSHOWABLE else char for char in text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def fields(record: object, rules: Mapping[str, Callable[[Any], Any]]) -> list[tuple[str, Any]]:
    """(name, clean value) of every attribute that `rules` names, but for those that are 0 or empty."""
    return [(name, rule(value)) for name, rule in rules.items() if (value := getattr(record, name))]


def name(value: str) -> str:
    """A name or address that is shown as it is, on one line of at most 64 characters."""
    return value if value.isascii() and value.isprintable() and len(value) <= 64 else clean(value, 64)


def count(value: int) -> int:
    """A whole number that is not negative."""
    return max(0, int(value))


def milliseconds(value: float) -> float:
    """A time to two places, not negative; 0 for what is no number."""
    return round(max(0.0, value), 2) if math.isfinite(value) else 0.0


def moment(value: float) -> float:
    """Unix seconds that fit into a date; 0 for what is no number."""
    return min(max(0.0, float(value)), 2.0**33) if math.isfinite(value) else 0.0


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")


def host(value: str) -> str:
    """A host name or address, lower case, without the trailing dot; `?` when it is none, or holds a number in groups
    (empty stays empty)."""
    shown = value[:300].lower().rstrip(".")
    if not shown or (_HOST.fullmatch(shown) and not any("-" in found for found in _GROUPS.findall(shown))):
        return shown
    return "?"


def word(value: str) -> str:
    """A name of ours (door, dialect, target, policy, code, reason); `?` when it is none (empty stays empty)."""
    return value if not value or _WORD.fullmatch(value) else "?"


def model(value: str) -> str:
    """A model name, or `?` when the value does not look like one (empty stays empty).

    The field is free text to a client, so it must not carry an address, a number or a key into a log:
    no blanks, no `@` but a version, at least one letter, no secret prefix or long token, and no seven
    digits in a row of separators except a date of this century.
    """
    if not value:
        return ""
    if not _MODEL.fullmatch(value) or not re.search("[A-Za-z]", value):
        return "?"
    if _SECRET.match(value) or _LONG_TOKEN.search(value):
        return "?"
    rest = _DATE.sub("", value)
    if any(sum(char.isdigit() for char in run) >= 7 for run in _DIGITS.findall(rest)):
        return "?"
    return value


def counts(values: Mapping[str, int], *, upper: bool = True) -> Mapping[str, int]:
    """Positive counts by name, sorted by name, read-only; strange names and those over the bound go to `OTHER`."""
    shape, other = (_TYPE, "OTHER") if upper else (_WORD, "other")
    kept: dict[str, int] = {}
    for kind in sorted(values):
        number = int(values[kind])
        if number > 0:
            fits = shape.fullmatch(kind) is not None and (len(kept) < _MAX_TYPES or kind in kept)
            label = kind if fits else other
            kept[label] = kept.get(label, 0) + number
    return MappingProxyType(kept)


def kinds(values: Mapping[str, int]) -> Mapping[str, int]:
    """`counts` by lower-case names of kinds (`image`)."""
    return counts(values, upper=False)
