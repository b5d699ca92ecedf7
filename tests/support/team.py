"""Three proxies behind a real HAProxy, as deploy/haproxy.cfg and deploy/team.yaml have it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx

from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy, free_port
from tests.support.servers import program, serving, until
from tests.support.warm_process import ROOT

KEY = "a-team-key-of-this-test"
RESTORE_KEY = sha256(b"the team of a test").hexdigest()
TEAM = (ROOT / "deploy" / "team.yaml").read_text()


@dataclass
class Team:
    """Proxies with one CA and one key, their balancer's two ports and log, and the upstream."""

    proxies: list[Proxy]
    llm: FakeLLM
    gateway: str
    interception: str
    log: Path


@contextmanager
def team_of(home: Path, llm: FakeLLM, **more: str) -> Iterator[Team]:
    """A running team; `more` is environment of every proxy."""
    haproxy = program("haproxy")
    environ = {**bases(llm), "FAASERA_GATEWAY_KEY": KEY, "FAASERA_RESTORE_KEY": RESTORE_KEY, **more}
    with ExitStack() as stack:
        proxies = [stack.enter_context(Proxy(environ=environ, config=TEAM, confdir=home / "confdir")) for _ in range(3)]
        gateway, interception = free_port(), free_port()
        places = {f"FAASERA_PROXY_{n}": f"127.0.0.1:{proxy.port}" for n, proxy in enumerate(proxies, 1)}
        ports = {
            "FAASERA_GATEWAY_BIND": f"127.0.0.1:{gateway}",
            "FAASERA_PROXY_BIND": f"127.0.0.1:{interception}",
        }
        log = home / "haproxy.log"
        command = [haproxy, "-W", "-f", str(ROOT / "deploy" / "haproxy.cfg")]
        stack.enter_context(serving(command, {**places, **ports}, log))
        found = Team(proxies, llm, f"http://127.0.0.1:{gateway}", f"http://127.0.0.1:{interception}", log)
        with httpx.Client(trust_env=False) as client:
            until(lambda: answers(client, f"{found.gateway}/readyz"))
        yield found


def answers(client: httpx.Client, url: str) -> bool:
    """Whether a URL answers 200 now."""
    try:
        return client.get(url).status_code == 200
    except httpx.HTTPError:
        return False
