"""`faasera run --use URL`: a proxy of this user's, and nobody else's at that port."""

from __future__ import annotations

import http.client
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cli.authority import make_authority
from cli.proxy_process import StartFailed
from cli.used_proxy import UsedProxy
from routing.owner_proof import Answer, Facts, holds, is_challenge, proof_of
from tests.cli.test_run_program import CLIENT, PROMPT, faasera
from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import Proxy, clean_environ

KEY, ADDRESS = bytes(range(32)), ("127.0.0.1", 8080)
FACTS = Facts(ca="c" * 64, restore=True, version="1")


@pytest.mark.parametrize(
    ("challenge", "address", "facts"),
    [
        ("b" * 64, ADDRESS, FACTS),
        ("a" * 64, ("127.0.0.1", 8081), FACTS),
        ("a" * 64, ("::1", 8080), FACTS),
        ("a" * 64, ADDRESS, Facts(ca="c" * 64, restore=False, version="1")),
        ("a" * 64, ADDRESS, Facts(ca="d" * 64, restore=True, version="1")),
    ],
    ids=["challenge", "port", "address", "mode", "CA"],
)
def test_a_proof_is_for_one_challenge_one_address_and_what_was_said(
    challenge: str, address: tuple[str, int], facts: Facts
) -> None:
    proof = proof_of(KEY, "a" * 64, ADDRESS, FACTS)
    assert holds(KEY, "a" * 64, ADDRESS, Answer(facts=FACTS, proof=proof))
    assert not holds(KEY, challenge, address, Answer(facts=facts, proof=proof))
    assert not holds(bytes(32), "a" * 64, ADDRESS, Answer(facts=FACTS, proof=proof))
    assert not holds(KEY, "a" * 64, ADDRESS, Answer(facts=FACTS, proof="é" * 64)), "no proof, and no crash"
    assert proof not in repr(Answer(facts=FACTS, proof=proof))


@pytest.mark.parametrize("text", ["", "a" * 63, "A" * 64, "a" * 65, "g" * 64, "a" * 64 + "\n"])
def test_near_misses_of_a_challenge(text: str) -> None:
    assert not is_challenge(text)


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1:8080", "http://proxy.example:8080", "http://10.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080/v1",
     "http://user@127.0.0.1:8080", "http://127.0.0.1:99999", ""],
)  # fmt: skip
def test_only_addresses_of_this_machine(url: str, tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match="on this machine"):
        UsedProxy(url, tmp_path)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, FakeLLM]]:
    folder = tmp_path_factory.mktemp("confdir")
    make_authority(folder)
    with FakeLLM() as llm, Proxy(environ={**bases(llm), "FAASERA_RESTORE": "true"}, confdir=folder) as proxy:
        yield proxy, llm


@pytest.mark.slow
def test_a_program_goes_through_the_running_proxy(running: tuple[Proxy, FakeLLM], tmp_path: Path) -> None:
    proxy, llm = running
    words = ("run", "--use", proxy.url, "--confdir", str(proxy.confdir), "--", sys.executable, "-c", CLIENT)
    process = faasera(*words, json.dumps(PROMPT), environ=clean_environ({"HOME": str(tmp_path)}))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (7, "200\n"), err
    assert err.splitlines()[-1] == "faasera: masked 1 NAME, 1 SSN in 1 request of all its clients"
    assert b"[[NAME_" in b"".join(llm.raw)
    assert b"Jane" not in b"".join(llm.raw)
    key = proxy.confdir / "faasera-use.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_text().strip() not in proxy.log


class Stranger(BaseHTTPRequestHandler):
    """Passes each question on to the real proxy, and its answer back."""

    def do_GET(self) -> None:
        real = http.client.HTTPConnection("127.0.0.1", self.server.real, timeout=5)  # type: ignore[attr-defined]
        real.request("GET", self.path, headers={"host": f"127.0.0.1:{self.server.real}"})  # type: ignore[attr-defined]
        answer = real.getresponse()
        body = answer.read()
        real.close()
        self.send_response(answer.status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.slow
def test_a_stranger_that_asks_the_real_proxy_does_not_pass(running: tuple[Proxy, FakeLLM]) -> None:
    proxy, _ = running
    with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        server.real = proxy.port  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            with (
                pytest.raises(StartFailed, match="did not prove"),
                UsedProxy(f"http://127.0.0.1:{server.server_port}", proxy.confdir),
            ):
                pass
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.slow
def test_what_is_no_proxy_of_this_user_is_refused(running: tuple[Proxy, FakeLLM], tmp_path: Path) -> None:
    proxy, llm = running

    def refused(url: str, confdir: Path, word: str) -> None:
        with pytest.raises(StartFailed, match=word), UsedProxy(url, confdir):
            pass

    refused("http://127.0.0.1:9", proxy.confdir, "nothing answers")
    refused(llm.url, proxy.confdir, "is no proxy of this version")
    refused(proxy.url, tmp_path, "no CA in")
    make_authority(tmp_path)
    refused(proxy.url, tmp_path, "did not prove")
    (tmp_path / "faasera-use.key").write_bytes((proxy.confdir / "faasera-use.key").read_bytes())
    (tmp_path / "faasera-use.key").chmod(0o644)
    refused(proxy.url, tmp_path, "open to others")
    (tmp_path / "faasera-use.key").chmod(0o600)
    refused(proxy.url, tmp_path, "signs with another CA")


@pytest.mark.slow
def test_settings_of_the_running_proxy_must_be_what_was_asked_for(
    running: tuple[Proxy, FakeLLM], tmp_path: Path
) -> None:
    proxy, _ = running
    use = ("run", "--use", proxy.url, "--confdir", str(proxy.confdir))
    told = {"HOME": str(tmp_path), "OPENAI_BASE_URL": "https://llm.corp.example/v1"}
    process = faasera(*use, "--", "true", environ=clean_environ(told))
    _, err = process.communicate(timeout=60)
    assert (process.returncode, "FAASERA_OPENAI_BASE_URL=https://llm.corp.example/v1" in err) == (125, True), err
    process = faasera(*use, "--policy", "strict", "--", "true", environ=clean_environ({"HOME": str(tmp_path)}))
    assert "--policy" in process.communicate(timeout=60)[1]
    own = {"HOME": str(tmp_path), "OPENAI_BASE_URL": f"http://localhost:{urlsplit(proxy.url).port}/v1"}
    process = faasera(*use, "--", "true", environ=clean_environ(own))
    assert process.communicate(timeout=60)[1].endswith("masked nothing in 0 requests of all its clients\n")


@pytest.mark.slow
def test_placeholders_are_not_given_unasked(tmp_path: Path) -> None:
    make_authority(tmp_path)
    with Proxy(confdir=tmp_path) as proxy:
        use = ("run", "--use", proxy.url, "--confdir", str(tmp_path))
        process = faasera(*use, "--", "true", environ=clean_environ({"HOME": str(tmp_path)}))
        assert "gives no values back" in process.communicate(timeout=60)[1]
        assert process.returncode == 125
        process = faasera(*use, "--no-restore", "--", "true", environ=clean_environ({"HOME": str(tmp_path)}))
        process.communicate(timeout=60)
        assert process.returncode == 0
