"""Answers: streamed through byte for byte, except where a setting asks for more.

Only two things change a body, both off unless configured: literal names of a model map are added to the target's own
model list, and (reversible mode) placeholders become their values again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from mitmproxy import http

from addon.answering import refuse, wipe
from addon.flow_edit import hide_keys
from addon.lead_back import lead_back, lead_past
from addon.logs import clean_error
from addon.model_list_answer import add_models
from addon.request_state import RequestState
from addon.restoring import restore_answer
from addon.services import Services
from routing.decision import RequestView, Route


class Responses:
    """The way back of a request, from the answer's head to the note of what became of it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def starts(self, flow: http.HTTPFlow) -> None:
        """The answer's head is here: decide how its body passes, then take the caller's keys off the flow, which has
        been sent."""
        self._services.leaving.gone(flow)
        self._pass(flow)
        if flow.id in self._services.live.by_flow:
            hide_keys(flow)

    def _pass(self, flow: http.HTTPFlow) -> None:
        """Stream the body, restore it, or refuse the answer."""
        live, response = self._services.live.by_flow.get(flow.id), flow.response
        if response is None:
            return
        if live is None or live.route is None or live.outcome == "blocked":
            response.stream = response.stream or live is None
            return
        if response.status_code != 101:
            response.stream = True
        if elsewhere := self._elsewhere(response, live.view, live.route):
            self._refuse_redirect(flow, live, elsewhere)
            return
        for name, value in live.cors:
            response.headers[name] = value
        if not add_models(flow, live) and live.scope is not None and live.outcome in ("sent", "clean"):
            live.restored = restore_answer(flow, live.dialect, live.scope)
        live.status, live.ms_first_byte = response.status_code, live.elapsed()
        if str(response.headers.get("cf-mitigated", "")).strip().lower() == "challenge":
            self._services.records.coverage(live.view.host, "blind", "challenged")  # a browser check, no answer

    def _elsewhere(self, response: http.Response, view: RequestView, route: Route) -> str:
        """The host that would get the next body unmasked, or ""."""
        try:
            if view.door == "gateway":
                return lead_back(response, view, route)
            if route.kind in ("account", "other"):  # passes as it is at its own host too
                response.headers.pop("alt-svc", None)
                return ""
            return lead_past(response, view, route, self._services.connections.is_inspected)
        except Exception:  # noqa: BLE001 - whatever cannot be judged must not be followed
            return "an address that cannot be read"

    def _refuse_redirect(self, flow: http.HTTPFlow, live: RequestState, where: str) -> None:
        """A client that followed would send its unmasked body past this proxy: the SDKs do, for 307 and 308."""
        target = live.route.target if live.route is not None else None
        cure = f"correct the target's base URL (targets.{target}.base_url)" if target else f"add {where} to hosts"
        message = f"the answer leads to {where}, which would get the unmasked body; {cure}"
        refuse(flow, live, 502, "faasera_redirect", message)
        assert flow.response is not None
        flow.response.stream = _instead(flow.response.raw_content or b"")

    def ends(self, flow: http.HTTPFlow) -> None:
        """The whole answer is through, or here if it was not streamed."""
        live, response = self._services.live.by_flow.get(flow.id), flow.response
        if live is None:
            return
        if response is not None and live.code == "faasera_redirect" and callable(response.stream):
            # The upstream's answer had no body in whose place ours could be streamed.
            response.data.content = b"".join(cast(list[bytes], response.stream(b"")))
        if response is not None and response.status_code == 101 and flow.websocket is None:
            # mitmproxy would now pass raw bytes: this is not a WebSocket as it knows them.
            message = "the upstream switched to a protocol without masking"
            refuse(flow, live, 502, "faasera_upgrade_refused", message)
        self._services.records.note(flow, live)
        if flow.websocket is None:
            self._services.live.pop(flow)

    def before_broke(self, flow: http.HTTPFlow) -> None:
        """The same, before anybody shows the flow or writes it to a file: nothing that was not masked stays on it."""
        clean_error(flow)
        live = self._services.live.by_flow.get(flow.id)
        if live is not None and live.masked is None:
            wipe(flow)

    def broke(self, flow: http.HTTPFlow) -> None:
        """The connection broke, or mitmproxy answered below all hooks (its own 502 page)."""
        self._services.leaving.gone(flow)
        live = self._services.live.pop(flow)
        if live is None:
            return
        hide_keys(flow)
        if live.outcome != "blocked" and flow.response is None:
            live.status, live.code = 502, "faasera_connection_broke"
        self._services.records.note(flow, live)


def _instead(body: bytes) -> Callable[[bytes], list[bytes]]:
    """Swallow the upstream's body and send this one: it is still to come when the head is answered."""
    return lambda chunk: [] if chunk else [body]
