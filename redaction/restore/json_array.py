"""One growing JSON array of events: what Gemini's streamGenerateContent sends without `alt=sse`."""

from __future__ import annotations

import re

from redaction.restore.delta_channels import Channels, Extra
from redaction.restore.placeholder_matcher import RestoreCounts

_STRUCTURE = re.compile(rb'["{}\[\]]')
_IN_STRING = re.compile(rb'["\\]')


class JsonArrayRestorer:
    """Restores each object of the outermost array as soon as it is closed. `limit` bounds one object, in bytes."""

    def __init__(self, channels: Channels, counts: RestoreCounts, limit: int) -> None:
        self.counts = counts
        self._channels = channels
        self._limit = limit
        self._buffer = bytearray()
        self._at = 0  # read up to here
        self._start = -1  # where the open element begins; -1: none, or one over the limit
        self._depth = 0
        self._string = False
        self._comma = False  # whether the last thing put out, blanks apart, is a comma
        self._raw = False  # behind the array, or not an array at all

    def feed(self, chunk: bytes) -> bytes:
        """The next bytes of the answer in; separators and whole elements out."""
        self._buffer += chunk
        out: list[bytes] = []
        done = self._scan(out)
        if self._raw or self._start < 0:
            out.append(bytes(self._buffer[done : self._at]))
            done = self._at
        elif len(self._buffer) - self._start > self._limit:
            out.append(bytes(self._buffer[done : self._at]))
            done = self._at
            self._start = -1
        self._forget(done)
        return self._sent(b"".join(out))

    def finish(self) -> bytes:
        """An array cut short: text still held back comes as additional elements, then the rest as it came."""
        at = max(0, self._start)
        gap, rest = self._sent(bytes(self._buffer[:at])), bytes(self._buffer[at:])
        self._buffer.clear()
        extras = b",\n".join(_encoded(extra) for extra in self._channels.flush())
        if not extras:
            return gap + rest
        return gap + (b"" if self._comma else b",\n") + extras + (b",\n" if rest else b"") + rest

    def _sent(self, out: bytes) -> bytes:
        """Note whether the last thing put out is a comma."""
        if out and not out.isspace():
            self._comma = out.rstrip().endswith(b",")
        return out

    def _forget(self, done: int) -> None:
        del self._buffer[:done]
        self._at -= done
        if self._start >= 0:
            self._start -= done

    def _scan(self, out: list[bytes]) -> int:
        """Read the buffer. Returns up to where it has been put out."""
        done = 0
        while not self._raw:
            found = (_IN_STRING if self._string else _STRUCTURE).search(self._buffer, self._at)
            if found is None:
                self._at = len(self._buffer)
                return done
            char = found.group()
            if char == b"\\":
                if found.end() == len(self._buffer):
                    self._at = found.start()
                    return done
                self._at = found.end() + 1
                continue
            self._at = found.end()
            if char == b'"':
                self._string = not self._string
            elif char in b"{[":
                self._depth += 1
                if self._depth == 2 and char == b"{":
                    self._start = found.start()
            else:
                self._depth -= 1
                if self._depth == 1 and self._start >= 0:
                    out.append(bytes(self._buffer[done : self._start]))
                    out.append(self._element(bytes(self._buffer[self._start : self._at])))
                    self._start = -1
                    done = self._at
                elif self._depth <= 0:
                    out.append(bytes(self._buffer[done : found.start()]))
                    out += [b",\n" + _encoded(extra) for extra in self._channels.flush()]
                    done = found.start()
                    self._raw = True
        self._at = len(self._buffer)
        return done

    def _element(self, element: bytes) -> bytes:
        if len(element) > self._limit:
            return element
        try:
            source = element.decode("utf-8")
        except UnicodeDecodeError:
            return element
        extras, new = self._channels.event(source)
        before = b"".join(_encoded(extra) + b",\n" for extra in extras)
        return before + (element if new == source else new.encode("utf-8", "surrogatepass"))


def _encoded(extra: Extra) -> bytes:
    return extra.source.encode("utf-8", "surrogatepass")
