"""The tag of a value: `[[NAME_k3f7w2c]]`. Same value, same tag: across messages, turns, restarts and replicas."""

from __future__ import annotations

import base64
import hashlib
import re

from redaction.placeholders import MOST_DIGITS, digits_in

TAG_LENGTH = 7  # characters of base 32 (RFC 4648, lower case): 35 bits
TAG = re.compile(r"[a-z2-7]{7}")
TAG_LETTERS = re.compile(r"[^A-Za-z2-7]")  # what is no part of a tag
_DOMAIN = b"faasera-restore1"  # blake2's personalisation: at most 16 bytes
_CLIENT = b"faasera-client-1"


class Tagger:
    """Derives tags with keyed BLAKE2b (RFC 7693) from (type, value).

    Two values are the same only if they are the same code points. Nothing is folded, neither case nor white space
    nor Unicode normal form: the value under a tag is written into files and tool arguments, where `JANE DOE` for
    `Jane Doe`, or a composed `é` for a decomposed one, makes an edit miss its place. `normalised` is the one
    place that says so.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if not 32 <= len(key) <= 64:
            raise ValueError("a restore key has 32 to 64 bytes")
        self._key = key

    def __repr__(self) -> str:
        return "Tagger(...)"

    def for_client(self, who: bytes) -> Tagger:
        """The tagger of one client: another client's tag of the same value is another one, so that a vendor who sees
        both cannot tell that they speak of the same. `who` must outlive restarts, replicas and the client's tokens."""
        return Tagger(hashlib.blake2b(who, digest_size=32, key=self._key, person=_CLIENT).digest())

    def tag(self, kind: str, value: str) -> str:
        """The tag of a value as placeholder type `kind`: `TAG_LENGTH` characters of `[a-z2-7]`."""
        data = kind.encode() + b"\0" + normalised(value)
        digest = hashlib.blake2b(data, digest_size=20, key=self._key, person=_DOMAIN).digest()
        text = base64.b32encode(digest).decode("ascii").lower()
        windows = (text[at : at + TAG_LENGTH] for at in range(len(text) - TAG_LENGTH))
        # Five digits and more are never a placeholder's own (redaction.placeholders): one window in 300 has as many.
        return next(window for window in windows if digits_in(window) <= MOST_DIGITS)


def normalised(value: str) -> bytes:
    """What is hashed: the exact code points, lone surrogates included, as bytes."""
    return value.encode("utf-8", "surrogatepass")


def tagged_placeholder(kind: str, tag: str) -> str:
    """`NAME`, `k3f7w2c` -> `[[NAME_k3f7w2c]]`."""
    return f"[[{kind}_{tag}]]"
