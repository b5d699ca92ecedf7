"""Three replicas behind a real HAProxy with the shipped haproxy.cfg and team.yaml: both doors, strangers, a rolling
restart under load."""

from __future__ import annotations

import base64
import signal
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import ROOT, Proxy, free_port
from tests.support.servers import program, serving, until

pytestmark = pytest.mark.slow
KEY = "a-team-key-of-this-test"
TEAM = (ROOT / "deploy" / "team.yaml").read_text()
BODY = {"model": "gpt-4", "messages": [{"role": "user", "content": "What is Jane Doe's SSN 123-45-6789?"}]}


@dataclass
class Team:
    """Three proxies with one CA and one key, their balancer's two ports, and the upstream."""

    proxies: list[Proxy]
    llm: FakeLLM
    gateway: str
    interception: str
    log: Path

    def post(self, client: httpx.Client, **headers: str) -> httpx.Response:
        return client.post(f"{self.gateway}/v1/chat/completions", json=BODY, headers=headers)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    haproxy = program("haproxy")
    home = tmp_path_factory.mktemp("team")
    with ExitStack() as stack:
        llm = stack.enter_context(FakeLLM())
        environ = {**bases(llm), "FAASERA_GATEWAY_KEY": KEY, "FAASERA_RESTORE_KEY": "5a" * 32}
        proxies = []
        for _ in range(3):
            proxy = Proxy(environ=environ, config=TEAM, confdir=home / "confdir", ready="Faasera: target")
            proxies.append(stack.enter_context(proxy))
        gateway, interception = free_port(), free_port()
        log = home / "haproxy.log"
        places = {f"FAASERA_PROXY_{n}": f"127.0.0.1:{proxy.port}" for n, proxy in enumerate(proxies, 1)}
        stack.enter_context(
            serving(
                [haproxy, "-W", "-f", str(ROOT / "deploy" / "haproxy.cfg")],
                {
                    **places,
                    "FAASERA_GATEWAY_BIND": f"127.0.0.1:{gateway}",
                    "FAASERA_PROXY_BIND": f"127.0.0.1:{interception}",
                },
                log,
            )
        )
        found = Team(proxies, llm, f"http://127.0.0.1:{gateway}", f"http://127.0.0.1:{interception}", log)
        with httpx.Client(trust_env=False) as client:
            until(lambda: _answers(client, f"{found.gateway}/readyz"))
        yield found


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == 200
    except httpx.HTTPError:
        return False


def test_with_the_key_by_both_doors_and_never_without(team: Team) -> None:
    team.llm.requests.clear()
    with httpx.Client(trust_env=False) as client:
        assert team.post(client).status_code == 400
        assert team.post(client, **{"x-forwarded-for": "127.0.0.1"}).status_code == 400
        assert team.post(client, **{"x-faasera-key": KEY}).status_code == 200
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
    environ = {"FAASERA_GATEWAY_KEY": KEY, "FAASERA_RESTORE_KEY": "5a" * 32}
    with Proxy(environ=environ, config=config) as proxy, httpx.Client(trust_env=False) as client:
        headers = {"x-faasera-key": KEY, "authorization": "Bearer sk-of-the-client"}
        told = client.post(f"{proxy.url}/v1/chat/completions", json=BODY, headers=headers)
        assert told.status_code in (400, 508)  # 400: the key of the first pass went no further
        with socket.create_connection(("127.0.0.1", int(team.gateway.rpartition(":")[2])), 5) as wire:
            mark = _mark()
            wire.sendall(
                f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Faasera-Key: {KEY}\r\n"
                f"X-Faasera-Loop: {mark}\r\nContent-Length: 0\r\n\r\n".encode()
            )
            answer = wire.recv(65536)
        assert b" 508 " in answer.split(b"\r\n", 1)[0]
        assert b"base_url" in answer


def _mark() -> str:
    from routing.loop_mark import LoopMark

    return LoopMark("5a" * 32).value


def test_a_rolling_restart_that_nobody_notices(team: Team) -> None:
    failed: list[str] = []
    served = 0
    stop = threading.Event()
    lock = threading.Lock()

    def client() -> None:
        nonlocal served
        with httpx.Client(trust_env=False, timeout=30) as session:
            while not stop.is_set():
                try:
                    answer = team.post(session, **{"x-faasera-key": KEY})
                    problem = "" if answer.status_code == 200 else f"{answer.status_code} {answer.text[:200]}"
                except httpx.HTTPError as error:
                    problem = repr(error)
                with lock:
                    served += 1
                    if problem:
                        failed.append(problem)

    team.llm.requests.clear()
    threads = [threading.Thread(target=client) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        with httpx.Client(trust_env=False) as probe:
            for proxy in team.proxies:
                assert proxy.process is not None
                proxy.process.send_signal(signal.SIGTERM)
                assert proxy.wait_exit(60) == 0
                proxy.stop()
                proxy.start()
                until(lambda url=proxy.url: _answers(probe, f"{url}/readyz"))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert served > 50
    assert all(b"123-45-6789" not in request.body for request in team.llm.requests)
