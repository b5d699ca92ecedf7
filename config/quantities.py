"""Sizes, durations and switches as people write them: `32MiB`, `500ms`, `on`.

The types below stand in the settings' structs: for the type checker they are plain numbers and booleans, and
`convert.dec_hook` reads them with `parse`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

DURATION_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
SIZE_UNITS = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}

_QUANTITY = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([A-Za-z]*)\s*", re.ASCII)


def parse_duration(value: object, most: float = math.inf) -> float:
    """Seconds of `10`, `0.5`, `10s`, `500ms`, `2m`, `1h`, at most `most`. Raises ValueError with the reason."""
    number = _quantity(value, DURATION_UNITS, "a duration such as 10s, 500ms or 2m")
    if not 0 < number <= most:
        raise ValueError("must be more than 0" + (f" and at most {most:.0f} s" if most < math.inf else ""))
    return number


def parse_size(value: object, least: int = 0) -> int:
    """Bytes of `1024`, `512B`, `64kB`, `32MiB`, at least `least`. Raises ValueError with the reason."""
    number = _quantity(value, SIZE_UNITS, "a size such as 32MiB, 64kB or 1024")
    if number != int(number):
        raise ValueError("must be a whole number of bytes")
    if number < least:
        raise ValueError(f"must be at least {least}")
    return int(number)


def parse_switch(value: object) -> bool:
    """true/false, yes/no, on/off, 1/0 in any case. Raises ValueError with the reason."""
    found = WORDS.get(str(value).strip().lower()) if isinstance(value, bool | int | str) else None
    if found is None:
        raise ValueError("must be true or false")
    return found


def _quantity(value: object, units: Mapping[str, float], expected: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value) or value < 0:
            raise ValueError(f"must be {expected}")
        return value
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if match is None or (match[2] and match[2] not in units):
        raise ValueError(f"must be {expected}")
    return float(match[1]) * units[match[2]] if match[2] else float(match[1])


class Parsed(type):
    """A type of settings that `parse` reads; its values are plain: isinstance(True, Switch)."""

    plain: type
    parse: Callable[[object], Any]

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.plain)


def parsed(name: str, plain: type, parse: Callable[[object], Any]) -> Any:
    """A new type `name` whose values are of the type `plain`, read by `parse` (which raises ValueError)."""
    return Parsed(name, (), {"plain": plain, "parse": staticmethod(parse)})


if TYPE_CHECKING:
    Switch = bool
    Size = int
    Seconds = float
    Lifetime = float
else:
    Switch = parsed("Switch", bool, parse_switch)
    Size = parsed("Size", int, partial(parse_size, least=1))
    Seconds = parsed("Seconds", float | int, partial(parse_duration, most=3600))
    Lifetime = parsed("Lifetime", float | int, partial(parse_duration, most=7 * 86400))
