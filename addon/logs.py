"""Keeps what people typed out of mitmproxy's own log lines, and its chatter out of the log.

mitmproxy prints bytes of a connection in a few messages: an unfinished request head, WebSocket pings. A filter on its
loggers drops what stands behind the colon there (seen on 12.2: proxy/layers/http, proxy/layers/websocket).
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

import msgspec
from mitmproxy import ctx
from mitmproxy.addons.termlog import TermLogHandler
from mitmproxy.flow import Flow
from mitmproxy.log import MitmFormatter

from reporting.audit import audit_line
from reporting.record import RequestRecord

# Message text up to the bytes it would show.
_SHOWS_BYTES = re.compile(
    r"(?s)^(.*?(?:Client closed connection before completing request headers"
    r"|Received WebSocket (?:ping|pong) from \w+"
    r"|Malformed |HTTP/1 protocol error|Invalid HTTP|bad request line|Bad HTTP request line"
    r"|Unable to parse)).*$",
    re.IGNORECASE,
)
# Where a message shows bytes of a message that could not be read, it does so as Python spells them.
_BYTES = re.compile(r"(?s)(?:\bbytearray\()?\bb['\"].*$")
# Several lines a request that say nothing about masking; `--set termlog_verbosity=debug` shows them.
_CHATTER = ("client connect", "client disconnect", "server connect", "server disconnect", "Streaming re")
LOGGERS = ("mitmproxy.proxy.server", "mitmproxy.proxy.layers.http", "mitmproxy.net.http", "mitmproxy.addonmanager")


class WithoutBytes(logging.Filter):
    """Cuts a message short where it would show bytes of a request, and drops connection chatter."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if record.levelno == logging.INFO and message.startswith(_CHATTER):
            options = getattr(ctx, "options", None)
            return options is not None and "termlog_verbosity" in options and options.termlog_verbosity == "debug"
        if (hidden := without_bytes(message)) != message:
            record.msg, record.args = hidden, ()
        return True


def without_bytes(message: str) -> str:
    """A message of mitmproxy without the bytes of a connection that it would show."""
    if found := _SHOWS_BYTES.match(message):
        return f"{found[1]} (bytes not shown)"
    return _BYTES.sub("(bytes not shown)", message)


def clean_error(flow: Flow) -> None:
    """The same for a flow's error, which is shown and written to files: a chunk that could not be read is in it."""
    if flow.error is not None:
        flow.error.msg = without_bytes(flow.error.msg)


class JsonLines(logging.Formatter):
    """Log lines as objects: time, level, logger, message; of a request the fields of its audit line instead, which are
    an allow-list without text, path or header."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        request = getattr(record, "record", None)
        if isinstance(request, RequestRecord):
            line |= msgspec.to_builtins(audit_line(request))
        else:
            line["message"] = without_bytes(record.getMessage())
        return json.dumps(line, ensure_ascii=True)


def style(kind: str) -> None:
    """Let mitmproxy's terminal log speak `text` or `json`."""
    terminal = ctx.master.addons.get("termlog")
    handler = getattr(terminal, "logger", None)
    if isinstance(handler, TermLogHandler) and (kind == "json") != isinstance(handler.formatter, JsonLines):
        handler.setFormatter(JsonLines() if kind == "json" else MitmFormatter(handler.has_vt_codes))


_FILTER = WithoutBytes()


def install() -> None:
    """Put the filter on mitmproxy's loggers, once."""
    for name in ("httpx", "httpcore"):  # a line per call to the Profiler, and its headers at DEBUG
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in LOGGERS:
        target = logging.getLogger(name)
        if not any(isinstance(each, WithoutBytes) for each in target.filters):
            target.addFilter(_FILTER)
