"""The target's own list of models, with the names that its model map knows: clients offer only what is listed."""

from __future__ import annotations

from collections.abc import Sequence

from mitmproxy import http

from addon.request_state import RequestState
from addon.response_decoding import rewrite_answer
from routing.model_lists import with_models

# A longer model list is passed through as it is.
_LONGEST_LIST = 4 << 20


def add_models(flow: http.HTTPFlow, live: RequestState) -> bool:
    """Have the names added while the answer streams by. False where it is no such list."""
    names = _names(flow.response, live)
    return bool(names) and rewrite_answer(flow, ModelList(names))


class ModelList:
    """A model list that is added to when it is whole, whatever its head says of its length. A longer one than
    `_LONGEST_LIST` bytes passes as it is."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._body = bytearray()
        self._passing = False

    def feed(self, chunk: bytes) -> bytes:
        """Nothing, until the list is too long."""
        if self._passing:
            return chunk
        self._body += chunk
        if len(self._body) <= _LONGEST_LIST:
            return b""
        self._passing = True
        return self._taken()

    def finish(self) -> bytes:
        """The list with the names in it."""
        return with_models(self._taken(), self._names)

    def _taken(self) -> bytes:
        body = bytes(self._body)
        self._body.clear()
        return body


def _names(response: http.Response | None, live: RequestState) -> Sequence[str]:
    route = live.route
    if route is None or not route.model_map or live.view.method != "GET" or response is None:
        return ()
    if response.status_code != 200 or route.dialect not in ("models", "ollama"):
        return ()
    return route.model_map.literals if "json" in str(response.headers.get("content-type", "")) else ()
