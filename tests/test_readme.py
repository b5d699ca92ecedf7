"""Every command of README and docs is run, as it stands there but for the port; every option they list exists."""

from __future__ import annotations

import os
import re
import shlex
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
from addon.policy_rules import Rules
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
from reporting import metrics
from reporting.audit import AuditLine
from reporting.recipes import fill, recipes
from tests.doors.conftest import bases
from tests.support.fake_llm import FakeLLM
from tests.support.proxy import ROOT, clean_environ, free_port
from tests.support.warm_process import warm_command

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
EVERYTHING = "\n".join([README, *DOCS.values()])
BLOCKS = re.findall(r"```sh\n(.*?)```", EVERYTHING, re.DOTALL)

pytestmark = pytest.mark.skipif(not shutil.which("make") or not shutil.which("curl"), reason="needs make and curl")


def block(start: str) -> str:
    """The command block that starts so."""
    [found] = {text.strip() for text in BLOCKS if text.startswith(start)}
    return found


# Run here, or where the name after the command says.
COVERED = [
    block("pipx install ."),  # tools/test_wheel_layout.py
    block("faasera run -- claude"),  # cli/test_run_program.py, and by hand
    block('faasera try "'),
    block("git diff | faasera try"),
    block("faasera scan"),  # cli/test_commands_plain.py
    block("faasera serve"),
    block("faasera doctor"),
    block("curl --proxy"),
    block("DEFAULT_TARGET=local faasera serve"),
    block("FAASERA_RESTORE=true faasera serve"),
    block("FAASERA_BEFORE_AFTER=true faasera serve"),  # doors/test_before_after.py
    block("faasera web"),
    block("faasera config init"),  # cli/test_commands_plain.py
    block("faasera config check"),
]
# Written for machines and clients that a test run has not: proved by hand or by the tests of deploy/.
ELSEWHERE = {"clients", "deployment", "scale", "desktop"}


def test_no_command_is_left_out() -> None:
    told = [README, *(text for name, text in DOCS.items() if name not in ELSEWHERE)]
    blocks = {text.strip() for page in told for text in re.findall(r"```sh\n(.*?)```", page, re.DOTALL)}
    assert blocks == set(COVERED)


def test_every_link_leads_somewhere() -> None:
    for name, text in {"README.md": README, **{f"docs/{name}.md": text for name, text in DOCS.items()}}.items():
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            if not link.startswith("http"):
                assert ((ROOT / name).parent / link).exists(), f"{name}: {link}"


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
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(15)
        self.reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def running(
    command: str, home: Path, environ: Mapping[str, str] = {}, ready: str = "Faasera: target"
) -> Iterator[Running]:
    port = free_port()
    run = Running(as_module(command, port), port, home, environ)
    try:
        run.wait_for(ready)
        yield run
    finally:
        run.stop()


def as_module(command: str, port: int) -> str:
    """A command of the README as it is run from a checkout, on a port of the test. `make demo` and `faasera run`
    (cli/test_run_program.py) start cold, as a user's first."""
    command = re.sub(r"\bfaasera (serve|web|doctor)\b", rf"faasera \1 --port {port}", command)
    return re.sub(r"\bfaasera (?=[a-z])", f"{shlex.join(warm_command('cli.main'))} ", command)


PROMPT = """curl http://localhost:8080/v1/chat/completions -H "Content-Type: application/json" \\
  -d '{"model":"gpt-4","messages":[{"role":"user","content":"What is Jane Doe'"'"'s SSN 123-45-6789?"}]}'"""


@pytest.mark.slow
def test_make_demo(tmp_path: Path) -> None:
    port = free_port()
    demo = Running(f"make PORT={port} demo", port, tmp_path, {})
    try:
        demo.wait_for("Faasera: target")
        answer = demo.curl(PROMPT)
        assert "What is [[NAME]]'s SSN [[SSN]]?" in answer
        assert "Jane" not in answer
    finally:
        demo.stop()


@pytest.mark.slow
def test_serve_and_curl_at_both_doors(tmp_path: Path) -> None:
    with FakeLLM() as llm, running(block("faasera serve"), tmp_path, bases(llm)) as proxy:
        proxy.curl(PROMPT)
        proxy.curl(block("curl --proxy"))
        assert "What is [[NAME]]'s SSN [[SSN]]?" in llm.requests[0].body.decode()
        assert "I am [[NAME]]" in llm.requests[1].body.decode()
        done = run_to_its_end(block("faasera doctor"), tmp_path, proxy.port)
    rows = {line.split("  ok  ")[1].strip() for line in done.stdout.splitlines() if "  ok  " in line}
    assert any(row.startswith("gateway door (HTTP)") and "arrived masked" in row for row in rows), done.stdout
    assert any(row.startswith("interception door (HTTPS)") and "arrived masked" in row for row in rows), done.stdout
    assert any(row.startswith("negative control") for row in rows)
    assert any(row.startswith(f"port {proxy.port}") and "healthy" in row for row in rows)
    assert done.returncode == 0


@pytest.mark.slow
def test_a_target_by_the_environment(tmp_path: Path) -> None:
    with running(block("DEFAULT_TARGET=local"), tmp_path, ready="Faasera: target local"):
        pass


@pytest.mark.slow
def test_reversible_mode_gives_values_back(tmp_path: Path) -> None:
    with FakeLLM() as llm, running(block("FAASERA_RESTORE=true"), tmp_path, bases(llm)) as proxy:
        assert "Jane Doe" in proxy.curl(PROMPT)
        assert "[[NAME_" in llm.requests[0].body.decode()


@pytest.mark.slow
def test_web_starts(tmp_path: Path) -> None:
    with running(block("faasera web") + f" --no-web-open-browser --set web_port={free_port()}", tmp_path):
        pass


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "says"),
    [
        ('faasera try "', "I am [[NAME]], SSN [[SSN]]"),
        ("git diff | faasera try", '"findings"'),
        ("faasera config check", "can be used"),
    ],
    ids=["try", "try --json", "config check"],
)
def test_short_commands(tmp_path: Path, start: str, says: str) -> None:
    done = run_to_its_end(block(start), tmp_path, 0)
    assert says in done.stdout + done.stderr
    assert done.returncode == 0


def run_to_its_end(command: str, home: Path, port: int) -> subprocess.CompletedProcess[str]:
    environ = clean_environ({"HOME": str(home), "NO_COLOR": "1"})
    for name in VARIABLES:  # a machine's own CA settings
        environ.pop(name, None)
    return subprocess.run(
        as_module(command, port), shell=True, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120
    )


@pytest.mark.slow
def test_make_pac_writes_the_file(tmp_path: Path) -> None:
    target = tmp_path / "proxy.pac"
    command = f"make PORT=8099 pac ARGS='--output {target}'"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert 'PROXY 127.0.0.1:8099"' in target.read_text()
    assert str(target) in done.stdout


def test_desktop_commands_are_those_of_the_recipes() -> None:
    section = DOCS["desktop"]
    commands = re.findall(
        r"`((?:sudo|certutil|gsettings|networksetup|chromium|NODE_EXTRA_CA_CERTS)[ =][^`]+)`", section
    )
    assert len(commands) > 12
    known = "\n".join(step.code for recipe in map(fill, recipes()) for step in (*recipe.steps, recipe.undo))
    for command in commands:
        assert command in known


@pytest.mark.parametrize("page", ["README", "policies"])
def test_the_policy_examples_are_valid(tmp_path: Path, page: str) -> None:
    text = README if page == "README" else DOCS[page]
    for example in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL):
        path = tmp_path / "mitm-config.yaml"
        path.write_text(example, encoding="utf-8")
        Rules(load_config({}, {}, path))


def test_every_option_and_variable_is_listed() -> None:
    for option in HELP:
        assert f"| `{option}` |" in DOCS["configuration"]
    variables = [variable for variable, _ in OPTIONS.values()]
    secrets = (CONFIG_VARIABLE, TOKEN_VARIABLE, GATEWAY_KEY_VARIABLE, RESTORE_KEY_VARIABLE, STATE_VARIABLE)
    for variable in (*variables, *secrets):
        assert f"`{variable}`" in DOCS["configuration"]


def test_every_variable_and_metric_of_the_docs_is_there() -> None:
    names = {*re.findall(r"\bFAASERA_[A-Z_]*[A-Z]\b|\bfaasera_[a-z_]*[a-z]\b", EVERYTHING)}
    names -= {"faasera_process", "faasera_process_resident_memory_bytes"}  # prometheus_client's
    names = {re.sub(r"^FAASERA_(?:OPENAI|CLAUDE|GEMINI|LOCAL)_", "_", name) for name in names}  # one for each target
    folders = ("addon", "cli", "config", "reporting", "routing", "deploy")
    files = [path for folder in folders for kind in ("*.py", "*.tsv", "*.y*ml") for path in (ROOT / folder).rglob(kind)]
    code = "\n".join(path.read_text("utf-8") for path in files)
    assert len(names) > 20
    assert sorted(name for name in names if name not in code) == []


def test_audit_fields_metrics_and_commands_are_listed() -> None:
    words = " ".join(EVERYTHING.split())
    required = [field.name for field in msgspec.structs.fields(AuditLine) if field.required]
    assert f"`{' '.join(required)}`" in words
    for name in [value for value in vars(metrics).values() if str(value).startswith("faasera_")]:
        assert f"`{name}`" in words
    for command in ("target", "policy", "coverage", "verify", "explain", "forget", "known.add"):
        assert f"`faasera.{command}`" in words


def test_the_shipped_file_equals_the_defaults() -> None:
    shipped = load_config({}, {}, ROOT / "mitm-config.yaml")
    built_in = load_config({}, {}, ROOT / "no such file")
    assert (shipped.redaction, shipped.routing, shipped.rules, shipped.audit, dict(shipped.mitmproxy)) == (
        built_in.redaction, built_in.routing, built_in.rules, built_in.audit, dict(built_in.mitmproxy),
    )  # fmt: skip
