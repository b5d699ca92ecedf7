"""Plain values of a file into frozen msgspec structs, with errors that say which key is wrong and what to write.

msgspec checks; where it refuses, the same types are walked once more to find the very entry: its own path names no
key of a mapping, and its words (`expected bool, got str`) are a programmer's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import fields

from config.config_errors import ConfigError, unknown
from config.quantities import Parsed

_NAMES = {
    "bool": "true or false",
    "str": "text (in quotes where YAML reads something else)",
    "int": "a whole number",
    "float": "a number",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
_GOT = {"bool": "true or false", "str": "text", "array": "a list", "object": "a mapping", "null": "nothing"}
_EXPECTED = re.compile(r"Expected `([^`]+)`(.*?)(?:, got `([^`]+)`)?")


def convert(value: object, kind: Any, key: str = "") -> Any:
    """`value` as `kind`, empty entries left out. Raises ConfigError; `key` is where the value stands."""
    given = without_nothing(value)
    try:
        found = msgspec.convert(given, kind, dec_hook=_read)
    except (msgspec.ValidationError, TypeError, ValueError):
        raise _found(given, kind, key) from None
    _check_names(given, kind, key)
    return found


def without_nothing(value: Any) -> Any:
    """A copy without the entries that are empty (`limits:` and nothing below): they keep their default."""
    if isinstance(value, Mapping):
        return {name: without_nothing(each) for name, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [without_nothing(each) for each in value]
    return value


def _read(kind: Any, value: object) -> Any:
    assert isinstance(kind, Parsed)
    return kind.parse(value)


def _check_names(value: Any, kind: Any, key: str) -> None:
    """msgspec asks its hook for values only: a mapping's names are read here. Raises ConfigError."""
    for place, part, inner in _parts(value, _plain(kind), key):
        try:
            _read(inner, part) if isinstance(inner, Parsed) else _check_names(part, inner, place)
        except ValueError as error:
            raise error if isinstance(error, ConfigError) else ConfigError(place, str(error)) from None


def _found(value: Any, kind: Any, key: str) -> ConfigError:
    """The innermost entry that cannot be used."""
    kind = _plain(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, Mapping):
        known = [field.encode_name for field in fields(kind)]
        for name in value:
            if name not in known:
                return ConfigError(_at(key, name), unknown("key", name, known))
    for place, part, inner in _parts(value, kind, key):
        try:
            msgspec.convert(part, inner, dec_hook=_read)
        except (msgspec.ValidationError, TypeError, ValueError):
            return _found(part, inner, place)
    return ConfigError(key or "configuration", _reason(value, kind))


def _parts(value: Any, kind: Any, key: str) -> Iterator[tuple[str, Any, Any]]:
    """(place, value, type) of everything in a value."""
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, Mapping):
        hints = get_type_hints(kind, include_extras=True)
        for field in fields(kind):
            if field.encode_name in value:
                yield _at(key, field.encode_name), value[field.encode_name], hints[field.name]
    elif origin is dict and isinstance(value, Mapping):
        for name, each in value.items():
            yield _at(key, name), name, arguments[0]
            yield _at(key, name), each, arguments[1]
    elif origin is tuple and arguments[-1] is Ellipsis and isinstance(value, list):
        yield from ((f"{key}[{number}]", each, arguments[0]) for number, each in enumerate(value))


def _reason(value: Any, kind: Any) -> str:
    if get_origin(kind) is Literal:
        return f"must be {' or '.join(str(each) for each in get_args(kind))}"
    try:
        msgspec.convert(value, kind, dec_hook=_read)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        message = str(error).partition(" - at `")[0]
    if found := _EXPECTED.fullmatch(message):
        names = [_NAMES.get(name.strip(), name.strip()) for name in found[1].split("|") if name.strip() != "null"]
        got = f", not {_GOT.get(found[3], found[3])}" if found[3] else ""
        return f"must be {' or '.join(names)}{found[2]}{got}"
    message = message.replace("Object missing required field", "needs the key").replace("`", "")
    return message[:1].lower() + message[1:]


def _plain(kind: Any) -> Any:
    """A type without `None` beside it."""
    others = [each for each in get_args(kind) if each is not NoneType]
    return others[0] if get_origin(kind) in (Union, UnionType) and len(others) == 1 else kind


def _at(key: str, name: object) -> str:
    return f"{key}.{name}" if key else str(name)
