"""Answers: streamed through byte for byte, except where a setting asks for more.

Only two things change a body, both off unless configured: literal names of a model map are added to the target's own
model list, and (reversible mode) placeholders become their values again.
"""

from __future__ import annotations

from mitmproxy import http

from addon import flow_edit
from addon.request_state import RequestState
from addon.restoring import restore_answer
from routing.model_lists import with_models

# A longer model list is passed through as it is.
_LONGEST_LIST = 4 << 20


def start(flow: http.HTTPFlow, live: RequestState) -> None:
    """The answer's head is here: decide how its body passes."""
    response = flow.response
    assert response is not None
    if response.status_code != 101:
        response.stream = not _is_model_list(flow, live)
    if live.view.door == "gateway" and live.route is not None:
        flow_edit.lead_back(flow, live.view, live.route)
    if live.view.door == "interception":
        response.headers.pop("alt-svc", None)  # an offer of QUIC leads past this proxy
    for name, value in live.cors:
        response.headers[name] = value
    if live.scope is not None and live.outcome in ("sent", "clean"):
        live.restored = restore_answer(flow, live.dialect, live.scope)


def is_challenge(flow: http.HTTPFlow) -> bool:
    """Whether the vendor asks for a browser check instead of answering (Cloudflare)."""
    assert flow.response is not None
    return str(flow.response.headers.get("cf-mitigated", "")).strip().lower() == "challenge"


def end(flow: http.HTTPFlow, live: RequestState) -> None:
    """The whole answer is here, if it was not streamed."""
    response = flow.response
    assert response is not None
    if response.stream or not _is_model_list(flow, live):
        return
    assert live.route is not None
    assert live.route.model_map is not None
    try:
        body = response.get_content(strict=True) or b""
    except ValueError:
        return
    listed = with_models(body, live.route.model_map.literals)
    if listed is not body:
        response.content = listed


def _is_model_list(flow: http.HTTPFlow, live: RequestState) -> bool:
    route = live.route
    if route is None or route.model_map is None or not route.model_map.literals or live.view.method != "GET":
        return False
    response = flow.response
    if response is None or response.status_code != 200 or route.dialect not in ("models", "ollama"):
        return False
    length = str(response.headers.get("content-length", "0"))
    return "json" in str(response.headers.get("content-type", "")) and length.isdigit() and int(length) < _LONGEST_LIST
