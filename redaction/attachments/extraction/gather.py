"""The text of one document on its way: bounded, with a count of what could not be looked into."""

from __future__ import annotations

from redaction.attachments.extraction.result import OverLimit


class Gather:
    """Collects text up to `limit` bytes of UTF-8, and counts bytes inflated against the same bound."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.images = 0
        self.scanned = False
        self._inflated = 0
        self._size = 0
        self._pieces: list[str] = []

    def add(self, text: str) -> None:
        """One run of text, as it stands. Raises `OverLimit`."""
        self._size += len(text.encode("utf-8", "surrogatepass"))
        if self._size > self.limit:
            raise OverLimit
        self._pieces.append(text)

    def line(self, text: str) -> None:
        """Text on a line of its own."""
        if text.strip():
            self.add(text + "\n")

    def inflated(self, size: int) -> None:
        """Count `size` bytes out of a compressed container. Raises `OverLimit`."""
        self._inflated += size
        if self._inflated > self.limit:
            raise OverLimit

    @property
    def text(self) -> str:
        return "".join(self._pieces)
