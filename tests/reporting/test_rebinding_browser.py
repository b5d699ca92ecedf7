"""DNS rebinding in a real Chromium: a page of an attacker's server whose name, and port, then are this proxy's.

The browser takes them for one origin, so the page may read every answer. What it gets must be worth nothing: no page of
the proxy's, no key that the proxy fills in, no CORS, none of the values that belong to the person at this machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from routing.passthrough_rules import PAGES, PROBES
from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Answer, Request, answer, json_answer
from tests.support.proxy import Proxy, free_port

pytestmark = [pytest.mark.needs_tool("chromium"), pytest.mark.slow]

NAME = "rebound.evil.test"
FILL_IN = "sk-fill-in-key-of-the-proxy"
COMMON = "Bearer ollama"  # what many clients send: the attacker knows it, too
SSN = "123-45-6789"
CHAT = {"model": "gpt-4", "messages": [{"role": "user", "content": f"My SSN is {SSN}"}]}

# Every way in which a page can make the browser ask; each resolves to what the page can see of it.
WAYS = """
const seen = (name, value) => [name, String(value)];
const get = async (url, init) => {
    try {
        const r = await fetch(url, init);
        const text = init && init.mode === 'no-cors' ? '' : await r.text();
        return [r.status, text, JSON.stringify([...r.headers])].join(' ');
    } catch (error) { return 'failed ' + error; }
};
const once = (target, good, bad, end) => new Promise(done => {
    target.addEventListener(good, event => { done(good + ' ' + (event.data || '')); end && end(); });
    target.addEventListener(bad, () => { done(bad); end && end(); });
});
const image = url => { const it = new Image(); it.src = url; return once(it, 'load', 'error'); };
const events = url => { const it = new EventSource(url); return once(it, 'message', 'error', () => it.close()); };
const socket = (url, protocols) => { const it = new WebSocket(url, protocols); return once(it, 'open', 'error'); };
const frame = url => { const it = document.createElement('iframe'); it.src = url; document.body.append(it);
    return once(it, 'load', 'error').then(() => { try { return it.contentDocument.documentElement.outerHTML }
                                                  catch (error) { return 'closed' } }); };
"""


@pytest.fixture
def attacked(browse: Callable[..., Any]) -> Iterator[tuple[Proxy, FakeLLM, Any]]:
    """(proxy, upstream, the attacker's page under the proxy's own port)."""
    port, kept = free_port(), [""]

    def model(request: Request) -> Answer:
        if found := re.search(r"\[\[SSN_[a-z0-9]+\]\]", request.body.decode()):
            kept[0] = found[0]
        message = {"role": "assistant", "content": f"it is {kept[0]}"}
        return json_answer({"id": "c1", "object": "chat.completion", "choices": [{"index": 0, "message": message}]})

    evil = FakeLLM(lambda request: answer(200, "<title>evil</title><body></body>", "text/html", close=True))
    evil.port = port
    page = browse(f"--host-resolver-rules=MAP {NAME} 127.0.0.1")
    with evil:
        page.open(f"http://{NAME}:{port}/")
        assert page.js("document.title") == "evil"
    with FakeLLM(model) as llm:
        environ = {**bases(llm), "FAASERA_OPENAI_API_KEY": FILL_IN, "FAASERA_RESTORE": "true"}
        with Proxy(environ=environ, port=port) as proxy:
            yield proxy, llm, page


def run(page: Any, expression: str) -> Any:
    told = page.call(
        "Runtime.evaluate",
        expression=f"(async () => {{{WAYS} return {expression}; }})()",
        awaitPromise=True,
        returnByValue=True,
    )
    assert "exceptionDetails" not in told, told
    return told["result"]["value"]


def test_a_rebound_page_gets_nothing(attacked: tuple[Proxy, FakeLLM, Any]) -> None:
    proxy, llm, page = attacked
    with proxy.client() as person:
        said = person.post(f"{proxy.url}/v1/chat/completions", json=CHAT, headers={"authorization": COMMON}).text
    assert SSN in said
    llm.requests.clear()

    own = [path for path in PAGES if path not in PROBES]
    told = dict(zip(own, run(page, f"Promise.all({json.dumps(own)}.map(path => get(path)))"), strict=True))
    assert {path: answer.split()[0] for path, answer in told.items()} == dict.fromkeys(own, "400")
    assert all("faasera_unknown_authority" in answer for answer in told.values())
    for path in PROBES:
        status, body = run(page, f"get('{path}')").split(" ", 1)
        assert status == "200"
        assert set(json.loads(body.split("\n")[0])) == {"status"}

    body, keyed = json.dumps(json.dumps(CHAT)), json.dumps({"authorization": COMMON})
    refused = [
        run(page, f"get('/v1/chat/completions', {{method: 'POST', body: {body}}})"),
        run(page, f"get('/v1/chat/completions', {{method: 'POST', body: {body}, headers: {keyed}}})"),
        run(page, "get('/try', {method: 'POST', body: 'text=x'})"),
        run(page, "get('/v1/models')"),
        run(page, "get('/v1/models', {method: 'OPTIONS', headers: {authorization: 'x'}})"),
        run(page, "frame('/')"),
        run(page, "frame('/v1/models')"),
    ]  # fmt: skip
    assert all("faasera_" in answer for answer in refused), refused
    shut = [
        run(page, "image('/v1/models')"),
        run(page, "events('/events')"),
        run(page, "events('/v1/responses/resp_1?stream=true')"),
        run(page, f"socket('ws://{NAME}:{proxy.port}/v1/realtime')"),
        run(page, f"socket('ws://{NAME}:{proxy.port}/v1/realtime', ['realtime', 'openai-insecure-api-key.sk-evil'])"),
    ]
    assert shut == ["error"] * len(shut)
    assert llm.requests == []
    assert FILL_IN not in "".join(refused)

    # A program's call with a key of its own: answered, with that key and without this machine's values.
    told = run(page, f"get('/v1/chat/completions/c1', {{headers: {keyed}}})")
    assert told.startswith("200 ")
    assert "[[SSN_" in told
    assert SSN not in told
    assert "access-control" not in told.lower()
    assert [request.header("authorization") for request in llm.requests] == [COMMON]
    assert FILL_IN not in str([request.headers for request in llm.requests])


def test_nor_does_a_page_that_names_this_machine(attacked: tuple[Proxy, FakeLLM, Any]) -> None:
    """Without rebinding: the attacker's page asks 127.0.0.1 and localhost across origins."""
    proxy, llm, page = attacked
    body = json.dumps(json.dumps(CHAT))
    for host in ("127.0.0.1", "localhost"):
        base = f"http://{host}:{proxy.port}"
        for ask in (
            f"get('{base}/')",
            f"get('{base}/v1/models')",
            f"get('{base}/v1/chat/completions', {{method: 'POST', body: {body}}})",
            f"get('{base}/v1/chat/completions', {{method: 'POST', body: {body}, mode: 'no-cors'}})",
            f"get('{base}/v1/models', {{mode: 'no-cors'}})",
            f"image('{base}/v1/models')",
            f"events('{base}/events')",
            f"socket('ws://{host}:{proxy.port}/v1/realtime')",
            f"frame('{base}/')",
        ):
            answer = run(page, ask)
            assert answer.startswith(("failed", "error", "closed", "0 ")), (ask, answer)
    assert llm.requests == []
