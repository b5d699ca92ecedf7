"""Answering instead of sending: the one way in which the proxy itself says something to a client."""

from __future__ import annotations

from mitmproxy import http

from addon.error_responses import error_answer
from addon.flow_edit import forget_backup
from addon.hidden_head import OF_HTTP, shown_path
from addon.request_state import RequestState
from redaction.errors import RedactionError
from routing.routing_errors import RoutingError


def answer(flow: http.HTTPFlow, response: http.Response) -> None:
    """Set the response. One to HEAD has the headers of the page and no body: with one, the client would take its bytes
    for the beginning of the next answer (RFC 9110, 9.3.2)."""
    flow.response = response
    if flow.request.method.upper() == "HEAD":
        response.data.content = b""


def refuse(
    flow: http.HTTPFlow, live: RequestState | None, status: int, code: str, message: str, *,
    retry_after: int | None = None,
) -> None:  # fmt: skip
    """Answer with an error in the caller's own dialect: the response first, then the body off the flow."""
    dialect, headers = (live.dialect, dict(live.cors)) if live is not None else ("unknown", {})
    if live is not None:
        headers["x-faasera-request-id"] = live.request_id
        message = f"{message} (request {live.request_id})"
    if status == 407:
        headers["proxy-authenticate"] = 'Basic realm="faasera"'
    answer(flow, error_answer(dialect, status, code, message, retry_after=retry_after, extra=headers))
    wipe(flow)
    if live is not None:
        live.outcome, live.status, live.code = "blocked", status, code


def refuse_with(flow: http.HTTPFlow, live: RequestState | None, error: RoutingError | RedactionError) -> None:
    """The same for an error of routing or redaction."""
    retry = error.retry_after if isinstance(error, RedactionError) else None
    refuse(flow, live, error.status, error.code, error.message, retry_after=retry)


def wipe(flow: http.HTTPFlow) -> None:
    """Take all text off a flow that has a response already, whoever set it: body, query, headers that HTTP itself does
    not need, and copies of them. Plain attributes only: nothing here can raise."""
    data = flow.request.data
    data.content, data.trailers = b"", None
    data.path = shown_path(data.path)
    data.headers = http.Headers(tuple(field for field in data.headers.fields if field[0].lower() in OF_HTTP))
    forget_backup(flow)
