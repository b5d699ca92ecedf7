"""How a running proxy proves that it is this user's: it answers a challenge with a key that only this user can read.

HMAC-SHA-256 (RFC 2104) over the challenge, the address at which the proxy was reached, and what it says of itself. The
key never travels. The address is in it because a stranger at another port could pass a challenge on to the real proxy
and its answer back.
"""

from __future__ import annotations

import hmac
import json
import re
from hashlib import sha256

import msgspec

KEY_FILE = "faasera-use.key"  # mode 0600, in mitmproxy's folder
_CHALLENGE = re.compile(r"[0-9a-f]{64}")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a proxy says of itself: the SHA-256 of its CA's file, whether values come back, and its version."""

    ca: str
    restore: bool
    version: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a challenge. The repr shows no proof."""

    facts: Facts
    proof: str

    def __repr__(self) -> str:
        return f"Answer({self.facts!r})"


def is_challenge(text: str) -> bool:
    """Whether a text is a challenge: 32 bytes as hex, as a client makes them."""
    return _CHALLENGE.fullmatch(text) is not None


def proof_of(key: bytes, challenge: str, address: tuple[str, int], facts: Facts) -> str:
    """The proof for one challenge at (IP address, port)."""
    message = json.dumps(["faasera run --use", challenge, *address, facts.ca, facts.restore, facts.version])
    return hmac.new(key, message.encode(), sha256).hexdigest()


def holds(key: bytes, challenge: str, address: tuple[str, int], answer: Answer) -> bool:
    """Whether an answer proves that whoever gave it holds the key. Compared in constant time."""
    return hmac.compare_digest(proof_of(key, challenge, address, answer.facts).encode(), answer.proof.encode())
