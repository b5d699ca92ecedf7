"""Every command of the README is run here, as it stands there but for the port; every option it lists exists."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from addon.options import HELP
from cli.doctor_authority import VARIABLES
from config.configuration import (
    CONFIG_VARIABLE,
    GATEWAY_KEY_VARIABLE,
    OPTIONS,
    RESTORE_KEY_VARIABLE,
    STATE_VARIABLE,
    TOKEN_VARIABLE,
    load_config,
)
from reporting.audit import AuditLine
from reporting.metrics import COVERAGE, MASKED, PROFILER, REQUESTS, TEXTS
from reporting.recipes import fill, recipes
from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.fake_profiler import FakeProfiler
from tests.support.proxy import ROOT, clean_environ, free_port

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)

pytestmark = pytest.mark.skipif(not shutil.which("make") or not shutil.which("curl"), reason="needs make and curl")


def block(start: str, number: int = 0) -> str:
    """The n-th command block that starts so."""
    return [text for text in BLOCKS if text.startswith(start)][number].strip()


COVERED = [
    block("make demo"),
    block("curl http://localhost:8080", 0),
    block("make run"),
    block("curl http://localhost:8080", 1),
    block("curl --proxy"),
    block("DEFAULT_TARGET=claude make run"),
    block(".venv/bin/mitmdump"),
    block("FAASERA_PROFILER_ENDPOINT"),
    block("make web"),
    block("FAASERA_RESTORE=true"),
    block("make doctor"),
    block("make pac"),
]


def test_no_command_is_left_out() -> None:
    assert sorted(COVERED) == sorted(text.strip() for text in BLOCKS)


class Running:
    """A command of the README in its own process group, its home a folder of the test."""

    def __init__(self, command: str, port: int, home: Path, environ: Mapping[str, str]) -> None:
        self.port = port
        self.environ = clean_environ({"HOME": str(home), "OPENAI_API_KEY": "sk-test", "PORT": str(port), **environ})
        self.process = subprocess.Popen(
            command, shell=True, cwd=ROOT, env=self.environ, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.lines: list[str] = []
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line)
                self.changed.notify_all()

    def wait_for(self, text: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        with self.changed:
            while text not in "".join(self.lines):
                assert self.process.poll() is None, "".join(self.lines)
                assert time.monotonic() < deadline, "".join(self.lines)
                self.changed.wait(1)

    def curl(self, command: str) -> str:
        """Run a curl of the README against this port."""
        command = command.replace(":8080", f":{self.port}").replace("curl ", "curl --silent --show-error ")
        done = subprocess.run(
            command, shell=True, env=self.environ, cwd=ROOT, capture_output=True, text=True, timeout=30
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(15)
        self.reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def running(
    command: str, home: Path, environ: Mapping[str, str] = {}, ready: str = "Faasera: target"
) -> Iterator[Running]:
    port = free_port()
    run = Running(re.sub(r"\bmake (\w+)", rf"make PORT={port} \1", command), port, home, environ)
    try:
        run.wait_for(ready)
        yield run
    finally:
        run.stop()


def test_make_demo_and_its_curl(tmp_path: Path) -> None:
    with running(block("make demo"), tmp_path) as demo:
        answer = demo.curl(block("curl http://localhost:8080", 0))
        assert "What is [[NAME]]'s SSN [[SSN]]?" in answer
        assert "Jane" not in answer
        demo.wait_for("2 masked: NAME 1, SSN 1")


def test_make_run_and_its_curls(tmp_path: Path) -> None:
    with FakeLLM() as llm, running(block("make run"), tmp_path, bases(llm)) as proxy:
        proxy.curl(block("curl http://localhost:8080", 1))
        proxy.curl(block("curl --proxy"))
        assert [request.header("authorization") for request in llm.requests] == ["Bearer sk-test"] * 2
        assert "What is [[NAME]]'s SSN [[SSN]]?" in llm.requests[0].body.decode()
        assert "I am [[NAME]]" in llm.requests[1].body.decode()


@pytest.mark.parametrize("start", ["DEFAULT_TARGET=claude make run", ".venv/bin/mitmdump"])
def test_targets_start(tmp_path: Path, start: str) -> None:
    command = block(start)
    if start.startswith("."):
        command += f" --set listen_port={free_port()}"
    with running(command, tmp_path, ready="Faasera: target " + ("claude" if "claude" in start else "local")):
        pass


def test_an_endpoint_takes_the_text(tmp_path: Path) -> None:
    with FakeLLM() as llm, FakeProfiler() as profiler:
        command = block("FAASERA_PROFILER_ENDPOINT").replace("https://profiler.example:8443", profiler.url)
        with running(command, tmp_path, bases(llm)) as proxy:
            proxy.curl(block("curl http://localhost:8080", 0))
        assert profiler.texts == ["What is Jane Doe's SSN 123-45-6789?"]
        assert "What is [[NAME]]'s SSN [[SSN]]?" in llm.requests[0].body.decode()


def test_reversible_mode_gives_values_back(tmp_path: Path) -> None:
    with FakeLLM() as llm, running(block("FAASERA_RESTORE=true"), tmp_path, bases(llm)) as proxy:
        answer = proxy.curl(block("curl http://localhost:8080", 0))
        assert "Jane Doe" in answer
        assert "[[NAME_" in llm.requests[0].body.decode()


def test_make_web_starts(tmp_path: Path) -> None:
    arguments = f"--no-web-open-browser --set web_port={free_port()}"
    with running(block("make web") + f" ARGS='{arguments}'", tmp_path):
        pass


def run_to_its_end(command: str, home: Path, port: int) -> subprocess.CompletedProcess[str]:
    environ = clean_environ({"HOME": str(home), "NO_COLOR": "1"})
    for name in VARIABLES:  # a machine's own CA settings
        environ.pop(name, None)
    command = re.sub(r"\bmake (\w+)", rf"make PORT={port} \1", command)
    return subprocess.run(command, shell=True, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120)


def test_make_doctor_proves_both_doors(tmp_path: Path) -> None:
    with running(block("make run"), tmp_path) as proxy:
        done = run_to_its_end(block("make doctor"), tmp_path, proxy.port)
    rows = {line.split("  ok  ")[1].strip() for line in done.stdout.splitlines() if "  ok  " in line}
    assert any(row.startswith("gateway door (HTTP)") and "arrived masked" in row for row in rows), done.stdout
    assert any(row.startswith("interception door (HTTPS)") and "arrived masked" in row for row in rows), done.stdout
    assert any(row.startswith("negative control") for row in rows)
    assert any(row.startswith(f"port {proxy.port}") and "healthy" in row for row in rows)
    assert "FAIL" not in re.sub(r"(?m)^  FAIL +target .*$", "", done.stdout)  # the vendors may be out of reach here
    assert done.returncode == int("FAIL" in done.stdout)


def test_make_pac_writes_the_file(tmp_path: Path) -> None:
    target = tmp_path / "proxy.pac"
    done = run_to_its_end(block("make pac") + f" ARGS='--output {target}'", tmp_path, 8099)
    assert done.returncode == 0, done.stderr
    assert 'PROXY 127.0.0.1:8099"' in target.read_text()
    assert str(target) in done.stdout


def test_desktop_commands_are_those_of_the_recipes() -> None:
    section = README.partition("## Desktop apps")[2].partition("\n## ")[0]
    commands = re.findall(
        r"`((?:sudo|certutil|gsettings|networksetup|chromium|NODE_EXTRA_CA_CERTS)[ =][^`]+)`", section
    )
    assert len(commands) > 12
    known = "\n".join(step.code for recipe in map(fill, recipes()) for step in (*recipe.steps, recipe.undo))
    for command in commands:
        assert command in known


def test_the_policy_example_is_valid(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    path = tmp_path / "mitm-config.yaml"
    path.write_text(example, encoding="utf-8")
    config = load_config({}, {}, path)
    assert config.rules[0].policy == "strict"


def test_every_option_and_variable_is_listed() -> None:
    for option in HELP:
        assert f"| `{option}` |" in README
    variables = [variable for variable, _ in OPTIONS.values()]
    for variable in (
        *variables,
        CONFIG_VARIABLE,
        TOKEN_VARIABLE,
        GATEWAY_KEY_VARIABLE,
        RESTORE_KEY_VARIABLE,
        STATE_VARIABLE,
    ):
        assert f"`{variable}`" in README


def test_audit_fields_metrics_and_commands_are_listed() -> None:
    words = " ".join(README.split())
    required = [field.name for field in msgspec.structs.fields(AuditLine) if field.required]
    assert f"`{' '.join(required)}`" in words
    for name in (REQUESTS, MASKED, TEXTS, PROFILER, COVERAGE):
        assert f"`{name}`" in words
    for command in ("target", "policy", "coverage", "verify", "explain", "forget"):
        assert f"`faasera.{command}`" in words


def test_the_shipped_file_equals_the_defaults() -> None:
    shipped = load_config({}, {}, ROOT / "mitm-config.yaml")
    built_in = load_config({}, {}, ROOT / "no such file")
    assert (shipped.redaction, shipped.routing, shipped.rules, shipped.audit, dict(shipped.mitmproxy)) == (
        built_in.redaction, built_in.routing, built_in.rules, built_in.audit, dict(built_in.mitmproxy),
    )  # fmt: skip
