"""The mark on requests to hosts that are no vendor's own: one that comes back with it went in a circle.

Keyed, so that only this proxy, or a replica with the same key, knows it: a laptop's proxy behind a team's proxy works.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

HEADER = "x-faasera-loop"


class LoopMark:
    """`value` goes out; `knows` tells whether a header is one of this key's."""

    def __init__(self, key: str = "") -> None:
        self._key = sha256(b"faasera loop mark " + (key.encode() or secrets.token_bytes(32))).digest()
        nonce = secrets.token_hex(8)
        self.value = f"{nonce}.{self._sign(nonce)}"

    def __repr__(self) -> str:
        return "LoopMark()"

    def knows(self, value: str) -> bool:
        """Whether this proxy, or one with the same key, has sent the request before."""
        nonce, _, signed = value.partition(".")
        return hmac.compare_digest(self._sign(nonce).encode(), signed.encode("utf-8", "surrogateescape"))

    def _sign(self, nonce: str) -> str:
        return hmac.new(self._key, nonce.encode("utf-8", "surrogateescape"), sha256).hexdigest()[:32]
