"""The secret under which tags are derived: 32 bytes from a file (0600) or from the environment."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

KEY_BYTES = 32


class RestoreKeyError(ValueError):
    """Raised when the key is missing, readable by others or malformed. The message never holds the key."""


def parse_key(text: str, source: str = "FAASERA_RESTORE_KEY") -> bytes:
    """32 bytes written as hex (64 digits) or base64 (standard or URL alphabet, padding optional).

    `source` names the variable or file in messages. Raises RestoreKeyError.
    """
    compact = text.strip()
    key = _from_hex(compact)
    if key is None:
        key = _from_base64(compact)
    if key is None or len(key) != KEY_BYTES:
        raise RestoreKeyError(f"{source}: the key must be {KEY_BYTES} bytes as hex or base64")
    if len(set(key)) < 8:  # 00..00, a repeated letter: 32 random bytes have 30 different ones
        raise RestoreKeyError(f"{source}: the key is not random; make one with `openssl rand -hex 32`")
    return key


def load_key(path: Path) -> bytes:
    """The key in a file, which is made (mode 0600, whole or not at all) when it does not exist.

    Processes that start at the same time agree on one key. Raises RestoreKeyError when the file is not a regular
    file, belongs to another user, is open to group or others, or holds no key; OSError is turned into it.
    """
    try:
        try:
            return _read(path)
        except FileNotFoundError:
            _create(path)
            return _read(path)
    except OSError as error:
        raise RestoreKeyError(f"{path}: the key cannot be read or made: {error.strerror}") from None


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())  # of the opened file: what is checked is what is read
        if not stat.S_ISREG(status.st_mode):
            raise RestoreKeyError(f"{path}: the key is not a regular file")
        if os.name == "posix":
            if stat.S_IMODE(status.st_mode) & 0o077:
                raise RestoreKeyError(f"{path}: the key is open to others; run `chmod 600` on it")
            if status.st_uid not in (os.geteuid(), 0):
                raise RestoreKeyError(f"{path}: the key belongs to another user")
        content = file.read(4096)
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError:
        text = ""
    return parse_key(text, str(path))


def _create(path: Path) -> None:
    """Write beside the place, then link: a reader sees the whole key or none, and the first writer wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(KEY_BYTES).encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _from_hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else None
    except ValueError:
        return None


def _from_base64(text: str) -> bytes | None:
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
