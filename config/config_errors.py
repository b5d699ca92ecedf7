"""What stops the start, or a change at run time: a setting that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ConfigError(ValueError):
    """Raised when a setting cannot be used. The message is one line for the person who starts the proxy.

    ConfigError("limits.body", "must be a size") names the key; ConfigError("self-test failed") has none. `key` is the
    path in the file (`limits.body`), or an environment variable; "" where there is none.
    """

    def __init__(self, *parts: str) -> None:
        super().__init__(": ".join(part for part in parts if part))
        self.key = parts[0] if len(parts) > 1 else ""
        self.reason = parts[-1]


def unknown(what: str, name: object, known: Iterable[str]) -> str:
    """`unknown key; did you mean body?`, or the known names where none is near. `what`: `key`, or `policy 'x'`."""
    names = list(known)
    near = get_close_matches(str(name).lower(), [each.lower() for each in names], 1, 0.6)
    if near:
        return f"unknown {what}; did you mean {next(each for each in names if each.lower() == near[0])}?"
    return f"unknown {what} (known: {', '.join(names)})"
