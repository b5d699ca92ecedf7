"""A file that stands as bytes in a request."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UploadFile:
    """A part of a multipart form, or a whole body."""

    data: bytes = field(repr=False)
    filename: str = field(default="", repr=False)
    media_type: str = ""
