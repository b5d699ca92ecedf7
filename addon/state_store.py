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
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, cast

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from mitmproxy.utils import asyncio_utils

from addon.resp_client import RespClient, StoreError
from redaction.restore.vault import OWNER_BYTES

# Wire formats whose requests can refer to what the vendor has kept.
STATEFUL = frozenset({"responses", "assistants", "conversations", "files", "uploads", "batches", "vector-stores"})
BUDGET_SECONDS = 0.05
WRITE_SECONDS = 1.0
# After this many failures in a row the store is left alone for so long.
_FAILURES, _PAUSE_SECONDS = 3, 2.0
_PREFIX = b"faasera:1:"
# A stream of owners that were forgotten. Whoever can write to the server can have values forgotten, never read.
_FORGOTTEN, _TOLD_SECONDS = b"faasera:forgotten", 24 * 3600
WATCH_SECONDS = 2.0


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

    async def forget(self, owners: Sequence[bytes] = ()) -> int:
        """Wipe what some owners have (`addon.restoring.owners_named`), or everybody, and tell the other replicas.
        Returns how many scopes the store had of them. Raises StoreError when not all is done."""
        starts = [self._owner(owner) for owner in owners] or [b""]
        tidings = [[b"XADD", _FORGOTTEN, b"MAXLEN", b"~", b"10000", b"*", b"owner", start] for start in starts]
        wiped = 0
        # First the others' memories, which could write again, then the store.
        for start, tell in zip(starts, tidings, strict=True):
            await self._done(tell, [b"EXPIRE", _FORGOTTEN, b"%d" % _TOLD_SECONDS])
            cursor = b"0"
            while True:
                [found] = await self._done([b"SCAN", cursor, b"MATCH", _PREFIX + start + b"*", b"COUNT", b"500"])
                if not isinstance(found, list) or len(found) != 2:
                    raise StoreError("the store does not answer")
                cursor, names = found
                if names:
                    await self._done([b"DEL", *names])
                    wiped += len(names)
                if cursor == b"0":
                    break
        return wiped

    async def watch(self, forget: Callable[[Callable[[bytes], bool]], object]) -> None:
        """Follow what other replicas were told to forget: `forget(chosen)` with whether a scope is meant. Also asks a
        store that failed whether it is back."""
        seen = b"%d" % max(0, (self._clock() - 60) * 1e3)  # what is older than this process is nothing to it
        while True:
            answers = await self._ask(WRITE_SECONDS, [b"XREAD", b"STREAMS", _FORGOTTEN, seen], loses=0)
            if rows := _rows(answers):
                seen = rows[-1][0]
                starts = tuple(start for _, start in rows)
                forget(lambda scope, starts=starts: self._owner(scope).startswith(starts))  # type: ignore[misc]
            await asyncio.sleep(WATCH_SECONDS if self._failures < _FAILURES else _PAUSE_SECONDS / 4)

    async def _done(self, *commands: Sequence[bytes]) -> list[object]:
        answers = await self._ask(WRITE_SECONDS, *commands)
        if not answers:
            raise StoreError("the store does not answer")
        return answers

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

    async def _ask(self, seconds: float, *commands: Sequence[bytes], loses: int = 1) -> list[object]:
        """The answers, or [] when there are none in time; then so much is lost. What loses nothing asks also a store
        that is left alone."""
        if loses and time.monotonic() < self._again:
            self.lost += loses
            return []
        try:
            async with asyncio.timeout(seconds):
                answers = await self._client.ask(*commands)
        except (StoreError, TimeoutError) as error:
            self.lost += loses
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
        self._failures, self._again = 0, 0.0
        return list(answers)

    def _name(self, scope: bytes) -> bytes:
        return _PREFIX + self._owner(scope) + b":" + self._keyed(scope)

    def _owner(self, scope: bytes) -> bytes:
        """How the names of all scopes of an owner begin."""
        return self._keyed(b"owner\0" + scope[:OWNER_BYTES])

    def _keyed(self, name: bytes) -> bytes:
        return hmac.new(self._names, name, sha256).hexdigest()[:32].encode()

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


def _rows(answers: list[object]) -> list[tuple[bytes, bytes]]:
    """(id, owner) of the entries that XREAD gave of one stream."""
    match answers:
        case [[[_, [*entries]]]]:
            return [(row[0], row[1][1]) for row in cast(list[Any], entries) if _is_entry(row)]
    return []


def _is_entry(entry: Any) -> bool:
    match entry:
        case [bytes(), [b"owner", bytes()]]:
            return True
    return False


def _associated(scope: bytes, head: bytes) -> bytes:
    return len(scope).to_bytes(2, "big") + scope + head


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)
