"""Two replicas and a real Valkey or Redis server: what a vendor keeps comes back by the other replica."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

import httpx
import pytest

from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Answer, Request, json_answer
from tests.support.proxy import ROOT, Proxy, clean_environ, free_port
from tests.support.servers import program, serving, until
from tests.support.starts import ended
from tests.support.warm_process import warm_command

KEY = {"authorization": "Bearer sk-of-one-client"}
SSN = "123-45-6789"
RESTORE_KEY = token_hex(32)
KEPT: dict[str, str] = {}
PEOPLE = {name: f"key-of-{name}-for-this-test" for name in ("ann", "bob")}
CONFIG = "gateway: {keys: {KEYS}}".replace(
    "KEYS", ", ".join(f"{name}: {sha256(key.encode()).hexdigest()}" for name, key in PEOPLE.items())
)


def vendor(request: Request) -> Answer:
    """Remembers the placeholder of an account's first turn, and says it in the second."""
    account = str(request.header("authorization"))
    if seen := re.search(r"\[\[SSN_[a-z0-9]+\]\]", request.body.decode()):
        KEPT[account] = seen[0]
    says = f"it is {KEPT[account]}"
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": says}]}
    return json_answer({"id": "resp_1", "object": "response", "status": "completed", "output": [message]})


def command(port: int, home: Path) -> list[str]:
    server = program("valkey-server", "redis-server")
    return [server, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(home), "--save", "", "--requirepass", "pw"]


@pytest.fixture
def port(tmp_path: Path) -> int:
    return free_port()


@pytest.fixture
def replicas(port: int, tmp_path: Path) -> Iterator[tuple[Proxy, Proxy, FakeLLM]]:
    program("valkey-server", "redis-server")
    with FakeLLM(vendor) as llm:
        environ = {**shared(port), **bases(llm)}
        with Proxy(environ=environ, config=CONFIG) as one, Proxy(environ=environ, config=CONFIG) as other:
            yield one, other, llm


def shared(port: int) -> dict[str, str]:
    return {
        "FAASERA_RESTORE": "true", "FAASERA_RESTORE_KEY": RESTORE_KEY, "FAASERA_STATE": f"redis://:pw@127.0.0.1:{port}/0"
    }  # fmt: skip


def ask(proxy: Proxy, text: str, who: str = "", **more: str) -> str:
    headers = {"authorization": f"Bearer sk-of-{who}", "x-faasera-key": PEOPLE[who]} if who else KEY
    with httpx.Client(trust_env=False, timeout=20) as client:
        body = {"model": "gpt-4.1", "input": text, **more}
        answer = client.post(f"{proxy.url}/v1/responses", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["output"][0]["content"][0]["text"]  # type: ignore[no-any-return]


def test_values_come_back_by_another_replica_and_nothing_depends_on_the_store(
    replicas: tuple[Proxy, Proxy, FakeLLM], port: int, tmp_path: Path
) -> None:
    one, other, llm = replicas
    log = tmp_path / "store.log"
    with serving(command(port, tmp_path), {}, log) as server:
        until(lambda: b"eady to accept" in log.read_bytes())
        assert ask(one, f"My SSN is {SSN}") == f"it is {SSN}"
        until(lambda: b"faasera:1:" in _dump(port))
        # The other replica asks the store again a while after it did not answer.
        until(lambda: ask(other, "What is it?", previous_response_id="resp_1") == f"it is {SSN}")
        assert SSN.encode() not in _dump(port)
        assert all(SSN.encode() not in request.body for request in llm.requests)
        server.kill()
        server.wait()
    assert ask(one, f"My SSN is {SSN}, still") == f"it is {SSN}"  # masked and restored without the store
    with httpx.Client(trust_env=False) as client:
        for _ in range(4):
            ask(other, "Again?", previous_response_id="resp_1")
        assert "does not answer" in other.log
        assert "does not answer" in client.get(other.url + "/").text
    with serving(command(port, tmp_path), {}, log):
        until(lambda: "answers again" in other.log or not ask(other, "Now?", previous_response_id="resp_1"))
        assert "answers again" in other.log


def test_a_client_is_forgotten_by_the_store_and_by_every_replica(
    replicas: tuple[Proxy, Proxy, FakeLLM], port: int, tmp_path: Path
) -> None:
    one, other, _ = replicas
    with serving(command(port, tmp_path), {}, tmp_path / "store.log"):
        for number, who in enumerate(PEOPLE):
            ssn = f"123-45-678{number}"

            def kept(who: str = who, ssn: str = ssn, scopes: int = number + 1) -> bool:
                return ask(one, f"My SSN is {ssn}", who) == f"it is {ssn}" and _names(port) == scopes

            until(kept)  # the store was not there when the replicas started
            until(lambda who=who, ssn=ssn: ask(other, "What is it?", who, previous_response_id="r") == f"it is {ssn}")
        told = faasera(port, "forget", "ann")
        assert told.returncode == 0, told.stderr
        assert "1 scopes wiped" in told.stdout + told.stderr
        assert _names(port) == 1
        for proxy in (one, other):
            until(lambda proxy=proxy: "[[SSN_" in ask(proxy, "What is it?", "ann", previous_response_id="r"))
            assert ask(proxy, "What is it?", "bob", previous_response_id="r") == "it is 123-45-6781"
        assert ask(one, "My SSN is 123-45-6780", "ann") == "it is 123-45-6780"  # what comes later is remembered
        assert faasera(port, "forget").returncode == 2
        assert faasera(port, "forget", "--all").returncode == 0
        for proxy in (one, other):
            until(lambda proxy=proxy: "[[SSN_" in ask(proxy, "What is it?", "bob", previous_response_id="r"))
    assert faasera(port, "forget", "ann").returncode == 1  # the store is gone: said, not swallowed


def _names(port: int) -> int:
    return _dump(port).count(b"faasera:1:")


def faasera(port: int, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        warm_command("cli.main", *words), cwd=ROOT, env=clean_environ(shared(port)), capture_output=True, text=True
    )


def _dump(port: int) -> bytes:
    """Everything that the server holds, as it would be saved."""
    tool = program("valkey-cli", "redis-cli")
    base = [tool, "-p", str(port), "-a", "pw", "--no-auth-warning"]
    names = subprocess.run([*base, "KEYS", "*"], capture_output=True, check=True).stdout
    values = [
        subprocess.run([*base, "HGETALL", name], capture_output=True, check=True).stdout for name in names.split()
    ]
    return names + b"".join(values)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"FAASERA_STATE": "redis://127.0.0.1:1"}, ("FAASERA_STATE", "FAASERA_RESTORE_KEY")),
        ({"FAASERA_STATE": "redis://store.example", "FAASERA_RESTORE_KEY": RESTORE_KEY}, ("FAASERA_STATE", "TLS")),
        ({"FAASERA_STATE": "memcached://x", "FAASERA_RESTORE_KEY": RESTORE_KEY}, ("FAASERA_STATE", "valkeys://")),
    ],
)
def test_a_store_that_would_be_unsafe_stops_the_start(environ: dict[str, str], words: tuple[str, ...]) -> None:
    status, log = ended(environ=environ)
    assert status == 1
    assert all(word in log for word in words)
