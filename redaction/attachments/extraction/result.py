"""What the worker process answers, and how its parsers give up."""

from __future__ import annotations

from typing import Literal

import msgspec


class Extracted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One document read. `too_large` stands for a bound that was passed: then nothing else counts."""

    kind: Literal["document", "encrypted", "unreadable", "binary"]
    format: str
    text: str = ""
    images: int = 0
    scanned: bool = False
    reason: str = ""
    too_large: bool = False


class Unreadable(Exception):
    """Raised when text may be in a document and cannot be read. The message holds nothing of the document."""


class Encrypted(Exception):
    """Raised when a document needs a password."""


class NoDocument(Exception):
    """Raised when a container is not one of the document formats."""


class OverLimit(Exception):
    """Raised when a document inflates past its bound."""
