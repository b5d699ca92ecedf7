"""What the worker process answers, and how its parsers give up."""

from __future__ import annotations

from typing import Literal

import msgspec


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One document for the worker; its bytes follow in a frame of their own.

    `format` is its magic (`pdf`, `zip`, `rtf`, `html`, `eml`). `task` is `text` (what a reader sees, as Markdown) or
    `scan` (every text in the file, unordered). `limit` bounds what it inflates to and the text, in bytes; `seconds`
    is processor time.
    """

    format: str
    task: Literal["text", "scan"]
    limit: int
    seconds: int


class Extracted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One document read. `too_large` stands for a bound that was passed: then nothing else counts.

    Of task `text`: `count` is how many `unit`s it has (`pages`, `sheets`, `slides`); `left_out` counts what was not
    read, by a word for people (`pictures`); `marks` are (offset, code) of the decorations in `text`, in code points
    (`TOKENS` of attachments/mark_views.py), sorted.
    """

    kind: Literal["document", "encrypted", "unreadable", "binary"]
    format: str
    text: str = ""
    images: int = 0
    scanned: bool = False
    reason: str = ""
    too_large: bool = False
    count: int = 0
    unit: str = ""
    left_out: dict[str, int] = {}
    marks: list[tuple[int, int]] = []


class Unreadable(Exception):
    """Raised when text may be in a document and cannot be read. The message holds nothing of the document."""


class Encrypted(Exception):
    """Raised when a document needs a password."""


class NoDocument(Exception):
    """Raised when a container is not one of the document formats."""


class OverLimit(Exception):
    """Raised when a document inflates past its bound."""
