"""mitmweb with the addon, and the calls that its own page makes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

import httpx

from tests.support.proxy import Proxy, free_port

PASSWORD = "web-password-of-a-test"


class Web(Proxy):
    """A running mitmweb. `api` is a client that is logged in."""

    def __init__(self, *options: str, environ: Mapping[str, str] = {}, args: Sequence[str] = (), **more: Any) -> None:
        self.web_port = free_port()
        super().__init__(
            *("web_open_browser=false", f"web_port={self.web_port}", f"web_password={PASSWORD}"),
            *options,
            environ=environ,
            tool="mitmweb",
            args=args,
            **more,
        )
        self.api = httpx.Client(
            base_url=f"http://127.0.0.1:{self.web_port}",
            headers={"authorization": f"Bearer {PASSWORD}", "x-xsrftoken": "0123456789abcdef"},
            cookies={"_mitmproxy_xsrf": "0123456789abcdef"},  # its page repeats the cookie in the header
            trust_env=False,
            timeout=10,
        )

    @property
    def feed(self) -> str:
        """The WebSocket by which every open page is told of every flow, with `feed_headers`."""
        return f"ws://127.0.0.1:{self.web_port}/updates"

    feed_headers: Mapping[str, str] = {"authorization": f"Bearer {PASSWORD}"}

    def __enter__(self) -> Web:
        self.start()
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.api.close()
        super().__exit__(*error)

    def set(self, **options: Any) -> httpx.Response:
        return self.api.put("/options", json=options)

    def flows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.get("/flows").json()
        return found

    def wait_flow(self, wanted: Callable[[dict[str, Any]], bool], seconds: float = 10.0) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while True:
            for flow in reversed(self.flows()):
                if wanted(flow):
                    return flow
            assert time.monotonic() < deadline, f"no such flow: {self.flows()}"
            time.sleep(0.03)

    def body(self, flow: Mapping[str, Any]) -> str:
        return self.api.get(f"/flows/{flow['id']}/request/content.data").text

    def edit(self, flow: Mapping[str, Any], **request: Any) -> None:
        self.api.put(f"/flows/{flow['id']}", json={"request": request}).raise_for_status()

    def do(self, flow: Mapping[str, Any], what: str) -> None:
        """`resume`, `replay`, `duplicate`, ..."""
        self.api.post(f"/flows/{flow['id']}/{what}").raise_for_status()
