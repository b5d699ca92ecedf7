"""Reversible mode: tagged placeholders on the way out, values on the way back. Off unless `faasera_restore` is on.

Values are kept in memory only, apart for each client, for a limited time; the flow and its files never hold one:
mitmproxy streams the answer through a callable and stores nothing of it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Callable, Iterable, Set
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl

from mitmproxy import http

from addon.response_decoding import rewrite_answer
from config.config_errors import ConfigError
from config.configuration import Config
from redaction.placeholders import find_placeholders
from redaction.replacer import Replacement
from redaction.restore.choose_restorer import make_frame_restorer, make_restorer
from redaction.restore.message_restorer import FrameRestorer
from redaction.restore.placeholder_matcher import RestoreCounts, is_empty
from redaction.restore.placeholder_tags import Tagger
from redaction.restore.restore_key import RestoreKeyError, load_key, parse_key
from redaction.restore.tag_values import tagged_value
from redaction.restore.tool_rules import ToolRules
from redaction.restore.vault import Vault, VaultScope, scope_of
from redaction.restore.whole_body import IdentityRestorer

KEY_NAME = "faasera-restore.key"
# What tells one client from another, beside who it is (the name given to proxyauth, else its address): a credential.
_CREDENTIALS = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "sec-websocket-protocol")
_QUERY_CREDENTIALS = frozenset({"key", "api_key", "api-key", "access_token"})
# Of a browser's cookies only the session's tell: the others change from answer to answer.
_SESSION = re.compile(r"(?:^|;\s*)(sessionKey|[\w.-]*session-token[\w.-]*|__Secure-1PSID)=([^;]*)")


class ClientScope(VaultScope):
    """A client's view of the vault, its tags, and what comes back to which of its tools.

    `one_way` are the types of which the request had values that never come back: their placeholders are warned of.
    """

    __slots__ = ("fresh", "name", "one_way", "tagger", "tools")

    def __init__(self, vault: Vault, scope: bytes, tagger: Tagger, tools: ToolRules) -> None:
        super().__init__(vault, scope)
        self.name, self.tagger, self.tools = scope, tagger, tools
        self.fresh: dict[str, tuple[str, str]] = {}  # tag -> (type, value) of this request, for a store
        self.one_way: frozenset[str] = frozenset()

    def put(self, tag: str, value: str, kind: str = "") -> bool:
        """See `Vault.put`; noted for the store that other replicas read."""
        kept = super().put(tag, value, kind)
        if kept:
            self.fresh[tag] = (kind, value)
        return kept

    def take(self, values: Iterable[tuple[str, str, str]]) -> None:
        """Values that another replica has remembered: (tag, type, value)."""
        for tag, kind, value in values:
            super().put(tag, value, kind)


class Restoring:
    """The vault and the tagger of a running proxy."""

    def __init__(self, config: Config, confdir: Path) -> None:
        """Raises ConfigError when the key cannot be read or made."""
        given = config.restore_key.reveal()
        try:
            key = parse_key(given) if given else load_key(confdir / KEY_NAME)
        except RestoreKeyError as error:
            raise ConfigError(str(error)) from None
        self._tagger = Tagger(key)
        self.key = key
        self._loop: asyncio.AbstractEventLoop | None = None
        self._vault = Vault(ttl=config.redaction.restore.ttl, later=self._later)
        self._tools: ToolRules = config.redaction.restore.tools

    def configure(self, config: Config) -> None:
        """Follow a configuration that changed while requests run."""
        self._vault.keep_for(config.redaction.restore.ttl)
        self._tools = config.redaction.restore.tools

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        """A timer of the event loop that `scope` was last called on; values are also put in by worker threads."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.call_later, seconds, work)

    def __repr__(self) -> str:
        return f"Restoring({self._vault!r})"

    def __len__(self) -> int:
        return len(self._vault)

    def forget(self, chosen: Callable[[bytes], bool]) -> int:
        """Forget every value of the scopes that are chosen. Returns how many scopes that were."""
        return self._vault.forget(chosen)

    def scope(self, headers: http.Headers, query: str, user: str, client: str, realm: str = "") -> ClientScope:
        """The part of the vault that belongs to the client of a request: the same user (else address) with the same
        credential. Keys that say nothing (`ollama`) are common, so a credential alone is not enough. `realm` keeps
        apart who only looks like the person at this machine: a page under a rebound name, a forwarded loopback address.

        Tags are of the user or address alone: credentials are renewed in the middle of a conversation, and its earlier
        turns must keep their bytes."""
        with suppress(RuntimeError):  # without a loop (in a unit test) nothing is timed
            self._loop = asyncio.get_running_loop()
        who = _who(user, client)
        owner = scope_of(who)
        tagged = who if user else b"from" + _network(client)
        if realm and not user:
            who, tagged = (b"%s\0%s" % (realm.encode("utf-8", "replace"), each) for each in (who, tagged))
        scope = owner + scope_of(who, _credential(headers, query).encode("utf-8", "replace"))
        return ClientScope(self._vault, scope, self._tagger.for_client(tagged), self._tools)

    def replacement(self, scope: ClientScope, one_way: Set[str]) -> Replacement:
        """Gives a value its tagged placeholder and remembers it; types in `one_way` get a bare one."""

        return _Tagging(scope, one_way)


class _Tagging:
    """A `Replacement` that remembers values. `recall` gives the value behind a tag, for as long again."""

    def __init__(self, scope: ClientScope, one_way: Set[str]) -> None:
        self._one_way = frozenset(one_way)
        self.recall = scope

    def __call__(self, kind: str, value: str) -> str:
        if kind in self._one_way:
            self.recall.one_way |= {kind}
        return tagged_value(kind, value, self.recall.tagger, self.recall, self._one_way)

    @property
    def mark(self) -> bytes:
        """What decides about a placeholder but type and value: whose it is (that decides the tag), what comes back."""
        return self.recall.name + repr(sorted(self._one_way)).encode()

    def again(self, placed: Iterable[str], types: Iterable[str]) -> bool:
        """Whether all values behind placeholders that were put in before are known still; for as long again."""
        scope = self.recall
        for found in (match for text in placed for match in find_placeholders(text) if match[2] is not None):
            value = scope(found[2])
            if value is None or not scope.put(found[2], value, found[1]):
                return False
        scope.one_way |= self._one_way.intersection(types)
        return True


def _who(user: str, client: str) -> bytes:
    return b"user" + user.encode() if user else b"from" + _address(client)


def owners_named(name: str) -> list[bytes]:
    """The owners (how the names of their scopes begin) that an operator means by a user's name or an address."""
    owners = [scope_of(_who(name, ""))]
    with suppress(ValueError):
        ipaddress.ip_address(name)
        owners.append(scope_of(_who("", name)))
    return owners


def _address(client: str) -> bytes:
    """Where a client is. This machine has several names, and clients use them in turn."""
    return b"loopback" if client.startswith("127.") or client in ("", "::1") else client.encode()


def _network(client: str) -> bytes:
    """The same for tags: a machine keeps its IPv6 network, but takes another address in it every day (RFC 8981)."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return _address(client)
    return address.packed[:8] if address.version == 6 and not address.is_loopback else _address(client)


def _credential(headers: http.Headers, query: str) -> str:
    found = next((value for name in _CREDENTIALS if (value := headers.get(name))), "")
    if not found:
        found = next((value for name, value in parse_qsl(query) if name.lower() in _QUERY_CREDENTIALS), "")
    if not found and (cookie := headers.get("cookie")):
        found = ";".join(f"{name}={value}" for name, value in _SESSION.findall(cookie)) or cookie
    return found


def ask_for_plain(flow: http.HTTPFlow, scope: VaultScope) -> None:
    """Ask for an answer without content encoding, where there is something to put back into it."""
    if not is_empty(scope):
        flow.request.headers["accept-encoding"] = "identity"


def restore_answer(flow: http.HTTPFlow, dialect: str, scope: ClientScope) -> RestoreCounts:
    """Stream the answer through a restorer. Untouched when this client has no placeholder, there is no body or only a
    part of one, or the coding is unknown. The counts go on until the answer is through."""
    response = flow.response
    assert response is not None
    if is_empty(scope) or flow.request.method == "HEAD" or response.status_code in (101, 204, 205, 206, 304):
        return RestoreCounts()
    restorer = make_restorer(dialect, str(response.headers.get("content-type", "")), scope, scope.tools)
    if isinstance(restorer, IdentityRestorer):
        return restorer.counts
    rewrite_answer(flow, restorer)
    return restorer.counts


def frame_restorer(dialect: str, scope: ClientScope) -> FrameRestorer:
    """The restorer of one WebSocket connection's server messages."""
    return make_frame_restorer(dialect, scope, scope.tools)
