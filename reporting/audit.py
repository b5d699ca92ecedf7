"""The audit log: one JSON object a line, one line a request, no text and no key.

The standard library's handler writes them: each line goes out whole to a file opened for appending, so lines of
several processes never mix and both ways of rotating work: after a rename the path is opened anew, after
copy-and-truncate the next line starts at the new end. A disk that fails costs audit lines, never a request.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import stat
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import Final

import msgspec

from reporting.record import Outcome, RequestRecord

log = logging.getLogger(__name__)

STDOUT: Final = "-"
_FLAGS: Final = (
    os.O_WRONLY
    | os.O_APPEND
    | os.O_CREAT
    # Not on every platform. NONBLOCK: a pipe without a reader must fail, not hang the proxy.
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


class Texts(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Texts of a request: through the Profiler, answered from memory, not inspected."""

    new: int
    cached: int
    skipped: int


class Millis(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Milliseconds: from the request's last byte to its sending, and the Profiler's share."""

    total: float
    profiler: float


class AuditLine(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """The schema of a line. The fields without a default are in every line, in this order.

    `time` is RFC 3339 in UTC with milliseconds. An unknown value is an empty string; `?` stands for a value
    that was not fit to be logged; `status` 0 means that no answer was known. Those with a default appear only
    when they are not empty; `id` is the request's, which its error answer names.
    """

    time: str
    door: str
    client: str
    user: str
    host: str
    dialect: str
    target: str
    model: str
    policy: str
    masked: dict[str, int]
    texts: Texts
    ms: Millis
    outcome: Outcome
    status: int
    code: str
    not_inspected: dict[str, int] = {}
    protected: dict[str, int] = {}
    unrestored: int = 0
    restored: int = 0
    ambiguous: int = 0
    one_way: int = 0
    id: str = ""
    documents: dict[str, int] = {}


def audit_line(record: RequestRecord) -> AuditLine:
    """The record as a line of the schema."""
    return AuditLine(
        time=datetime.fromtimestamp(record.time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        door=record.door,
        client=record.client,
        user=record.user,
        host=record.host,
        dialect=record.dialect,
        target=record.target,
        model=record.model,
        policy=record.policy,
        masked=dict(record.masked),
        texts=Texts(record.texts_new, record.texts_cached, record.texts_skipped),
        ms=Millis(record.ms_total, record.ms_profiler),
        outcome=record.outcome,
        status=record.status,
        code=record.code,
        not_inspected=dict(record.not_inspected),
        protected=dict(record.protected_hits),
        unrestored=record.unrestored,
        restored=record.restored,
        ambiguous=record.ambiguous,
        one_way=record.one_way,
        id=record.request_id,
        documents=dict(record.documents),
    )


def encode(record: RequestRecord) -> bytes:
    """One line with its newline."""
    return msgspec.json.encode(audit_line(record)) + b"\n"


class AuditLog:
    """Appends records to `path` (`-` is standard output).

    Raises ValueError naming the path when it cannot be opened. Later errors are told once to `warn` (by
    kind, without any value), and shown by `problem`.
    A new file gets mode 0600; the mode of an existing one is its owner's choice and stays.
    """

    def __init__(self, path: str, *, warn: Callable[[str], None] = log.warning) -> None:
        self.path = path
        self._warn = warn
        self._problem: str | None = None
        self._told = False
        try:
            self._handler = _Stdout() if path == STDOUT else _File(path)
        except (OSError, ValueError) as error:
            raise ValueError(f"audit: cannot write {path!r}: {_kind(error)}") from None

    @property
    def problem(self) -> str | None:
        """Why the last line could not be written, or None. It is for the health page and names no value."""
        return self._problem

    def write(self, record: RequestRecord) -> None:
        """Append one line. Never raises."""
        self._append(lambda: encode(record))

    def event(self, name: str, values: Mapping[str, str]) -> None:
        """Append a line that is no request: `{"time": ..., "event": name, ...}`. Never raises."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._append(lambda: msgspec.json.encode({"time": now, "event": name, **values}) + b"\n")

    def close(self) -> None:
        """Let go of the file. Writing afterwards opens it again."""
        with suppress(OSError):
            self._handler.close()

    def _append(self, line: Callable[[], bytes]) -> None:
        try:
            self._handler.handle(logging.makeLogRecord({"msg": line().decode()}))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the log, the request goes on
            self._problem = f"cannot write {self.path}: {_kind(error)}"
            if not self._told:
                self._told = True
                self._warn(f"Faasera audit log: {self._problem}; requests go on without audit lines")
        else:
            self._problem = None
            self._told = False


class _File(logging.handlers.WatchedFileHandler):
    """A log file whose errors are raised, and which is opened anew after one."""

    terminator = ""

    def _open(self) -> TextIOWrapper:
        fd = os.open(self.baseFilename, _FLAGS, 0o600)
        stream = os.fdopen(fd, "a", encoding="utf-8")
        if stat.S_ISREG(os.fstat(fd).st_mode) and _ends_torn(self.baseFilename):
            # The rest of an earlier line is missing: keep the next one readable by starting a line of its own.
            stream.write("\n")
        return stream

    def emit(self, record: logging.LogRecord) -> None:
        try:
            super().emit(record)
        except Exception:
            # What is still in the buffer would fail again and again; the line it belongs to is lost.
            if self.stream is not None:
                with suppress(OSError):
                    self.stream.close()
                self.stream = None  # the handler opens it at its next line
            raise

    def handleError(self, record: logging.LogRecord) -> None:
        raise


class _Stdout(logging.StreamHandler[TextIOWrapper]):
    """Standard output in UTF-8, whatever the locale."""

    terminator = ""

    def __init__(self) -> None:
        super().__init__(os.fdopen(_stdout_fd(), "w", encoding="utf-8", closefd=False))

    def emit(self, record: logging.LogRecord) -> None:
        sys.stdout.flush()  # lines printed by mitmdump before this one stay before it
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        raise


def _ends_torn(path: str) -> bool:
    """The file's last line has no newline, as after a crash or a full disk."""
    try:
        with open(path, "rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return False
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    except OSError:
        return False  # it may be write-only for us


def _stdout_fd() -> int:
    try:
        return sys.stdout.fileno()
    except (OSError, ValueError, AttributeError):
        return 1


def _kind(error: Exception) -> str:
    """What went wrong without any value: the error's type and the system's own words for its number."""
    number = getattr(error, "errno", None)
    return f"{type(error).__name__} ({os.strerror(number)})" if number else type(error).__name__
