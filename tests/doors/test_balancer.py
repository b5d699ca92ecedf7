"""Three replicas behind a real HAProxy with the shipped haproxy.cfg and team.yaml: both doors, strangers, loops, a
rolling restart under load while the store is killed."""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import re
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from routing.loop_mark import LoopMark
from tests.support.depth import depth
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Answer, Request, head, json_answer
from tests.support.proxy import Proxy, free_port
from tests.support.servers import program, serving, until
from tests.support.team import KEY, RESTORE_KEY, TEAM, Team, answers, team_of
from tests.support.threaded import Wire

pytestmark = pytest.mark.slow
BODY = {"model": "gpt-4", "messages": [{"role": "user", "content": "What is Jane Doe's SSN 123-45-6789?"}]}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with FakeLLM() as llm, team_of(tmp_path_factory.mktemp("team"), llm) as found:
        yield found


def post(team: Team, client: httpx.Client, **headers: str) -> httpx.Response:
    return client.post(f"{team.gateway}/v1/chat/completions", json=BODY, headers=headers)


def test_with_the_key_by_both_doors_and_never_without(team: Team) -> None:
    team.llm.requests.clear()
    with httpx.Client(trust_env=False) as client:
        assert post(team, client).status_code == 400
        assert post(team, client, **{"x-forwarded-for": "127.0.0.1"}).status_code == 400
        assert post(team, client, **{"x-faasera-key": KEY}).status_code == 200
    trusted: ssl.SSLContext = team.proxies[0].trust()
    for user, fine in ((f"any:{KEY}", True), ("any:wrong", False), (None, False)):
        auth = {"proxy-authorization": "Basic " + base64.b64encode(user.encode()).decode()} if user else {}
        proxy = httpx.Proxy(team.interception, headers=auth)
        with httpx.Client(trust_env=False, proxy=proxy, verify=trusted) as client:
            if fine:
                assert client.post("https://api.openai.com/v1/chat/completions", json=BODY).status_code == 200
            else:
                with pytest.raises(httpx.ProxyError, match="407"):
                    client.post("https://api.openai.com/v1/chat/completions", json=BODY)
    assert len(team.llm.requests) == 2
    assert all("[[SSN]]" in request.body.decode() for request in team.llm.requests)
    names = {name.lower() for request in team.llm.requests for name, _ in request.headers}
    assert not names & {"x-forwarded-for", "x-faasera-key", "proxy-authorization"}
    assert KEY not in team.log.read_text()
    assert KEY not in "".join(proxy.log for proxy in team.proxies)


def test_a_base_url_that_leads_back_through_the_balancer_ends(team: Team) -> None:
    """Within two passes, also by another replica: they share the key."""
    config = f"{TEAM}\ntargets: {{front: {{base_url: '{team.gateway}', speaks: [chat]}}}}\ntarget: front\n"
    environ = {"FAASERA_GATEWAY_KEY": KEY, "FAASERA_RESTORE_KEY": RESTORE_KEY}
    with Proxy(environ=environ, config=config) as proxy, httpx.Client(trust_env=False) as client:
        headers = {"x-faasera-key": KEY, "authorization": "Bearer sk-of-the-client"}
        told = client.post(f"{proxy.url}/v1/chat/completions", json=BODY, headers=headers)
        assert told.status_code in (400, 508)  # 400: the key of the first pass went no further
        with socket.create_connection(("127.0.0.1", int(team.gateway.rpartition(":")[2])), 5) as wire:
            mark = LoopMark(RESTORE_KEY).value
            wire.sendall(
                f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Faasera-Key: {KEY}\r\n"
                f"X-Faasera-Loop: {mark}\r\nContent-Length: 0\r\n\r\n".encode()
            )
            answer = wire.recv(65536)
        assert b" 508 " in answer.split(b"\r\n", 1)[0]
        assert b"base_url" in answer


# Every tenth is a Responses call, which the store is told of; every other a stream.
REQUESTS, CLIENTS = depth(300, 10_000), depth(8, 32)
# Clients go on until all replicas were restarted; at a desk they rest in between, so that the test waits and does not burn.
REST_SECONDS = depth(200, 0) / 1000
PLACEHOLDER = re.compile(r"\[\[SSN_[a-z0-9]+\]\]")


def model(request: Request) -> Answer:
    """Says the placeholder that it was sent: at once, or slowly and cut in pieces."""
    found = PLACEHOLDER.search(request.body.decode())
    says = f"it is {found[0] if found else 'nothing'}"
    if request.target.endswith("/responses"):
        message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": says}]}
        return json_answer({"id": "r1", "object": "response", "status": "completed", "output": [message]})
    if not request.json().get("stream"):
        message = {"role": "assistant", "content": says}
        return json_answer({"id": "c1", "object": "chat.completion", "choices": [{"index": 0, "message": message}]})

    async def slowly(wire: Wire) -> bool:
        await wire.send(head(200, [("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked")]))
        for at in range(0, len(says), 8):
            delta = {"choices": [{"index": 0, "delta": {"content": says[at : at + 8]}}]}
            event = f"data: {json.dumps(delta)}\n\n".encode()
            await wire.send(b"%x\r\n%b\r\n" % (len(event), event))
            await asyncio.sleep(0.03)
        end = b"data: [DONE]\n\n"
        await wire.send(b"%x\r\n%b\r\n0\r\n\r\n" % (len(end), end))
        return True

    return slowly


class Load:
    """Clients that go on until all is asked and `enough` is set."""

    def __init__(self, team: Team) -> None:
        self.failed: list[str] = []
        self.first_bytes: list[float] = []
        self.enough = threading.Event()
        self._team, self._lock, self._next = team, threading.Lock(), 0

    def __enter__(self) -> Load:
        self._threads = [threading.Thread(target=self._client) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.enough.set()
        for thread in self._threads:
            thread.join()

    def _client(self) -> None:
        connection = http.client.HTTPConnection(self._team.gateway.removeprefix("http://"), timeout=60)
        while True:
            with self._lock:
                number, self._next = self._next, self._next + 1
            if number >= REQUESTS and self.enough.is_set():
                connection.close()
                return
            time.sleep(REST_SECONDS)
            try:
                problem = self._ask(connection, number)
            except (OSError, http.client.HTTPException) as error:
                problem = f"{number}: {error!r}"
                connection.close()
            if problem:
                with self._lock:
                    self.failed.append(problem)

    def _ask(self, connection: http.client.HTTPConnection, number: int) -> str:
        ssn = f"{100 + number % 500}-{10 + number // 500 % 89}-{1000 + number % 8999}"
        text = f"My SSN is {ssn}"
        stateful, streamed = number % 10 == 0, number % 2 == 1
        if stateful:
            path, body = "/v1/responses", {"model": "gpt-4.1", "input": text}
        else:
            path = "/v1/chat/completions"
            body = {"model": "gpt-4", "messages": [{"role": "user", "content": text}], "stream": streamed}
        started = time.perf_counter()
        headers = {"content-type": "application/json", "x-faasera-key": KEY, "authorization": "Bearer sk-of-a-client"}
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        self.first_bytes.append(time.perf_counter() - started)
        said = answer.read().decode()
        if streamed and answer.status == 200:
            events = [json.loads(line[6:]) for line in said.splitlines() if line.startswith("data: {")]
            said = "".join(event["choices"][0]["delta"].get("content") or "" for event in events)
        return "" if answer.status == 200 and f"it is {ssn}" in said else f"{number}: {answer.status} {said[:300]}"


def test_a_rolling_restart_that_nobody_notices(tmp_path: Path) -> None:
    port = free_port()
    store = [program("valkey-server", "redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    more = {"FAASERA_RESTORE": "true", "FAASERA_STATE": f"redis://127.0.0.1:{port}/0"}
    with FakeLLM(model) as llm, serving(store, {}, tmp_path / "store.log") as running:
        with team_of(tmp_path, llm, **more) as team, httpx.Client(trust_env=False) as probe, Load(team) as load:
            for number, proxy in enumerate(team.proxies):
                assert proxy.process is not None
                proxy.process.send_signal(signal.SIGTERM)
                assert proxy.wait_exit(60) == 0
                proxy.stop()
                proxy.start()
                until(lambda url=proxy.url: answers(probe, f"{url}/readyz"))
                if number == 0:
                    running.kill()
                    running.wait()
            with serving(store, {}, tmp_path / "store.log"):
                until(lambda: all("answers again" in proxy.log for proxy in team.proxies[:1]))
                load.enough.set()
                load.__exit__()
        bodies = b"".join(request.body for request in llm.requests)
    assert load.failed == []
    assert len(load.first_bytes) >= REQUESTS
    assert not re.search(rb"\d{3}-\d\d-\d{4}", bodies)
    times = sorted(load.first_bytes)
    print(
        f"{len(times)} requests and streams at {CLIENTS} connections: first byte p50 {times[len(times) // 2]:.3f} s, "
        f"p99 {times[len(times) * 99 // 100]:.3f} s"
    )
