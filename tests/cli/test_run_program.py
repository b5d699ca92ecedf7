"""`faasera run` with a real proxy: the program's requests leave masked, its status and signals are its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.run_program import summary
from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import FakeProfiler
from tests.support.proxy import ROOT, clean_environ
from tests.support.warm_process import warm_command

PROMPT = {"model": "m", "messages": [{"role": "user", "content": "What is Jane Doe's SSN 123-45-6789?"}]}
CLIENT = """
import json, os, sys, urllib.request
assert not [name for name in os.environ if name.startswith("FAASERA_")]
request = urllib.request.Request(os.environ["OPENAI_BASE_URL"] + "/chat/completions", sys.argv[1].encode(),
                                 {"content-type": "application/json", "authorization": "Bearer sk-test"})
print(urllib.request.urlopen(request).status)
sys.exit(7)
"""


def faasera(*words: str, environ: dict[str, str], warm: bool = True) -> subprocess.Popen[str]:
    command = [*(warm_command() if warm else [sys.executable, "-m"]), "cli.main", *words]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **pipes)


def environ_for(llm: FakeLLM, home: Path) -> dict[str, str]:
    """A user's: nothing in it that makes Python write its log at once."""
    told = clean_environ({**bases(llm), "HOME": str(home)})
    del told["PYTHONUNBUFFERED"]
    return told


@pytest.mark.slow
def test_the_programs_requests_leave_masked_and_its_status_is_kept(tmp_path: Path) -> None:
    with FakeLLM() as llm:
        words = ("run", "--", sys.executable, "-c", CLIENT, json.dumps(PROMPT))
        process = faasera(*words, environ=environ_for(llm, tmp_path), warm=False)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 7, err
        assert out == "200\n"
        assert err.splitlines()[-1] == "faasera: masked 1 NAME, 1 SSN in 1 request"
        raw = b"".join(llm.raw)
    assert b"Jane" not in raw
    assert b"123-45-6789" not in raw
    assert b"[[NAME_" in raw  # reversible: the agent's files get the values back
    assert not (tmp_path / ".mitmproxy").exists()  # no CA is left behind


@pytest.mark.slow
def test_a_signal_reaches_the_program(tmp_path: Path) -> None:
    program = (
        "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n"
        "print('up', flush=True)\nsignal.pause()"
    )
    with FakeLLM() as llm:
        process = faasera("run", "-q", "--", sys.executable, "-c", program, environ=environ_for(llm, tmp_path))
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        os.kill(process.pid, signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (3, "")


@pytest.mark.slow
def test_a_proxy_that_cannot_start_runs_nothing(tmp_path: Path) -> None:
    process = faasera("run", "--", sys.executable, "-c", "print('ran')", environ=clean_environ({
        "HOME": str(tmp_path), "DEFAULT_TARGET": "nonsense"}))  # fmt: skip
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (125, "")
    assert "nothing was run" in err
    assert "nonsense" not in out
    assert "DEFAULT_TARGET" in err


@pytest.mark.slow
def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    process = faasera("run", "--", "no-such-program-here", environ=clean_environ({"HOME": str(tmp_path)}))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 127
    assert "no-such-program-here: not found" in err


def test_summary() -> None:
    metrics = (
        '# HELP x\nfaasera_requests_total{dialect="chat",door="gateway",outcome="sent",target="openai"} 2.0\n'
        'faasera_requests_total{dialect="chat",door="gateway",outcome="blocked",target="openai"} 1.0\n'
        'faasera_masked_total{type="SSN"} 1.0\nfaasera_masked_total{type="NAME"} 3.0\n'
    )
    assert summary(metrics) == "masked 3 NAME, 1 SSN in 3 requests; 1 blocked"
    assert summary(metrics, ["it is down"]) == "masked 3 NAME, 1 SSN in 3 requests; 1 blocked: it is down"
    assert summary("") == "masked nothing in 0 requests"


DOWN = """
import os, sys, urllib.error, urllib.request
print("up", flush=True)
sys.stdin.readline()
for number in range(6):
    body = '{"model": "m", "messages": [{"role": "user", "content": "text %d"}]}' % number
    request = urllib.request.Request(os.environ["OPENAI_BASE_URL"] + "/chat/completions", body.encode(),
                                     {"content-type": "application/json", "authorization": "Bearer sk-test"})
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        print(error.code, error.headers["x-should-retry"], flush=True)
sys.stdin.readline()
"""


@pytest.mark.slow
def test_a_profiler_that_goes_down_meanwhile_is_said_while_the_program_runs(tmp_path: Path) -> None:
    with FakeLLM() as llm:
        with FakeProfiler() as profiler:
            environ = {**environ_for(llm, tmp_path), "FAASERA_PROFILER_ENDPOINT": profiler.url}
            process = faasera("run", "--", sys.executable, "-c", DOWN, environ=environ)
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline() == "up\n"
        process.stdin.write("\n")
        process.stdin.flush()
        assert {process.stdout.readline() for _ in range(6)} == {"503 false\n"}
        told = process.stderr.readline()
        assert told.startswith("faasera: profiler: the Faasera Profiler at ")
        assert "nothing is sent" in told
        _, err = process.communicate("\n", timeout=60)
        assert "in 6 requests; 6 blocked: profiler: the Faasera Profiler at " in err
        assert b"text" not in b"".join(llm.raw)
