"""Answers: streamed through byte for byte, except where a setting asks for more.

Only two things change a body, both off unless configured: literal names of a model map are added to the target's own
model list, and (reversible mode) placeholders become their values again.
"""

from __future__ import annotations

from collections.abc import Sequence

from mitmproxy import http

from addon import flow_edit
from addon.request_state import RequestState
from addon.response_decoding import rewrite_answer
from addon.restoring import restore_answer
from routing.model_lists import with_models

# A longer model list is passed through as it is.
_LONGEST_LIST = 4 << 20


def start(flow: http.HTTPFlow, live: RequestState) -> None:
    """The answer's head is here: decide how its body passes."""
    response = flow.response
    assert response is not None
    if response.status_code != 101:
        response.stream = True
    if live.view.door == "gateway" and live.route is not None:
        flow_edit.lead_back(flow, live.view, live.route)
    if live.view.door == "interception":
        response.headers.pop("alt-svc", None)  # an offer of QUIC leads past this proxy
    for name, value in live.cors:
        response.headers[name] = value
    if (names := _missing_models(flow, live)) and rewrite_answer(flow, ModelList(names)):
        return
    if live.scope is not None and live.outcome in ("sent", "clean"):
        live.restored = restore_answer(flow, live.dialect, live.scope)


def is_challenge(flow: http.HTTPFlow) -> bool:
    """Whether the vendor asks for a browser check instead of answering (Cloudflare)."""
    assert flow.response is not None
    return str(flow.response.headers.get("cf-mitigated", "")).strip().lower() == "challenge"


class ModelList:
    """A model list that is added to when it is whole. A longer one passes as it is."""

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


def _missing_models(flow: http.HTTPFlow, live: RequestState) -> Sequence[str]:
    """The names to add to the answer; none unless it is a target's own model list."""
    route = live.route
    if route is None or route.model_map is None or live.view.method != "GET":
        return ()
    response = flow.response
    if response is None or response.status_code != 200 or route.dialect not in ("models", "ollama"):
        return ()
    return route.model_map.literals if "json" in str(response.headers.get("content-type", "")) else ()
