"""Known values from the user's files: columns of CSV files, values of environment files, digests that were added.

Sources are read when the configuration is and again when a file changes; while a file cannot be read, what was read
before stays. No value is kept: rows go straight into keyed hashes.
"""

from __future__ import annotations

import csv
import io
import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from threading import Lock, Thread
from typing import NamedTuple

from config.config_errors import ConfigError
from config.redaction_settings import KnownSource
from redaction.bounded_cache import BoundedCache
from redaction.known.added_values import AddedValues
from redaction.known.hashing import Hasher
from redaction.known.known_values import KnownValues, Row, build
from redaction.known.learnable import is_telling_secret
from redaction.known.shown_values import Places, merged
from redaction.placeholders import register_types

logger = logging.getLogger("faasera")

# A value of an environment file that is shorter is a switch, a port or a name.
SHORTEST_SECRET = 8
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_.]*\s*=\s*(.*?)\s*")
_QUOTED = re.compile(r"""(['"])(.*)\1(?:\s+#.*)?""")
_COMMENT = re.compile(r"\s+#.*")
_MOST_BYTES = 512 << 20

# So many seconds lie between two looks at the files.
_LOOK_EVERY = 1.0

# What tells a version of a file from another: None where there is none.
type Stamp = tuple[int, int, int] | None


class Known(NamedTuple):
    """What is known at a moment. `version` changes with it."""

    version: int
    values: tuple[KnownValues, ...]

    def places(self, text: str) -> Places:
        """Where known values stand in a text: sorted and disjoint."""
        found: Places = ()
        for values in self.values:
            found = merged(found, values.places(text))
        return found

    def whole(self, text: str) -> str:
        """The type of a text that is a known value by itself, or ""."""
        return next((kind for values in self.values if (kind := values.whole(text))), "")


class RememberedKnown:
    """What is known at a moment, with a memory of texts that were looked through under the same."""

    def __init__(self, known: Known, remembered: BoundedCache[bytes, Places], secret: bytes) -> None:
        self._known = known
        self._remembered = remembered
        self._secret = secret
        self._mark = known.version.to_bytes(8, "little")

    def __repr__(self) -> str:
        return f"RememberedKnown({self._known.values!r})"

    def places(self, text: str) -> Places:
        """See `Known.places`."""
        data = text.encode("utf-8", "surrogatepass")
        key = blake2b(data, key=self._secret, salt=self._mark, digest_size=16).digest()
        found = self._remembered.get(key)
        if found is None:
            found = self._known.places(text)
            self._remembered.put(key, found)
        return found

    def whole(self, text: str) -> str:
        """See `Known.whole`."""
        return self._known.whole(text)


class KnownSources:
    """The known values of a configuration, read anew when one of their files changed. Safe to use from any thread."""

    def __init__(
        self,
        sources: Sequence[KnownSource],
        folder: Path,
        added: AddedValues,
        everyday: Callable[[str], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`folder`: what relative paths start from. `added`: values that were told one by one. Raises ConfigError for a
        file that cannot be read, or is none of its kind."""
        self._sources = sources
        self._folder = folder
        self._added = added
        self._everyday = everyday
        self._clock = clock
        self._looked = clock()
        self._lock = Lock()
        self._stamps = self._stamp()
        self._hasher = Hasher(added.key)
        register_types(source.type for source in sources)
        self._version = 0
        self._values = self._read()
        self._told = build((), self._hasher, None, added.entries)
        self._standing = self._known()

    def __repr__(self) -> str:
        return f"KnownSources({len(self._sources)} sources, {self._values!r})"

    def current(self) -> Known | None:
        """The known values as they are now, None where there are none. A file that changed is read on a thread of its
        own: until that is done, the values before it count."""
        now = self._clock()
        if now - self._looked >= _LOOK_EVERY:
            self._looked = now
            if self._stamp() != self._stamps:
                Thread(target=self.reload, name="faasera-known", daemon=True).start()
        return self._standing

    def reload(self) -> None:
        """Read the files again. One that cannot be read now is told in the log, and nothing changes."""
        with self._lock:
            self._stamps = self._stamp()
            try:
                self._values = self._read()
                self._version += 1
                self._standing = self._known()
            except ConfigError as error:
                logger.error("faasera: known values stay as they were: %s", error)

    def add(self, kind: str, value: str) -> bool:
        """Know one more value from now on, also after a restart. False for one that cannot be known by itself.

        Raises OSError where it cannot be kept.
        """
        register_types((kind,))
        if not self._added.add(self._hasher, kind, value):
            return False
        self._told = build((), self._hasher, None, self._added.entries)
        self._version += 1
        self._standing = self._known()
        return True

    def _known(self) -> Known | None:
        values = tuple(values for values in (self._values, self._told) if values)
        return Known(self._version, values) if values else None

    def _read(self) -> KnownValues:
        try:
            return build(self._rows(), self._hasher, self._everyday)
        except ValueError as error:
            raise ConfigError("known", str(error)) from None

    def _rows(self) -> Iterator[Row]:
        for number, source in enumerate(self._sources):
            key = f"known[{number}]"
            for name in source.files:
                yield from _csv_rows(self._text(name, f"{key}.file"), source, key)
            for name in source.env_files:
                for value in _env_values(self._text(name, f"{key}.env_files")):
                    yield Row(((value, source.type),))

    def _text(self, name: str, key: str) -> str:
        path = self._folder / Path(name).expanduser()
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise ConfigError(key, f"{name} is larger than {_MOST_BYTES >> 20} MiB")
            return path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise ConfigError(key, f"{name} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise ConfigError(key, f"{name} is not UTF-8: save it as UTF-8") from None

    def _stamp(self) -> list[Stamp]:
        names = [name for source in self._sources for name in (*source.files, *source.env_files)]
        return [_stamp_of(self._folder / Path(name).expanduser()) for name in names]


def _stamp_of(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _csv_rows(text: str, source: KnownSource, key: str) -> Iterator[Row]:
    """The wanted columns of each line; the first line names them. Raises ConfigError."""
    sample = text[:4096]
    separator = max(",;\t|", key=sample.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        wanted = source.columns or tuple(header)
        places: list[int] = []
        for name in wanted:
            if name.strip().casefold() not in header:
                raise ConfigError(f"{key}.columns", f"there is no column {name!r} in the first line of {source.file}")
            places.append(header.index(name.strip().casefold()))
        for line in reader:
            values = [line[place].strip() for place in places if place < len(line) and line[place].strip()]
            if values:
                yield Row(tuple((value, source.type) for value in values))
    except csv.Error:
        raise ConfigError(f"{key}.file", f"{source.file} is not CSV") from None


def _env_values(text: str) -> Iterator[str]:
    """The values of `NAME=value` lines that look like secrets."""
    for line in text.splitlines():
        found = _ASSIGNMENT.fullmatch(line[:10_000])
        if found is None:
            continue
        quoted = _QUOTED.fullmatch(found[1])
        value = quoted[2] if quoted else _COMMENT.sub("", found[1])
        if is_telling_secret(value, SHORTEST_SECRET):
            yield value
