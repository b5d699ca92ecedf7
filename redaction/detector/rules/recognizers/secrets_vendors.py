"""Vendors' keys that do not begin with a prefix: rows made from `dialects.vendor_keys`; and password hashes.

Formats with a prefix are found by `vendor_key_scan`, all in one pass.
"""

from __future__ import annotations

from dialects import vendor_keys
from dialects.vendor_keys import VendorKey
from redaction.detector.rules.recognizer import Recognizer, token_edges
from redaction.detector.rules.vendor_key_scan import SHORTEST_PREFIX, drawn

# A key begins behind a character that no key is made of.
_LEAD = r"(?:^|[^A-Za-z0-9+/_-])"
_TELLING = 3


def _drawn(value: str) -> bool:
    return drawn(value)


def _surely_drawn(value: str) -> bool:
    return drawn(value, sure=True)


def _trigger(key: VendorKey) -> str:
    """The texts within the format, where they tell enough: a literal costs the common automaton nothing."""
    for piece in key.pieces[1:]:
        if piece.texts and all(sum(map(str.isalnum, text)) >= _TELLING for text in piece.texts):
            return piece.pattern
    return _LEAD + key.pattern


def _row(key: VendorKey) -> Recognizer:
    context = vendor_keys.NEEDS_CONTEXT in key.flags
    return Recognizer(
        f"vendor_{key.name}",
        "API_KEY",
        _LEAD + key.pattern,
        check=_surely_drawn if vendor_keys.NEEDS_RANDOM in key.flags else _drawn,
        guard=token_edges,
        context="secret",
        needs_context=context,
        score=0.93,
        near=0.9 if context else 0.96,
        strict=not context,
        trigger=_trigger(key),
        reference=f"https://{key.source}",
    )


_HASH = Recognizer(
    "secret_ssh_password_hash",
    "API_KEY",
    r"\$(?:2[aby]|6|5|1|y|argon2id?)\$[./A-Za-z0-9,=+$]{20,200}",
    check=_drawn,
    score=0.93,
    strict=True,
    reference="crypt(5)",
)

ROWS = (
    *(_row(key) for key in vendor_keys.vendor_keys() if min(map(len, key.prefixes)) < SHORTEST_PREFIX),
    _HASH,
)
