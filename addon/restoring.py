"""Reversible mode: tagged placeholders on the way out, values on the way back. Off unless `faasera_restore` is on.

Values are kept in memory only, apart for each client, for a limited time; the flow and its files never hold one:
mitmproxy streams the answer through a callable and stores nothing of it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Set
from pathlib import Path
from urllib.parse import parse_qsl

from mitmproxy import http

from addon.response_decoding import BadCoding, StreamDecoder
from config.config_errors import ConfigError
from config.configuration import Config
from redaction.replacer import Replacement
from redaction.restore.choose_restorer import Restorer, make_frame_restorer, make_restorer
from redaction.restore.message_restorer import FrameRestorer
from redaction.restore.placeholder_matcher import RestoreCounts
from redaction.restore.placeholder_tags import Tagger
from redaction.restore.restore_key import RestoreKeyError, load_key, parse_key
from redaction.restore.tag_values import tagged_value
from redaction.restore.vault import Vault, VaultScope, scope_of
from redaction.restore.whole_body import IdentityRestorer

logger = logging.getLogger("faasera")

KEY_NAME = "faasera-restore.key"
# What tells one client from another, beside who it is (the name given to proxyauth, else its address): a credential.
_CREDENTIALS = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "sec-websocket-protocol")
_QUERY_CREDENTIALS = frozenset({"key", "api_key", "api-key", "access_token"})
# Of a browser's cookies only the session's tell: the others change from answer to answer.
_SESSION = re.compile(r"(?:^|;\s*)(sessionKey|[\w.-]*session-token[\w.-]*|__Secure-1PSID)=([^;]*)")


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
        self._vault = Vault(ttl=config.redaction.restore.ttl)

    def configure(self, config: Config) -> None:
        """Follow a configuration that changed while requests run."""
        self._vault.keep_for(config.redaction.restore.ttl)

    def __repr__(self) -> str:
        return f"Restoring({self._vault!r})"

    def scope(self, headers: http.Headers, query: str, user: str, client: str) -> VaultScope:
        """The part of the vault that belongs to the client of a request: the same user (else address) with the same
        credential. Keys that say nothing (`ollama`) are common, so a credential alone is not enough."""
        who = b"user" + user.encode() if user else b"from" + _address(client)
        return self._vault.scope(scope_of(who, _credential(headers, query).encode("utf-8", "replace")))

    def replacement(self, scope: VaultScope, one_way: Set[str]) -> Replacement:
        """Gives a value its tagged placeholder and remembers it; types in `one_way` get a bare one."""

        return _Tagging(self._tagger, scope, one_way)


class _Tagging:
    """A `Replacement` that remembers values. `recall` gives the value behind a tag, for as long again."""

    def __init__(self, tagger: Tagger, scope: VaultScope, one_way: Set[str]) -> None:
        self._tagger, self._one_way = tagger, one_way
        self.recall = scope

    def __call__(self, kind: str, value: str) -> str:
        return tagged_value(kind, value, self._tagger, self.recall, self._one_way)


def _address(client: str) -> bytes:
    """Where a client is. This machine has several names, and clients use them in turn."""
    return b"loopback" if client.startswith("127.") or client in ("", "::1") else client.encode()


def _credential(headers: http.Headers, query: str) -> str:
    found = next((value for name in _CREDENTIALS if (value := headers.get(name))), "")
    if not found:
        found = next((value for name, value in parse_qsl(query) if name.lower() in _QUERY_CREDENTIALS), "")
    if not found and (cookie := headers.get("cookie")):
        found = ";".join(f"{name}={value}" for name, value in _SESSION.findall(cookie)) or cookie
    return found


def ask_for_plain(flow: http.HTTPFlow, scope: VaultScope) -> None:
    """Ask for an answer without content encoding, where there is something to put back into it."""
    if len(scope):
        flow.request.headers["accept-encoding"] = "identity"


def restore_answer(flow: http.HTTPFlow, dialect: str, scope: VaultScope) -> RestoreCounts:
    """Stream the answer through a restorer. Untouched when this client has no placeholder, there is no body or only a
    part of one, or the coding is unknown. The counts go on until the answer is through."""
    response = flow.response
    assert response is not None
    if not len(scope) or flow.request.method == "HEAD" or response.status_code in (101, 204, 205, 206, 304):
        return RestoreCounts()
    restorer = make_restorer(dialect, str(response.headers.get("content-type", "")), scope)
    if isinstance(restorer, IdentityRestorer):
        return restorer.counts
    coding = str(response.headers.get("content-encoding", "")).strip().lower()
    decoder = StreamDecoder.of(coding)
    if decoder is None:
        return restorer.counts
    response.headers.pop("content-encoding", None)
    if response.headers.pop("content-length", None) is not None and flow.request.is_http11:
        response.headers["transfer-encoding"] = "chunked"
    for name in ("accept-ranges", "etag", "content-md5", "digest", "repr-digest", "content-digest"):
        response.headers.pop(name, None)  # they name the bytes that upstream sent
    response.stream = _pump(flow, restorer, decoder)
    return restorer.counts


def _pump(flow: http.HTTPFlow, restorer: Restorer, decoder: StreamDecoder) -> Callable[[bytes], bytes | list[bytes]]:
    broken = False

    def pump(data: bytes) -> bytes | list[bytes]:
        nonlocal broken
        if broken:
            return []
        # `[]`: an empty chunk would end a chunked answer (threats 88); mitmproxy says the end with an empty one.
        try:
            if data:
                return restorer.feed(decoder.feed(data)) or []
            return (restorer.feed(decoder.finish()) + restorer.finish()) or []
        except BadCoding:
            broken = True
            logger.warning("faasera: an answer of %s is not in the encoding it names; cut off", flow.request.host)
            if flow.killable:
                flow.kill()  # the client must not take a part for the whole
            return []

    return pump


def frame_restorer(dialect: str, scope: VaultScope) -> FrameRestorer:
    """The restorer of one WebSocket connection's server messages."""
    return make_frame_restorer(dialect, scope)
