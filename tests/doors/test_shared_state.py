"""Two replicas and a real Valkey or Redis server: what a vendor keeps comes back by the other replica."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import httpx
import pytest

from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.http1 import Answer, Request, json_answer
from tests.support.proxy import Proxy, free_port
from tests.support.servers import program, serving, until
from tests.support.starts import ended

KEY = {"authorization": "Bearer sk-of-one-client"}
SSN = "123-45-6789"
RESTORE_KEY = token_hex(32)


def vendor(request: Request) -> Answer:
    """Remembers the placeholder of the first turn, and says it in the second."""
    seen = re.search(r"\[\[SSN_[a-z0-9]+\]\]", request.body.decode())
    if seen:
        vendor.kept = seen[0]  # type: ignore[attr-defined]
    says = f"it is {vendor.kept}"  # type: ignore[attr-defined]
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
    environ = {
        "FAASERA_RESTORE": "true", "FAASERA_RESTORE_KEY": RESTORE_KEY, "FAASERA_STATE": f"redis://:pw@127.0.0.1:{port}/0"
    }  # fmt: skip
    with FakeLLM(vendor) as llm:
        environ |= bases(llm)
        with Proxy(environ=environ) as one, Proxy(environ=environ) as other:
            yield one, other, llm


def ask(proxy: Proxy, text: str, **more: str) -> str:
    with httpx.Client(trust_env=False, timeout=20) as client:
        body = {"model": "gpt-4.1", "input": text, **more}
        answer = client.post(f"{proxy.url}/v1/responses", json=body, headers=KEY)
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
        assert ask(other, "What is it?", previous_response_id="resp_1") == f"it is {SSN}"
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
