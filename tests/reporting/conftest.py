"""Chromium driven over its debugging protocol: no driver program, no download, no dependency we do not have."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)


class Page:
    """One tab. `events` holds everything the browser told us, such as console messages and refused loads."""

    def __init__(self, socket: ClientConnection, shots: Path) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._shots = shots
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=30))
            if message.get("id") == number:
                assert "error" not in message, message["error"]
                return message["result"]
            self.events.append(message)

    def wait(self, method: str) -> None:
        """Until the event comes; those seen before do not count."""
        while True:
            message = json.loads(self._socket.recv(timeout=30))
            self.events.append(message)
            if message.get("method") == method:
                return

    def open(self, url: str) -> None:
        self.call("Page.navigate", url=url)
        if self.js("document.readyState") != "complete" or self.js("location.href") != url:
            self.wait("Page.loadEventFired")

    def js(self, expression: str) -> Any:
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def js_until(self, expression: str) -> None:
        """Until an expression is true: looked at in each frame of the page."""
        waiting = f"new Promise(done => {{ const look = () => ({expression}) ? done(true) : requestAnimationFrame(look); look(); }})"
        result = self.call("Runtime.evaluate", expression=waiting, returnByValue=True, awaitPromise=True)
        assert result["result"].get("value") is True, result

    def size(self, width: int, height: int = 900) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, name: str) -> None:
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def press(self, key: str) -> None:
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode={"Tab": 9}[key])
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    def shot(self, name: str) -> Path:
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        path = self._shots / f"{name}.png"
        path.write_bytes(base64.b64decode(data))
        return path

    def complaints(self) -> list[str]:
        """Console errors and everything the page's security policy refused."""
        found = [e["params"]["entry"]["text"] for e in self.events if e.get("method") == "Log.entryAdded"]
        return found + [str(e["params"]) for e in self.events if e.get("method") == "Runtime.exceptionThrown"]

    def requests(self) -> list[str]:
        return [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]


@pytest.fixture
def browse(tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Starts a fresh Chromium with more flags and gives its one empty tab.

    Screenshots go to the folder `FAASERA_SCREENSHOTS`, or the test's own.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("chromium is not installed")
    shots = Path(os.environ.get("FAASERA_SCREENSHOTS") or tmp_path)
    shots.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:

        def start(*flags: str) -> Page:
            command = [program, *FLAGS, *flags, f"--user-data-dir={tmp_path / 'profile'}", "about:blank"]
            browser = stack.enter_context(
                subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            )
            stack.callback(_stop, browser)
            assert browser.stderr is not None
            address = next(line.split()[-1] for line in browser.stderr if line.startswith("DevTools listening on "))
            with connect(address, max_size=None) as socket:
                socket.send(json.dumps({"id": 0, "method": "Target.getTargets"}))
                targets = json.loads(socket.recv(timeout=30))["result"]["targetInfos"]
            ident = next(target["targetId"] for target in targets if target["type"] == "page")
            tab = connect(f"ws://{address.split('/')[2]}/devtools/page/{ident}", max_size=None)
            return Page(stack.enter_context(tab), shots)

        yield start


@pytest.fixture
def page(browse: Callable[..., Page]) -> Page:
    """A tab of a browser without further flags."""
    return browse()


def _stop(browser: subprocess.Popen[str]) -> None:
    browser.kill()
    browser.communicate()
