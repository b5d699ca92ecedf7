"""Values that were told one by one (`faasera.known.add`), kept as keyed hashes in one file, readable by its owner only.

The key stands in the file: who can read it could try values out, but reads none.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import msgspec

from config.config_errors import ConfigError
from redaction.known.hashing import Hasher
from redaction.known.known_values import Entry, entries_of

_KEY_SIZE = 32


class _File(msgspec.Struct):
    key: bytes
    entries: list[tuple[str, int, int, int]]


class AddedValues:
    """The file of added values. It is made with the first one; before, the key is a random one of this process."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigError for a file that cannot be read or that others may read."""
        self._path = path
        self._kept = _read(path) or _File(secrets.token_bytes(_KEY_SIZE), [])

    def __repr__(self) -> str:
        return f"AddedValues({len(self._kept.entries)} entries)"

    @property
    def key(self) -> bytes:
        return self._kept.key

    @property
    def entries(self) -> list[Entry]:
        return [Entry(*each) for each in self._kept.entries]

    def add(self, hasher: Hasher, kind: str, value: str) -> bool:
        """Keep a value and its other spellings. False for one that means nothing by itself. Raises OSError."""
        new = [(each.kind, each.hash, each.digest, each.length) for each in entries_of(value, kind, hasher)]
        known = set(self._kept.entries)
        more = [entry for entry in new if entry not in known]
        if more:
            kept = _File(self._kept.key, [*self._kept.entries, *more])
            _write(self._path, msgspec.msgpack.encode(kept))
            self._kept = kept
        return bool(new)


def _read(path: Path) -> _File | None:
    try:
        mode = path.stat().st_mode
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError("known", f"{path.name} cannot be read: {error.strerror}") from None
    if os.name == "posix" and mode & 0o077:
        raise ConfigError("known", f"{path.name} may be read by others: chmod 600 {path.name}")
    try:
        kept = msgspec.msgpack.decode(data, type=_File)
    except msgspec.MsgspecError:
        raise ConfigError("known", f"{path.name} is damaged: remove it and add the values again") from None
    if len(kept.key) != _KEY_SIZE:
        raise ConfigError("known", f"{path.name} is damaged: remove it and add the values again")
    return kept


def _write(path: Path, data: bytes) -> None:
    """Put another content in place of the file, at once and for its owner only."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
