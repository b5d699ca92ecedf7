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
from tests.support.proxy import ROOT, clean_environ

PROMPT = {"model": "m", "messages": [{"role": "user", "content": "What is Jane Doe's SSN 123-45-6789?"}]}
CLIENT = """
import json, os, sys, urllib.request
assert not [name for name in os.environ if name.startswith("FAASERA_")]
request = urllib.request.Request(os.environ["OPENAI_BASE_URL"] + "/chat/completions", sys.argv[1].encode(),
                                 {"content-type": "application/json", "authorization": "Bearer sk-test"})
print(urllib.request.urlopen(request).status)
sys.exit(7)
"""


def faasera(*words: str, environ: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "cli.main", *words]
    return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def environ_for(llm: FakeLLM, home: Path) -> dict[str, str]:
    """A user's: nothing in it that makes Python write its log at once."""
    told = clean_environ({**bases(llm), "HOME": str(home)})
    del told["PYTHONUNBUFFERED"]
    return told


@pytest.mark.slow
def test_the_programs_requests_leave_masked_and_its_status_is_kept(tmp_path: Path) -> None:
    with FakeLLM() as llm:
        words = ("run", "--", sys.executable, "-c", CLIENT, json.dumps(PROMPT))
        process = faasera(*words, environ=environ_for(llm, tmp_path))
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
    assert summary("") == "masked nothing in 0 requests"
