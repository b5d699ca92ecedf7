"""A text as RE2 reads it: UTF-8 bytes, and the way back from places in them to places in the text."""

from __future__ import annotations

from redaction import in_pieces


class ByteText:
    """The bytes of one text. Lone surrogates become `?`, so that one code point stays one."""

    __slots__ = ("_bytes", "_chars", "_plain", "data")

    def __init__(self, text: str) -> None:
        self.data = in_pieces.encode(text, "utf-8", "replace")
        self._plain = len(self.data) == len(text)
        self._bytes = self._chars = 0

    def __repr__(self) -> str:
        return f"ByteText({len(self.data)} bytes)"

    def place(self, byte: int) -> int:
        """The code point at a byte. To be asked from left to right: all questions together read the text once.

        Raises ValueError for a place before the last one.
        """
        if self._plain:
            return byte
        if byte < self._bytes:
            raise ValueError("places are asked from left to right")
        self._chars += len(self.data[self._bytes : byte].decode("utf-8", "replace"))
        self._bytes = byte
        return self._chars
