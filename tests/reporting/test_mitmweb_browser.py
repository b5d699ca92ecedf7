"""mitmweb's own pages in Chromium: the flow list and the content view of a request that was masked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.web import PASSWORD, Web

pytestmark = [pytest.mark.needs_tool("chromium"), pytest.mark.slow]

CHAT = {
    "model": "gpt-4",
    "messages": [
        {"role": "system", "content": "You are a nurse's assistant."},
        {"role": "user", "content": "I am Jane Doe, SSN 123-45-6789"},
    ],
}


def shown(page: Any, text: str) -> None:
    """Wait until the page's script has put `text` there."""
    script = (
        "new Promise((done, fail) => { const end = Date.now() + 15000; const look = () => "
        f"document.body.innerText.includes({text!r}) ? done(true) : Date.now() > end ? done(false) : setTimeout(look, 50);"
        " look(); })"
    )
    told = page.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
    assert told["result"]["value"], (page.js("document.body.innerText"), page.complaints(), page.js("location.href"))


def test_the_flow_list_and_our_view_show_placeholders_only(browse: Callable[..., Any]) -> None:
    with FakeLLM() as llm, Web(environ=bases(llm)) as web:
        with web.client() as client:
            client.post(web.url + "/v1/chat/completions", json=CHAT, headers={"authorization": "Bearer sk-x"})
        web.wait_flow(lambda flow: bool(flow["comment"]))
        page = browse()
        page.size(1500)
        address = f"http://127.0.0.1:{web.web_port}"
        page.call("Page.navigate", url=f"{address}/?token={PASSWORD}")
        page.wait("Page.loadEventFired")
        shown(page, "/v1/chat/completions")
        shown(page, "2 masked: NAME 1, SSN 1 - 2 texts")  # a column of the list, without a click
        page.shot("mitmweb-list")
        page.js("[...document.querySelectorAll('tr')].find(row => row.innerText.includes('POST')).click()")
        shown(page, "«[[SSN]]»")
        assert "I am «[[NAME]]», SSN «[[SSN]]»" in page.js("document.body.innerText")
        page.shot("mitmweb-view")
        everything = page.js("document.documentElement.outerHTML")
    assert "[[NAME]]" in everything
    for typed in ("Jane", "Doe", "123-45-6789"):
        assert typed not in everything
