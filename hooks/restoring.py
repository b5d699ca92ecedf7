"""Reversible mode: tagged placeholders on the way out, values on the way back. Off unless `faasera_restore` is on.

Values are kept in memory only, apart for each client, for a limited time; the flow and its files never hold one:
mitmproxy streams the answer through a callable and stores nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from pathlib import Path

from mitmproxy import http

from hooks.config import Config, ConfigError
from hooks.decoding import StreamDecoder
from redaction.marking import Replacement
from redaction.restore.bodies import IdentityRestorer
from redaction.restore.frames import FrameRestorer
from redaction.restore.key import RestoreKeyError, load_key, parse_key
from redaction.restore.streams import Restorer, make_frame_restorer, make_restorer
from redaction.restore.tags import Tagger, tagged_placeholder
from redaction.restore.vault import Vault, VaultScope, scope_of
from redaction.spans import placeholder

KEY_NAME = "faasera-restore.key"
# What tells one client from another: the name given to proxyauth, then its credential, then where it came from.
_CREDENTIALS = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie")


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

    def __repr__(self) -> str:
        return f"Restoring({self._vault!r})"

    def scope(self, headers: http.Headers, user: str, client: str) -> VaultScope:
        """The part of the vault that belongs to the client of a request."""
        credential = next((value for name in _CREDENTIALS if (value := headers.get(name))), "")
        return self._vault.scope(scope_of(user.encode(), credential.encode("utf-8", "replace") or client.encode()))

    def replacement(self, scope: VaultScope, one_way: Set[str]) -> Replacement:
        """Gives a value its tagged placeholder and remembers it; types in `one_way` get a bare one."""

        def replace(kind: str, value: str) -> str:
            if kind in one_way:
                return placeholder(kind)
            tag = self._tagger.tag(kind, value)
            scope.put(tag, value)
            return tagged_placeholder(kind, tag)

        return replace


def ask_for_plain(flow: http.HTTPFlow, scope: VaultScope) -> None:
    """Ask for an answer without content encoding, where there is something to put back into it."""
    if len(scope):
        flow.request.headers["accept-encoding"] = "identity"


def restore_answer(flow: http.HTTPFlow, dialect: str, scope: VaultScope) -> None:
    """Stream the answer through a restorer. Untouched when this client has no placeholder, or the coding is unknown."""
    response = flow.response
    assert response is not None
    if not len(scope) or response.status_code in (101, 204, 304):
        return
    restorer = make_restorer(dialect, str(response.headers.get("content-type", "")), scope)
    if isinstance(restorer, IdentityRestorer):
        return
    coding = str(response.headers.get("content-encoding", "")).strip().lower()
    decoder = StreamDecoder.of(coding)
    if decoder is None:
        return
    response.headers.pop("content-encoding", None)
    if response.headers.pop("content-length", None) is not None and flow.request.is_http11:
        response.headers["transfer-encoding"] = "chunked"
    for name in ("etag", "content-md5", "digest", "repr-digest", "content-digest"):
        response.headers.pop(name, None)  # they name the bytes that upstream sent
    response.stream = _pump(restorer, decoder)


def _pump(restorer: Restorer, decoder: StreamDecoder) -> Callable[[bytes], bytes | list[bytes]]:
    def pump(data: bytes) -> bytes | list[bytes]:
        # `[]`: an empty chunk would end a chunked answer (threats 88); mitmproxy says the end with an empty one.
        if data:
            return restorer.feed(decoder.feed(data)) or []
        return (restorer.feed(decoder.finish()) + restorer.finish()) or []

    return pump


def frame_restorer(dialect: str, scope: VaultScope) -> FrameRestorer:
    """The restorer of one WebSocket connection's server messages."""
    return make_frame_restorer(dialect, scope)
