"""Values that outlive a request, shared by replicas: a Valkey or Redis server that holds ciphertext only.

Chats that resend their history need no store: every replica makes the same placeholders of them. What a vendor keeps
(`previous_response_id`, threads, files, batches) comes back without the texts that it was made of, perhaps to another
replica; so the values of such requests are written here, and read before the next one.

Keys for names and for contents come from the restore key (HKDF). A value is sealed with AES-GCM under its client's
scope, type, tag and end: one that was swapped, replayed or is over age opens no more. Masking and sending never depend
on the store: it has 50 ms, and is left alone for a while when it fails.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from mitmproxy.utils import asyncio_utils

from addon.resp_client import RespClient, StoreError

logger = logging.getLogger("faasera")

# Wire formats whose requests can refer to what the vendor has kept.
STATEFUL = frozenset({"responses", "assistants", "conversations", "files", "uploads", "batches", "vector-stores"})
BUDGET_SECONDS = 0.05
WRITE_SECONDS = 1.0
# After this many failures in a row the store is left alone for so long.
_FAILURES, _PAUSE_SECONDS = 3, 2.0
_PREFIX = b"faasera:1:"


class Kept(msgspec.Struct, array_like=True, frozen=True):
    """What a value is kept as, in the clear: tags are keyed already, and say nothing."""

    tag: str
    kind: str
    until: float


class StateStore:
    """`tell(problem)` is called with words when the store begins to fail, and with "" when it is back."""

    def __init__(
        self, client: RespClient, key: bytes, ttl: float, tell: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._client, self._ttl, self._tell, self._clock = client, ttl, tell, clock
        self._names = _derived(key, b"faasera state names")
        self._cipher = AESGCM(_derived(key, b"faasera state contents"))
        self._failures = 0
        self._again = 0.0
        self._writing: set[asyncio.Task[None]] = set()
        self.lost = 0  # reads and writes that did not happen

    def __repr__(self) -> str:
        return f"StateStore({self._client!r})"

    async def load(self, scope: bytes) -> list[tuple[str, str, str]]:
        """(tag, type, value) of everything of a client. [] while the store fails: what it held stays placeholders."""
        name = self._name(scope)
        answers = await self._ask(BUDGET_SECONDS, [b"HGETALL", name])
        found: list[tuple[str, str, str]] = []
        stale: list[bytes] = []
        pairs = answers[0] if answers and isinstance(answers[0], list) else []
        for field, sealed in zip(pairs[::2], pairs[1::2], strict=False):
            if isinstance(field, bytes) and isinstance(sealed, bytes):
                opened = self._open(scope, field, sealed)
                (found.append(opened) if opened is not None else stale.append(field))
        if stale:
            self.lost += len(stale)
            self._later([b"HDEL", name, *stale])
        return found

    def save(self, scope: bytes, values: Iterable[tuple[str, str, str]]) -> None:
        """Write values beside the request that has them. The first write of a tag counts, for its end too."""
        name, until = self._name(scope), self._clock() + self._ttl
        commands: list[Sequence[bytes]] = [
            [b"HSETNX", name, self._field(scope, tag), self._seal(scope, Kept(tag, kind, until), value)]
            for tag, kind, value in values
        ]
        if commands:
            self._later(*commands, [b"EXPIRE", name, b"%d" % max(1, int(self._ttl))])

    async def forget(self) -> int:
        """Wipe what all clients have. Returns how many clients that were."""
        wiped, cursor = 0, b"0"
        while True:
            answers = await self._ask(WRITE_SECONDS, [b"SCAN", cursor, b"MATCH", _PREFIX + b"*", b"COUNT", b"500"])
            if not answers or not isinstance(answers[0], list) or len(answers[0]) != 2:
                raise StoreError("the store does not answer")
            cursor, names = answers[0]
            if names:
                await self._ask(WRITE_SECONDS, [b"DEL", *names])
                wiped += len(names)
            if cursor == b"0":
                return wiped

    async def close(self) -> None:
        """Finish what is being written, and hang up."""
        if self._writing:
            await asyncio.wait(self._writing, timeout=WRITE_SECONDS)
        self._client.close()

    def _later(self, *commands: Sequence[bytes]) -> None:
        async def write() -> None:
            await self._ask(WRITE_SECONDS, *commands)

        task = asyncio_utils.create_task(write(), name="faasera: write to the store", keep_ref=True)
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _ask(self, seconds: float, *commands: Sequence[bytes]) -> list[object]:
        """The answers, or [] when there are none in time."""
        if time.monotonic() < self._again:
            self.lost += 1
            return []
        try:
            async with asyncio.timeout(seconds):
                answers = await self._client.ask(*commands)
        except (StoreError, TimeoutError) as error:
            self.lost += 1
            self._failures += 1
            if self._failures >= _FAILURES:
                self._again = time.monotonic() + _PAUSE_SECONDS
            if self._failures == _FAILURES:
                self._tell(
                    f"the store of values does not answer ({error or 'too slow'}): what it holds stays placeholders"
                )
            return []
        if self._failures >= _FAILURES:
            self._tell("")
        self._failures = 0
        return list(answers)

    def _name(self, scope: bytes) -> bytes:
        return _PREFIX + hmac.new(self._names, scope, sha256).hexdigest()[:32].encode()

    def _field(self, scope: bytes, tag: str) -> bytes:
        return hmac.new(self._names, scope + b"\0" + tag.encode(), sha256).digest()[:16]

    def _seal(self, scope: bytes, kept: Kept, value: str) -> bytes:
        head, nonce = msgspec.msgpack.encode(kept), secrets.token_bytes(12)
        sealed = self._cipher.encrypt(nonce, value.encode("utf-8", "surrogatepass"), _associated(scope, head))
        return len(head).to_bytes(2, "big") + head + nonce + sealed

    def _open(self, scope: bytes, field: bytes, sealed: bytes) -> tuple[str, str, str] | None:
        size = int.from_bytes(sealed[:2], "big")
        head, rest = sealed[2 : 2 + size], sealed[2 + size :]
        try:
            kept = msgspec.msgpack.decode(head, type=Kept)
            value = self._cipher.decrypt(rest[:12], rest[12:], _associated(scope, head))
            if kept.until <= self._clock() or not hmac.compare_digest(field, self._field(scope, kept.tag)):
                return None
            return kept.tag, kept.kind, value.decode("utf-8", "surrogatepass")
        except (InvalidTag, ValueError, msgspec.MsgspecError):
            return None


def _associated(scope: bytes, head: bytes) -> bytes:
    return len(scope).to_bytes(2, "big") + scope + head


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)
