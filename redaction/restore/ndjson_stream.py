"""One JSON value a line (Ollama, Cohere v1)."""

from __future__ import annotations

from redaction.restore.delta_channels import Channels, Extra
from redaction.restore.placeholder_matcher import RestoreCounts


class NdjsonRestorer:
    """Restores line by line. `limit` bounds one line, in bytes; a longer one passes as it is."""

    def __init__(self, channels: Channels, counts: RestoreCounts, limit: int) -> None:
        self.counts = counts
        self._channels = channels
        self._limit = limit
        self._buffer = bytearray()
        self._skipping = False

    def feed(self, chunk: bytes) -> bytes:
        """The next bytes of the answer in, whole lines out."""
        searched = len(self._buffer)
        self._buffer += chunk
        out: list[bytes] = []
        at = 0
        while (end := self._buffer.find(b"\n", max(at, searched))) >= 0:
            line = bytes(self._buffer[at : end + 1])
            if not self._skipping and len(line) - 1 > self._limit:
                self._skipping = True
            out.append(line if self._skipping else self._line(line))
            self._skipping = False
            at = end + 1
        del self._buffer[:at]
        if len(self._buffer) > self._limit or self._skipping:
            self._skipping = True
            out.append(bytes(self._buffer))
            self._buffer.clear()
        return b"".join(out)

    def finish(self) -> bytes:
        """A last line without its end, and text still held back as additional lines."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        last = rest if self._skipping or not rest else self._line(rest)
        extras = b"".join(_framed(extra) for extra in self._channels.flush())
        return last + (b"\n" if rest and extras else b"") + extras

    def _line(self, line: bytes) -> bytes:
        text = line.strip()
        if not text:
            return line
        try:
            source = text.decode("utf-8")
        except UnicodeDecodeError:
            return line
        extras, new = self._channels.event(source)
        before = b"".join(_framed(extra) for extra in extras)
        if new == source:
            return before + line
        start = line.index(text)
        return before + line[:start] + new.encode("utf-8", "surrogatepass") + line[start + len(text) :]


def _framed(extra: Extra) -> bytes:
    return extra.source.encode("utf-8", "surrogatepass") + b"\n"
