"""The mark on requests to hosts that are no vendor's own: one that comes back with it went in a circle.

Keyed, so that only this proxy, or a replica with the same key, knows it: a laptop's proxy behind a team's proxy works.
A proxy adds its mark to those of others, and so knows its own again behind any number of them.
"""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import sha256

HEADER = "x-faasera-loop"
# Proxies in a row; a request that went through more goes in a circle of proxies that do not know each other.
MOST = 8
_LONGEST = 1000
_MARK = re.compile(r"[0-9a-f]{16}\.[0-9a-f]{32}", re.ASCII)


class LoopMark:
    """`value` is this proxy's mark; `knows` tells whether one of a header's is of this key."""

    def __init__(self, key: str = "") -> None:
        self._key = sha256(b"faasera loop mark " + (key.encode() or secrets.token_bytes(32))).digest()
        nonce = secrets.token_hex(8)
        self.value = f"{nonce}.{self._sign(nonce)}"

    def __repr__(self) -> str:
        return "LoopMark()"

    def knows(self, value: str) -> bool:
        """Whether this proxy, or one with the same key, has sent the request before; or too many others have."""
        marks = marks_of(value)
        return len(marks) >= MOST or any(map(self._is_own, marks))

    def added_to(self, value: str) -> str:
        """The header to send on with a request that came with `value`."""
        return ", ".join((*marks_of(value), self.value))

    def _is_own(self, mark: str) -> bool:
        nonce, _, signed = mark.partition(".")
        return hmac.compare_digest(self._sign(nonce), signed)

    def _sign(self, nonce: str) -> str:
        return hmac.new(self._key, nonce.encode(), sha256).hexdigest()[:32]


def marks_of(value: str) -> list[str]:
    """What of a header looks like marks: no text passes on as one."""
    return [mark for mark in map(str.strip, value[:_LONGEST].split(",")) if _MARK.fullmatch(mark)]
