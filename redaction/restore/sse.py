"""Server-sent events (WHATWG HTML, section 9.2.6): framing, order, comments and untouched events keep their bytes."""

from __future__ import annotations

import re

from redaction.restore.delta_channels import Channels, Extra
from redaction.restore.placeholder_matcher import RestoreCounts

# The end of an event: two line ends in a row, in every mixture of LF, CR LF and CR that tells itself apart.
_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r|\n\r\n")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_DONE = "[DONE]"


class SseRestorer:
    """Restores the `data:` of each event. `limit` bounds one event, in bytes; a longer one passes as it is."""

    def __init__(self, channels: Channels, counts: RestoreCounts, limit: int) -> None:
        self.counts = counts
        self._channels = channels
        self._limit = limit
        self._buffer = bytearray()
        self._searched = 0
        self._eol = b"\n"
        self._skipping = False  # inside an event over the limit

    def feed(self, chunk: bytes) -> bytes:
        """The next bytes of the answer in, whole events out."""
        self._buffer += chunk
        out: list[bytes] = []
        at = 0
        while (end := _BLANK_LINE.search(self._buffer, max(at, self._searched))) is not None:
            event = bytes(self._buffer[at : end.end()])
            if not self._skipping and len(event) > self._limit:
                self._skipping = True
            out.append(event if self._skipping else self._event(event))
            self._skipping = False
            at = self._searched = end.end()
        del self._buffer[:at]
        self._searched = max(0, len(self._buffer) - 3)
        if len(self._buffer) > self._limit or self._skipping:
            self._skipping = True
            keep = self._searched  # the beginning of a blank line is looked at again
            out.append(bytes(self._buffer[:keep]))
            del self._buffer[:keep]
            self._searched = 0
        return b"".join(out)

    def finish(self) -> bytes:
        """What is left at the end of the answer; text still held back comes as additional events."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        last = rest if self._skipping or not rest else self._event(rest)
        eol = self._eol
        extras = self._channels.flush()
        if not extras:
            return last
        gap = b"" if not rest or _BLANK_LINE.search(rest, max(0, len(rest) - 4)) else eol * 2
        return last + gap + b"".join(_framed(extra, eol) for extra in extras)

    def _event(self, event: bytes) -> bytes:
        lines = _lines(event)
        fields = [line for line in lines if line[1].startswith(b"data")]
        if not fields:
            return event
        try:
            parts = [_value(line).decode("utf-8") for _, line in fields]
        except UnicodeDecodeError:
            return event
        source = "\n".join(parts)
        found = _LINE_END.search(event)
        eol = self._eol = found.group() if found is not None else self._eol
        if source.strip() == _DONE:
            return b"".join(_framed(extra, eol) for extra in self._channels.flush()) + event
        head = next((line + eol for _, line in lines if line.startswith(b"event:")), b"")
        extras, new = self._channels.event(source, head)
        before = b"".join(_framed(extra, eol) for extra in extras)
        return before + (event if new == source else _rewritten(event, fields, new))


def _lines(event: bytes) -> list[tuple[int, bytes]]:
    """The lines of an event with their places, without line ends, a byte order mark before the first one apart."""
    found: list[tuple[int, bytes]] = []
    at = 3 if event.startswith(b"\xef\xbb\xbf") else 0
    for end in _LINE_END.finditer(event):
        if end.start() >= at:
            found.append((at, event[at : end.start()]))
            at = end.end()
    if at < len(event):
        found.append((at, event[at:]))
    return [line for line in found if line[1].partition(b":")[0] in (b"data", b"event")]


def _value(line: bytes) -> bytes:
    return line.partition(b":")[2].removeprefix(b" ")


def _rewritten(event: bytes, fields: list[tuple[int, bytes]], new: str) -> bytes:
    """The event with new data. Line feeds in JSON stand between tokens only, so there are as many lines as before."""
    out: list[bytes] = []
    at = 0
    for (start, line), text in zip(fields, new.split("\n"), strict=True):
        value_at = start + len(line) - len(_value(line))
        out += (event[at:value_at], text.encode("utf-8", "surrogatepass"))
        at = start + len(line)
    out.append(event[at:])
    return b"".join(out)


def _framed(extra: Extra, eol: bytes) -> bytes:
    return extra.head + b"data: " + extra.source.encode("utf-8", "surrogatepass") + eol * 2
