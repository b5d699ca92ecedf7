"""A Faasera Profiler on a real socket that keeps the wire contract, or breaks it exactly as told.

    with FakeProfiler() as profiler:
        HttpProfiler(ProfilerSettings(endpoint=profiler.url))
        assert profiler.texts == ["..."]

`script(call)` returns an answer of `tests.support.http1`, or None for the regular one.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from addon.canary import CANARY_TEXT
from tests.support.http1 import Answer, Request, json_answer, read_request
from tests.support.threaded import ThreadedServer, Wire

PATH = "/api/profile-mask/"
NAMES: Mapping[str, str] = {"Jane Doe": "[[NAME]]", "John Smith": "[[NAME]]", "jane@example.com": "[[EMAIL_ADDRESS]]"}
SSN = re.compile(r"\b\d{3}-\d{2}-\d{4}\b")


@dataclass(frozen=True)
class Call:
    """One call. `number` counts from 0; `policy` is percent-decoded; `text` is None when the body is off contract."""

    number: int
    request: Request
    policy: str
    text: str | None


Script = Callable[[Call], Answer | None]


class FakeProfiler(ThreadedServer):
    """Masks by a small table and SSNs by pattern. Records every call before it is answered."""

    def __init__(
        self,
        script: Script | None = None,
        *,
        names: Mapping[str, str] = NAMES,
        wrapped: bool = False,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(ssl_context=ssl_context)
        self.script = script
        self.names = names
        self.wrapped = wrapped
        self.calls: list[Call] = []
        self.running = 0
        self.most_running = 0

    @property
    def texts(self) -> list[str | None]:
        """What was asked for clients: the canary is the proxy's own."""
        return [call.text for call in self.calls if call.text != CANARY_TEXT]

    def mask(self, text: str) -> str:
        for name, placeholder in self.names.items():
            text = text.replace(name, placeholder)
        return SSN.sub("[[SSN]]", text)

    async def serve(self, wire: Wire) -> None:
        while request := await read_request(wire):
            call = self._call(request)
            self.calls.append(call)
            self.running += 1
            self.most_running = max(self.most_running, self.running)
            try:
                told = self.script(call) if self.script else None
                if not await (told or self.regular(call))(wire):
                    return
            finally:
                self.running -= 1

    def regular(self, call: Call) -> Answer:
        if call.request.method != "POST" or not call.request.target.startswith(PATH):
            return json_answer({"status": "ERROR", "errors": ["no such path"]}, 404)
        if call.text is None:
            return json_answer({"status": "ERROR", "errors": ["bad request"]}, 400)
        data: dict[str, Any] = {"replacement": self.mask(call.text)}
        return json_answer({"status": "SUCCESS", "data": data, "errors": []} if self.wrapped else data)

    def _call(self, request: Request) -> Call:
        policy = unquote(request.target.removeprefix(PATH)) if request.target.startswith(PATH) else ""
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
        text = body.get("value") if isinstance(body, dict) and list(body) == ["value"] else None
        return Call(len(self.calls), request, policy, text if isinstance(text, str) else None)
