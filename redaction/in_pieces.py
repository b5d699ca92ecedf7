"""Work on long texts piece by piece, so that other threads get their turn.

One call in C keeps the interpreter's lock from its begin to its end: half a second for `re` and 32 MB of brackets, a
tenth for UTF-8 of 32 MB, in which no other request is answered. Short texts are left to the one call.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

# So many characters or bytes are looked at by one call: a millisecond. A multiple of four, as base64 needs it.
PIECE = 1 << 16


def finditer(pattern: re.Pattern[str], text: str, longest: int) -> Iterator[re.Match[str]]:
    """As `pattern.finditer(text)`, for a pattern that reads at most `longest` characters from where it matches."""
    size = len(text)
    at = 0
    while at < size:
        stop = min(size, at + PIECE)
        for found in pattern.finditer(text, at, min(size, stop + longest)):
            if found.start() >= stop:
                break
            yield found
            at = found.end()
        at = max(at, stop)


def holds(text: str, word: str) -> bool:
    """As `word in text`."""
    if len(text) <= PIECE:
        return word in text
    return any(text.find(word, at, at + PIECE + len(word) - 1) >= 0 for at in range(0, len(text), PIECE))


def count(text: str, marks: str, start: int, end: int) -> int:
    """How many characters of text[start:end] are one of these."""
    if end - start <= PIECE:
        return sum(text.count(mark, start, end) for mark in marks)
    pieces = ((at, min(end, at + PIECE)) for at in range(start, end, PIECE))
    return sum(text.count(mark, *piece) for piece in pieces for mark in marks)


def encode(text: str, codec: str, errors: str = "strict") -> bytes:
    """As `text.encode`, for codecs that write no byte order mark."""
    if len(text) <= PIECE:
        return text.encode(codec, errors)
    return b"".join(text[at : at + PIECE].encode(codec, errors) for at in range(0, len(text), PIECE))


def decode(data: bytes, codec: str) -> str:
    """As `data.decode`, for codecs that read no byte order mark."""
    if len(data) <= PIECE:
        return data.decode(codec)
    reader = codecs.getincrementaldecoder(codec)()
    pieces = [reader.decode(data[at : at + PIECE]) for at in range(0, len(data), PIECE)]
    return "".join((*pieces, reader.decode(b"", final=True)))
