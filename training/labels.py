"""The tagger's groups as labels of generated text."""

from __future__ import annotations

GROUPS = ("O", "NAME", "ADDRESS", "EMAIL", "PHONE", "URL", "ID", "PLACE")
O, NAME, ADDRESS, EMAIL, PHONE, URL, ID, PLACE = range(8)  # noqa: E741
IGNORE = -1  # either answer is fine
Piece = tuple[str, int]
